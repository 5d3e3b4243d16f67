//! Where a person stands in the database: the end of their stream and their rows. Read once, then remembered by the
//! connection that writes, so that a command on a person who was just written needs no reading at all.

use std::collections::{HashMap, VecDeque};

use crate::chain::Hash;
use crate::error::{Result, StoreError};
use crate::tx::{Tx, Val};

/// How many bytes of rows a connection remembers (some ten thousand people).
const MOST_BYTES: usize = 24 << 20;

/// What is remembered besides the rows, in bytes, about.
const EACH: usize = 300;

/// The tables of a person's rows, without `person_words`, which follows from `people`: how many columns each has after
/// `stream`, and how many of those belong to its primary key.
pub(crate) const PERSON: Shape = Shape { columns: 8, key: 0 };
pub(crate) const IDENTIFIERS: Shape = Shape { columns: 2, key: 2 };
pub(crate) const ACCESS: Shape = Shape { columns: 2, key: 1 };
pub(crate) const CASES: Shape = Shape { columns: 19, key: 1 };
pub(crate) const OBLIGATIONS: Shape = Shape { columns: 11, key: 4 };
pub(crate) const APPOINTMENTS: Shape = Shape { columns: 10, key: 1 };
pub(crate) const PROCEEDINGS: Shape = Shape { columns: 7, key: 1 };

/// The columns of a table after `stream`.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) columns: usize,
    pub(crate) key: usize,
}

/// Values one after the other in one piece of memory, each with its type and length.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Packed(Vec<u8>);

impl Packed {
    pub(crate) fn of(values: &[Val<'_>]) -> Self {
        let mut bytes = Vec::with_capacity(values.len() * 16);
        for value in values {
            match value {
                Val::Null => bytes.push(0),
                Val::Int(number) => {
                    bytes.push(1);
                    bytes.extend_from_slice(&number.to_le_bytes());
                }
                Val::Text(text) => pack(&mut bytes, 2, text.as_bytes()),
                Val::Blob(blob) => pack(&mut bytes, 3, blob),
            }
        }
        Self(bytes)
    }

    pub(crate) fn values(&self) -> Vec<Val<'_>> {
        let (mut values, mut rest) = (Vec::with_capacity(self.0.len() / 12), self.0.as_slice());
        while let Some(value) = unpack(&mut rest) {
            values.push(value);
        }
        values
    }
}

fn pack(bytes: &mut Vec<u8>, kind: u8, content: &[u8]) {
    bytes.push(kind);
    bytes.extend_from_slice(&(content.len() as u64).to_le_bytes());
    bytes.extend_from_slice(content);
}

fn unpack<'a>(rest: &mut &'a [u8]) -> Option<Val<'a>> {
    let kind = *rest.split_off_first()?;
    if kind == 0 {
        return Some(Val::Null);
    }
    let number = u64::from_le_bytes(rest.split_off(..8)?.try_into().ok()?);
    if kind == 1 {
        return Some(Val::Int(number.cast_signed()));
    }
    let content = rest.split_off(..usize::try_from(number).ok()?)?;
    Some(if kind == 2 { Val::Text(std::str::from_utf8(content).unwrap_or_default()) } else { Val::Blob(content) })
}

/// A person's rows as they are stored, without the column `stream`, each table in the order of its primary key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct StoredRows {
    pub(crate) person: Packed,
    pub(crate) identifiers: Packed,
    pub(crate) access: Packed,
    pub(crate) cases: Packed,
    pub(crate) obligations: Packed,
    pub(crate) appointments: Packed,
    pub(crate) proceedings: Packed,
}

impl StoredRows {
    fn size(&self) -> usize {
        [
            &self.person,
            &self.identifiers,
            &self.access,
            &self.cases,
            &self.obligations,
            &self.appointments,
            &self.proceedings,
        ]
        .iter()
        .map(|part| part.0.capacity())
        .sum()
    }
}

/// Where a stream stands.
#[derive(Debug, Clone)]
pub(crate) struct Standing {
    /// Its version and the hash of its last event; version 0 when there is none.
    pub(crate) head: (i64, Hash),
    /// The rows of its person, when there are any.
    pub(crate) rows: Option<StoredRows>,
}

/// What a connection remembers of the streams that it wrote last. It is right as long as nobody else writes to the
/// tables: so it is forgotten when a transaction is undone, when a statement that is not the store's own is run, and
/// when another connection was at work.
#[derive(Debug, Default)]
pub struct Known {
    streams: HashMap<String, Standing>,
    oldest_first: VecDeque<String>,
    bytes: usize,
}

impl Known {
    pub(crate) fn clear(&mut self) {
        if !self.oldest_first.is_empty() {
            *self = Self::default();
        }
    }

