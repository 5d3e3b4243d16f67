//! The numbered examples that lie beside a rulebook.

use crate::arguments::Common;
use crate::rule_files::RuleFiles;
use crate::wording::counted;
use anyhow::{Result, anyhow, bail};
use clock::scenario::{self, Setting};
use std::io::Write;

pub(super) fn run(common: &Common, verbose: bool, out: &mut dyn Write) -> Result<()> {
    let files = RuleFiles::find(common.rules.as_deref())?;
    let book = files.book(&common.rulebook)?;
    if book.scenarios.is_empty() {
        bail!("the rulebook \"{}\" has no folder scenarios: there is nothing to run", book.rulebook.id());
    }
    let calendars = files.calendars()?;
    let setting = Setting { rulebook: &book.rulebook, calendars: &calendars, local: &book.local };
    let (mut run, mut failed) = (0_u64, 0_u64);
    for (file, text) in &book.scenarios {
        for scenario in scenario::parse(file, text).map_err(|problem| anyhow!(problem))? {
            run += 1;
            match scenario.run(setting) {
                Ok(()) if verbose => writeln!(out, "holds: {}", scenario.name())?,
                Ok(()) => {}
                Err(fault) => {
                    failed += 1;
                    writeln!(out, "does not hold: {} ({file})\n  {fault}\n", scenario.name())?;
                }
            }
        }
    }
    if failed > 0 {
        bail!("{} of {} do not hold", failed, counted(run, "scenario", "scenarios"));
    }
    writeln!(out, "{} of \"{}\" hold.", counted(run, "scenario", "scenarios"), book.rulebook.id())?;
    Ok(())
}
