//! What is to be done: obligations that are open or were missed, by the day they fall due.

use super::access::visible;
use crate::error::Result;
use crate::events::StreamId;
use crate::tx::{Row, Tx, Val};

/// Whose worklist, caseload or diary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WorklistOf {
    /// A team's.
    Team(String),
    /// One worker's.
    Worker(String),
}

/// Which part of a worklist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worklist {
    /// Whose.
    pub of: WorklistOf,
    /// Who looks: what is restricted to others is left out.
    pub viewer: String,
    /// Only the one of each group that governs.
    pub governing: bool,
    /// Nothing that fell due before this ISO date; none for everything ever missed.
    pub from: Option<String>,
    /// Nothing that falls due after this ISO date (today plus the horizon).
    pub until: String,
    /// Where the page before ended.
    pub after: Option<WorklistCursor>,
    /// How many rows at most.
    pub limit: u32,
}

/// Where a page of a worklist ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorklistCursor {
    /// The due date of the last row, ISO.
    pub due: String,
    /// The number of the last row.
    pub id: i64,
}

/// Something that is due or was missed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outstanding {
    /// The person's stream.
    pub stream: StreamId,
    /// The person's name as shown.
    pub display_name: String,
    /// The record is not for everyone.
    pub restricted: bool,
    /// The case.
    pub order_ref: String,
    /// The standard.
    pub standard: String,
    /// The day that opened it.
    pub opened_on: String,
    /// Which of those that the day opened.
    pub n: i64,
    /// The last day.
    pub due: String,
    /// `open` or `missed`.
    pub state: String,
    /// The team.
    pub team: Option<String>,
    /// The worker.
    pub worker: Option<String>,
    /// It is the one of its group that governs.
    pub governs: bool,
    /// To continue after this row.
    pub cursor: WorklistCursor,
}

macro_rules! outstanding {
    ($whose:literal) => {
        concat!(
            "SELECT p.stream, p.display_name, p.restricted, o.order_ref, o.standard, o.opened_on, o.id, o.due, o.state, \
             o.team, o.worker, o.governs, o.n FROM obligations o JOIN people p ON p.stream = o.stream WHERE ",
            $whose,
            " = ?1 AND o.state IN ('open', 'missed') AND o.due >= ?2 AND o.due <= ?3 AND (o.due, o.id) > (?4, ?5) \
             AND (CAST(?7 AS BIGINT) = 0 OR o.governs = 1) AND ",
            visible!("p", "?8"),
            " ORDER BY o.due, o.id LIMIT ?6"
        )
    };
}

/// What is open or missed and due in the asked days, earliest first.
pub fn worklist(tx: &mut dyn Tx, list: &Worklist) -> Result<Vec<Outstanding>> {
    let (due, id) = list.after.as_ref().map_or(("", -1), |after| (after.due.as_str(), after.id));
    let (whose, sql) = match &list.of {
        WorklistOf::Team(team) => (team, outstanding!("o.team")),
        WorklistOf::Worker(worker) => (worker, outstanding!("o.worker")),
    };
    let from = list.from.as_deref().unwrap_or_default().max(due);
    let rows = tx.rows(
        sql,
        &[
            Val::Text(whose),
            Val::Text(from),
            Val::Text(&list.until),
            Val::Text(due),
            Val::Int(id),
            Val::Int(i64::from(list.limit)),
            list.governing.into(),
            Val::Text(&list.viewer),
        ],
    )?;
    rows.into_iter().map(read).collect()
}

fn read(mut row: Row) -> Result<Outstanding> {
    let stream = StreamId::from_key(&row.text(0)?)?;
    let (order_ref, standard, opened_on, due) = (row.text(3)?, row.text(4)?, row.text(5)?, row.text(7)?);
    let cursor = WorklistCursor { due: due.clone(), id: row.int(6)? };
    Ok(Outstanding {
        stream,
        display_name: row.text(1)?,
        restricted: row.flag(2)?,
        order_ref,
        standard,
        opened_on,
        n: row.int(12)?,
        due,
        state: row.text(8)?,
        team: row.opt_text(9)?,
        worker: row.opt_text(10)?,
        governs: row.flag(11)?,
        cursor,
    })
}

/// How much there is to do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Fell due before today.
    pub late: i64,
    /// Falls due today.
    pub today: i64,
    /// Falls due later.
    pub coming: i64,
}

macro_rules! tally {
    ($whose:literal) => {
        concat!(
            "SELECT count(*) FILTER (WHERE o.due < ?3), count(*) FILTER (WHERE o.due = ?3), \
             count(*) FILTER (WHERE o.due > ?3) FROM obligations o WHERE ",
            $whose,
            " = ?1 AND o.state IN ('open', 'missed') AND o.due >= ?2 AND o.due <= ?4 AND o.governs = 1 AND ",
            visible!("o", "?5")
        )
    };
}

/// How much of what governs is open or missed and fell due from `from` on, is due `today` and falls due by `until`.
pub fn tally(tx: &mut dyn Tx, of: &WorklistOf, from: &str, today: &str, until: &str, viewer: &str) -> Result<Tally> {
    let (whose, sql) = match of {
        WorklistOf::Team(team) => (team, tally!("o.team")),
        WorklistOf::Worker(worker) => (worker, tally!("o.worker")),
    };
    let rows = tx.rows(sql, &[whose, from, today, until, viewer].map(Val::Text))?;
    match rows.first() {
        Some(row) => Ok(Tally { late: row.int(0)?, today: row.int(1)?, coming: row.int(2)? }),
        None => Ok(Tally::default()),
    }
}
