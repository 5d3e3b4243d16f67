//! Caseloads: who is in hand, filtered and sorted, a page at a time.

use super::access::visible;
use super::queries::person_hit;
use super::replace::case_row;
use super::worklist::WorklistOf;
use super::{CaseRow, PersonHit};
use crate::error::Result;
use crate::events::StreamId;
use crate::tx::{Tx, Val};

/// Which cases by whether they run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Running {
    /// Those that have not ended.
    #[default]
    Now,
    /// Those that have ended.
    Ended,
    /// All.
    All,
}

/// By what a caseload is sorted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// The person's name.
    #[default]
    Name,
    /// What falls due next.
    Due,
    /// When the person was last seen; first those who never were.
    Seen,
    /// The contact level, closest first.
    Level,
    /// The kind of order.
    Kind,
    /// When it was imposed.
    Imposed,
    /// How many standards were missed.
    Missed,
}

impl Sort {
    /// Every way to sort.
    pub const ALL: [Self; 7] =
        [Self::Name, Self::Due, Self::Seen, Self::Level, Self::Kind, Self::Imposed, Self::Missed];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Due => "due",
            Self::Seen => "seen",
            Self::Level => "level",
            Self::Kind => "kind",
            Self::Imposed => "imposed",
            Self::Missed => "missed",
        }
    }

    /// The way that a word stands for.
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.as_str() == word)
    }
}

/// Which page of which cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caseload {
    /// Whose.
    pub of: WorklistOf,
    /// Who looks: what is restricted to others is left out.
    pub viewer: String,
    /// Whether they run.
    pub running: Running,
    /// Only this contact level.
    pub level: Option<String>,
    /// Only this kind of order.
    pub kind: Option<String>,
    /// Only where something falls due by this ISO date.
    pub due_by: Option<String>,
    /// Only where a standard was missed.
    pub missed: bool,
    /// By what.
    pub sort: Sort,
    /// The other way round.
    pub descending: bool,
    /// Where the page before ended.
    pub after: Option<CaseloadCursor>,
    /// How many rows at most.
    pub limit: u32,
}

/// Where a page of a caseload ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseloadCursor {
    /// What the last row was sorted by; none to look the name up, so that no address need hold it.
    pub key: Option<String>,
    /// The last row's person.
    pub stream: StreamId,
    /// The last row's case.
    pub order_ref: String,
}

/// A case in hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InHand {
    /// Whose it is.
    pub person: PersonHit,
    /// The case.
    pub case: CaseRow,
    /// When the person was last seen or spoken to.
    pub last_contact_on: Option<String>,
    /// To continue after this row.
    pub cursor: CaseloadCursor,
}

macro_rules! cases {
    ($whose:literal, $running:literal) => {
        concat!(
            " WHERE ",
            $whose,
            " = ?1",
            $running,
            " AND (?2 = '' OR c.level = ?2) AND (?3 = '' OR c.kind = ?3) AND (?4 = '' OR c.next_due <= ?4) \
             AND (CAST(?5 AS BIGINT) = 0 OR c.missed > 0) AND ",
            visible!("c", "?6")
        )
    };
}

macro_rules! page {
    ($whose:literal, $running:literal, $after:literal, $direction:literal) => {
        concat!(
            "SELECT stream, display_name, sort_name, date_of_birth, not_for_all, order_ref, kind, status, council, team, \
             worker, level, imposed_on, ended_on, hours_ordered, minutes_credited, next_due, refresh_on, restricted, \
             next_standard, attendance, met, late, missed, last_contact_on, k FROM (\
             SELECT p.stream, p.display_name, p.sort_name, p.date_of_birth, p.restricted AS not_for_all, c.order_ref, \
             c.kind, c.status, c.council, c.team, c.worker, c.level, c.imposed_on, c.ended_on, c.hours_ordered, \
             c.minutes_credited, c.next_due, c.refresh_on, c.restricted, c.next_standard, c.attendance, c.met, c.late, \
             c.missed, p.last_contact_on, CASE ?7 WHEN 'name' THEN p.sort_name \
             WHEN 'due' THEN COALESCE(c.next_due, '9999') WHEN 'seen' THEN COALESCE(p.last_contact_on, '') \
             WHEN 'level' THEN CASE c.level WHEN 'very_high' THEN '1' WHEN 'high' THEN '2' WHEN 'medium' THEN '3' \
             WHEN 'low' THEN '4' ELSE '5' END WHEN 'kind' THEN c.kind \
             WHEN 'missed' THEN CAST(c.missed + 100000 AS TEXT) ELSE COALESCE(c.imposed_on, '') END AS k \
             FROM cases c JOIN people p ON p.stream = c.stream",
            cases!($whose, $running),
            ") q WHERE ?8 = '' OR (k, stream, order_ref) ",
            $after,
            " (?9, ?8, ?10) ORDER BY k ",
            $direction,
            ", stream ",
            $direction,
            ", order_ref ",
            $direction,
            " LIMIT ?11"
        )
    };
    ($whose:literal, $running:literal) => {
        [page!($whose, $running, ">", "ASC"), page!($whose, $running, "<", "DESC")]
    };
    ($whose:literal) => {
        [page!($whose, " AND c.ended_on IS NULL"), page!($whose, " AND c.ended_on IS NOT NULL"), page!($whose, "")]
    };
}

