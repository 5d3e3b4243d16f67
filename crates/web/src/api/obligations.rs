//! What the standards ask for a person, and why one obligation stands as it does.

use super::CASEWORK;
use super::operation::{Api, Operation};
use super::page::{Page, Paging};
use super::problem::Problem;
use super::sent::{Asked, Of, Why, answer};
use crate::Desk;
use crate::session::Seen;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use service::{Obliged, Trace};

pub(super) fn operations(api: Api) -> Api {
    api.operation(
        Operation::get("/api/v1/people/{person}/obligations", CASEWORK, "people", "What the standards ask for a person")
            .says("Every obligation with its state and the explanation: which facts, which standard, which days were counted.")
            .query::<WhichObligations>()
            .of_case()
            .answers::<Page<Obligation>>(200),
        obligations,
    )
    .operation(
        Operation::get("/api/v1/people/{person}/obligations/why", CASEWORK, "people", "Why one obligation stands as it does")
            .says("Its explanation, and the events that opened and settled it.")
            .query::<WhichObligation>()
            .of_case()
            .answers::<WhyShown>(200),
        why,
    )
}

/// Which obligations.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WhichObligations {
    /// Only those in this state.
    #[serde(default)]
    state: Option<ObligationState>,
    /// Only those of this order or report.
    #[serde(default)]
    #[schemars(length(max = 40))]
    case: Option<String>,
    /// As the record was known at this moment.
    #[serde(default)]
    known_at: Option<Timestamp>,
    /// How many obligations at most; 50 when nothing is said.
    #[serde(default)]
    #[schemars(range(min = 1, max = 200))]
    limit: Option<u16>,
    /// Where to go on: the `next` of the page before.
    #[serde(default)]
    #[schemars(length(max = 400))]
    cursor: Option<String>,
}

/// A state of an obligation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ObligationState {
    Open,
    Met,
    Late,
    Missed,
    Excused,
    NotApplicable,
}

impl ObligationState {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Met => "met",
            Self::Late => "late",
            Self::Missed => "missed",
            Self::Excused => "excused",
            Self::NotApplicable => "not_applicable",
        }
    }
}

/// Something that a standard asks for, and how it stands.
#[derive(Debug, Serialize, JsonSchema)]
struct Obligation {
    /// Which order or report.
    case: String,
    /// The standard's id.
    standard: String,
    /// Its title.
    title: String,
    /// The day that opened it.
    opened_on: Date,
    /// The last day.
    due: Option<Date>,
    /// `open`, `met`, `late`, `missed`, `excused` or `not_applicable`.
    state: String,
    /// The day it was discharged.
    on: Option<Date>,
    /// Why it is so, in sentences, with the source.
    explanation: String,
}

async fn obligations(
    State(desk): State<Desk>,
    seen: Seen,
    Of(id): Of,
    Asked(which): Asked<WhichObligations>,
    why: Why,
) -> Result<Response, Problem> {
    let known_at = which.known_at;
    let view = why.ask(&desk, &seen, move |service, request| Ok(service.person(request, &id, known_at)?.obligations));
    let view = view.await?;
    let mut numbered: Vec<(usize, Obligation)> = Vec::with_capacity(view.len());
    for due in view {
        let wanted = which.state.is_none_or(|state| state.word() == due.state)
            && which.case.as_ref().is_none_or(|case| *case == due.case);
        if wanted {
            let shown = Obligation {
                case: due.case,
                standard: due.standard,
                title: due.title,
                opened_on: due.opened_on,
                due: due.due,
                state: due.state.to_owned(),
                on: due.on,
                explanation: due.explanation,
            };
            numbered.push((numbered.len(), shown));
        }
    }
    let page = Paging { limit: which.limit, cursor: which.cursor }
        .of(numbered, |(n, shown)| format!("{n}/{}/{}/{}", shown.case, shown.standard, shown.opened_on))?;
    let items = page.items.into_iter().map(|(_, shown)| shown).collect();
    Ok(answer(StatusCode::OK, Page { items, next: page.next }))
}

/// Which obligation: as the lists name it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WhichObligation {
    /// The order or report.
    #[schemars(length(max = 60))]
    case: String,
    /// The standard's id.
    #[schemars(length(max = 100))]
    standard: String,
    /// The day that opened it.
    opened_on: Date,
    /// Which of those that the day opened; the first when nothing is said.
    #[serde(default)]
    n: u32,
}

/// Why an obligation stands as it does.
#[derive(Debug, Serialize, JsonSchema)]
struct WhyShown {
    /// The order or report.
    case: String,
    /// The standard's id.
    standard: String,
    /// Its title.
    title: String,
    /// Its citation.
    source: String,
    /// The day that opened it.
    opened_on: Date,
    /// The last day.
    due: Option<Date>,
    /// `open`, `met`, `late`, `missed`, `excused` or `not_applicable`.
    state: String,
    /// The day that settled it.
    on: Option<Date>,
    /// How it came to be so, in sentences.
    explanation: String,
    /// The standard that falls due first and so governs, if another one does.
    governed_by: Option<String>,
    /// The events that opened it.
    opened_by: Vec<TraceShown>,
    /// The events that settled it.
    settled_by: Vec<TraceShown>,
}

/// An event that opened or settled an obligation.
#[derive(Debug, Serialize, JsonSchema)]
struct TraceShown {
    /// The event's id.
    event: String,
    /// Its kind.
    kind: String,
    /// When it took place.
    happened: String,
    /// What it meant to the standard.
    fact: String,
}

impl From<Trace> for TraceShown {
    fn from(trace: Trace) -> Self {
        Self {
            event: trace.event.stamp.id.to_string(),
            kind: trace.event.what.kind().to_owned(),
            happened: trace.event.stamp.happened.to_string(),
            fact: trace.fact.as_str().to_owned(),
        }
    }
}

async fn why(
    State(desk): State<Desk>,
    seen: Seen,
    Of(id): Of,
    Asked(which): Asked<WhichObligation>,
    why: Why,
) -> Result<Response, Problem> {
    let found = why.ask(&desk, &seen, move |service, request| {
        let WhichObligation { case, standard, opened_on, n } = &which;
        service.reason(request, &id, &Obliged { case, standard, opened_on: *opened_on, n: *n })
    });
    let found = found.await?;
    let shown = WhyShown {
        case: found.case,
        standard: found.standard,
        title: found.title,
        source: found.source,
        opened_on: found.opened_on,
        due: found.due,
        state: found.state.to_owned(),
        on: found.on,
        explanation: found.explanation,
        governed_by: found.governed_by,
        opened_by: found.opened_by.into_iter().map(TraceShown::from).collect(),
        settled_by: found.settled_by.into_iter().map(TraceShown::from).collect(),
    };
    Ok(answer(StatusCode::OK, shown))
}
