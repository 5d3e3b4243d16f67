//! What a timeline of facts owes each standard on a day.

use crate::arguments::{Check, Common};
use crate::rule_files::{RuleFiles, with_local};
use crate::table::wrapped;
use crate::{out, platform, wording};
use anyhow::{Context as _, Result, anyhow};
use calendar::{Calendar, Calendars};
use clock::{CalendarRole, CalendarRoles, Clock, Detail, Obligation, Rulebook};
use facts::Timeline;
use std::io::Write;

pub(super) fn run(common: &Common, check: &Check, out: &mut dyn Write) -> Result<()> {
    let files = RuleFiles::find(common.rules.as_deref())?;
    let rulebook = with_local(&files.book(&common.rulebook)?, common.local.as_deref())?;
    let calendars = files.calendars()?;
    let clock = Clock::new(&rulebook, roles(&rulebook, &calendars, check.calendar.as_deref())?);
    let text = platform::read_text(&check.timeline)?;
    let timeline = Timeline::from_json(&text).with_context(|| check.timeline.display().to_string())?;
    let today = match check.today {
        Some(today) => today,
        None => platform::today(platform::now(common.now.as_deref())?),
    };
    let obligations = clock.evaluate(&timeline, today, Detail::Explained)?;
    if check.json.json {
        return out::json(out, &obligations);
    }
    if obligations.is_empty() {
        writeln!(out, "On {} these facts open nothing.", calendar::say(today))?;
    }
    obligations.iter().try_for_each(|obligation| write(out, obligation))
}

fn write(out: &mut dyn Write, obligation: &Obligation<'_>) -> Result<()> {
    let standard = obligation.standard;
    writeln!(out, "{}: {}", wording::plain(obligation.state.as_str()), standard.title())?;
    let due = obligation.due_time.map(|at| format!(", {}", wording::time(at))).unwrap_or_default();
    writeln!(
        out,
        "  {}; opened {}; due {}{due}",
        standard.id(),
        calendar::say(obligation.opened_on),
        wording::day_or_dash(obligation.due)
    )?;
    wrapped(out, 2, 110, obligation.explanation.as_deref().unwrap_or_default())?;
    writeln!(out)?;
    Ok(())
}

/// The calendars by their parts; `council` replaces the rulebook's choice of the council's.
fn roles<'a>(rulebook: &Rulebook, calendars: &'a Calendars, council: Option<&str>) -> Result<CalendarRoles<'a>> {
    let named = |role: CalendarRole| -> Result<&'a Calendar> {
        let id = rulebook.calendar(role).ok_or_else(|| {
            anyhow!(
                "the rulebook \"{}\" names no {} calendar: add it to [calendars] in rulebook.toml",
                rulebook.id(),
                role.as_str()
            )
        })?;
        Ok(calendars.require(id)?)
    };
    let council = match council {
        Some(id) => calendars.require(id).context("--calendar")?,
        None => named(CalendarRole::Council)?,
    };
    Ok(CalendarRoles { council, court: named(CalendarRole::Court)?, national: named(CalendarRole::National)? })
}
