//! What is late and what is due soon.

use super::arguments::Due;
use super::read;
use crate::arguments::Common;
use crate::table::Table;
use crate::{out, platform};
use anyhow::Result;
use planning::due::{Due as Entry, due};
use std::io::Write;

pub(crate) fn run(common: &Common, asked: &Due, out: &mut dyn Write) -> Result<()> {
    let plan = read(common, &asked.plan)?.plan();
    let today = platform::today(platform::now(common.now.as_deref())?);
    let mut list = due(&plan, today, asked.days);
    if let Some(lead) = &asked.lead {
        let led = |due: &Entry| due.lead.as_ref().is_some_and(|one| one.as_str() == lead);
        list.late.retain(led);
        list.soon.retain(led);
        list.undated.retain(|id| {
            plan.commitments.get(id).and_then(|item| item.work.lead.as_ref()).is_some_and(|one| one.as_str() == lead)
        });
    }
    if asked.json.json {
        return out::json(out, &list);
    }
    write(&format!("Late: {}", list.late.len()), &list.late, out)?;
    write(&format!("Due within {} days: {}", asked.days, list.soon.len()), &list.soon, out)?;
    let undated: Vec<_> = list.undated.iter().map(ToString::to_string).collect();
    if undated.is_empty() {
        writeln!(out, "Everything that is not over has a date.")?;
    } else {
        writeln!(out, "Without a date: {}. Nobody can say whether they are late.", undated.join(" "))?;
    }
    Ok(())
}

fn write(heading: &str, entries: &[Entry], out: &mut dyn Write) -> Result<()> {
    writeln!(out, "{heading}")?;
    let mut table = Table::new(&["Due", "Part", "Lead", "What"]);
    for entry in entries {
        let lead = entry.lead.as_ref().map_or_else(|| "nobody".to_owned(), ToString::to_string);
        let milestone = if entry.milestone { "milestone: " } else { "" };
        table.row([entry.when(), entry.item.to_string(), lead, format!("{milestone}{}", entry.text)]);
    }
    if !table.is_empty() {
        table.write(out, 2)?;
    }
    Ok(())
}
