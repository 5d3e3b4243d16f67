//! Replacing a person's rows: what is stored is compared with what should be, and only the difference is written.

use std::collections::BTreeSet;

use super::find::{in_lines, lines};
use super::{AccessRow, AppointmentRow, CaseRow, Identifier, ObligationRow, PersonRows, ProceedingsRow, words};
use crate::error::{Result, StoreError};
use crate::events::{StreamId, key_list};
use crate::standing::{self, Packed, Shape, StoredRows, order};
use crate::tx::{Row, Tx, Val};

/// One table of a person's rows: its columns after `stream`, and how it is read and written.
struct Table {
    shape: Shape,
    select: &'static str,
    upsert: &'static str,
    delete: &'static str,
}

const PEOPLE_UPSERT: &str = "INSERT INTO people (stream, display_name, sort_name, names, date_of_birth, restricted, \
     last_contact_on, also_known_as, born_about) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (stream) DO UPDATE SET \
     display_name = excluded.display_name, sort_name = excluded.sort_name, names = excluded.names, \
     date_of_birth = excluded.date_of_birth, restricted = excluded.restricted, \
     last_contact_on = excluded.last_contact_on, also_known_as = excluded.also_known_as, \
     born_about = excluded.born_about";
const WORDS_UPSERT: &str = "INSERT INTO person_words (stream, word, other, born) VALUES (?1, ?2, ?3, ?4) \
     ON CONFLICT (word, other, stream) DO UPDATE SET born = excluded.born";
const WORDS_DELETE: &str = "DELETE FROM person_words WHERE stream = ?1 AND word = ?2 AND other = ?3";

const IDENTIFIERS: Table = Table {
    shape: standing::IDENTIFIERS,
    select: "SELECT stream, kind, value FROM person_identifiers WHERE stream = ?1 ORDER BY kind, value",
    upsert: "INSERT INTO person_identifiers (stream, kind, value) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
    delete: "DELETE FROM person_identifiers WHERE stream = ?1 AND kind = ?2 AND value = ?3",
};

const ACCESS: Table = Table {
    shape: standing::ACCESS,
    select: "SELECT stream, account, may FROM person_access WHERE stream = ?1 ORDER BY account",
    upsert: "INSERT INTO person_access (stream, account, may) VALUES (?1, ?2, ?3) ON CONFLICT (stream, account) DO \
             UPDATE SET may = excluded.may",
    delete: "DELETE FROM person_access WHERE stream = ?1 AND account = ?2",
};

const CASES: Table = Table {
    shape: standing::CASES,
    select: "SELECT stream, order_ref, kind, status, council, team, worker, level, imposed_on, ended_on, \
             hours_ordered, minutes_credited, next_due, refresh_on, restricted, next_standard, attendance, met, \
             late, missed FROM cases WHERE stream = ?1 ORDER BY order_ref",
    upsert: "INSERT INTO cases (stream, order_ref, kind, status, council, team, worker, level, imposed_on, \
             ended_on, hours_ordered, minutes_credited, next_due, refresh_on, restricted, next_standard, \
             attendance, met, late, missed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, \
             ?15, ?16, ?17, ?18, ?19, ?20) ON CONFLICT (stream, order_ref) DO UPDATE SET kind = excluded.kind, \
             status = excluded.status, council = excluded.council, team = excluded.team, worker = excluded.worker, \
             level = excluded.level, imposed_on = excluded.imposed_on, ended_on = excluded.ended_on, hours_ordered \
             = excluded.hours_ordered, minutes_credited = excluded.minutes_credited, next_due = excluded.next_due, \
             refresh_on = excluded.refresh_on, restricted = excluded.restricted, next_standard = \
             excluded.next_standard, attendance = excluded.attendance, met = excluded.met, late = excluded.late, \
             missed = excluded.missed",
    delete: "DELETE FROM cases WHERE stream = ?1 AND order_ref = ?2",
};

const OBLIGATIONS: Table = Table {
    shape: standing::OBLIGATIONS,
    select: "SELECT stream, order_ref, standard, opened_on, n, due, state, settled_on, team, worker, governs, \
             restricted FROM obligations WHERE stream = ?1 ORDER BY order_ref, standard, opened_on, n",
    upsert: "INSERT INTO obligations (stream, order_ref, standard, opened_on, n, due, state, settled_on, team, \
             worker, governs, restricted) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) ON CONFLICT \
             (stream, order_ref, standard, opened_on, n) DO UPDATE SET due = excluded.due, state = excluded.state, \
             settled_on = excluded.settled_on, team = excluded.team, worker = excluded.worker, governs = \
             excluded.governs, restricted = excluded.restricted",
    delete: "DELETE FROM obligations WHERE stream = ?1 AND order_ref = ?2 AND standard = ?3 AND opened_on = ?4 AND \
             n = ?5",
};

