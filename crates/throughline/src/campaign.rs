//! `throughline campaign`: trying to make the store lose something.

use crate::arguments::{Campaign, Common};
use crate::wording::{count, counted};
use crate::{out, platform, session};
use anyhow::{Context as _, Result, bail};
use std::io::Write;
use std::process::Command;
use store::{Access, Location, campaign};

pub(crate) fn run(common: &Common, command: &Campaign, out: &mut (dyn Write + Send)) -> Result<()> {
    let now = platform::now(common.now.as_deref())?;
    match *command {
        Campaign::Write { callers, round } => {
            let store = session::store(common, now, Access::Create)?;
            Ok(campaign::write_until_killed(&store, callers, round, now.as_microsecond(), out)?)
        }
        Campaign::Kill { times, callers } => kill(common, times, callers, out),
    }
}

/// Kills a process that writes, again and again. The store must be one that nothing else uses.
fn kill(common: &Common, times: u32, callers: u32, out: &mut dyn Write) -> Result<()> {
    let location = session::location(common)?;
    if let Location::File(path) = &location
        && path.exists()
    {
        bail!("{location} is there already: a campaign fills a store of its own, so name a new file with --store");
    }
    let program = std::env::current_exe().context("the program does not know where it is")?;
    let now = platform::now(common.now.as_deref())?;
    let mut spawn = |round: u32| {
        let mut command = Command::new(&program);
        command.arg("--store").arg(&common.store).args(["campaign", "write"]);
        if let Some(witness) = &common.witness {
            command.arg("--witness").arg(witness);
        }
        command.args(["--callers", &callers.to_string(), "--round", &round.to_string()]);
        command
    };
    let options = store::Options { witness: common.witness.clone(), ..store::Options::new(now.as_microsecond()) };
    let mut open = || store::Store::open(&location, &options);
    let mut told = |so_far: &campaign::Campaign| {
        if so_far.kills.is_multiple_of(10) {
            let findings = counted(so_far.findings.len() as u64, "finding", "findings");
            out::tell(format_args!(
                "{} kills, {} commands acknowledged, {findings}",
                so_far.kills,
                count(so_far.acknowledged)
            ));
        }
    };
    let campaign = campaign::run(times, &mut spawn, &mut open, &mut told)?;
    for finding in &campaign.findings {
        writeln!(out, "{finding}")?;
    }
    writeln!(
        out,
        "{} with {}: {} acknowledged; the slowest opening took {} milliseconds.",
        counted(u64::from(campaign.kills), "kill", "kills"),
        counted(u64::from(callers), "caller", "callers"),
        counted(campaign.acknowledged, "command", "commands"),
        campaign.slowest_opening.as_millis()
    )?;
    match campaign.findings.len() {
        0 => Ok(writeln!(out, "Nothing acknowledged was lost, nothing is there by halves.")?),
        found => bail!("{}; see above", counted(found as u64, "finding", "findings")),
    }
}
