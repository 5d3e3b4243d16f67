//! # planning
//!
//! Plans to reduce reoffending: what was promised, by whom, by when and how it stands; indicators, consultation, funding.
//!
//! A plan is a stream of dated [`Event`]s, like a person's record. Nothing is edited: what was wrong is corrected or struck
//! by a later event with a reason, so a plan can be read as it was known at any moment, as it stood on any day, and as any
//! version had it. [`History::plan`] folds events into a [`Plan`]; [`History::decide`] says whether something can be
//! recorded, or refuses with the way out. How work stands ([`rag`]), what is due ([`due`]) and what changed between versions
//! ([`version::change_log`]) are derived, each with its reason. Plans are read from files that people write ([`file`]).
//! [`funding`] divides money by a formula that is data.
//!
//! *May know:* dates, the parts of a plan, rules as data.
//! *Must not know:* people's records, the store, I/O, the time of day.
//!
//! Each module is a part of planning and holds its events, what each needs (`check`) and what each changes (`apply`).

mod amend;
mod event;
mod history;
mod public;
mod read_error;
mod refusal;
mod stamp;
mod words;

pub mod action;
pub mod commitment;
pub mod community;
pub mod consultation;
pub mod consultee;
pub mod control;
pub mod due;
pub mod equality;
pub mod file;
pub mod funding;
pub mod indicator;
pub mod meeting;
pub mod money;
pub mod moved;
pub mod offer;
pub mod partner;
pub mod plan;
pub mod rag;
pub mod report;
pub mod risk;
pub mod status;
pub mod story;
pub mod stream;
pub mod suggestion;
pub mod version;
pub mod workforce;

pub use amend::{Corrected, Struck};
pub use commitment::{Commitment, Level};
pub use event::{Event, What};
pub use history::History;
pub use ledger::{EventId, WireError};
pub use plan::{Plan, PlanKind};
pub use read_error::ReadError;
pub use refusal::Refusal;
pub use stamp::Stamp;
pub use words::{
    BodyRef, CommunityRef, ConsultationRef, ConsulteeRef, IndicatorRef, ItemRef, Line, MeetingRef, MilestoneRef, Note,
    OfferRef, PlanRef, PostRef, QualificationRef, QuestionRef, ResponseRef, RiskRef, SectionRef, StoryRef,
    SuggestionRef, Words, WordsError,
};
