//! Writing a plan's stream: from its file, or one event more.

use super::arguments::{Import, Record};
use super::{from_file, is_stream, kept, recorder};
use crate::arguments::Common;
use crate::platform;
use anyhow::{Context as _, Result, bail};
use planning::moved::moved;
use planning::{Event, EventId, Stamp, What, stream};
use std::io::Write;

pub(crate) fn import(common: &Common, asked: &Import, out: &mut dyn Write) -> Result<()> {
    let now = platform::now(common.now.as_deref())?;
    let text = platform::read_text(&asked.plan)?;
    let text = if asked.later > 0 { moved(&text, asked.later)? } else { text };
    let history = from_file(common, &asked.plan, &text, now)?;
    let plan = history.plan();
    let title = plan.opened.as_ref().map(|opened| opened.title.to_string()).unwrap_or_default();
    writeln!(out, "{title}: {}, as many as were counted in the paper.", plan.commitments.counts_in_words())?;
    for consultation in plan.consultations.values() {
        let key = consultation.questions.iter().filter(|question| question.key).count();
        writeln!(out, "Consultation: {} questions, {key} of them key questions.", consultation.questions.len())?;
    }
    if asked.keep {
        return kept::keep(common, &history, out);
    }
    if let Some(to) = &asked.to {
        if !is_stream(to) {
            bail!("--to {}: a stream's name ends in .jsonl", to.display());
        }
        let mut file = platform::create_new(to)?;
        for event in history.events() {
            writeln!(file, "{}", stream::line(event)?)?;
        }
        writeln!(out, "{} events are in {}.", history.events().len(), to.display())?;
    }
    Ok(())
}

pub(crate) fn run(common: &Common, asked: &Record, out: &mut dyn Write) -> Result<()> {
    if let Some(plan) = kept::reference(&asked.plan) {
        return kept::record(common, &plan, asked, out);
    }
    if !is_stream(&asked.plan) {
        bail!(
            "{} is not a stream. Make one with throughline plan import PLAN.toml --to PLAN.jsonl, and record there; or keep it in the store with --keep.",
            asked.plan.display()
        );
    }
    let now = platform::now(common.now.as_deref())?;
    let today = platform::today(now);
    let history = super::read(common, &asked.plan)?;
    let what = What::typed(&asked.kind, &asked.content)?;
    let stamp = Stamp {
        id: EventId(platform::new_id(now)),
        happened: asked.happened.unwrap_or(today),
        recorded: now,
        by: recorder(common)?,
    };
    let event = Event { stamp, what };
    history.decide(&event, today)?;
    platform::append_line(&asked.plan, &stream::line(&event)?)
        .with_context(|| format!("{} was not changed", asked.plan.display()))?;
    writeln!(out, "Recorded as event {}.", event.stamp.id)?;
    Ok(())
}
