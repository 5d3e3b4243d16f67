//! A plan as people write it: a TOML file in short words, with the paper's references. See `examples/plans/README.md`.
//!
//! A file says how many priorities, outcomes, actions … its paper has, as somebody counted them there. A file with another
//! number of them is refused, so no row is forgotten and none invented.

use crate::commitment::Placed;
use crate::words::{BodyRef, ConsultationRef, ItemRef, Line, MilestoneRef, Note, PlanRef, QuestionRef};
use crate::{
    Event, EventId, History, Level, Plan, PlanKind, ReadError, Stamp, What, action, commitment, consultation,
    indicator, partner, plan, risk, status, version,
};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A plan's file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanFile {
    plan: PlanRef,
    kind: PlanKind,
    title: Line,
    paper: Line,
    opened: Date,
    from: Date,
    to: Date,
    owner: BodyRef,
    vision: Option<Note>,
    #[serde(default)]
    counts: BTreeMap<Level, usize>,
    #[serde(default, rename = "partner")]
    partners: Vec<partner::Joined>,
    #[serde(default)]
    framework: Vec<plan::Adopted>,
    #[serde(default, rename = "item")]
    items: Vec<ItemRow>,
    #[serde(default, rename = "risk")]
    risks: Vec<risk::Noted>,
    #[serde(default, rename = "indicator")]
    indicators: Vec<indicator::Defined>,
    #[serde(default, rename = "consultation")]
    consultations: Vec<ConsultationRow>,
    #[serde(default, rename = "version")]
    versions: Vec<VersionRow>,
    #[serde(default, rename = "status")]
    statuses: Vec<StatusRow>,
}

