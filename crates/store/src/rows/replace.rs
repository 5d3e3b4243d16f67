//! Replacing a person's rows: what is stored is compared with what should be, and only the difference is written.

use std::collections::{BTreeMap, BTreeSet};

use super::{CaseRow, Identifier, ObligationRow, PersonRows};
use crate::error::{Result, StoreError};
use crate::events::{StreamId, key_list};
use crate::tx::{Cell, Row, Tx, Val};

/// One table of a person's rows. Its columns begin with `stream`; the first `key` of them are its primary key.
struct Table {
    columns: usize,
    key: usize,
    select: &'static str,
    upsert: &'static str,
    delete: &'static str,
}

const PEOPLE_UPSERT: &str = "INSERT INTO people (stream, display_name, sort_name, tokens, date_of_birth, restricted, \
     last_contact_on) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (stream) DO UPDATE SET \
     display_name = excluded.display_name, sort_name = excluded.sort_name, tokens = excluded.tokens, \
     date_of_birth = excluded.date_of_birth, restricted = excluded.restricted, \
     last_contact_on = excluded.last_contact_on";
const TOKEN_INSERT: &str = "INSERT INTO person_tokens (stream, token) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
const TOKEN_DELETE: &str = "DELETE FROM person_tokens WHERE stream = ?1 AND token = ?2";

const IDENTIFIERS: Table = Table {
    columns: 3,
    key: 3,
    select: "SELECT stream, kind, value FROM person_identifiers WHERE stream = ?1 ORDER BY kind, value",
    upsert: "INSERT INTO person_identifiers (stream, kind, value) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
    delete: "DELETE FROM person_identifiers WHERE stream = ?1 AND kind = ?2 AND value = ?3",
};

const CASES: Table = Table {
    columns: 14,
    key: 2,
    select: "SELECT stream, order_ref, kind, status, council, team, worker, level, imposed_on, ended_on, hours_ordered, \
             minutes_credited, next_due, refresh_on FROM cases WHERE stream = ?1 ORDER BY order_ref",
    upsert: "INSERT INTO cases (stream, order_ref, kind, status, council, team, worker, level, imposed_on, ended_on, \
             hours_ordered, minutes_credited, next_due, refresh_on) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) \
             ON CONFLICT (stream, order_ref) DO UPDATE SET kind = excluded.kind, status = excluded.status, \
             council = excluded.council, team = excluded.team, worker = excluded.worker, level = excluded.level, \
             imposed_on = excluded.imposed_on, ended_on = excluded.ended_on, hours_ordered = excluded.hours_ordered, \
             minutes_credited = excluded.minutes_credited, next_due = excluded.next_due, \
             refresh_on = excluded.refresh_on",
    delete: "DELETE FROM cases WHERE stream = ?1 AND order_ref = ?2",
};

const OBLIGATIONS: Table = Table {
    columns: 11,
    key: 5,
    select: "SELECT stream, order_ref, standard, opened_on, n, due, state, settled_on, team, worker, governs \
             FROM obligations WHERE stream = ?1 ORDER BY order_ref, standard, opened_on, n",
    upsert: "INSERT INTO obligations (stream, order_ref, standard, opened_on, n, due, state, settled_on, team, worker, \
             governs) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) \
             ON CONFLICT (stream, order_ref, standard, opened_on, n) DO UPDATE SET due = excluded.due, \
             state = excluded.state, settled_on = excluded.settled_on, team = excluded.team, \
             worker = excluded.worker, governs = excluded.governs",
    delete: "DELETE FROM obligations WHERE stream = ?1 AND order_ref = ?2 AND standard = ?3 AND opened_on = ?4 AND n = ?5",
};

/// Replaces all rows of one person, in the transaction of the append that changed them.
pub fn replace(tx: &mut dyn Tx, stream: &StreamId, rows: &PersonRows) -> Result<()> {
    replace_all(tx, &[(stream, rows)])
}

