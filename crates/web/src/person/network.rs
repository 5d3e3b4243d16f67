//! People and agencies around a person: workers over time, who provides what, courts, councils, and how it is safe to
//! reach the person.

use super::bar::{Bar, Tab};
use super::{KnownAt, Stop};
use crate::frame::{self, Frame};
use crate::session::Seen;
use crate::words::Names;
use crate::{Desk, when};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use jiff::civil::Date;
use record::contact::With;
use record::{History, Record, What};
use service::Owing;
use std::collections::BTreeMap;

/// A case manager, for a time.
struct Spell {
    worker: String,
    team: String,
    from: String,
    until: String,
}

/// Somebody around the person, and as what: "Provider of the programme requirement".
struct Around {
    who: String,
    what: String,
    latest: String,
}

#[derive(Template)]
#[template(path = "person/network.html")]
struct Page {
    frame: Frame,
    bar: Bar,
    spells: Vec<Spell>,
    staff: Vec<Around>,
    agencies: Vec<Around>,
    recorders: Vec<Around>,
}

pub(super) async fn show(
    State(desk): State<Desk>,
    seen: Seen,
    Path(id): Path<String>,
    Query(known): Query<KnownAt>,
) -> Result<Response, Stop> {
    let opened = super::open(&desk, &seen, &id, Tab::Network, Owing::Nothing, &known).await?;
    let (record, history, names) = (&opened.part.record, &opened.part.history, &opened.names);
    let page = Page {
        spells: spells(names, record),
        staff: staff(names, history),
        agencies: agencies(names, record, history),
        recorders: recorders(names, history),
        frame: opened.frame,
        bar: opened.bar,
    };
    Ok(frame::page(&page)?)
}

/// Case managers, the present one first.
fn spells(names: &Names, record: &Record) -> Vec<Spell> {
    let mut until = "now".to_owned();
    let spell = |allocation: &record::supervision::Allocation| Spell {
        worker: names.worker(allocation.worker.as_str()).to_owned(),
        team: names.team(allocation.team.as_str()).to_owned(),
        from: when::short_day(allocation.on),
        until: std::mem::replace(&mut until, when::short_day(allocation.on)),
    };
    record.supervision.allocations.iter().rev().map(spell).collect()
}

/// Whom something was last seen of, by who and what.
#[derive(Default)]
struct LastSeen(BTreeMap<(String, String), Date>);

impl LastSeen {
    fn note(&mut self, who: &str, what: &str, on: Date) {
        let latest = self.0.entry((what.to_owned(), who.to_owned())).or_insert(on);
        *latest = on.max(*latest);
    }

    fn rows(self) -> Vec<Around> {
        let mut rows: Vec<_> = self.0.into_iter().collect();
        rows.sort_by(|a, b| a.0.0.cmp(&b.0.0).then(b.1.cmp(&a.1)));
        rows.into_iter().map(|((what, who), on)| Around { who, what, latest: when::short_day(on) }).collect()
    }
}

/// Staff who did something with the person, other than managing the case.
fn staff(names: &Names, history: &History) -> Vec<Around> {
    let mut seen = LastSeen::default();
    for stands in history.standing() {
        match stands.what {
            What::OfficerNominated(at) => {
                seen.note(names.worker(at.worker.as_str()), "Responsible officer", stands.on());
            }
            What::Worked(at) => {
                if let Some(supervisor) = &at.supervisor {
                    seen.note(names.worker(supervisor.as_str()), "Unpaid work supervisor", stands.on());
                }
            }
            _ => {}
        }
    }
    seen.rows()
}

/// Courts, councils, providers and others.
fn agencies(names: &Names, record: &Record, history: &History) -> Vec<Around> {
    let mut seen = LastSeen::default();
    for order in record.orders.values() {
        seen.note(order.court.name.as_str(), "Court", order.imposed_on);
        seen.note(&names.area(order.council.as_str()), "Council", order.imposed_on);
        for requirement in &order.requirements {
            if let Some(provider) = &requirement.provider {
                seen.note(provider.as_str(), "Provider of a requirement", order.imposed_on);
            }
        }
    }
    for stands in history.standing() {
        match stands.what {
            What::ReportRequested(at) => seen.note(at.by.as_str(), "Asked for a report", stands.on()),
            What::LicenceBreachReported(at) => seen.note(at.to.as_str(), "Told of a breach of licence", stands.on()),
            What::LicenceBreachPhoned(at) => seen.note(at.to.as_str(), "Told of a breach of licence", stands.on()),
            What::BreachLodged(at) => seen.note(at.court.as_str(), "Court of a breach", stands.on()),
            What::Admitted(at) => {
                if let Some(establishment) = &at.establishment {
                    seen.note(establishment.as_str(), "Place of custody", stands.on());
                }
            }
            What::TransferRequested(at) => {
                seen.note(&names.area(at.to.as_str()), "Asked to take a transfer", stands.on());
            }
            What::ContactHeld(at) if at.with == With::Partner => {
                seen.note("A partner agency", "Held contacts", stands.on());
            }
            _ => {}
        }
    }
    seen.rows()
}

/// Everybody who has recorded something, with the day of their latest entry.
fn recorders(names: &Names, history: &History) -> Vec<Around> {
    let mut seen = LastSeen::default();
    for event in history.events() {
        let agency = names.area(event.stamp.agency.as_str());
        seen.note(names.worker(event.stamp.by.as_str()), &agency, event.stamp.recorded_on());
    }
    seen.rows()
}
