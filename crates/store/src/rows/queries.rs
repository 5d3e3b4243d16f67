//! What is asked of the read models; each question is a range of one index.

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

/// A person whose five columns begin the row.
pub(super) fn person_hit(mut row: Row) -> Result<PersonHit> {
    Ok(PersonHit {
        stream: StreamId::from_key(&row.text(0)?)?,
        display_name: row.text(1)?,
        sort_name: row.text(2)?,
        date_of_birth: row.opt_text(3)?,
        restricted: row.flag(4)?,
    })
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
