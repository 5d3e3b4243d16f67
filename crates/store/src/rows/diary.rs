//! Diaries: planned contacts by day, those whose outcome nobody recorded, and whom nobody has seen for longest.

use super::AppointmentRow;
use super::access::visible;
use super::replace::appointment_row;
use super::worklist::WorklistOf;
use crate::error::Result;
use crate::events::StreamId;
use crate::tx::{Row, Tx, Val};

/// Which days of whose diary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diary {
    /// Whose.
    pub of: WorklistOf,
    /// Who looks: what is restricted to others is left out.
    pub viewer: String,
    /// The first day, ISO.
    pub from: String,
    /// The last day, ISO.
    pub until: String,
    /// How many rows at most.
    pub limit: u32,
}

/// A planned contact with the person it is with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// The person's stream.
    pub stream: StreamId,
    /// The person's name as shown.
    pub display_name: String,
    /// The record is not for everyone.
    pub restricted: bool,
    /// The contact.
    pub appointment: AppointmentRow,
}

macro_rules! planned {
    ($whose:literal, $which:literal, $direction:literal) => {
        concat!(
            "SELECT p.stream, p.display_name, p.restricted, a.contact, a.on_day, a.at, a.kind, a.with_whom, a.place, \
             a.about, a.worker, a.team, a.outcome, COALESCE(a.at, '') AS time_of_day FROM appointments a \
             JOIN people p ON p.stream = a.stream WHERE ",
            $whose,
            " = ?1 AND a.on_day >= ?2 AND a.on_day <= ?3 AND ",
            visible!("p", "?4"),
            $which,
            " ORDER BY a.on_day ",
            $direction,
            ", time_of_day, a.stream, a.contact LIMIT ?5"
        )
    };
}

/// What is planned on the asked days, by day and time; those without a time first.
pub fn appointments(tx: &mut dyn Tx, diary: &Diary) -> Result<Vec<Planned>> {
    let sql = match &diary.of {
        WorklistOf::Team(_) => planned!("a.team", "", "ASC"),
        WorklistOf::Worker(_) => planned!("a.worker", "", "ASC"),
    };
    read(tx, diary, sql)
}

/// What was planned on the asked days and has no outcome yet, the latest day first.
pub fn without_outcome(tx: &mut dyn Tx, diary: &Diary) -> Result<Vec<Planned>> {
    let sql = match &diary.of {
        WorklistOf::Team(_) => planned!("a.team", " AND a.outcome IS NULL", "DESC"),
        WorklistOf::Worker(_) => planned!("a.worker", " AND a.outcome IS NULL", "DESC"),
    };
    read(tx, diary, sql)
}

fn read(tx: &mut dyn Tx, diary: &Diary, sql: &'static str) -> Result<Vec<Planned>> {
    let (WorklistOf::Team(whose) | WorklistOf::Worker(whose)) = &diary.of;
    let values = [
        Val::Text(whose),
        Val::Text(&diary.from),
        Val::Text(&diary.until),
        Val::Text(&diary.viewer),
        Val::Int(i64::from(diary.limit)),
    ];
    let planned = |mut row: Row| {
        Ok(Planned {
            stream: StreamId::from_key(&row.text(0)?)?,
            display_name: row.text(1)?,
            restricted: row.flag(2)?,
            appointment: appointment_row(row, 3)?,
        })
    };
    tx.rows(sql, &values)?.into_iter().map(planned).collect()
}

/// Somebody with a running order, and when they were last seen or spoken to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unseen {
    /// The person's stream.
    pub stream: StreamId,
    /// The person's name as shown.
    pub display_name: String,
    /// The record is not for everyone.
    pub restricted: bool,
    /// The last contact held; none when there was none.
    pub last_contact_on: Option<String>,
    /// The contact level.
    pub level: Option<String>,
    /// When the oldest running order was imposed.
    pub imposed_on: Option<String>,
    /// The case manager.
    pub worker: Option<String>,
}

macro_rules! unseen {
    ($whose:literal) => {
        concat!(
            "SELECT p.stream, p.display_name, p.restricted, p.last_contact_on, max(c.level), min(c.imposed_on), \
             max(c.worker), COALESCE(p.last_contact_on, '') AS seen FROM cases c JOIN people p ON p.stream = c.stream \
             WHERE ",
            $whose,
            " = ?1 AND c.ended_on IS NULL AND c.status = 'running' AND ",
            visible!("p", "?2"),
            " GROUP BY p.stream, p.display_name, p.restricted, p.last_contact_on ORDER BY seen, p.stream LIMIT ?3"
        )
    };
}

/// People on running orders, first whoever was never seen, then whoever was not seen for longest.
pub fn longest_unseen(tx: &mut dyn Tx, of: &WorklistOf, viewer: &str, limit: u32) -> Result<Vec<Unseen>> {
    let (whose, sql) = match of {
        WorklistOf::Team(team) => (team, unseen!("c.team")),
        WorklistOf::Worker(worker) => (worker, unseen!("c.worker")),
    };
    let unseen = |mut row: Row| {
        Ok(Unseen {
            stream: StreamId::from_key(&row.text(0)?)?,
            display_name: row.text(1)?,
            restricted: row.flag(2)?,
            last_contact_on: row.opt_text(3)?,
            level: row.opt_text(4)?,
            imposed_on: row.opt_text(5)?,
            worker: row.opt_text(6)?,
        })
    };
    let rows = tx.rows(sql, &[Val::Text(whose), Val::Text(viewer), Val::Int(i64::from(limit))])?;
    rows.into_iter().map(unseen).collect()
}
