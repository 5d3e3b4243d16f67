//! What is asked of the read models; each question is a range of one index.

use std::collections::BTreeMap;

use super::CaseRow;
use super::replace::case_row;
use crate::error::{Result, StoreError};
use crate::events::StreamId;
use crate::tx::{Row, Tx, Val};

/// A person as a search or a list shows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonHit {
    /// The stream.
    pub stream: StreamId,
    /// The name as shown.
    pub display_name: String,
    /// The name as sorted by.
    pub sort_name: String,
    /// Date of birth, when fully known.
    pub date_of_birth: Option<String>,
    /// The record is restricted.
    pub restricted: bool,
}

/// What to search for. What is given must all fit; at least one of the three must be given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    /// Normalised words, each the beginning of a word of one of the names (at most four are used).
    pub tokens: Vec<String>,
    /// A whole identifier value, normalised.
    pub identifier: Option<String>,
    /// A whole date of birth, ISO.
    pub date_of_birth: Option<String>,
    /// Where the page before ended: the last hit's sort name and stream.
    pub after: Option<(String, StreamId)>,
    /// How many hits at most.
    pub limit: u32,
}

/// The largest text that still begins with `prefix`, for a range of an index.
fn end_of(prefix: &str) -> String {
    format!("{prefix}\u{10FFFF}")
}

/// People who fit, by sort name.
///
/// # Errors
/// [`StoreError::Invalid`] when nothing is searched for.
pub fn search(tx: &mut dyn Tx, search: &Search) -> Result<Vec<PersonHit>> {
    let (after_name, after_stream) = match &search.after {
        Some((name, stream)) => (name.clone(), stream.key()),
        None => (String::new(), String::new()),
    };
    let page = [Val::Text(&after_name), Val::Text(&after_stream), Val::Int(i64::from(search.limit))];
    let mut words = search.tokens.iter().filter(|token| !token.is_empty());
    let word = words.next();
    let rest: Vec<(&str, String)> = words.take(3).map(|token| (token.as_str(), end_of(token))).collect();
    let rows = if let Some(value) = &search.identifier {
        let [name, stream, limit] = page;
        tx.rows(
            "SELECT DISTINCT p.stream, p.display_name, p.sort_name, p.date_of_birth, p.restricted, p.tokens \
             FROM person_identifiers i JOIN people p ON p.stream = i.stream \
             WHERE i.value = ?1 AND (p.sort_name, p.stream) > (?2, ?3) ORDER BY p.sort_name, p.stream LIMIT ?4",
            &[Val::Text(value), name, stream, limit],
        )?
    } else if let Some(word) = word {
        let until = end_of(word);
        let part = |n: usize| match rest.get(n) {
            Some((from, until)) => (Val::Text(from), Val::Text(until.as_str())),
            None => (Val::Text(""), Val::Text("")),
        };
        let ((b, b_end), (c, c_end), (d, d_end)) = (part(0), part(1), part(2));
        let [name, stream, limit] = page;
        let born = Val::Text(search.date_of_birth.as_deref().unwrap_or_default());
        tx.rows(
            "SELECT p.stream, p.display_name, p.sort_name, p.date_of_birth, p.restricted, p.tokens FROM people p \
             WHERE p.stream IN (SELECT stream FROM person_tokens WHERE token >= ?1 AND token < ?2) \
             AND (?3 = '' OR EXISTS (SELECT 1 FROM person_tokens t WHERE t.stream = p.stream AND t.token >= ?3 AND t.token < ?4)) \
             AND (?5 = '' OR EXISTS (SELECT 1 FROM person_tokens t WHERE t.stream = p.stream AND t.token >= ?5 AND t.token < ?6)) \
             AND (?7 = '' OR EXISTS (SELECT 1 FROM person_tokens t WHERE t.stream = p.stream AND t.token >= ?7 AND t.token < ?8)) \
             AND (?9 = '' OR p.date_of_birth = ?9) \
             AND (p.sort_name, p.stream) > (?10, ?11) ORDER BY p.sort_name, p.stream LIMIT ?12",
            &[Val::Text(word), Val::Text(&until), b, b_end, c, c_end, d, d_end, born, name, stream, limit],
        )?
    } else if let Some(born) = &search.date_of_birth {
        let [name, stream, limit] = page;
        tx.rows(
            "SELECT stream, display_name, sort_name, date_of_birth, restricted, tokens FROM people \
             WHERE date_of_birth = ?1 AND (sort_name, stream) > (?2, ?3) ORDER BY sort_name, stream LIMIT ?4",
            &[Val::Text(born), name, stream, limit],
        )?
    } else {
        return Err(StoreError::Invalid(
            "a search needs a name, an identifier or a date of birth: give at least one.".into(),
        ));
    };
    let mut hits = Vec::with_capacity(rows.len());
    for mut row in rows {
        let tokens = row.text(5)?;
        let hit = person_hit(row)?;
        let fits = search.tokens.iter().all(|t| tokens.split(' ').any(|word| word.starts_with(t.as_str())))
            && search.date_of_birth.as_ref().is_none_or(|born| hit.date_of_birth.as_ref() == Some(born));
        if fits {
            hits.push(hit);
        }
    }
    Ok(hits)
}

