//! Finding people: by the words of their names, their birth, their numbers; each question is a range of one index.

use std::fmt::Write as _;

use super::Identifier;
use super::access::visible;
use super::words::apart;
use crate::error::Result;
use crate::events::{StreamId, key_list};
use crate::tx::{Tx, Val};

/// Two words of one of a person's names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named<'a> {
    /// One word.
    pub word: &'a str,
    /// Another word of the same name; empty when there is none.
    pub other: &'a str,
    /// The date of birth as far as it is known, ISO; empty when it is not.
    pub born: &'a str,
    /// The key of the person's stream.
    pub stream: &'a str,
}

/// A person as the results of a search show them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// The stream.
    pub stream: StreamId,
    /// The name as shown.
    pub display_name: String,
    /// Other names, as they were told.
    pub also_known_as: Vec<String>,
    /// All names as normalised words.
    pub names: Vec<String>,
    /// The date of birth as far as it is known, ISO; empty when it is not.
    pub born: String,
    /// The record is restricted, or kept from somebody.
    pub restricted: bool,
}

/// A case that has not ended, and who has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The key of the person's stream.
    pub stream: String,
    /// The order's reference.
    pub order_ref: String,
    /// What kind of case.
    pub kind: String,
    /// The team, when allocated.
    pub team: Option<String>,
    /// The case manager, when allocated.
    pub worker: Option<String>,
}

/// The largest text that still begins with `beginning`, for a range of an index.
fn end_of(beginning: &str) -> String {
    format!("{beginning}\u{10FFFF}")
}

/// A number as it is looked for: without strokes, hyphens, spaces, full stops and leading noughts, in capitals. The indices
/// over identifiers and cases say the same in SQL.
pub fn number_key(number: &str) -> String {
    let plain: String = number.chars().filter(|c| !matches!(c, '/' | '-' | ' ' | '.')).collect();
    plain.to_ascii_uppercase().trim_start_matches('0').to_owned()
}

/// The words of names that share a key with what was typed ([`super::cuts`]).
pub fn alike<'a>(tx: &mut dyn Tx, cuts: impl IntoIterator<Item = &'a str>) -> Result<Vec<String>> {
    let list = key_list(&cuts.into_iter().map(str::to_owned).collect::<Vec<_>>());
    let sql = tx.dialect().choose(
        "SELECT DISTINCT word FROM name_words WHERE cut IN (SELECT value FROM json_each(?1))",
        "SELECT DISTINCT word FROM name_words WHERE cut = ANY (ARRAY(SELECT json_array_elements_text(?1::text::json)))",
    );
    let mut words = Vec::new();
    tx.scan(sql, &[Val::Text(&list)], &mut |row| {
        if let [Val::Text(word)] = row {
            words.push((*word).to_owned());
        }
        Ok(())
    })?;
    Ok(words)
}