/// A commitment with what stands under it. Only those at the top say their level; the others follow from it. A paragraph, a
/// date or a lead holds for what stands under it too, unless that has its own.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ItemRow {
    id: ItemRef,
    level: Option<Level>,
    text: Line,
    at: Option<Line>,
    #[serde(default)]
    serves: Vec<ItemRef>,
    lead: Option<BodyRef>,
    #[serde(default)]
    supporting: Vec<BodyRef>,
    #[serde(default)]
    years: Vec<u8>,
    due: Option<Date>,
    said: Option<Line>,
    #[serde(default)]
    awaits: Vec<ItemRef>,
    #[serde(default)]
    milestones: Vec<MilestoneRow>,
    #[serde(default)]
    items: Vec<ItemRow>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MilestoneRow {
    id: MilestoneRef,
    text: Line,
    due: Date,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConsultationRow {
    id: ConsultationRef,
    title: Line,
    opened: Date,
    closes: Date,
    #[serde(default)]
    asked: Vec<BodyRef>,
    /// How many questions the paper has, and how many of them are key questions.
    questions: usize,
    key_questions: usize,
    chapters: Vec<ChapterRow>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChapterRow {
    title: Line,
    at: Line,
    questions: Vec<QuestionRow>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct QuestionRow {
    id: QuestionRef,
    text: Line,
    #[serde(default)]
    key: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct VersionRow {
    number: Line,
    on: Date,
    by: Line,
    note: Option<Note>,
    vision: Option<Note>,
    #[serde(default)]
    reworded: Vec<commitment::Reworded>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StatusRow {
    to: status::Status,
    on: Date,
    note: Option<Note>,
}

impl PlanFile {
    /// Reads a plan's file.
    pub fn parse(text: &str) -> Result<Self, ReadError> {
        toml::from_str(text).map_err(|error| ReadError::file("the plan", &error))
    }

    /// The plan's history, as if somebody had recorded the file row by row at this moment.
    pub fn history(
        &self,
        by: &Line,
        recorded: Timestamp,
        today: Date,
        mut new_id: impl FnMut() -> EventId,
    ) -> Result<History, ReadError> {
        let mut event =
            |(happened, what)| Event { stamp: Stamp { id: new_id(), happened, recorded, by: by.clone() }, what };
        let history = History::replayed(self.said().into_iter().map(&mut event).collect(), today)?;
        self.compare_counts(&history.plan())?;
        Ok(history)
    }

    fn compare_counts(&self, plan: &Plan) -> Result<(), ReadError> {
        let compare = |what, counted, found| {
            if counted == found { Ok(()) } else { Err(ReadError::Count { what, counted, found }) }
        };
        if !self.counts.is_empty() {
            let found = plan.commitments.counts();
            for level in self.counts.keys().chain(found.keys()) {
                let count = |counts: &BTreeMap<Level, usize>| counts.get(level).copied().unwrap_or_default();
                compare(level.many(), count(&self.counts), count(&found))?;
            }
        }
        for row in &self.consultations {
            let asked = plan.consultations.get(&row.id).map(|known| known.questions.as_slice()).unwrap_or_default();
            compare("questions", row.questions, asked.len())?;
            compare("key questions", row.key_questions, asked.iter().filter(|one| one.key).count())?;
        }
        Ok(())
    }

    /// Everything that the file says, with its day, in an order in which each can be recorded.
    fn said(&self) -> Vec<(Date, What)> {
        let mut said = Vec::new();
        let mut say = |happened: Date, what: What| said.push((happened, what));
        let opened = self.opened;
        let plan = plan::Opened {
            plan: self.plan.clone(),
            kind: self.kind,
            title: self.title.clone(),
            from: self.from,
            to: self.to,
            owner: self.owner.clone(),
            paper: Some(self.paper.clone()),
        };
        say(opened, plan.into());
        if let Some(vision) = &self.vision {
            say(opened, plan::VisionSet { vision: vision.clone() }.into());
        }
        self.partners.iter().for_each(|partner| say(opened, partner.clone().into()));
        self.framework.iter().for_each(|frame| say(opened, frame.clone().into()));
        let mut rows = Vec::new();
        for item in &self.items {
            item.flatten(None, item.level, Inherited::default(), &mut rows);
        }
        for row in &rows {
            say(opened, row.placed(&self.paper).into());
        }
        rows.iter().flat_map(Row::work).for_each(|what| say(opened, what));
        self.risks.iter().for_each(|risk| say(opened, risk.clone().into()));
        self.indicators.iter().for_each(|indicator| say(opened, indicator.clone().into()));
        for consultation in &self.consultations {
            consultation.events().into_iter().for_each(|what| say(consultation.opened, what));
        }
        for version in &self.versions {
            version.events().into_iter().for_each(|what| say(version.on, what));
        }
        for status in &self.statuses {
            say(status.on, status::Moved { to: status.to, note: status.note.clone() }.into());
        }
        said
    }
}

/// A commitment with what it inherits from those above it in the file.
struct Row<'a> {
    item: &'a ItemRow,
    under: Option<&'a ItemRef>,
    level: Option<Level>,
    above: Inherited<'a>,
}

#[derive(Clone, Copy, Default)]
struct Inherited<'a> {
    at: Option<&'a Line>,
    due: Option<(Date, Option<&'a Line>)>,
    lead: Option<&'a BodyRef>,
}

impl ItemRow {
    fn flatten<'a>(
        &'a self,
        under: Option<&'a ItemRef>,
        level: Option<Level>,
        above: Inherited<'a>,
        rows: &mut Vec<Row<'a>>,
    ) {
        let above = Inherited {
            at: self.at.as_ref().or(above.at),
            due: self.due.map(|due| (due, self.said.as_ref())).or(above.due),
            lead: self.lead.as_ref().or(above.lead),
        };
        rows.push(Row { item: self, under, level, above });
        for item in &self.items {
            item.flatten(Some(&self.id), item.level.or(level.and_then(Level::below)), above, rows);
        }
    }
}

impl Row<'_> {
    /// A row at the top without a level is an action, which nothing but an output takes: the refusal asks for its place.
    fn placed(&self, paper: &Line) -> Placed {
        let own = || format!("{paper} {}", self.item.id).as_str().try_into().ok();
        Placed {
            id: self.item.id.clone(),
            level: self.level.unwrap_or(Level::Action),
            under: self.under.cloned(),
            text: self.item.text.clone(),
            at: self.above.at.cloned().or_else(own),
            serves: self.item.serves.clone(),
        }
    }

    fn work(&self) -> Vec<What> {
        let row = self.item;
        let item = || row.id.clone();
        let mut work: Vec<What> = Vec::new();
        if !self.level.is_some_and(Level::is_work) {
            return work;
        }
        if let Some(lead) = self.above.lead {
            work.push(action::Led { item: item(), lead: lead.clone(), supporting: row.supporting.clone() }.into());
        }
        let due = self.above.due.filter(|_| row.years.is_empty() || row.due.is_some());
        if !row.years.is_empty() || due.is_some() {
            let (due, said) = due.unzip();
            let scheduled =
                action::Scheduled { item: item(), years: row.years.clone(), due, said: said.flatten().cloned() };
            work.push(scheduled.into());
        }
        if !row.awaits.is_empty() {
            work.push(action::Awaits { item: item(), others: row.awaits.clone() }.into());
        }
        for MilestoneRow { id, text, due } in row.milestones.clone() {
            work.push(action::MilestoneSet { item: item(), milestone: id, text, due }.into());
        }
        work
    }
}

impl ConsultationRow {
    fn events(&self) -> Vec<What> {
        let opened = consultation::Opened {
            consultation: self.id.clone(),
            title: self.title.clone(),
            closes: self.closes,
            asked: self.asked.clone(),
        };
        let questions = self.chapters.iter().flat_map(|chapter| {
            chapter.questions.iter().map(|question| consultation::Asked {
                consultation: self.id.clone(),
                question: question.id.clone(),
                chapter: chapter.title.clone(),
                text: question.text.clone(),
                key: question.key,
                at: Some(chapter.at.clone()),
            })
        });
        std::iter::once(opened.into()).chain(questions.map(What::from)).collect()
    }
}

impl VersionRow {
    fn events(&self) -> Vec<What> {
        let vision = self.vision.clone().map(|vision| plan::VisionSet { vision }.into());
        let reworded = self.reworded.iter().cloned().map(What::from);
        let issued = version::Versioned { number: self.number.clone(), by: self.by.clone(), note: self.note.clone() };
        vision.into_iter().chain(reworded).chain([issued.into()]).collect()
    }
}