/// Replaces the rows of many people at once, each named once: the path of an import.
pub fn replace_all(tx: &mut dyn Tx, people: &[(&StreamId, &PersonRows)]) -> Result<()> {
    let keys = people.iter().map(|(stream, _)| stream.checked_key()).collect::<Result<Vec<_>>>()?;
    if keys.iter().collect::<BTreeSet<_>>().len() != keys.len() {
        return Err(StoreError::Invalid("one person's rows were given twice in one replacement.".into()));
    }
    let wanted: Vec<Wanted<'_>> = keys.iter().zip(people).map(|(key, (_, rows))| Wanted::of(key, rows)).collect();
    let known: BTreeMap<String, Row> =
        known_people(tx, &keys)?.into_iter().map(|row| (row.clone_text(0), row)).collect();
    let mut fresh = Inserts::default();
    for person in &wanted {
        match known.get(person.key) {
            None => fresh.add(person),
            Some(stored) => change(tx, person, stored)?,
        }
    }
    fresh.write(tx)
}

/// The rows of `people` that are stored for these keys, in the order of the keys' text.
fn known_people(tx: &mut dyn Tx, keys: &[String]) -> Result<Vec<Row>> {
    if let [key] = keys {
        return tx.rows(
            "SELECT stream, display_name, sort_name, tokens, date_of_birth, restricted, last_contact_on \
             FROM people WHERE stream = ?1",
            &[Val::Text(key)],
        );
    }
    let sql = tx.dialect().choose(
        "SELECT stream, display_name, sort_name, tokens, date_of_birth, restricted, last_contact_on FROM people \
         WHERE stream IN (SELECT value FROM json_each(?1))",
        "SELECT stream, display_name, sort_name, tokens, date_of_birth, restricted, last_contact_on FROM people \
         WHERE stream IN (SELECT json_array_elements_text(?1::text::json))",
    );
    tx.rows(sql, &[Val::Text(&key_list(keys))])
}

/// What should be stored for one person, table by table, each in the order of its primary key.
struct Wanted<'a> {
    key: &'a str,
    rows: &'a PersonRows,
    tokens: BTreeSet<&'a str>,
    joined: String,
    identifiers: Vec<Val<'a>>,
    cases: Vec<Val<'a>>,
    obligations: Vec<Val<'a>>,
}

impl<'a> Wanted<'a> {
    fn of(key: &'a str, rows: &'a PersonRows) -> Self {
        let whole = |token: &&str| !token.is_empty() && !token.contains(' ');
        let tokens: BTreeSet<&str> = rows.tokens.iter().map(String::as_str).filter(whole).collect();
        let joined = tokens.iter().copied().collect::<Vec<_>>().join(" ");
        let identifiers: BTreeSet<&Identifier> = rows.identifiers.iter().collect();
        let mut cases: Vec<&CaseRow> = rows.cases.iter().collect();
        cases.sort();
        let mut obligations: Vec<&ObligationRow> = rows.obligations.iter().collect();
        obligations.sort();
        let mut obligation_vals = Vec::with_capacity(obligations.len() * OBLIGATIONS.columns);
        let mut before: Option<(&ObligationRow, i64)> = None;
        for row in obligations {
            let n = before.map_or(0, |(last, n)| {
                let same = (&last.order_ref, &last.standard, &last.opened_on)
                    == (&row.order_ref, &row.standard, &row.opened_on);
                if same { n + 1 } else { 0 }
            });
            before = Some((row, n));
            obligation_vals.extend(obligation_values(key, row, n));
        }
        Self {
            key,
            rows,
            tokens,
            joined,
            identifiers: identifiers
                .into_iter()
                .flat_map(|identifier| [Val::Text(key), Val::Text(&identifier.kind), Val::Text(&identifier.value)])
                .collect(),
            cases: cases.into_iter().flat_map(|row| case_values(key, row)).collect(),
            obligations: obligation_vals,
        }
    }