/// Shows every pair of one of `words` with one of `others`.
pub fn named(
    tx: &mut dyn Tx,
    words: &[String],
    others: &[String],
    visit: &mut dyn FnMut(Named<'_>) -> Result<()>,
) -> Result<()> {
    let sql = tx.dialect().choose(
        "SELECT word, other, born, stream FROM person_words WHERE word IN (SELECT value FROM json_each(?1)) \
         AND other IN (SELECT value FROM json_each(?2))",
        "SELECT word, other, born, stream FROM person_words \
         WHERE word = ANY (ARRAY(SELECT json_array_elements_text(?1::text::json))) \
         AND other = ANY (ARRAY(SELECT json_array_elements_text(?2::text::json)))",
    );
    each_named(tx, sql, &[Val::Text(&key_list(words)), Val::Text(&key_list(others))], visit)
}

/// Shows pairs of one of `words` with a word that begins with `beginning` (with any, when it is empty), of people born
/// from `born.0` up to but without `born.1`; at most `limit`.
pub fn named_beginning(
    tx: &mut dyn Tx,
    words: &[String],
    beginning: &str,
    born: (&str, &str),
    limit: u32,
    visit: &mut dyn FnMut(Named<'_>) -> Result<()>,
) -> Result<()> {
    let sql = tx.dialect().choose(
        "SELECT word, other, born, stream FROM person_words WHERE word IN (SELECT value FROM json_each(?1)) \
         AND other >= ?2 AND other < ?3 AND born >= ?4 AND born < ?5 LIMIT ?6",
        "SELECT word, other, born, stream FROM person_words \
         WHERE word = ANY (ARRAY(SELECT json_array_elements_text(?1::text::json))) \
         AND other >= ?2 AND other < ?3 AND born >= ?4 AND born < ?5 LIMIT ?6",
    );
    let list = key_list(words);
    let (until, most) = (end_of(beginning), Val::Int(i64::from(limit)));
    let values =
        [Val::Text(&list), Val::Text(beginning), Val::Text(&until), Val::Text(born.0), Val::Text(born.1), most];
    each_named(tx, sql, &values, visit)
}

/// Shows pairs of a word that begins with `beginning` with another that begins with `other` (with any, when it is
/// empty); at most `limit`.
pub fn named_from(
    tx: &mut dyn Tx,
    beginning: &str,
    other: &str,
    limit: u32,
    visit: &mut dyn FnMut(Named<'_>) -> Result<()>,
) -> Result<()> {
    let (until, other_until) = (end_of(beginning), end_of(other));
    let values = [
        Val::Text(beginning),
        Val::Text(&until),
        Val::Text(other),
        Val::Text(&other_until),
        Val::Int(i64::from(limit)),
    ];
    each_named(
        tx,
        "SELECT word, other, born, stream FROM person_words WHERE word >= ?1 AND word < ?2 AND other >= ?3 \
         AND other < ?4 LIMIT ?5",
        &values,
        visit,
    )
}

fn each_named(
    tx: &mut dyn Tx,
    sql: &'static str,
    values: &[Val<'_>],
    visit: &mut dyn FnMut(Named<'_>) -> Result<()>,
) -> Result<()> {
    tx.scan(sql, values, &mut |row| match row {
        [Val::Text(word), Val::Text(other), Val::Text(born), Val::Text(stream)] => {
            visit(Named { word, other, born, stream })
        }
        _ => Ok(()),
    })
}

/// Shows the names and the date of birth of people born from `from` up to but without `until` (ISO, or the beginning of
/// a date), by name; at most `limit`.
pub fn born_between(
    tx: &mut dyn Tx,
    from: &str,
    until: &str,
    limit: u32,
    visit: &mut dyn FnMut(&str, &str, &str) -> Result<()>,
) -> Result<()> {
    tx.scan(
        "SELECT stream, names, date_of_birth FROM people WHERE date_of_birth >= ?1 AND date_of_birth < ?2 LIMIT ?3",
        &[Val::Text(from), Val::Text(until), Val::Int(i64::from(limit))],
        &mut |row| match row {
            [Val::Text(stream), Val::Text(names), Val::Text(born)] => visit(stream, names, born),
            _ => Ok(()),
        },
    )
}

/// The streams of people who have one of these numbers ([`number_key`]) as an identifier or as the reference of an order
/// or report; or, with `beginnings`, one that begins so. At most `limit`.
pub fn numbered(tx: &mut dyn Tx, numbers: &[String], beginnings: bool, limit: u32) -> Result<Vec<String>> {
    const WHOLE: (&str, &str) = (
        "SELECT stream FROM person_identifiers WHERE ltrim(upper(replace(replace(replace(replace(value, '/', ''), '-', ''), \
         ' ', ''), '.', '')), '0') IN (SELECT value FROM json_each(?1)) \
         UNION SELECT stream FROM cases WHERE kind <> 'person' AND ltrim(upper(replace(replace(replace(replace(order_ref, \
         '/', ''), '-', ''), ' ', ''), '.', '')), '0') IN (SELECT value FROM json_each(?1)) LIMIT ?2",
        "SELECT stream FROM person_identifiers WHERE ltrim(upper(replace(replace(replace(replace(value, '/', ''), '-', ''), \
         ' ', ''), '.', '')), '0') = ANY (ARRAY(SELECT json_array_elements_text(?1::text::json))) \
         UNION SELECT stream FROM cases WHERE kind <> 'person' AND ltrim(upper(replace(replace(replace(replace(order_ref, \
         '/', ''), '-', ''), ' ', ''), '.', '')), '0') = ANY (ARRAY(SELECT json_array_elements_text(?1::text::json))) LIMIT ?2",
    );
    const BEGINNING: &str = "SELECT stream FROM person_identifiers WHERE ltrim(upper(replace(replace(replace(replace(value, \
         '/', ''), '-', ''), ' ', ''), '.', '')), '0') >= ?1 AND ltrim(upper(replace(replace(replace(replace(value, '/', ''), \
         '-', ''), ' ', ''), '.', '')), '0') < ?2 \
         UNION SELECT stream FROM cases WHERE kind <> 'person' AND ltrim(upper(replace(replace(replace(replace(order_ref, \
         '/', ''), '-', ''), ' ', ''), '.', '')), '0') >= ?1 AND ltrim(upper(replace(replace(replace(replace(order_ref, '/', \
         ''), '-', ''), ' ', ''), '.', '')), '0') < ?2 LIMIT ?3";
    let most = Val::Int(i64::from(limit));
    let mut streams = Vec::new();
    if beginnings {
        for number in numbers {
            for mut row in tx.rows(BEGINNING, &[Val::Text(number), Val::Text(&end_of(number)), most])? {
                streams.push(row.text(0)?);
            }
        }
        return Ok(streams);
    }
    let sql = tx.dialect().choose(WHOLE.0, WHOLE.1);
    for mut row in tx.rows(sql, &[Val::Text(&key_list(numbers)), most])? {
        streams.push(row.text(0)?);
    }
    Ok(streams)
}

/// People as the results of a search show them, in no order; without those whom the account may not see. Which those
/// are is asked of everybody in the same way, so it takes no more time to leave one out.
pub fn profiles(tx: &mut dyn Tx, streams: &[String], viewer: &str) -> Result<Vec<Profile>> {
    const SQLITE: &str = concat!(
        "SELECT p.stream, p.display_name, p.also_known_as, p.names, p.date_of_birth, p.born_about, p.restricted \
         FROM people p WHERE p.stream IN (SELECT value FROM json_each(?1)) AND ",
        visible!("p", "?2")
    );
    const POSTGRES: &str = concat!(
        "SELECT p.stream, p.display_name, p.also_known_as, p.names, p.date_of_birth, p.born_about, p.restricted \
         FROM people p WHERE p.stream = ANY (ARRAY(SELECT json_array_elements_text(?1::text::json))) AND ",
        visible!("p", "?2")
    );
    let sql = tx.dialect().choose(SQLITE, POSTGRES);
    let rows = tx.rows(sql, &[Val::Text(&key_list(streams)), Val::Text(viewer)])?;
    let profile = |mut row: crate::tx::Row| {
        Ok(Profile {
            stream: StreamId::from_key(&row.text(0)?)?,
            display_name: row.text(1)?,
            also_known_as: lines(&row.text(2)?),
            names: apart(&row.text(3)?).map(str::to_owned).collect(),
            born: match row.opt_text(4)? {
                Some(date) => date,
                None => row.opt_text(5)?.unwrap_or_default(),
            },
            restricted: row.flag(6)?,
        })
    };
    rows.into_iter().map(profile).collect()
}

/// The identifiers of these people, each with the key of its stream.
pub fn identifiers_of(tx: &mut dyn Tx, streams: &[String]) -> Result<Vec<(String, Identifier)>> {
    let sql = tx.dialect().choose(
        "SELECT stream, kind, value FROM person_identifiers WHERE stream IN (SELECT value FROM json_each(?1)) \
         ORDER BY stream, kind, value",
        "SELECT stream, kind, value FROM person_identifiers \
         WHERE stream = ANY (ARRAY(SELECT json_array_elements_text(?1::text::json))) ORDER BY stream, kind, value",
    );
    let rows = tx.rows(sql, &[Val::Text(&key_list(streams))])?;
    rows.into_iter().map(|mut row| Ok((row.text(0)?, Identifier { kind: row.text(1)?, value: row.text(2)? }))).collect()
}

/// The cases of these people that have not ended.
pub fn held(tx: &mut dyn Tx, streams: &[String]) -> Result<Vec<Held>> {
    let sql = tx.dialect().choose(
        "SELECT stream, order_ref, kind, team, worker FROM cases WHERE stream IN (SELECT value FROM json_each(?1)) \
         AND ended_on IS NULL ORDER BY stream, order_ref",
        "SELECT stream, order_ref, kind, team, worker FROM cases \
         WHERE stream = ANY (ARRAY(SELECT json_array_elements_text(?1::text::json))) AND ended_on IS NULL \
         ORDER BY stream, order_ref",
    );
    let rows = tx.rows(sql, &[Val::Text(&key_list(streams))])?;
    rows.into_iter()
        .map(|mut row| {
            Ok(Held {
                stream: row.text(0)?,
                order_ref: row.text(1)?,
                kind: row.text(2)?,
                team: row.opt_text(3)?,
                worker: row.opt_text(4)?,
            })
        })
        .collect()
}

/// Texts as one column holds them, a line each.
pub(super) fn in_lines(texts: &[String]) -> String {
    let mut column = String::new();
    for text in texts {
        let _ = write!(column, "{}{}", if column.is_empty() { "" } else { "\n" }, text.replace('\n', " "));
    }
    column
}

pub(super) fn lines(column: &str) -> Vec<String> {
    column.lines().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::number_key;

    #[test]
    fn a_number_is_the_same_however_its_strokes_and_noughts_are_typed() {
        for (one, other) in [
            ("S123/95A", "s12395a"),
            ("2003/0011985X", "2003 0011985x"),
            ("010190 0015", "0101900015"),
            ("P-77", "p77"),
        ] {
            assert_eq!(number_key(one), number_key(other));
        }
        assert_eq!(number_key(" - "), "");
    }
}
