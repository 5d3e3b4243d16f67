//! What the record already has that a new event can refer to, in words; and the next reference for something new.

use crate::Words;
use crate::when::short_day;
use jiff::civil::Date;
use record::breach::Stage;
use record::order::Family;
use record::{History, Record, What};

/// A value and the words for it.
pub(crate) type Choice = (String, String);

/// What a kind of event can refer to, of one sort: `order`, `incident`, `breach` and so on.
pub(crate) fn choices(kind: &str, sort: &str, record: &Record, words: &Words, today: Date) -> Vec<Choice> {
    match sort {
        "order" => orders(kind, record, words, today),
        "contact" => {
            let mut planned: Vec<_> = record.planned_contacts.iter().collect();
            planned.sort_by_key(|(reference, contact)| (contact.on, contact.at, *reference));
            let said = |(reference, contact): (&record::ContactRef, &record::contact::PlannedContact)| {
                let at = contact.at.map(|at| format!(" at {}", crate::when::time(at))).unwrap_or_default();
                let how = words.inside("contact_kind", contact.kind.as_str());
                (reference.to_string(), format!("{}{at}, {how}", short_day(contact.on)))
            };
            planned.into_iter().map(said).collect()
        }
        "incident" => {
            let said = |(reference, incident): (&record::IncidentRef, &record::noncompliance::Incident)| {
                let answered = if incident.responded { "answered" } else { "no response yet" };
                (incident.on, (reference.to_string(), format!("{reference}: {}, {answered}", short_day(incident.on))))
            };
            latest_first(record.incidents.iter().map(said).collect())
        }
        "breach" => breaches(kind, record),
        "change" => {
            let said = |(reference, change): (&record::ChangeRef, &record::review::Change)| {
                (change.on, (reference.to_string(), format!("{reference}: noticed {}", short_day(change.on))))
            };
            latest_first(record.changes.iter().map(said).collect())
        }
        "review" => {
            let reviews = record.orders.iter().flat_map(|(order, known)| {
                known.progress_reviews.iter().map(move |(reference, review)| (order, reference, review))
            });
            let open = reviews.filter(|(_, _, review)| kind != "order.progress_reviewed" || review.held_on.is_none());
            let said = |(order, reference, review): (_, &record::ReviewRef, &record::order::ProgressReview)| {
                (reference.to_string(), format!("{reference}: {}, order {order}", short_day(review.on)))
            };
            open.map(said).collect()
        }
        "placement" => {
            let said = |(order, reference): (&record::OrderRef, &record::PlacementRef)| {
                (reference.to_string(), format!("{reference}, order {order}"))
            };
            let placements =
                record.orders.iter().flat_map(|(order, known)| known.placements.keys().map(move |key| (order, key)));
            placements.map(said).collect()
        }
        "report" => {
            let said = |(reference, report): (&record::ReportRef, &record::report::Report)| {
                let asked = short_day(report.requested_on);
                let what = words.say("report_kind", report.kind.as_str());
                (report.requested_on, (reference.to_string(), format!("{reference}: {what}, requested {asked}")))
            };
            latest_first(record.reports.iter().map(said).collect())
        }
        "restriction" => record.restrictions.keys().map(|key| (key.to_string(), key.to_string())).collect(),
        "charge" => {
            let said = |(reference, charge): (&record::ChargeRef, &record::court::Charge)| {
                (reference.to_string(), format!("{reference}: {}, {}", charge.offence, short_day(charge.from)))
            };
            record.court.charges.iter().map(said).collect()
        }
        _ => Vec::new(),
    }
}

fn latest_first(mut dated: Vec<(Date, Choice)>) -> Vec<Choice> {
    dated.sort_by(|(one, _), (other, _)| other.cmp(one));
    dated.into_iter().map(|(_, choice)| choice).collect()
}

