//! A plan to try things on.

use jiff::Timestamp;
use jiff::civil::{Date, date};
use planning::file::PlanFile;
use planning::rag::RagRule;
use planning::{Event, EventId, History, Line, Plan, Refusal, Stamp, What};
use uuid::Uuid;

pub(crate) const TODAY: Date = date(2026, 3, 16);

/// A history under construction.
#[derive(Default)]
pub(crate) struct World {
    pub(crate) history: History,
}

impl World {
    /// A small area plan: two actions, one waiting for the other.
    pub(crate) fn with_a_plan() -> Self {
        let mut world = Self::default();
        for (kind, content) in [
            (
                "plan.opened",
                r#"{"plan":"p","kind":"area_plan","title":"Plan","from":"2025-04-01","to":"2028-03-31","owner":"board"}"#,
            ),
            ("partner.joined", r#"{"body":"board","name":"Board","roles":["owner"]}"#),
            ("partner.joined", r#"{"body":"sps","name":"Prison service","roles":["statutory_partner"]}"#),
            ("plan.framework_adopted", r#"{"id":"NO9","kind":"national_outcome","text":"Safe from crime"}"#),
            ("commitment.placed", r#"{"id":"1","level":"priority","text":"Integrated planning"}"#),
            ("commitment.placed", r#"{"id":"1.1","level":"outcome","under":"1","text":"More capacity"}"#),
            ("commitment.placed", r#"{"id":"1.1.1","level":"output","under":"1.1","text":"Shared services"}"#),
            (
                "commitment.placed",
                r#"{"id":"a","level":"action","under":"1.1.1","text":"Agree a protocol","serves":["NO9"]}"#,
            ),
            ("commitment.placed", r#"{"id":"b","level":"action","under":"1.1.1","text":"Work by it"}"#),
        ] {
            world.record(date(2025, 4, 1), kind, content);
        }
        world
    }

    /// Records what must be accepted; returns the event's identifier.
    pub(crate) fn record(&mut self, on: Date, kind: &str, content: &str) -> EventId {
        self.propose(on, kind, content).unwrap_or_else(|refusal| panic!("{kind} {content}: {refusal}"))
    }

    /// Proposes something, and records it if it is accepted.
    pub(crate) fn propose(&mut self, on: Date, kind: &str, content: &str) -> Result<EventId, Refusal> {
        let number = self.history.events().len() + 1;
        let id = EventId(Uuid::from_u128(u128::try_from(number).unwrap()));
        let recorded = Timestamp::from_second(1_750_000_000 + i64::try_from(number).unwrap()).unwrap();
        let stamp = Stamp { id, happened: on, recorded, by: line("planner") };
        let event = Event { stamp, what: What::read(kind, 1, content).unwrap() };
        self.history.decide(&event, TODAY)?;
        self.history.push(event);
        Ok(id)
    }

    /// The sentence with which something is refused.
    pub(crate) fn refused(&mut self, on: Date, kind: &str, content: &str) -> String {
        self.propose(on, kind, content).unwrap_err().to_string()
    }

    pub(crate) fn plan(&self) -> Plan {
        self.history.plan()
    }
}

pub(crate) fn line(text: &str) -> Line {
    text.try_into().unwrap()
}

/// A plan's file as if it had been recorded today.
pub(crate) fn imported(text: &str) -> History {
    try_import(text).unwrap()
}

pub(crate) fn try_import(text: &str) -> Result<History, planning::ReadError> {
    let mut number = 0;
    let new_id = || {
        number += 1;
        EventId(Uuid::from_u128(number))
    };
    PlanFile::parse(text)?.history(&line("importer"), Timestamp::UNIX_EPOCH, TODAY, new_id)
}

pub(crate) fn rule() -> RagRule {
    RagRule::parse(include_str!("../../../../plans/rag.toml")).unwrap()
}