    pub(crate) fn contains(&self, key: &str) -> bool {
        self.streams.contains_key(key)
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Standing> {
        self.streams.get(key)
    }

    fn put(&mut self, key: &str, standing: Standing) {
        self.bytes += EACH + standing.rows.as_ref().map_or(0, StoredRows::size);
        if self.streams.insert(key.to_owned(), standing).is_none() {
            self.oldest_first.push_back(key.to_owned());
        }
        while self.bytes > MOST_BYTES
            && self.oldest_first.len() > 1
            && let Some(oldest) = self.oldest_first.pop_front()
            && let Some(gone) = self.streams.remove(&oldest)
        {
            self.bytes = self.bytes.saturating_sub(EACH + gone.rows.as_ref().map_or(0, StoredRows::size));
        }
    }

    /// The stream has grown.
    pub(crate) fn grown(&mut self, key: &str, head: (i64, Hash)) {
        if let Some(standing) = self.streams.get_mut(key) {
            standing.head = head;
        }
    }

    /// The person has other rows.
    pub(crate) fn replaced(&mut self, key: &str, rows: StoredRows) {
        if let Some(standing) = self.streams.get_mut(key) {
            self.bytes += rows.size();
            let before = standing.rows.replace(rows);
            self.bytes = self.bytes.saturating_sub(before.as_ref().map_or(0, StoredRows::size));
        }
    }
}

/// One statement for all of it, because on PostgreSQL each is a journey: the rows of eight tables, told apart by the
/// first column, their texts, numbers and bytes in columns that fit all.
const STANDING: &str = "SELECT CAST(0 AS BIGINT), CAST(NULL AS TEXT), CAST(NULL AS TEXT), CAST(NULL AS TEXT), \
     CAST(NULL AS TEXT), CAST(NULL AS TEXT), CAST(NULL AS TEXT), CAST(NULL AS TEXT), CAST(NULL AS TEXT), \
     CAST(NULL AS TEXT), CAST(NULL AS TEXT), CAST(NULL AS TEXT), CAST(NULL AS TEXT), CAST(NULL AS TEXT), version, \
     CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), hash \
     FROM (SELECT version, hash FROM events WHERE stream = ?1 ORDER BY version DESC LIMIT 1) head \
     UNION ALL SELECT 1, display_name, sort_name, names, date_of_birth, last_contact_on, also_known_as, born_about, NULL, \
     NULL, NULL, NULL, NULL, NULL, restricted, NULL, NULL, NULL, NULL, NULL, NULL FROM people WHERE stream = ?1 \
     UNION ALL SELECT 2, kind, value, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, \
     NULL, NULL, NULL, NULL, NULL FROM person_identifiers WHERE stream = ?1 \
     UNION ALL SELECT 3, order_ref, kind, status, council, team, worker, level, imposed_on, ended_on, next_due, \
     refresh_on, next_standard, attendance, hours_ordered, minutes_credited, restricted, met, late, missed, NULL \
     FROM cases WHERE stream = ?1 \
     UNION ALL SELECT 4, order_ref, standard, opened_on, due, state, settled_on, team, worker, NULL, NULL, NULL, NULL, \
     NULL, n, governs, restricted, NULL, NULL, NULL, NULL FROM obligations WHERE stream = ?1 \
     UNION ALL SELECT 5, account, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, may, NULL, \
     NULL, NULL, NULL, NULL, NULL FROM person_access WHERE stream = ?1 \
     UNION ALL SELECT 6, contact, on_day, at, kind, with_whom, place, about, worker, team, outcome, NULL, NULL, NULL, \
     NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM appointments WHERE stream = ?1 \
     UNION ALL SELECT 7, breach, order_ref, stage, since, team, worker, NULL, NULL, NULL, NULL, NULL, NULL, NULL, \
     endorsed, NULL, NULL, NULL, NULL, NULL, NULL FROM proceedings WHERE stream = ?1";

/// Where in a row of [`STANDING`] the columns of each table are.
const PERSON_AT: [usize; PERSON.columns] = [1, 2, 3, 4, 14, 5, 6, 7];
const IDENTIFIERS_AT: [usize; IDENTIFIERS.columns] = [1, 2];
const CASES_AT: [usize; CASES.columns] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 14, 15, 10, 11, 16, 12, 13, 17, 18, 19];
const OBLIGATIONS_AT: [usize; OBLIGATIONS.columns] = [1, 2, 3, 14, 4, 5, 6, 7, 8, 15, 16];
const ACCESS_AT: [usize; ACCESS.columns] = [1, 14];
const APPOINTMENTS_AT: [usize; APPOINTMENTS.columns] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const PROCEEDINGS_AT: [usize; PROCEEDINGS.columns] = [1, 2, 3, 4, 14, 5, 6];