/// Orders that the event can concern, the latest first.
fn orders(kind: &str, record: &Record, words: &Words, today: Date) -> Vec<Choice> {
    let after_its_end =
        ["order.exit_questionnaire", "order.final_review", "order.compensation_paid", "milestone.reached"];
    let suits = |order: &record::order::Order| {
        let runs = order.ended.as_ref().is_none_or(|end| end.on >= today)
            || after_its_end.contains(&kind)
            || kind.starts_with("standard.")
            || kind.starts_with("court.");
        let licence = order.kind.family() == Family::Licence;
        let family = match kind {
            "breach.proposed" => !licence,
            "breach.licence_identified" | "custody.released" | "custody.accommodation_confirmed" => licence,
            _ => true,
        };
        let work = !kind.starts_with("unpaid_work.") || order.unpaid_work.ordered_hours().is_some();
        runs && family && work
    };
    let said = |(reference, order): (&record::OrderRef, &record::order::Order)| {
        let what = words.say("order_kind", order.kind.as_str());
        (order.imposed_on, (reference.to_string(), format!("{reference}: {what}, {}", short_day(order.imposed_on))))
    };
    latest_first(record.orders.iter().filter(|(_, order)| suits(order)).map(said).collect())
}

/// Proceedings that stand where the event needs them to stand.
fn breaches(kind: &str, record: &Record) -> Vec<Choice> {
    let suits = |breach: &record::breach::Breach| match kind {
        "breach.endorsed" => matches!(breach.stage, Stage::Proposed | Stage::Decided) && !breach.endorsed,
        "breach.decided" => breach.stage == Stage::Proposed,
        "breach.lodged" => breach.stage == Stage::Decided,
        "breach.determined" => breach.stage == Stage::Lodged,
        "breach.licence_phoned" | "breach.licence_reported" => breach.stage == Stage::Licence,
        _ => true,
    };
    let said = |(reference, breach): (&record::BreachRef, &record::breach::Breach)| {
        (
            breach.since,
            (reference.to_string(), format!("{reference}: order {}, since {}", breach.order, short_day(breach.since))),
        )
    };
    latest_first(record.breaches.iter().filter(|(_, breach)| suits(breach)).map(said).collect())
}

/// The next reference of one sort that nothing on the record has.
pub(crate) fn next_reference(sort: &str, record: &Record, history: Option<&History>) -> String {
    let prefix = match sort {
        "order" => "ORDER",
        "contact" => "C",
        "incident" => "NC",
        "breach" => "B",
        "change" => "CH",
        "review" => "PR",
        "placement" => "P",
        "session" => "S",
        "report" => "R",
        "restriction" => "RS",
        _ => "X",
    };
    let used = used(sort, record, history);
    let mut number = used.len() + 1;
    loop {
        let reference = format!("{prefix}-{number}");
        if !used.contains(&reference) {
            return reference;
        }
        number += 1;
    }
}

fn used(sort: &str, record: &Record, history: Option<&History>) -> Vec<String> {
    fn all<T: ToString>(keys: impl Iterator<Item = T>) -> Vec<String> {
        keys.map(|key| key.to_string()).collect()
    }
    let of_orders = || record.orders.values();
    match sort {
        "order" => all(record.orders.keys()),
        // A contact that was held is planned no more; its reference stays used.
        "contact" => all(history.into_iter().flat_map(History::events).filter_map(|event| match &event.what {
            What::ContactPlanned(planned) => Some(&planned.contact),
            _ => None,
        })),
        "incident" => all(record.incidents.keys()),
        "breach" => all(record.breaches.keys()),
        "change" => all(record.changes.keys()),
        "review" => all(of_orders().flat_map(|order| order.progress_reviews.keys())),
        "placement" => all(of_orders().flat_map(|order| order.placements.keys())),
        "session" => {
            all(of_orders().flat_map(|order| order.unpaid_work.sessions.iter().map(|session| &session.reference)))
        }
        "report" => all(record.reports.keys()),
        "restriction" => all(record.restrictions.keys()),
        "charge" => all(record.court.charges.keys()),
        _ => Vec::new(),
    }
}