    fn person(&self) -> [Val<'_>; 7] {
        [
            Val::Text(self.key),
            Val::Text(&self.rows.display_name),
            Val::Text(&self.rows.sort_name),
            Val::Text(&self.joined),
            self.rows.date_of_birth.as_deref().into(),
            self.rows.restricted.into(),
            self.rows.last_contact_on.as_deref().into(),
        ]
    }
}

fn case_values<'a>(key: &'a str, row: &'a CaseRow) -> [Val<'a>; 14] {
    [
        Val::Text(key),
        Val::Text(&row.order_ref),
        Val::Text(&row.kind),
        Val::Text(&row.status),
        Val::Text(&row.council),
        row.team.as_deref().into(),
        row.worker.as_deref().into(),
        row.level.as_deref().into(),
        row.imposed_on.as_deref().into(),
        row.ended_on.as_deref().into(),
        row.hours_ordered.into(),
        row.minutes_credited.into(),
        row.next_due.as_deref().into(),
        row.refresh_on.as_deref().into(),
    ]
}

fn obligation_values<'a>(key: &'a str, row: &'a ObligationRow, n: i64) -> [Val<'a>; 11] {
    [
        Val::Text(key),
        Val::Text(&row.order_ref),
        Val::Text(&row.standard),
        Val::Text(&row.opened_on),
        Val::Int(n),
        row.due.as_deref().into(),
        Val::Text(&row.state),
        row.on.as_deref().into(),
        row.team.as_deref().into(),
        row.worker.as_deref().into(),
        row.governs.into(),
    ]
}

/// Rows of people who have none yet: nothing to compare, one statement per table.
#[derive(Default)]
struct Inserts<'a> {
    people: Vec<Val<'a>>,
    tokens: Vec<Val<'a>>,
    identifiers: Vec<Val<'a>>,
    cases: Vec<Val<'a>>,
    obligations: Vec<Val<'a>>,
}

impl<'a> Inserts<'a> {
    fn add(&mut self, person: &'a Wanted<'_>) {
        self.people.extend(person.person());
        self.tokens.extend(person.tokens.iter().flat_map(|token| [Val::Text(person.key), Val::Text(token)]));
        self.identifiers.extend_from_slice(&person.identifiers);
        self.cases.extend_from_slice(&person.cases);
        self.obligations.extend_from_slice(&person.obligations);
    }

    fn write(&self, tx: &mut dyn Tx) -> Result<()> {
        tx.insert(PEOPLE_UPSERT, 7, &self.people)?;
        tx.insert(TOKEN_INSERT, 2, &self.tokens)?;
        for (table, values) in
            [(&IDENTIFIERS, &self.identifiers), (&CASES, &self.cases), (&OBLIGATIONS, &self.obligations)]
        {
            tx.insert(table.upsert, table.columns, values)?;
        }
        Ok(())
    }
}

/// Writes the difference for a person who has rows.
fn change(tx: &mut dyn Tx, person: &Wanted<'_>, stored: &Row) -> Result<()> {
    let wanted = person.person();
    if !stored.cells().iter().map(Cell::as_val).eq(wanted) {
        let before = stored.clone_text(3);
        let old: BTreeSet<&str> = before.split_whitespace().collect();
        for gone in old.difference(&person.tokens) {
            tx.exec(TOKEN_DELETE, &[Val::Text(person.key), Val::Text(gone)])?;
        }
        let added: Vec<Val<'_>> =
            person.tokens.difference(&old).flat_map(|token| [Val::Text(person.key), Val::Text(token)]).collect();
        tx.insert(TOKEN_INSERT, 2, &added)?;
        tx.insert(PEOPLE_UPSERT, 7, &wanted)?;
    }
    difference(tx, &IDENTIFIERS, person.key, &person.identifiers)?;
    difference(tx, &CASES, person.key, &person.cases)?;
    difference(tx, &OBLIGATIONS, person.key, &person.obligations)
}

