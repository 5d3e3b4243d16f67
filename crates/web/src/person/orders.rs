//! Orders and requirements: the four dates, the requirements with their terms, how they were varied, how they ended.

use super::bar::{Bar, Tab};
use super::{KnownAt, Stop};
use crate::frame::{self, Frame};
use crate::session::Seen;
use crate::words::{Names, Words, happened};
use crate::{Desk, when};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use jiff::civil::Date;
use record::order::{self, Requirement};
use record::transfer::Transfer;
use record::unpaid_work::in_hours;
use record::{History, Law, OrderRef, What};
use service::Owing;
use std::cmp::Reverse;

/// An order as the page shows it.
struct Order {
    title: String,
    reference: String,
    status: String,
    colour: &'static str,
    facts: Vec<(&'static str, String)>,
    requirements: Vec<Asked>,
    reviews: Vec<String>,
    placements: Vec<String>,
    /// What changed it, the latest first: when, and what.
    changes: Vec<(String, String)>,
    transfer: Option<String>,
    runs: bool,
}

/// A requirement with its terms and how far it is met.
struct Asked {
    said: String,
    terms: Option<String>,
    so_far: Option<String>,
}

#[derive(Template)]
#[template(path = "person/orders.html")]
struct Page {
    frame: Frame,
    bar: Bar,
    orders: Vec<Order>,
    reports: Vec<(String, String)>,
}

pub(super) async fn show(
    State(desk): State<Desk>,
    seen: Seen,
    Path(id): Path<String>,
    Query(known): Query<KnownAt>,
) -> Result<Response, Stop> {
    let opened = super::open(&desk, &seen, &id, Tab::Orders, Owing::Nothing, &known).await?;
    let (words, names) = (desk.words(), &opened.names);
    let (record, history) = (&opened.part.record, &opened.part.history);
    let mut orders: Vec<_> = record.orders.iter().collect();
    orders.sort_by_key(|(_, order)| (order.ended.is_some(), Reverse(order.imposed_on)));
    let maker = Maker { words, names, history, law: desk.rules().law() };
    let report = |(reference, report): (&record::ReportRef, &record::report::Report)| {
        let state = match (report.delivered_on, report.due) {
            (Some(on), _) => format!("delivered {}", when::short_day(on)),
            (None, Some(due)) => format!("due {}", when::short_day(due)),
            (None, None) => "not yet delivered".to_owned(),
        };
        let asked = when::short_day(report.requested_on);
        (
            format!("{} {reference}", words.say("report_kind", report.kind.as_str())),
            format!("requested {asked}, {state}"),
        )
    };
    let page = Page {
        orders: orders.into_iter().map(|(reference, order)| maker.order(reference, order)).collect(),
        reports: record.reports.iter().map(report).collect(),
        frame: opened.frame,
        bar: opened.bar,
    };
    Ok(frame::page(&page)?)
}

struct Maker<'a> {
    words: &'a Words,
    names: &'a Names,
    history: &'a History,
    law: &'a Law,
}