fn person_hit(mut row: Row) -> Result<PersonHit> {
    Ok(PersonHit {
        stream: StreamId::from_key(&row.text(0)?)?,
        display_name: row.text(1)?,
        sort_name: row.text(2)?,
        date_of_birth: row.opt_text(3)?,
        restricted: row.flag(4)?,
    })
}

/// The cases of one worker with the person each belongs to, by stream.
pub fn caseload(tx: &mut dyn Tx, worker: &str) -> Result<Vec<(PersonHit, CaseRow)>> {
    tx.rows(
        "SELECT p.stream, p.display_name, p.sort_name, p.date_of_birth, p.restricted, c.order_ref, c.kind, c.status, \
         c.council, c.team, c.worker, c.level, c.imposed_on, c.ended_on, c.hours_ordered, c.minutes_credited, \
         c.next_due, c.refresh_on FROM cases c JOIN people p ON p.stream = c.stream \
         WHERE c.worker = ?1 ORDER BY c.status, c.stream, c.order_ref",
        &[Val::Text(worker)],
    )?
    .into_iter()
    .map(|row| Ok((person_hit(row.clone())?, case_row(row, 5)?)))
    .collect()
}

/// The cases of one team with the person each belongs to, a page at a time: those after stream and order `after`,
/// within one status.
pub fn team_cases(
    tx: &mut dyn Tx,
    team: &str,
    status: &str,
    after: Option<(&StreamId, &str)>,
    limit: u32,
) -> Result<Vec<(PersonHit, CaseRow)>> {
    let (stream, order_ref) = after.map_or((String::new(), ""), |(stream, order_ref)| (stream.key(), order_ref));
    tx.rows(
        "SELECT p.stream, p.display_name, p.sort_name, p.date_of_birth, p.restricted, c.order_ref, c.kind, c.status, \
         c.council, c.team, c.worker, c.level, c.imposed_on, c.ended_on, c.hours_ordered, c.minutes_credited, \
         c.next_due, c.refresh_on FROM cases c JOIN people p ON p.stream = c.stream \
         WHERE c.team = ?1 AND c.status = ?2 AND (c.stream, c.order_ref) > (?3, ?4) \
         ORDER BY c.stream, c.order_ref LIMIT ?5",
        &[Val::Text(team), Val::Text(status), Val::Text(&stream), Val::Text(order_ref), Val::Int(i64::from(limit))],
    )?
    .into_iter()
    .map(|row| Ok((person_hit(row.clone())?, case_row(row, 5)?)))
    .collect()
}

/// Whose worklist.
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
pub struct WorklistCursor(String, i64);

/// Something that is due or was missed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outstanding {
    /// The person's stream.
    pub stream: StreamId,
    /// The person's name as shown.
    pub display_name: String,
    /// The record is restricted.
    pub restricted: bool,
    /// The case.
    pub order_ref: String,
    /// The standard.
    pub standard: String,
    /// The day that opened it.
    pub opened_on: String,
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

