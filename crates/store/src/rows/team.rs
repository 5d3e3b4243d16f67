//! What a team manager asks: who has how much, what nobody has, what waits for an endorsement, how the standards were met.

use std::collections::BTreeMap;

use super::access::visible;
use super::queries::person_hit;
use super::replace::case_row;
use super::{CaseRow, PersonHit, ProceedingsRow};
use crate::error::Result;
use crate::events::{StreamId, key_list};
use crate::tx::{Row, Tx, Val};

/// Running cases of one worker, kind and level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Load {
    /// The case manager.
    pub worker: String,
    /// The kind of case.
    pub kind: String,
    /// The contact level.
    pub level: Option<String>,
    /// How many.
    pub cases: i64,
}

/// The running cases of a team's workers, counted.
pub fn load(tx: &mut dyn Tx, team: &str, viewer: &str) -> Result<Vec<Load>> {
    let rows = tx.rows(
        concat!(
            "SELECT c.worker, c.kind, c.level, count(*) FROM cases c WHERE c.team = ?1 AND c.ended_on IS NULL \
             AND c.worker IS NOT NULL AND ",
            visible!("c", "?2"),
            " GROUP BY c.worker, c.kind, c.level ORDER BY c.worker, c.kind, c.level"
        ),
        &[Val::Text(team), Val::Text(viewer)],
    )?;
    let load = |mut row: Row| {
        Ok(Load { worker: row.text(0)?, kind: row.text(1)?, level: row.opt_text(2)?, cases: row.int(3)? })
    };
    rows.into_iter().map(load).collect()
}

/// What waits for one worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The case manager.
    pub worker: String,
    /// Obligations that fell due before today and are not met.
    pub late: i64,
    /// Obligations that fall due from today on.
    pub due: i64,
}

/// What a team's workers have to do, of what governs: what fell due from `from` on and what falls due by `until`.
pub fn waiting(
    tx: &mut dyn Tx,
    team: &str,
    from: &str,
    today: &str,
    until: &str,
    viewer: &str,
) -> Result<Vec<Waiting>> {
    let rows = tx.rows(
        concat!(
            "SELECT o.worker, count(*) FILTER (WHERE o.due < ?3), count(*) FILTER (WHERE o.due >= ?3) \
             FROM obligations o WHERE o.team = ?1 AND o.state IN ('open', 'missed') AND o.due >= ?2 AND o.due <= ?4 \
             AND o.governs = 1 AND o.worker IS NOT NULL AND ",
            visible!("o", "?5"),
            " GROUP BY o.worker ORDER BY o.worker"
        ),
        &[team, from, today, until, viewer].map(Val::Text),
    )?;
    let waiting = |mut row: Row| Ok(Waiting { worker: row.text(0)?, late: row.int(1)?, due: row.int(2)? });
    rows.into_iter().map(waiting).collect()
}

/// A running case that nobody manages, with the clock of its allocation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unallocated {
    /// Whose it is.
    pub person: PersonHit,
    /// The case.
    pub case: CaseRow,
    /// The day that opened the obligation to allocate it; none when nothing has.
    pub opened_on: Option<String>,
    /// The last day for it.
    pub due: Option<String>,
    /// How it stands.
    pub state: Option<String>,
}

/// A council's running cases that nobody manages, what is due first; `standard` is the one that asks for an allocation.
pub fn unallocated(
    tx: &mut dyn Tx,
    council: &str,
    standard: &str,
    viewer: &str,
    limit: u32,
) -> Result<Vec<Unallocated>> {
    let rows = tx.rows(
        concat!(
            "SELECT p.stream, p.display_name, p.sort_name, p.date_of_birth, p.restricted, c.order_ref, c.kind, c.status, \
             c.council, c.team, c.worker, c.level, c.imposed_on, c.ended_on, c.hours_ordered, c.minutes_credited, \
             c.next_due, c.refresh_on, c.restricted, c.next_standard, c.attendance, c.met, c.late, c.missed, \
             o.opened_on, o.due, o.state, COALESCE(o.due, c.imposed_on, '') AS first \
             FROM cases c JOIN people p ON p.stream = c.stream \
             LEFT JOIN obligations o ON o.stream = c.stream AND o.order_ref = c.order_ref AND o.standard = ?2 \
             AND o.state IN ('open', 'missed') WHERE c.council = ?1 AND c.council <> '' AND c.worker IS NULL \
             AND c.ended_on IS NULL AND ",
            visible!("p", "?3"),
            " ORDER BY first, c.stream, c.order_ref LIMIT ?4"
        ),
        &[Val::Text(council), Val::Text(standard), Val::Text(viewer), Val::Int(i64::from(limit))],
    )?;
    let unallocated = |mut row: Row| {
        let (opened_on, due, state) = (row.opt_text(24)?, row.opt_text(25)?, row.opt_text(26)?);
        Ok(Unallocated { person: person_hit(row.clone())?, case: case_row(row, 5)?, opened_on, due, state })
    };
    rows.into_iter().map(unallocated).collect()
}