macro_rules! size {
    ($whose:literal) => {
        [
            concat!("SELECT count(*) FROM cases c", cases!($whose, " AND c.ended_on IS NULL")),
            concat!("SELECT count(*) FROM cases c", cases!($whose, " AND c.ended_on IS NOT NULL")),
            concat!("SELECT count(*) FROM cases c", cases!($whose, "")),
        ]
    };
}

impl Caseload {
    fn filters(&self) -> [Val<'_>; 6] {
        let (WorklistOf::Team(whose) | WorklistOf::Worker(whose)) = &self.of;
        [
            Val::Text(whose),
            Val::Text(self.level.as_deref().unwrap_or_default()),
            Val::Text(self.kind.as_deref().unwrap_or_default()),
            Val::Text(self.due_by.as_deref().unwrap_or_default()),
            self.missed.into(),
            Val::Text(&self.viewer),
        ]
    }
}

/// One page of a caseload.
pub fn caseload(tx: &mut dyn Tx, list: &Caseload) -> Result<Vec<InHand>> {
    let [now, ended, all] = match &list.of {
        WorklistOf::Team(_) => page!("c.team"),
        WorklistOf::Worker(_) => page!("c.worker"),
    };
    let [ascending, descending] = match list.running {
        Running::Now => now,
        Running::Ended => ended,
        Running::All => all,
    };
    let (key, stream, order_ref) = match &list.after {
        None => (String::new(), String::new(), ""),
        Some(after) => {
            let key = match &after.key {
                Some(key) => key.clone(),
                None => sort_name(tx, &after.stream)?,
            };
            (key, after.stream.key(), after.order_ref.as_str())
        }
    };
    let mut values = list.filters().to_vec();
    values.extend([
        Val::Text(list.sort.as_str()),
        Val::Text(&stream),
        Val::Text(&key),
        Val::Text(order_ref),
        Val::Int(i64::from(list.limit)),
    ]);
    let rows = tx.rows(if list.descending { descending } else { ascending }, &values)?;
    let in_hand = |mut row: crate::tx::Row| {
        let (last_contact_on, key) = (row.opt_text(24)?, row.text(25)?);
        let person = person_hit(row.clone())?;
        let case = case_row(row, 5)?;
        let cursor = CaseloadCursor {
            key: (list.sort != Sort::Name).then_some(key),
            stream: person.stream.clone(),
            order_ref: case.order_ref.clone(),
        };
        Ok(InHand { person, case, last_contact_on, cursor })
    };
    rows.into_iter().map(in_hand).collect()
}

fn sort_name(tx: &mut dyn Tx, stream: &StreamId) -> Result<String> {
    let rows = tx.rows("SELECT sort_name FROM people WHERE stream = ?1", &[Val::Text(&stream.key())])?;
    rows.into_iter().next().map_or(Ok(String::new()), |mut row| row.text(0))
}

/// How many cases fit, on all pages.
pub fn caseload_size(tx: &mut dyn Tx, list: &Caseload) -> Result<i64> {
    let [now, ended, all] = match &list.of {
        WorklistOf::Team(_) => size!("c.team"),
        WorklistOf::Worker(_) => size!("c.worker"),
    };
    let sql = match list.running {
        Running::Now => now,
        Running::Ended => ended,
        Running::All => all,
    };
    tx.rows(sql, &list.filters())?.first().map_or(Ok(0), |row| row.int(0))
}

/// Every case of one worker, whether it runs or has ended, with the person each belongs to; by status and person.
pub fn cases_of(tx: &mut dyn Tx, worker: &str, viewer: &str) -> Result<Vec<(PersonHit, CaseRow)>> {
    tx.rows(
        concat!(
            "SELECT p.stream, p.display_name, p.sort_name, p.date_of_birth, p.restricted, c.order_ref, c.kind, c.status, \
             c.council, c.team, c.worker, c.level, c.imposed_on, c.ended_on, c.hours_ordered, c.minutes_credited, \
             c.next_due, c.refresh_on, c.restricted, c.next_standard, c.attendance, c.met, c.late, c.missed \
             FROM cases c JOIN people p ON p.stream = c.stream WHERE c.worker = ?1 AND ",
            visible!("p", "?2"),
            " ORDER BY c.status, c.stream, c.order_ref"
        ),
        &[Val::Text(worker), Val::Text(viewer)],
    )?
    .into_iter()
    .map(|row| Ok((person_hit(row.clone())?, case_row(row, 5)?)))
    .collect()
}
