//! Who recorded what, when, for whom and why: what every event carries beside its content.

use crate::words::WorkerRef;
use crate::{EventId, Happened};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The time zone of the people who use the record.
static LONDON: TimeZone = jiff::tz::get!("Europe/London");

/// For what purpose something is recorded or looked at (Data Protection Act 2018 ss.31, 36).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Carrying out a court order or a licence.
    Supervision,
    /// A report to a court or the Parole Board.
    Report,
    /// Protecting the public, a child or an adult at risk.
    Protection,
    /// Help from sentence to after release.
    Throughcare,
    /// Running the service.
    Management,
    /// Checking that the service keeps the law and the standards.
    Audit,
    /// Statistics and research, without names.
    Analysis,
    /// Bringing records in from another system.
    Import,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: &'static [Purpose] = &[
        Self::Supervision,
        Self::Report,
        Self::Protection,
        Self::Throughcare,
        Self::Management,
        Self::Audit,
        Self::Analysis,
        Self::Import,
    ];

    /// The purpose as it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Supervision => "supervision",
            Self::Report => "report",
            Self::Protection => "protection",
            Self::Throughcare => "throughcare",
            Self::Management => "management",
            Self::Audit => "audit",
            Self::Analysis => "analysis",
            Self::Import => "import",
        }
    }

    /// Reads a stored purpose.
    pub fn read(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|purpose| purpose.as_str() == text)
    }
}

/// What every event carries beside its content.
#[derive(Clone, Debug, PartialEq)]
pub struct Stamp {
    /// The event's identifier.
    pub id: EventId,
    /// When it took place, as told.
    pub happened: Happened,
    /// When we learned it.
    pub recorded: jiff::Timestamp,
    /// Who recorded it.
    pub by: WorkerRef,
    /// From which agency.
    pub agency: crate::words::AreaRef,
    /// For what purpose.
    pub purpose: Purpose,
}

impl Stamp {
    /// The day on which it took place.
    pub fn on(&self) -> Date {
        self.happened.date()
    }

    /// The day on which we learned it, in Scotland.
    pub fn recorded_on(&self) -> Date {
        self.recorded.to_zoned(LONDON.clone()).date()
    }
}
