//! The plan as a tree, each part with how it stands.

use super::arguments::Show;
use super::{day, read};
use crate::arguments::Common;
use crate::rule_files::RuleFiles;
use crate::table::wrapped;
use crate::{out, platform};
use anyhow::{Context as _, Result, anyhow};
use jiff::civil::Date;
use planning::rag::{RagRule, Rating, rate};
use planning::{BodyRef, Commitment, ItemRef, Level, Line, Plan, PlanKind};
use serde::Serialize;
use std::io::Write;

/// A part of the plan as it is shown.
#[derive(Serialize)]
struct Part<'a> {
    id: &'a ItemRef,
    level: Level,
    #[serde(skip)]
    depth: usize,
    text: &'a Line,
    at: Option<&'a Line>,
    serves: &'a [ItemRef],
    lead: Option<&'a BodyRef>,
    supporting: Vec<&'a BodyRef>,
    years: &'a [u8],
    due: Option<Date>,
    stands: Rating,
}

pub(crate) fn run(common: &Common, asked: &Show, out: &mut dyn Write) -> Result<()> {
    let (history, judged_on) = asked_for(common, asked)?;
    let plan = history.plan();
    let (_, rule) = RuleFiles::find(common.rules.as_deref())?.data("plans", "rag")?;
    let parts = parts(&plan, &RagRule::parse(&rule)?, asked, judged_on)?;
    if asked.json.json {
        return json(&plan, &parts, out);
    }
    heading(&plan, out)?;
    for part in &parts {
        let dates = part.due.map(|due| format!("; due {}", day(due))).unwrap_or_default();
        let lead = part.lead.map(|lead| format!("; lead {lead}")).unwrap_or_default();
        let serves: Vec<_> = part.serves.iter().map(ItemRef::as_str).collect();
        let serves = if serves.is_empty() { String::new() } else { format!("; serves {}", serves.join(" ")) };
        wrapped(out, 2 * part.depth, 120, &format!("{} {}{lead}{dates}{serves}", part.id, part.text))?;
        wrapped(out, 2 * part.depth + 4, 120, &format!("{}: {}", part.stands.colour.word(), part.stands.reason))?;
    }
    if asked.is_whole() {
        measured(&plan, out)?;
        consulted(&plan, out)?;
    }
    Ok(())
}

/// The history as it was asked for, and the day on which to judge it: now, at a moment, on a day, in a version.
fn asked_for(common: &Common, asked: &Show) -> Result<(planning::History, Date)> {
    let history = read(common, &asked.plan)?;
    if let Some(moment) = &asked.known_at {
        let moment = platform::moment(moment, platform::Edge::End).context("--known-at")?;
        return Ok((history.as_known_at(moment), platform::today(moment)));
    }
    if let Some(on) = asked.on {
        return Ok((history.as_it_stood_on(on), on));
    }
    let today = platform::today(platform::now(common.now.as_deref())?);
    match &asked.version {
        None => Ok((history, today)),
        Some(number) => history.as_of_version(number).map(|history| (history, today)).ok_or_else(|| {
            anyhow!("--version {number}: the plan has no such version; throughline plan history lists them")
        }),
    }
}

impl Show {
    fn is_whole(&self) -> bool {
        self.part.is_none() && !self.is_filtered()
    }

    fn is_filtered(&self) -> bool {
        self.lead.is_some() || self.year.is_some() || self.serves.is_some() || self.colour.is_some()
    }

    fn wants(&self, part: &Part<'_>) -> bool {
        let led = |body: &String| {
            part.lead.into_iter().chain(part.supporting.iter().copied()).any(|one| one.as_str() == body)
        };
        part.level.is_work()
            && self.lead.as_ref().is_none_or(led)
            && self.year.is_none_or(|year| part.years.contains(&year))
            && self.serves.as_ref().is_none_or(|id| part.serves.iter().any(|one| one.as_str() == id))
            && self.colour.as_ref().is_none_or(|colour| part.stands.colour.word() == colour)
    }
}

/// The parts in the order of the tree; with a filter, only the work that it lets through.
fn parts<'a>(plan: &'a Plan, rule: &RagRule, asked: &Show, today: Date) -> Result<Vec<Part<'a>>> {
    let mut parts = Vec::new();
    match &asked.part {
        None => plan.commitments.top().for_each(|item| add(plan, rule, item, 0, today, &mut parts)),
        Some(id) => {
            let known = ItemRef::try_from(id.as_str()).ok().and_then(|id| plan.commitments.get(&id));
            let item =
                known.ok_or_else(|| anyhow!("--part {id}: the plan has no such part; leave it out to see all"))?;
            add(plan, rule, item, 0, today, &mut parts);
        }
    }
    if asked.is_filtered() {
        parts.retain(|part| asked.wants(part));
        for part in &mut parts {
            part.depth = 0;
        }
    }
    Ok(parts)
}