/// Breach proceedings that a manager has not endorsed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToEndorse {
    /// The person's stream.
    pub stream: StreamId,
    /// The person's name as shown.
    pub display_name: String,
    /// The record is not for everyone.
    pub restricted: bool,
    /// The proceedings.
    pub proceedings: ProceedingsRow,
}

/// A team's breach proceedings that are proposed or decided and not endorsed, the oldest first.
pub fn to_endorse(tx: &mut dyn Tx, team: &str, viewer: &str, limit: u32) -> Result<Vec<ToEndorse>> {
    let rows = tx.rows(
        concat!(
            "SELECT p.stream, p.display_name, p.restricted, b.breach, b.order_ref, b.stage, b.since, b.endorsed, b.team, \
             b.worker FROM proceedings b JOIN people p ON p.stream = b.stream WHERE b.team = ?1 AND b.endorsed = 0 \
             AND b.stage IN ('proposed', 'decided') AND ",
            visible!("p", "?2"),
            " ORDER BY b.since, b.stream, b.breach LIMIT ?3"
        ),
        &[Val::Text(team), Val::Text(viewer), Val::Int(i64::from(limit))],
    )?;
    let to_endorse = |mut row: Row| {
        Ok(ToEndorse {
            stream: StreamId::from_key(&row.text(0)?)?,
            display_name: row.text(1)?,
            restricted: row.flag(2)?,
            proceedings: ProceedingsRow {
                breach: row.text(3)?,
                order_ref: row.text(4)?,
                stage: row.text(5)?,
                since: row.text(6)?,
                endorsed: row.flag(7)?,
                team: row.opt_text(8)?,
                worker: row.opt_text(9)?,
            },
        })
    };
    rows.into_iter().map(to_endorse).collect()
}

/// How many obligations of a team, standard and quarter are in a state.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Count {
    /// The team; none for what is not allocated.
    pub team: Option<String>,
    /// The standard's id.
    pub standard: String,
    /// The quarter of the opening day, `2026 Q1`.
    pub quarter: String,
    /// The state.
    pub state: String,
    /// How many.
    pub count: i64,
}

/// Obligations counted by team, standard, quarter and state; one team, or all.
pub fn counts(tx: &mut dyn Tx, team: Option<&str>, viewer: &str) -> Result<Vec<Count>> {
    let rows = match team {
        Some(team) => tx.rows(
            concat!(
                "SELECT o.team, o.standard, substr(o.opened_on, 1, 7), o.state, count(*) FROM obligations o \
                 WHERE o.team = ?1 AND ",
                visible!("o", "?2"),
                " GROUP BY o.team, o.standard, substr(o.opened_on, 1, 7), o.state"
            ),
            &[Val::Text(team), Val::Text(viewer)],
        )?,
        None => tx.rows(
            concat!(
                "SELECT o.team, o.standard, substr(o.opened_on, 1, 7), o.state, count(*) FROM obligations o WHERE ",
                visible!("o", "?1"),
                " GROUP BY o.team, o.standard, substr(o.opened_on, 1, 7), o.state"
            ),
            &[Val::Text(viewer)],
        )?,
    };
    let mut counted: BTreeMap<(Option<String>, String, String, String), i64> = BTreeMap::new();
    for mut row in rows {
        let month = row.text(2)?;
        let key = (row.opt_text(0)?, row.text(1)?, quarter(&month), row.text(3)?);
        *counted.entry(key).or_default() += row.int(4)?;
    }
    Ok(counted
        .into_iter()
        .map(|((team, standard, quarter, state), count)| Count { team, standard, quarter, state, count })
        .collect())
}

/// The quarter of a month: `2026-05` is in `2026 Q2`.
fn quarter(month: &str) -> String {
    let (year, month) = month.split_once('-').unwrap_or((month, ""));
    match month.parse::<u8>() {
        Ok(month @ 1..=12) => format!("{year} Q{}", (month - 1) / 3 + 1),
        _ => year.to_owned(),
    }
}