const APPOINTMENTS: Table = Table {
    shape: standing::APPOINTMENTS,
    select: "SELECT stream, contact, on_day, at, kind, with_whom, place, about, worker, team, outcome FROM \
             appointments WHERE stream = ?1 ORDER BY contact",
    upsert: "INSERT INTO appointments (stream, contact, on_day, at, kind, with_whom, place, about, worker, team, \
             outcome) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (stream, contact) DO \
             UPDATE SET on_day = excluded.on_day, at = excluded.at, kind = excluded.kind, with_whom = \
             excluded.with_whom, place = excluded.place, about = excluded.about, worker = excluded.worker, team = \
             excluded.team, outcome = excluded.outcome",
    delete: "DELETE FROM appointments WHERE stream = ?1 AND contact = ?2",
};

const PROCEEDINGS: Table = Table {
    shape: standing::PROCEEDINGS,
    select: "SELECT stream, breach, order_ref, stage, since, endorsed, team, worker FROM proceedings WHERE stream \
             = ?1 ORDER BY breach",
    upsert: "INSERT INTO proceedings (stream, breach, order_ref, stage, since, endorsed, team, worker) VALUES (?1, \
             ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (stream, breach) DO UPDATE SET order_ref = \
             excluded.order_ref, stage = excluded.stage, since = excluded.since, endorsed = excluded.endorsed, \
             team = excluded.team, worker = excluded.worker",
    delete: "DELETE FROM proceedings WHERE stream = ?1 AND breach = ?2",
};

/// Replaces all rows of one person, in the transaction of the append that changed them.
pub fn replace(tx: &mut dyn Tx, stream: &StreamId, rows: &PersonRows) -> Result<()> {
    replace_one(tx, &Wanted::of(&stream.checked_key()?, rows))
}

/// Replaces the rows of many people at once, each named once: the path of an import.
pub fn replace_all(tx: &mut dyn Tx, people: &[(&StreamId, &PersonRows)]) -> Result<()> {
    let keys = people.iter().map(|(stream, _)| stream.checked_key()).collect::<Result<Vec<_>>>()?;
    if keys.iter().collect::<BTreeSet<_>>().len() != keys.len() {
        return Err(StoreError::Invalid("one person's rows were given twice in one replacement.".into()));
    }
    let looked_up: Vec<&str> = keys.iter().map(String::as_str).collect();
    let known: BTreeSet<String> = known_people(tx, &looked_up)?.into_iter().map(|row| row.clone_text(0)).collect();
    let mut fresh = Inserts::default();
    let wanted: Vec<Wanted<'_>> = keys.iter().zip(people).map(|(key, (_, rows))| Wanted::of(key, rows)).collect();
    for person in &wanted {
        if known.contains(person.key) {
            replace_one(tx, person)?;
        } else {
            fresh.add(person);
        }
    }
    fresh.write(tx)
}

fn replace_one(tx: &mut dyn Tx, person: &Wanted<'_>) -> Result<()> {
    let wanted = person.packed();
    let before = match &standing::of(tx, person.key)?.rows {
        Some(stored) if *stored == wanted => return Ok(()),
        Some(stored) => stored.clone(),
        None => StoredRows::default(),
    };
    change(tx, person, &before, &wanted)?;
    tx.known()?.replaced(person.key, wanted);
    Ok(())
}

/// The rows of `people` that are stored for these keys, in the order of the keys' text.
fn known_people(tx: &mut dyn Tx, keys: &[&str]) -> Result<Vec<Row>> {
    if let [key] = keys {
        return tx.rows(
            "SELECT stream, display_name, sort_name, names, date_of_birth, restricted, last_contact_on, also_known_as, \
             born_about FROM people WHERE stream = ?1",
            &[Val::Text(key)],
        );
    }
    let sql = tx.dialect().choose(
        "SELECT stream, display_name, sort_name, names, date_of_birth, restricted, last_contact_on, also_known_as, \
         born_about FROM people WHERE stream IN (SELECT value FROM json_each(?1))",
        "SELECT stream, display_name, sort_name, names, date_of_birth, restricted, last_contact_on, also_known_as, \
         born_about FROM people WHERE stream IN (SELECT json_array_elements_text(?1::text::json))",
    );
    tx.rows(sql, &[Val::Text(&key_list(keys))])
}