impl Maker<'_> {
    fn order(&self, reference: &OrderRef, order: &order::Order) -> Order {
        let (status, colour) = match &order.ended {
            None => ("Running".to_owned(), "green"),
            Some(end) => (self.words.say("how_ended", end.how.as_str()), "grey"),
        };
        Order {
            title: self.words.say("order_kind", order.kind.as_str()),
            reference: reference.to_string(),
            status,
            colour,
            facts: self.facts(order),
            requirements: order.requirements.iter().map(|one| self.asked(one, order)).collect(),
            reviews: order.progress_reviews.values().map(review).collect(),
            placements: order.placements.iter().map(|(reference, at)| placement(reference.as_str(), at)).collect(),
            changes: self.changes(reference),
            transfer: self.transfer(&order.transfer),
            runs: order.ended.is_none(),
        }
    }

    /// The dates that are distinct: imposed, told or received, commenced, first attended.
    fn facts(&self, order: &order::Order) -> Vec<(&'static str, String)> {
        let day = |day: Option<Date>| day.map_or_else(|| "Not recorded".to_owned(), when::day);
        let mut facts = vec![
            ("Imposed", format!("{} at {}", when::day(order.imposed_on), order.court.name)),
            ("Notified by the court", day(order.notified_on)),
            ("Received", day(order.received_on)),
            ("Commenced", day(order.commenced_on)),
            ("First attended", day(order.first_attended_on)),
            ("Induction", induction(order)),
            ("Council", self.names.area(order.council.as_str()).into_owned()),
        ];
        if let Some(end) = &order.ended {
            let how = self.words.inside("how_ended", end.how.as_str());
            facts.push(("Ended", format!("{}, {how}", when::day(end.on))));
        }
        facts
    }

    fn asked(&self, asked: &Requirement, order: &order::Order) -> Asked {
        let so_far = match asked.kind {
            order::RequirementKind::UnpaidWork => order.unpaid_work.ordered_hours().map(|_| {
                let balance = order.unpaid_work.balance();
                let due = order.unpaid_work_due(self.law);
                let due = due.map(|due| format!(", to be done by {}", when::day(due))).unwrap_or_default();
                let most = in_hours(order.unpaid_work.other_activity_most(self.law));
                let left = match order.unpaid_work.completed_on {
                    Some(done) => format!("completed on {}", when::day(done)),
                    None => format!("{} left{due}", in_hours(balance.outstanding())),
                };
                format!("{left}; other activity at most {most}")
            }),
            order::RequirementKind::Compensation => order
                .compensation_due()
                .map(|due| format!("{} of {} paid", pounds(order.compensation_paid), pounds(due))),
            _ => None,
        };
        Asked {
            said: self.words.requirement(asked, self.names),
            terms: asked.terms.as_ref().map(ToString::to_string),
            so_far,
        }
    }

    /// Variations, longer periods, changed hours and the end, as they were recorded.
    fn changes(&self, reference: &OrderRef) -> Vec<(String, String)> {
        let mut changes: Vec<_> = self
            .history
            .standing()
            .filter(|stands| match stands.what {
                What::Varied(at) => at.order == *reference,
                What::PeriodExtended(at) => at.order == *reference,
                What::HoursAdjusted(at) => at.order == *reference,
                What::Ended(at) => at.order == *reference,
                What::Transferred(at) => at.order == *reference,
                _ => false,
            })
            .collect();
        changes.sort_by_key(|stands| Reverse((stands.happened.date(), stands.happened.time())));
        changes
            .iter()
            .map(|stands| (happened(stands.happened), self.words.tell(stands.what, self.names).sentence))
            .collect()
    }

    fn transfer(&self, transfer: &Transfer) -> Option<String> {
        let area = |area: &record::AreaRef| self.names.area(area.as_str()).into_owned();
        match transfer {
            Transfer::None => None,
            Transfer::Requested(to) => Some(format!("Transfer to {} asked for; no answer yet", area(to))),
            Transfer::Accepted(to) => Some(format!("{} accepts the transfer; the court is to be asked", area(to))),
            Transfer::Applied(to) => Some(format!("The court was asked to transfer the order to {}", area(to))),
        }
    }
}

fn induction(order: &order::Order) -> String {
    match (order.induction_started_on, order.induction_completed_on) {
        (None, _) => "Not recorded".to_owned(),
        (Some(begun), None) => format!("Begun {}", when::day(begun)),
        (Some(begun), Some(done)) => format!("Begun {}, completed {}", when::day(begun), when::day(done)),
    }
}

fn review(review: &order::ProgressReview) -> String {
    let report = review
        .report_sent_on
        .map_or_else(|| "report not yet sent".to_owned(), |on| format!("report sent {}", when::short_day(on)));
    let held = review.held_on.map(|on| format!("; held {}", when::short_day(on))).unwrap_or_default();
    format!("{}: {report}{held}", when::day(review.on))
}

fn placement(reference: &str, placement: &record::unpaid_work::Placement) -> String {
    let mut said = vec![if placement.assessed { "risk assessed" } else { "risk not yet assessed" }.to_owned()];
    if placement.training_needed {
        said.push(if placement.trained { "trained" } else { "training needed" }.to_owned());
    }
    said.push(
        placement.started_on.map_or_else(|| "not begun".to_owned(), |on| format!("begun {}", when::short_day(on))),
    );
    format!("{reference}: {}", said.join(", "))
}

fn pounds(pence: u64) -> String {
    let (pounds, rest) = (pence / 100, pence % 100);
    if rest == 0 { format!("£{pounds}") } else { format!("£{pounds}.{rest:02}") }
}
