//! Compliance: each incident with its cause, what was done about it and any accepted reason; breach through its steps;
//! standards that were excused, and why others were late.

use super::bar::{Bar, Tab};
use super::{KnownAt, Stop};
use crate::frame::{self, Frame};
use crate::session::Seen;
use crate::words::{Names, Telling, Words, happened};
use crate::{Desk, when};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use record::breach::Stage;
use record::{BreachRef, IncidentRef, Record, Stands, What};
use service::Owing;

/// A step of a matter: when, and what.
struct Step {
    when: String,
    telling: Telling,
    /// The whole entry, where its details are longer than the page shows.
    whole: Option<String>,
}

/// How many characters of its details a step shows.
const OF_A_STEP: usize = 400;
/// Incidents that the page shows; the chronology has them all.
const INCIDENTS: usize = 20;

/// A matter with its steps in order: an incident, or breach proceedings.
struct Matter {
    title: String,
    state: String,
    colour: &'static str,
    steps: Vec<Step>,
    /// What can be recorded next: address and words.
    acts: Vec<(String, String)>,
}

/// A standard that was excused, or late for a reason.
struct Reasoned {
    when: String,
    standard: String,
    sentence: String,
}

#[derive(Template)]
#[template(path = "person/compliance.html")]
struct Page {
    frame: Frame,
    bar: Bar,
    incidents: Vec<Matter>,
    earlier: usize,
    breaches: Vec<Matter>,
    reasoned: Vec<Reasoned>,
    kept: super::contacts::Kept,
}

pub(super) async fn show(
    State(desk): State<Desk>,
    seen: Seen,
    Path(id): Path<String>,
    Query(known): Query<KnownAt>,
) -> Result<Response, Stop> {
    let opened = super::open(&desk, &seen, &id, Tab::Compliance, Owing::Nothing, &known).await?;
    let (words, names) = (desk.words(), &opened.names);
    let (record, history) = (&opened.part.record, &opened.part.history);
    let mut told: Vec<Stands<'_>> = history.standing().collect();
    told.sort_by_key(|stands| (stands.happened.date(), stands.happened.time()));
    let teller = Teller { words, names, told: &told, base: &opened.base, may_record: opened.bar.may_record };
    let mut incidents: Vec<_> = record.incidents.iter().collect();
    incidents.sort_by_key(|(_, incident)| std::cmp::Reverse(incident.on));
    let mut breaches: Vec<_> = record.breaches.iter().collect();
    breaches.sort_by_key(|(_, breach)| std::cmp::Reverse(breach.since));
    let page = Page {
        earlier: incidents.len().saturating_sub(INCIDENTS),
        incidents: incidents
            .into_iter()
            .take(INCIDENTS)
            .map(|(reference, _)| teller.incident(record, reference))
            .collect(),
        breaches: breaches.into_iter().map(|(reference, breach)| teller.breach(reference, breach)).collect(),
        reasoned: told.iter().rev().filter_map(|stands| teller.reasoned(stands)).collect(),
        kept: super::contacts::kept(history, opened.part.as_at),
        frame: opened.frame,
        bar: opened.bar,
    };
    Ok(frame::page(&page)?)
}

struct Teller<'a> {
    words: &'a Words,
    names: &'a Names,
    told: &'a [Stands<'a>],
    base: &'a str,
    may_record: bool,
}