/// What should be stored for one person, table by table, each in the order of its primary key.
struct Wanted<'a> {
    key: &'a str,
    rows: &'a PersonRows,
    names: String,
    also_known_as: String,
    identifiers: Vec<Val<'a>>,
    access: Vec<Val<'a>>,
    cases: Vec<Val<'a>>,
    obligations: Vec<Val<'a>>,
    appointments: Vec<Val<'a>>,
    proceedings: Vec<Val<'a>>,
}

impl<'a> Wanted<'a> {
    fn of(key: &'a str, rows: &'a PersonRows) -> Self {
        let identifiers: BTreeSet<&Identifier> = rows.identifiers.iter().collect();
        let access: BTreeSet<&AccessRow> = rows.access.iter().collect();
        let appointments: BTreeSet<&AppointmentRow> = rows.appointments.iter().collect();
        let proceedings: BTreeSet<&ProceedingsRow> = rows.proceedings.iter().collect();
        let mut cases: Vec<&CaseRow> = rows.cases.iter().collect();
        cases.sort();
        let mut obligations: Vec<&ObligationRow> = rows.obligations.iter().collect();
        obligations.sort();
        let mut obligation_vals = Vec::with_capacity(obligations.len() * OBLIGATIONS.shape.columns);
        let mut before: Option<(&ObligationRow, i64)> = None;
        for row in obligations {
            let n = before.map_or(0, |(last, n)| {
                let same = (&last.order_ref, &last.standard, &last.opened_on)
                    == (&row.order_ref, &row.standard, &row.opened_on);
                if same { n + 1 } else { 0 }
            });
            before = Some((row, n));
            obligation_vals.extend(obligation_values(row, n));
        }
        Self {
            key,
            rows,
            names: words::joined(&rows.names),
            also_known_as: in_lines(&rows.also_known_as),
            identifiers: identifiers
                .into_iter()
                .flat_map(|identifier| [Val::Text(&identifier.kind), Val::Text(&identifier.value)])
                .collect(),
            access: access.into_iter().flat_map(|row| [Val::Text(&row.account), row.may.into()]).collect(),
            cases: cases.into_iter().flat_map(case_values).collect(),
            obligations: obligation_vals,
            appointments: appointments.into_iter().flat_map(appointment_values).collect(),
            proceedings: proceedings.into_iter().flat_map(proceedings_values).collect(),
        }
    }

    fn person(&self) -> [Val<'_>; standing::PERSON.columns] {
        [
            Val::Text(&self.rows.display_name),
            Val::Text(&self.rows.sort_name),
            Val::Text(&self.names),
            self.rows.date_of_birth.as_deref().into(),
            self.rows.restricted.into(),
            self.rows.last_contact_on.as_deref().into(),
            Val::Text(&self.also_known_as),
            self.rows.born_about.as_deref().into(),
        ]
    }

    /// The date of birth as far as it is known.
    fn born(&self) -> &str {
        self.rows.date_of_birth.as_deref().or(self.rows.born_about.as_deref()).unwrap_or_default()
    }

    fn packed(&self) -> StoredRows {
        StoredRows {
            person: Packed::of(&self.person()),
            identifiers: Packed::of(&self.identifiers),
            access: Packed::of(&self.access),
            cases: Packed::of(&self.cases),
            obligations: Packed::of(&self.obligations),
            appointments: Packed::of(&self.appointments),
            proceedings: Packed::of(&self.proceedings),
        }
    }
}

fn case_values(row: &CaseRow) -> [Val<'_>; standing::CASES.columns] {
    [
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
        row.restricted.into(),
        row.next_standard.as_deref().into(),
        Val::Text(&row.attendance),
        Val::Int(row.met),
        Val::Int(row.late),
        Val::Int(row.missed),
    ]
}

fn obligation_values(row: &ObligationRow, n: i64) -> [Val<'_>; standing::OBLIGATIONS.columns] {
    [
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
        row.restricted.into(),
    ]
}

fn appointment_values(row: &AppointmentRow) -> [Val<'_>; standing::APPOINTMENTS.columns] {
    [
        Val::Text(&row.contact),
        Val::Text(&row.on),
        row.at.as_deref().into(),
        Val::Text(&row.kind),
        Val::Text(&row.with),
        row.place.as_deref().into(),
        row.about.as_deref().into(),
        row.worker.as_deref().into(),
        row.team.as_deref().into(),
        row.outcome.as_deref().into(),
    ]
}