/// What is open or missed and due in the asked days, earliest first.
pub fn worklist(tx: &mut dyn Tx, list: &Worklist) -> Result<Vec<Outstanding>> {
    let none = WorklistCursor(String::new(), -1);
    let WorklistCursor(due, id) = list.after.as_ref().unwrap_or(&none);
    let (whose, sql) = match &list.of {
        WorklistOf::Team(team) => (
            team,
            "SELECT p.stream, p.display_name, p.restricted, o.order_ref, o.standard, o.opened_on, o.id, o.due, o.state, \
             o.team, o.worker, o.governs FROM obligations o JOIN people p ON p.stream = o.stream \
             WHERE o.team = ?1 AND o.state IN ('open', 'missed') AND o.due >= ?2 AND o.due <= ?3 \
             AND (o.due, o.id) > (?4, ?5) ORDER BY o.due, o.id LIMIT ?6",
        ),
        WorklistOf::Worker(worker) => (
            worker,
            "SELECT p.stream, p.display_name, p.restricted, o.order_ref, o.standard, o.opened_on, o.id, o.due, o.state, \
             o.team, o.worker, o.governs FROM obligations o JOIN people p ON p.stream = o.stream \
             WHERE o.worker = ?1 AND o.state IN ('open', 'missed') AND o.due >= ?2 AND o.due <= ?3 \
             AND (o.due, o.id) > (?4, ?5) ORDER BY o.due, o.id LIMIT ?6",
        ),
    };
    let from = list.from.as_deref().unwrap_or_default().max(due.as_str());
    let rows = tx.rows(
        sql,
        &[
            Val::Text(whose),
            Val::Text(from),
            Val::Text(&list.until),
            Val::Text(due),
            Val::Int(*id),
            Val::Int(i64::from(list.limit)),
        ],
    )?;
    rows.into_iter().map(outstanding).collect()
}

fn outstanding(mut row: Row) -> Result<Outstanding> {
    let stream = StreamId::from_key(&row.text(0)?)?;
    let (order_ref, standard, opened_on, due) = (row.text(3)?, row.text(4)?, row.text(5)?, row.text(7)?);
    let cursor = WorklistCursor(due.clone(), row.int(6)?);
    Ok(Outstanding {
        stream,
        display_name: row.text(1)?,
        restricted: row.flag(2)?,
        order_ref,
        standard,
        opened_on,
        due,
        state: row.text(8)?,
        team: row.opt_text(9)?,
        worker: row.opt_text(10)?,
        governs: row.flag(11)?,
        cursor,
    })
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
pub fn counts(tx: &mut dyn Tx, team: Option<&str>) -> Result<Vec<Count>> {
    let rows = match team {
        Some(team) => tx.rows(
            "SELECT team, standard, substr(opened_on, 1, 7), state, count(*) FROM obligations WHERE team = ?1 \
             GROUP BY team, standard, substr(opened_on, 1, 7), state",
            &[Val::Text(team)],
        )?,
        None => tx.rows(
            "SELECT team, standard, substr(opened_on, 1, 7), state, count(*) FROM obligations \
             GROUP BY team, standard, substr(opened_on, 1, 7), state",
            &[],
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

/// People whose obligations can have changed by `today` (ISO) without a new fact, after `after`, by stream.
pub fn people_to_refresh(tx: &mut dyn Tx, today: &str, after: Option<&StreamId>, limit: u32) -> Result<Vec<StreamId>> {
    let after = after.map(StreamId::key).unwrap_or_default();
    let rows = tx.rows(
        "SELECT DISTINCT stream FROM cases WHERE refresh_on IS NOT NULL AND refresh_on <= ?1 AND stream > ?2 \
         ORDER BY stream LIMIT ?3",
        &[Val::Text(today), Val::Text(&after), Val::Int(i64::from(limit))],
    )?;
    rows.into_iter().map(|mut row| StreamId::from_key(&row.text(0)?)).collect()
}

/// Shows the stream of everybody who has rows, in order.
pub fn streams(tx: &mut dyn Tx, visit: &mut dyn FnMut(StreamId) -> Result<()>) -> Result<()> {
    tx.each("SELECT stream FROM people ORDER BY stream", &[], &mut |mut row| visit(StreamId::from_key(&row.text(0)?)?))
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
