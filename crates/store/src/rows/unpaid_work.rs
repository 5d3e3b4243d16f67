//! Who has unpaid work to do in a council: what its supervisors work from.

use super::access::visible;
use super::queries::person_hit;
use super::replace::case_row;
use super::{CaseRow, PersonHit};
use crate::error::Result;
use crate::events::StreamId;
use crate::tx::{Tx, Val};

/// A council's running orders with unpaid work left, by name; `after` is the last row of the page before.
pub fn on_unpaid_work(
    tx: &mut dyn Tx,
    council: &str,
    viewer: &str,
    after: Option<(&StreamId, &str)>,
    limit: u32,
) -> Result<Vec<(PersonHit, CaseRow)>> {
    let (stream, order_ref) = after.map_or((String::new(), ""), |(stream, order)| (stream.key(), order));
    tx.rows(
        concat!(
            "SELECT p.stream, p.display_name, p.sort_name, p.date_of_birth, p.restricted, c.order_ref, c.kind, c.status, \
             c.council, c.team, c.worker, c.level, c.imposed_on, c.ended_on, c.hours_ordered, c.minutes_credited, \
             c.next_due, c.refresh_on, c.restricted, c.next_standard, c.attendance, c.met, c.late, c.missed \
             FROM cases c JOIN people p ON p.stream = c.stream \
             WHERE c.council = ?1 AND c.hours_ordered * 60 > COALESCE(c.minutes_credited, 0) AND c.ended_on IS NULL \
             AND (p.sort_name, c.stream, c.order_ref) > \
             (COALESCE((SELECT sort_name FROM people WHERE stream = ?3), ''), ?3, ?4) AND ",
            visible!("p", "?2"),
            " ORDER BY p.sort_name, c.stream, c.order_ref LIMIT ?5"
        ),
        &[
            Val::Text(council),
            Val::Text(viewer),
            Val::Text(&stream),
            Val::Text(order_ref),
            Val::Int(i64::from(limit)),
        ],
    )?
    .into_iter()
    .map(|row| Ok((person_hit(row.clone())?, case_row(row, 5)?)))
    .collect()
}