fn proceedings_values(row: &ProceedingsRow) -> [Val<'_>; standing::PROCEEDINGS.columns] {
    [
        Val::Text(&row.breach),
        Val::Text(&row.order_ref),
        Val::Text(&row.stage),
        Val::Text(&row.since),
        row.endorsed.into(),
        row.team.as_deref().into(),
        row.worker.as_deref().into(),
    ]
}

/// Rows of people who have none yet: nothing to compare, one statement per table.
#[derive(Default)]
struct Inserts<'a> {
    people: Vec<Val<'a>>,
    words: Vec<Val<'a>>,
    new_words: BTreeSet<&'a str>,
    identifiers: Vec<Val<'a>>,
    access: Vec<Val<'a>>,
    cases: Vec<Val<'a>>,
    obligations: Vec<Val<'a>>,
    appointments: Vec<Val<'a>>,
    proceedings: Vec<Val<'a>>,
}

impl<'a> Inserts<'a> {
    fn add(&mut self, person: &'a Wanted<'_>) {
        keyed(person.key, &person.person(), standing::PERSON, &mut self.people);
        let born = Val::Text(person.born());
        for (word, other) in words::pairs(&person.names) {
            self.words.extend([Val::Text(person.key), Val::Text(word), Val::Text(other), born]);
            self.new_words.insert(word);
        }
        for (table, rows, out) in [
            (&IDENTIFIERS, &person.identifiers, &mut self.identifiers),
            (&ACCESS, &person.access, &mut self.access),
            (&CASES, &person.cases, &mut self.cases),
            (&OBLIGATIONS, &person.obligations, &mut self.obligations),
            (&APPOINTMENTS, &person.appointments, &mut self.appointments),
            (&PROCEEDINGS, &person.proceedings, &mut self.proceedings),
        ] {
            keyed(person.key, rows, table.shape, out);
        }
    }

    fn write(&self, tx: &mut dyn Tx) -> Result<()> {
        tx.insert(PEOPLE_UPSERT, 1 + standing::PERSON.columns, &self.people)?;
        words::learn(tx, &self.new_words)?;
        tx.insert(WORDS_UPSERT, 4, &self.words)?;
        for (table, values) in [
            (&IDENTIFIERS, &self.identifiers),
            (&ACCESS, &self.access),
            (&CASES, &self.cases),
            (&OBLIGATIONS, &self.obligations),
            (&APPOINTMENTS, &self.appointments),
            (&PROCEEDINGS, &self.proceedings),
        ] {
            tx.insert(table.upsert, 1 + table.shape.columns, values)?;
        }
        Ok(())
    }
}

/// Rows with their stream before them.
fn keyed<'a>(key: &'a str, rows: &[Val<'a>], shape: Shape, out: &mut Vec<Val<'a>>) {
    for row in rows.chunks_exact(shape.columns) {
        out.push(Val::Text(key));
        out.extend_from_slice(row);
    }
}

/// Writes the difference between what is stored for a person and what should be.
fn change(tx: &mut dyn Tx, person: &Wanted<'_>, before: &StoredRows, wanted: &StoredRows) -> Result<()> {
    let key = person.key;
    if before.person != wanted.person {
        change_words(tx, person, &before.person.values())?;
        let mut row = Vec::with_capacity(1 + standing::PERSON.columns);
        keyed(key, &person.person(), standing::PERSON, &mut row);
        tx.later(key, PEOPLE_UPSERT, row.len(), &row)?;
    }
    for (table, before, packed, rows) in [
        (&IDENTIFIERS, &before.identifiers, &wanted.identifiers, &person.identifiers),
        (&ACCESS, &before.access, &wanted.access, &person.access),
        (&CASES, &before.cases, &wanted.cases, &person.cases),
        (&OBLIGATIONS, &before.obligations, &wanted.obligations, &person.obligations),
        (&APPOINTMENTS, &before.appointments, &wanted.appointments, &person.appointments),
        (&PROCEEDINGS, &before.proceedings, &wanted.proceedings, &person.proceedings),
    ] {
        if before != packed {
            difference(tx, table, key, &before.values(), rows)?;
        }
    }
    Ok(())
}