/// A team's obligations that were opened from `from` on and before `until`, counted by standard and state: a range of one
/// index for each of the `standards`.
pub fn counts_of_quarter(
    tx: &mut dyn Tx,
    team: &str,
    standards: &[String],
    from: &str,
    until: &str,
    viewer: &str,
) -> Result<BTreeMap<String, BTreeMap<String, i64>>> {
    let sql = tx.dialect().choose(
        concat!(
            "SELECT o.standard, o.state, count(*) FROM json_each(?1) s CROSS JOIN obligations o WHERE o.team = ?2 \
             AND o.standard = s.value AND o.opened_on >= ?3 AND o.opened_on < ?4 AND ",
            visible!("o", "?5"),
            " GROUP BY o.standard, o.state"
        ),
        concat!(
            "SELECT o.standard, o.state, count(*) FROM json_array_elements_text(?1::text::json) s(value) \
             JOIN obligations o ON o.standard = s.value WHERE o.team = ?2 AND o.opened_on >= ?3 AND o.opened_on < ?4 AND ",
            visible!("o", "?5"),
            " GROUP BY o.standard, o.state"
        ),
    );
    let standards = key_list(standards);
    let mut counted: BTreeMap<String, BTreeMap<String, i64>> = BTreeMap::new();
    for mut row in tx.rows(sql, &[&standards, team, from, until, viewer].map(Val::Text))? {
        counted.entry(row.text(0)?).or_default().insert(row.text(1)?, row.int(2)?);
    }
    Ok(counted)
}

/// Which obligations behind a count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandardCases {
    /// The team.
    pub team: String,
    /// The standard.
    pub standard: String,
    /// Opened from this ISO date on.
    pub from: String,
    /// Opened before this ISO date.
    pub until: String,
    /// Only in this state.
    pub state: Option<String>,
    /// Who looks: what is restricted to others is left out.
    pub viewer: String,
    /// Where the page before ended: the last row's opening day and number.
    pub after: Option<(String, i64)>,
    /// How many rows at most.
    pub limit: u32,
}

/// One obligation behind a count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedCase {
    /// The person's stream.
    pub stream: StreamId,
    /// The person's name as shown.
    pub display_name: String,
    /// The record is not for everyone.
    pub restricted: bool,
    /// The case.
    pub order_ref: String,
    /// The day that opened it.
    pub opened_on: String,
    /// Which of those that the day opened.
    pub n: i64,
    /// The last day.
    pub due: Option<String>,
    /// How it stands.
    pub state: String,
    /// The day it was discharged or excused.
    pub on: Option<String>,
    /// Who answers for it.
    pub worker: Option<String>,
    /// To continue after this row.
    pub cursor: (String, i64),
}

/// The obligations behind a count, by the day that opened them.
pub fn standard_cases(tx: &mut dyn Tx, list: &StandardCases) -> Result<Vec<CountedCase>> {
    let (opened_on, id) = list.after.as_ref().map_or(("", -1), |(opened_on, id)| (opened_on.as_str(), *id));
    let rows = tx.rows(
        concat!(
            "SELECT p.stream, p.display_name, p.restricted, o.order_ref, o.opened_on, o.n, o.due, o.state, o.settled_on, \
             o.worker, o.id FROM obligations o JOIN people p ON p.stream = o.stream WHERE o.team = ?1 AND o.standard = ?2 \
             AND o.opened_on >= ?3 AND o.opened_on < ?4 AND (?5 = '' OR o.state = ?5) AND (o.opened_on, o.id) > (?6, ?7) \
             AND ",
            visible!("p", "?8"),
            " ORDER BY o.opened_on, o.id LIMIT ?9"
        ),
        &[
            Val::Text(&list.team),
            Val::Text(&list.standard),
            Val::Text(&list.from),
            Val::Text(&list.until),
            Val::Text(list.state.as_deref().unwrap_or_default()),
            Val::Text(opened_on),
            Val::Int(id),
            Val::Text(&list.viewer),
            Val::Int(i64::from(list.limit)),
        ],
    )?;
    let counted = |mut row: Row| {
        let opened_on = row.text(4)?;
        Ok(CountedCase {
            stream: StreamId::from_key(&row.text(0)?)?,
            display_name: row.text(1)?,
            restricted: row.flag(2)?,
            order_ref: row.text(3)?,
            cursor: (opened_on.clone(), row.int(10)?),
            opened_on,
            n: row.int(5)?,
            due: row.opt_text(6)?,
            state: row.text(7)?,
            on: row.opt_text(8)?,
            worker: row.opt_text(9)?,
        })
    };
    rows.into_iter().map(counted).collect()
}

#[cfg(test)]
mod tests {
    use super::quarter;

    #[test]
    fn quarters_of_the_calendar_year() {
        assert_eq!(quarter("2026-03"), "2026 Q1");
        assert_eq!(quarter("2026-04"), "2026 Q2");
        assert_eq!(quarter("2026-12"), "2026 Q4");
    }
}