impl Teller<'_> {
    fn steps(&self, belongs: impl Fn(&What) -> bool) -> Vec<Step> {
        let step = |stands: &Stands<'_>| {
            let mut telling = self.words.tell(stands.what, self.names);
            let was_cut = super::entry::cut(&mut telling, &mut { OF_A_STEP });
            let whole = was_cut.then(|| format!("{}/entries/{}", self.base, stands.stamp.id));
            Step { when: happened(stands.happened), telling, whole }
        };
        self.told.iter().filter(|stands| belongs(stands.what)).map(step).collect()
    }

    fn acts(&self, kinds: &[&str], field: &str, reference: &str) -> Vec<(String, String)> {
        let act = |kind: &&str| {
            let title = self.words.event_title(kind).into_owned();
            (format!("{}/record/{kind}?{field}={reference}", self.base), title)
        };
        if self.may_record { kinds.iter().map(act).collect() } else { Vec::new() }
    }

    fn incident(&self, record: &Record, reference: &IncidentRef) -> Matter {
        let known = record.incidents.get(reference);
        let on = known.map(|incident| when::day(incident.on)).unwrap_or_default();
        let (state, colour, next): (_, _, &[&str]) = match known {
            Some(incident) if incident.accepted.is_some() => ("Reason accepted", "green", &[]),
            Some(incident) if incident.responded => ("Answered", "blue", &["noncompliance.reason_accepted"]),
            _ => ("No response yet", "orange", &["noncompliance.responded", "noncompliance.reason_accepted"]),
        };
        Matter {
            title: format!("Incident {reference}, {on}"),
            state: state.to_owned(),
            colour,
            steps: self.steps(|what| of_incident(what) == Some(reference)),
            acts: self.acts(next, "incident", reference.as_str()),
        }
    }

    fn breach(&self, reference: &BreachRef, breach: &record::breach::Breach) -> Matter {
        let (stage, colour, next): (_, _, &[&str]) = match breach.stage {
            Stage::Proposed if breach.endorsed => ("proposed", "orange", &["breach.decided"]),
            Stage::Proposed => ("proposed", "orange", &["breach.endorsed", "breach.decided"]),
            Stage::Decided => ("decided", "orange", &["breach.lodged"]),
            Stage::NotPursued => ("not_pursued", "grey", &[]),
            Stage::Lodged => ("lodged", "purple", &["breach.determined"]),
            Stage::Determined => ("determined", "grey", &[]),
            Stage::Licence => ("licence", "red", &["breach.licence_phoned", "breach.licence_reported"]),
        };
        Matter {
            title: format!("Breach {reference} of order {}, since {}", breach.order, when::day(breach.since)),
            state: self.words.say("stage", stage),
            colour,
            steps: self.steps(|what| of_breach(what) == Some(reference)),
            acts: self.acts(next, "breach", reference.as_str()),
        }
    }

    fn reasoned(&self, stands: &Stands<'_>) -> Option<Reasoned> {
        let standard = match stands.what {
            What::StandardReason(reason) => reason.standard.as_str(),
            What::StandardExcused(excused) => excused.standard.as_str(),
            _ => return None,
        };
        Some(Reasoned {
            when: happened(stands.happened),
            standard: self.names.standard(standard).to_owned(),
            sentence: self.words.tell(stands.what, self.names).sentence,
        })
    }
}

fn of_incident(what: &What) -> Option<&IncidentRef> {
    match what {
        What::NoncomplianceRecorded(at) => Some(&at.incident),
        What::NoncomplianceResponded(at) => Some(&at.incident),
        What::ReasonAccepted(at) => Some(&at.incident),
        What::NotSeenInPerson(at) => Some(&at.incident),
        What::VisitNotAppropriate(at) => Some(&at.incident),
        What::ContactHeld(at) => at.incident.as_ref(),
        What::ManagerDiscussed(at) => at.incident.as_ref(),
        _ => None,
    }
}

fn of_breach(what: &What) -> Option<&BreachRef> {
    match what {
        What::BreachProposed(at) => Some(&at.breach),
        What::BreachEndorsed(at) => Some(&at.breach),
        What::BreachDecided(at) => Some(&at.breach),
        What::BreachLodged(at) => Some(&at.breach),
        What::BreachDetermined(at) => Some(&at.breach),
        What::LicenceBreached(at) => Some(&at.breach),
        What::LicenceBreachPhoned(at) => Some(&at.breach),
        What::LicenceBreachReported(at) => Some(&at.breach),
        _ => None,
    }
}
