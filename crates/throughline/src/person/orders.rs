//! The orders: what the court imposed, the four dates, the hours.

use crate::wording::{day_or_dash, plain};
use anyhow::Result;
use jiff::civil::Date;
use record::order::{Order, Requirement};
use record::{Law, Record};
use serde::Serialize;
use std::io::Write;

/// An order as JSON. Minutes are of unpaid work.
#[derive(Serialize)]
pub(super) struct Wire {
    order: String,
    kind: &'static str,
    court: String,
    council: String,
    requirements: Vec<Requirement>,
    imposed_on: Date,
    notified_on: Option<Date>,
    received_on: Option<Date>,
    commenced_on: Option<Date>,
    first_attended_on: Option<Date>,
    ended_on: Option<Date>,
    ended: Option<&'static str>,
    hours: Option<Hours>,
}

/// The arithmetic of hours, in minutes.
#[derive(Serialize)]
struct Hours {
    ordered: i64,
    adjusted: i64,
    work: i64,
    other_activity: i64,
    outstanding: i64,
    due: Option<Date>,
}

pub(super) fn wire(record: &Record, law: &Law) -> Vec<Wire> {
    let order = |(reference, order): (&record::OrderRef, &Order)| Wire {
        order: reference.to_string(),
        kind: order.kind.as_str(),
        court: order.court.name.to_string(),
        council: order.council.to_string(),
        requirements: order.requirements.clone(),
        imposed_on: order.imposed_on,
        notified_on: order.notified_on,
        received_on: order.received_on,
        commenced_on: order.commenced_on,
        first_attended_on: order.first_attended_on,
        ended_on: order.ended.as_ref().map(|end| end.on),
        ended: order.ended.as_ref().map(|end| end.how.as_str()),
        hours: order.unpaid_work.ordered_hours().map(|_| {
            let balance = order.unpaid_work.balance();
            Hours {
                ordered: balance.ordered,
                adjusted: balance.adjusted,
                work: balance.work,
                other_activity: balance.other_activity,
                outstanding: balance.outstanding(),
                due: order.unpaid_work_due(law),
            }
        }),
    };
    record.orders.iter().map(order).collect()
}

pub(super) fn write(record: &Record, law: &Law, out: &mut dyn Write) -> Result<()> {
    for (reference, order) in &record.orders {
        writeln!(out, "Order {reference}: {}, {}, for {}", order.kind.title(), order.court.name, order.council)?;
        let asked: Vec<String> = order.requirements.iter().map(requirement).collect();
        if !asked.is_empty() {
            writeln!(out, "  {:<18}{}", "Requirements", asked.join("; "))?;
        }
        writeln!(out, "  {:<18}{}", "Imposed", calendar::say(order.imposed_on))?;
        let told = order.received_on.or(order.notified_on);
        writeln!(out, "  {:<18}{}", "Received", day_or_dash(told))?;
        writeln!(out, "  {:<18}{}", "Commenced", day_or_dash(order.commenced_on))?;
        writeln!(out, "  {:<18}{}", "First attended", day_or_dash(order.first_attended_on))?;
        if let Some(end) = &order.ended {
            writeln!(out, "  {:<18}{}, {}", "Ended", calendar::say(end.on), end.how.words())?;
        }
        if order.unpaid_work.ordered_hours().is_some() {
            writeln!(out, "  {:<18}{}", "Unpaid work", order.unpaid_work.balance().explain())?;
            let extended = if order.unpaid_work.until.is_some() { ", set by the court" } else { "" };
            writeln!(out, "  {:<18}{}{extended}", "To be done by", day_or_dash(order.unpaid_work_due(law)))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// "supervision for 12 months", "unpaid work of 120 hours".
fn requirement(asked: &Requirement) -> String {
    let lasts = asked.months.map(|n| (n, "month")).or(asked.days.map(|n| (n, "day")));
    let lasts = lasts.map(|(n, unit)| format!(" for {n} {unit}{}", if n == 1 { "" } else { "s" }));
    let hours = asked.hours.map(|hours| format!(" of {hours} hours"));
    let pounds = asked.pence.map(|pence| format!(" of £{}.{:02}", pence / 100, pence % 100));
    [Some(plain(asked.kind.as_str())), lasts, hours, pounds].into_iter().flatten().collect()
}