/// Walks what is stored and what is wanted side by side, both in the order of the primary key.
fn difference(tx: &mut dyn Tx, table: &Table, key: &str, wanted: &[Val<'_>]) -> Result<()> {
    let mut upserts = Vec::new();
    let mut gone: Vec<Vec<Cell>> = Vec::new();
    let mut wanted = wanted.chunks_exact(table.columns).peekable();
    tx.scan(table.select, &[Val::Text(key)], &mut |found| {
        while let Some(new) = wanted.next_if(|row| order(row, found, table.key).is_lt()) {
            upserts.extend_from_slice(new);
        }
        match wanted.next_if(|row| order(row, found, table.key).is_eq()) {
            Some(row) if row == found => {}
            Some(row) => upserts.extend_from_slice(row),
            None => gone.push(found.iter().take(table.key).copied().map(Cell::of).collect()),
        }
        Ok(())
    })?;
    upserts.extend(wanted.flatten().copied());
    for key in gone {
        let key: Vec<Val<'_>> = key.iter().map(Cell::as_val).collect();
        tx.exec(table.delete, &key)?;
    }
    tx.insert(table.upsert, table.columns, &upserts)?;
    Ok(())
}

/// The order of two rows by their first `key` columns: text by bytes, as both databases sort it.
fn order(a: &[Val<'_>], b: &[Val<'_>], key: usize) -> std::cmp::Ordering {
    let steps = a.iter().zip(b).take(key).map(|(a, b)| match (a, b) {
        (Val::Text(a), Val::Text(b)) => a.cmp(b),
        (Val::Int(a), Val::Int(b)) => a.cmp(b),
        _ => std::cmp::Ordering::Equal,
    });
    steps.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
}

/// The rows that are stored for a stream, in canonical form; none when there are none.
pub fn dump(tx: &mut dyn Tx, stream: &StreamId) -> Result<Option<PersonRows>> {
    let key = stream.key();
    let Some(mut person) = known_people(tx, std::slice::from_ref(&key))?.pop() else { return Ok(None) };
    let mut rows = PersonRows {
        display_name: person.text(1)?,
        sort_name: person.text(2)?,
        tokens: person.text(3)?.split_whitespace().map(str::to_owned).collect(),
        date_of_birth: person.opt_text(4)?,
        restricted: person.flag(5)?,
        last_contact_on: person.opt_text(6)?,
        ..PersonRows::default()
    };
    for mut row in tx.rows(IDENTIFIERS.select, &[Val::Text(&key)])? {
        rows.identifiers.push(Identifier { kind: row.text(1)?, value: row.text(2)? });
    }
    for row in tx.rows(CASES.select, &[Val::Text(&key)])? {
        rows.cases.push(case_row(row, 1)?);
    }
    for mut row in tx.rows(OBLIGATIONS.select, &[Val::Text(&key)])? {
        rows.obligations.push(ObligationRow {
            order_ref: row.text(1)?,
            standard: row.text(2)?,
            opened_on: row.text(3)?,
            due: row.opt_text(5)?,
            state: row.text(6)?,
            on: row.opt_text(7)?,
            team: row.opt_text(8)?,
            worker: row.opt_text(9)?,
            governs: row.flag(10)?,
        });
    }
    Ok(Some(rows))
}

/// A case whose columns, from `order_ref` on, begin at `from`.
pub(super) fn case_row(mut row: Row, from: usize) -> Result<CaseRow> {
    Ok(CaseRow {
        order_ref: row.text(from)?,
        kind: row.text(from + 1)?,
        status: row.text(from + 2)?,
        council: row.text(from + 3)?,
        team: row.opt_text(from + 4)?,
        worker: row.opt_text(from + 5)?,
        level: row.opt_text(from + 6)?,
        imposed_on: row.opt_text(from + 7)?,
        ended_on: row.opt_text(from + 8)?,
        hours_ordered: row.opt_int(from + 9)?,
        minutes_credited: row.opt_int(from + 10)?,
        next_due: row.opt_text(from + 11)?,
        refresh_on: row.opt_text(from + 12)?,
    })
}