fn add<'a>(plan: &'a Plan, rule: &RagRule, item: &'a Commitment, depth: usize, today: Date, parts: &mut Vec<Part<'a>>) {
    parts.push(Part {
        id: &item.id,
        level: item.level,
        depth,
        text: &item.text,
        at: item.at.as_ref(),
        serves: &item.serves,
        lead: item.work.lead.as_ref(),
        supporting: item.work.supporting.iter().collect(),
        years: item.work.scheduled.as_ref().map(|scheduled| scheduled.years.as_slice()).unwrap_or_default(),
        due: plan.opened.as_ref().and_then(|opened| item.work.due(opened)),
        stands: rate(plan, rule, item, today),
    });
    for below in plan.commitments.under(&item.id) {
        add(plan, rule, below, depth + 1, today, parts);
    }
}

fn heading(plan: &Plan, out: &mut dyn Write) -> Result<()> {
    let Some(opened) = &plan.opened else {
        writeln!(out, "There was no plan yet.")?;
        return Ok(());
    };
    let paper = opened.paper.as_ref().map(|paper| format!(", {paper}")).unwrap_or_default();
    writeln!(out, "{} ({}{paper})", opened.title, opened.kind.words())?;
    let since = plan.status_since.map(|since| format!(" since {}", day(since))).unwrap_or_default();
    let version = plan.version.as_ref().map(|version| format!("; version {version}")).unwrap_or_default();
    writeln!(
        out,
        "{} to {}; owner {}; {}{since}{version}",
        day(opened.from),
        day(opened.to),
        opened.owner,
        plan.status.words()
    )?;
    writeln!(out, "{}", plan.commitments.counts_in_words())?;
    if let Some(vision) = &plan.vision {
        wrapped(out, 0, 120, &format!("Vision: {vision}"))?;
    }
    writeln!(out)?;
    Ok(())
}

fn measured(plan: &Plan, out: &mut dyn Write) -> Result<()> {
    if !plan.indicators.is_empty() {
        writeln!(out, "\nIndicators")?;
    }
    for indicator in plan.indicators.values() {
        wrapped(out, 2, 120, &format!("{}. {}", indicator.defined.name, indicator.against_target().1))?;
    }
    Ok(())
}

fn consulted(plan: &Plan, out: &mut dyn Write) -> Result<()> {
    for consultation in plan.consultations.values() {
        let (opened, questions) = (&consultation.opened, &consultation.questions);
        writeln!(out, "\nConsultation: {}, until {}; * marks a key question", opened.title, day(opened.closes))?;
        for (asked, analysis) in questions.iter().zip(consultation.analysis()) {
            let star = if asked.key { "*" } else { "" };
            let answers = match analysis.answers {
                0 => String::new(),
                1 => " (1 answer)".to_owned(),
                many => format!(" ({many} answers)"),
            };
            wrapped(out, 2, 120, &format!("{}{star} {}{answers}", asked.question, asked.text))?;
        }
    }
    Ok(())
}

fn json(plan: &Plan, parts: &[Part<'_>], out: &mut dyn Write) -> Result<()> {
    #[derive(Serialize)]
    struct Whole<'a> {
        title: Option<&'a Line>,
        kind: Option<PlanKind>,
        status: planning::status::Status,
        version: Option<&'a Line>,
        parts: &'a [Part<'a>],
        indicators: Vec<Shown<'a>>,
    }
    #[derive(Serialize)]
    struct Shown<'a> {
        indicator: &'a planning::IndicatorRef,
        against: planning::indicator::Against,
        sentence: String,
        trend: String,
    }
    let indicators = plan.indicators.iter().map(|(indicator, one)| {
        let (against, sentence) = one.against_target();
        Shown { indicator, against, sentence, trend: one.trend() }
    });
    let opened = plan.opened.as_ref();
    out::json(
        out,
        &Whole {
            title: opened.map(|opened| &opened.title),
            kind: opened.map(|opened| opened.kind),
            status: plan.status,
            version: plan.version.as_ref(),
            parts,
            indicators: indicators.collect(),
        },
    )
}