/// Where a stream stands, remembered from now on.
pub(crate) fn of<'a>(tx: &'a mut dyn Tx, key: &str) -> Result<&'a Standing> {
    if !tx.known()?.contains(key) {
        let standing = read(tx, key)?;
        tx.known()?.put(key, standing);
    }
    tx.known()?.get(key).ok_or_else(|| StoreError::Invalid(format!("{key} could not be remembered.")))
}

fn read(tx: &mut dyn Tx, key: &str) -> Result<Standing> {
    let mut head = (0, Hash::ZERO);
    let mut person = None;
    let (mut identifiers, mut cases, mut obligations) = (Vec::new(), Vec::new(), Vec::new());
    let (mut access, mut appointments, mut proceedings) = (Vec::new(), Vec::new(), Vec::new());
    tx.look(key, STANDING, &[Val::Text(key)], &mut |found| {
        let pick = |at: &[usize]| at.iter().map(|n| found.get(*n).copied().unwrap_or(Val::Null)).collect::<Vec<_>>();
        match found {
            [Val::Int(0), .., Val::Int(version), _, _, _, _, _, Val::Blob(hash)] => {
                head = (*version, Hash::from_bytes(hash)?);
            }
            [Val::Int(1), ..] => person = Some(Packed::of(&pick(&PERSON_AT))),
            [Val::Int(2), ..] => identifiers.push(Packed::of(&pick(&IDENTIFIERS_AT))),
            [Val::Int(3), ..] => cases.push(Packed::of(&pick(&CASES_AT))),
            [Val::Int(4), ..] => obligations.push(Packed::of(&pick(&OBLIGATIONS_AT))),
            [Val::Int(5), ..] => access.push(Packed::of(&pick(&ACCESS_AT))),
            [Val::Int(6), ..] => appointments.push(Packed::of(&pick(&APPOINTMENTS_AT))),
            _ => proceedings.push(Packed::of(&pick(&PROCEEDINGS_AT))),
        }
        Ok(())
    })?;
    let rows = person.map(|person| StoredRows {
        person,
        identifiers: sorted(&identifiers, IDENTIFIERS),
        access: sorted(&access, ACCESS),
        cases: sorted(&cases, CASES),
        obligations: sorted(&obligations, OBLIGATIONS),
        appointments: sorted(&appointments, APPOINTMENTS),
        proceedings: sorted(&proceedings, PROCEEDINGS),
    });
    Ok(Standing { head, rows })
}

/// Rows in the order of their primary key, in one piece.
fn sorted(rows: &[Packed], shape: Shape) -> Packed {
    let mut rows: Vec<(Vec<Val<'_>>, &Packed)> = rows.iter().map(|row| (row.values(), row)).collect();
    rows.sort_by(|(a, _), (b, _)| order(a, b, shape.key));
    Packed(rows.into_iter().flat_map(|(_, row)| &row.0).copied().collect())
}

/// The order of two rows by their first `key` columns: text by bytes, as both databases sort it.
pub(crate) fn order(a: &[Val<'_>], b: &[Val<'_>], key: usize) -> std::cmp::Ordering {
    let steps = a.iter().zip(b).take(key).map(|(a, b)| match (a, b) {
        (Val::Text(a), Val::Text(b)) => a.cmp(b),
        (Val::Int(a), Val::Int(b)) => a.cmp(b),
        _ => std::cmp::Ordering::Equal,
    });
    steps.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_out_of_a_package_as_they_went_in() {
        let values = [Val::Text(""), Val::Null, Val::Int(i64::MIN), Val::Text("Àda"), Val::Blob(&[1, 0]), Val::Int(7)];
        assert_eq!(Packed::of(&values).values(), values);
        assert_eq!(Packed::default().values(), []);
    }

    #[test]
    fn rows_are_sorted_by_their_key_only() {
        let rows = [["b", "1"], ["a", "2"]].map(|row| Packed::of(&row.map(Val::Text)));
        let sorted = sorted(&rows, Shape { columns: 2, key: 1 });
        assert_eq!(sorted.values(), ["a", "2", "b", "1"].map(Val::Text));
    }

    #[test]
    fn what_was_written_longest_ago_is_forgotten_first() {
        let mut known = Known::default();
        let big = || StoredRows { person: Packed(vec![0; MOST_BYTES / 3]), ..StoredRows::default() };
        for key in ["a", "b", "c"] {
            known.put(key, Standing { head: (0, Hash::ZERO), rows: Some(big()) });
        }
        assert_eq!([known.contains("a"), known.contains("b"), known.contains("c")], [false, true, true]);
    }
}
