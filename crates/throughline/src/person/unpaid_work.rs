//! A person's hours, and nothing else.

use crate::out;
use crate::session::{self, Session};
use crate::wording::day_or_dash;
use anyhow::Result;
use jiff::civil::Date;
use record::Purpose;
use serde::Serialize;
use std::io::Write;

/// An order's hours as JSON, in minutes.
#[derive(Serialize)]
struct Wire {
    order: String,
    ordered: i64,
    adjusted: i64,
    work: i64,
    other_activity: i64,
    outstanding: i64,
    due: Option<Date>,
}

pub(super) fn run(session: &Session, id: &str, json: bool, out: &mut dyn Write) -> Result<()> {
    let person = session::person(id)?;
    let view = session.service.unpaid_work(&session.request(Purpose::Supervision), &person)?;
    if json {
        let orders = view.orders.into_iter().map(|(order, balance, due)| Wire {
            order: order.to_string(),
            ordered: balance.ordered,
            adjusted: balance.adjusted,
            work: balance.work,
            other_activity: balance.other_activity,
            outstanding: balance.outstanding(),
            due,
        });
        return out::json(out, &orders.collect::<Vec<_>>());
    }
    writeln!(out, "{} ({id})", view.name.unwrap_or_else(|| "Name not known".into()))?;
    if view.orders.is_empty() {
        writeln!(out, "  no unpaid work")?;
    }
    for (order, balance, due) in view.orders {
        writeln!(out, "  {order}: {}; to be done by {}", balance.explain(), day_or_dash(due))?;
    }
    Ok(())
}