/// Writes the difference between the words that are stored for a person and those of their names now.
fn change_words(tx: &mut dyn Tx, person: &Wanted<'_>, stored: &[Val<'_>]) -> Result<()> {
    let text = |at: usize| match stored.get(at) {
        Some(Val::Text(text)) => *text,
        _ => "",
    };
    let born_before = if text(3).is_empty() { text(7) } else { text(3) };
    let (before, now) = (words::pairs(text(2)), words::pairs(&person.names));
    for (word, other) in before.difference(&now) {
        tx.put(person.key, WORDS_DELETE, 3, &[Val::Text(person.key), Val::Text(word), Val::Text(other)])?;
    }
    let known: BTreeSet<&str> = before.iter().map(|(word, _)| *word).collect();
    words::learn(tx, &now.iter().map(|(word, _)| *word).filter(|word| !known.contains(word)).collect())?;
    let born = person.born();
    let fresh: Vec<Val<'_>> = now
        .iter()
        .filter(|pair| born != born_before || !before.contains(*pair))
        .flat_map(|(word, other)| [Val::Text(person.key), Val::Text(word), Val::Text(other), Val::Text(born)])
        .collect();
    tx.later(person.key, WORDS_UPSERT, 4, &fresh)
}

/// Walks what is stored and what is wanted side by side, both in the order of the primary key.
fn difference(tx: &mut dyn Tx, table: &Table, key: &str, stored: &[Val<'_>], wanted: &[Val<'_>]) -> Result<()> {
    let (shape, mut upserts) = (table.shape, Vec::new());
    let mut wanted = wanted.chunks_exact(shape.columns).peekable();
    for found in stored.chunks_exact(shape.columns) {
        while let Some(new) = wanted.next_if(|row| order(row, found, shape.key).is_lt()) {
            keyed(key, new, shape, &mut upserts);
        }
        match wanted.next_if(|row| order(row, found, shape.key).is_eq()) {
            Some(row) if row == found => {}
            Some(row) => keyed(key, row, shape, &mut upserts),
            None => {
                let mut gone = vec![Val::Text(key)];
                gone.extend(found.iter().take(shape.key).copied());
                tx.put(key, table.delete, gone.len(), &gone)?;
            }
        }
    }
    wanted.for_each(|row| keyed(key, row, shape, &mut upserts));
    tx.later(key, table.upsert, 1 + shape.columns, &upserts)
}

/// The rows that are stored for a stream, in canonical form; none when there are none.
pub fn dump(tx: &mut dyn Tx, stream: &StreamId) -> Result<Option<PersonRows>> {
    let key = stream.key();
    let Some(mut person) = known_people(tx, &[&key])?.pop() else { return Ok(None) };
    let mut rows = PersonRows {
        display_name: person.text(1)?,
        sort_name: person.text(2)?,
        names: words::apart(&person.text(3)?).map(str::to_owned).collect(),
        date_of_birth: person.opt_text(4)?,
        restricted: person.flag(5)?,
        last_contact_on: person.opt_text(6)?,
        also_known_as: lines(&person.text(7)?),
        born_about: person.opt_text(8)?,
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
            restricted: row.flag(11)?,
        });
    }
    for mut row in tx.rows(ACCESS.select, &[Val::Text(&key)])? {
        rows.access.push(AccessRow { account: row.text(1)?, may: row.flag(2)? });
    }
    for row in tx.rows(APPOINTMENTS.select, &[Val::Text(&key)])? {
        rows.appointments.push(appointment_row(row, 1)?);
    }
    for mut row in tx.rows(PROCEEDINGS.select, &[Val::Text(&key)])? {
        rows.proceedings.push(ProceedingsRow {
            breach: row.text(1)?,
            order_ref: row.text(2)?,
            stage: row.text(3)?,
            since: row.text(4)?,
            endorsed: row.flag(5)?,
            team: row.opt_text(6)?,
            worker: row.opt_text(7)?,
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
        restricted: row.flag(from + 13)?,
        next_standard: row.opt_text(from + 14)?,
        attendance: row.text(from + 15)?,
        met: row.int(from + 16)?,
        late: row.int(from + 17)?,
        missed: row.int(from + 18)?,
    })
}

/// A planned contact whose columns, from `contact` on, begin at `from`.
pub(super) fn appointment_row(mut row: Row, from: usize) -> Result<AppointmentRow> {
    Ok(AppointmentRow {
        contact: row.text(from)?,
        on: row.text(from + 1)?,
        at: row.opt_text(from + 2)?,
        kind: row.text(from + 3)?,
        with: row.text(from + 4)?,
        place: row.opt_text(from + 5)?,
        about: row.opt_text(from + 6)?,
        worker: row.opt_text(from + 7)?,
        team: row.opt_text(from + 8)?,
        outcome: row.opt_text(from + 9)?,
    })
}
