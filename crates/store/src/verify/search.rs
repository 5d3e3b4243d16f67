//! The rows by which people are found follow from their names: recomputed and compared without holding them.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::Verified;
use crate::error::Result;
use crate::rows::pairs;
use crate::tx::{Tx, Val};

/// Compares the sum over all rows first; only when it differs are the sums of each person held and compared.
pub(super) fn words(tx: &mut dyn Tx, verified: &mut Verified) -> Result<()> {
    let (mut wanted, mut there) = (0_u64, 0_u64);
    each_wanted(tx, &mut |_, print| wanted = wanted.wrapping_add(print))?;
    each_stored(tx, &mut |_, print| there = there.wrapping_add(print))?;
    if wanted != there {
        let mut differ: BTreeMap<String, u64> = BTreeMap::new();
        let mut note = |stream: &str, print: u64| match differ.get_mut(stream) {
            Some(sum) => *sum = sum.wrapping_add(print),
            None => drop(differ.insert(stream.to_owned(), print)),
        };
        each_wanted(tx, &mut note)?;
        each_stored(tx, &mut |stream, print| note(stream, print.wrapping_neg()))?;
        for (stream, _) in differ.into_iter().filter(|(_, sum)| *sum != 0) {
            verified.find(format!("{stream}: the words by which it is found do not follow from the names."));
        }
    }
    for mut row in tx.rows(
        "SELECT DISTINCT w.word FROM person_words w WHERE NOT EXISTS \
         (SELECT 1 FROM name_words n WHERE n.cut = w.word AND n.word = w.word) LIMIT ?1",
        &[Val::Int(1_000)],
    )? {
        let letters = row.text(0)?.chars().count();
        verified.find(format!("the list of names' words: a word of {letters} letters is missing."));
    }
    Ok(())
}

fn each_wanted(tx: &mut dyn Tx, note: &mut dyn FnMut(&str, u64)) -> Result<()> {
    tx.scan("SELECT stream, names, coalesce(date_of_birth, born_about, '') FROM people", &[], &mut |row| {
        if let [Val::Text(stream), Val::Text(names), Val::Text(born)] = row {
            for (word, other) in pairs(names) {
                note(stream, print(stream, word, other, born));
            }
        }
        Ok(())
    })
}

fn each_stored(tx: &mut dyn Tx, note: &mut dyn FnMut(&str, u64)) -> Result<()> {
    tx.scan("SELECT stream, word, other, born FROM person_words", &[], &mut |row| {
        if let [Val::Text(stream), Val::Text(word), Val::Text(other), Val::Text(born)] = row {
            note(stream, print(stream, word, other, born));
        }
        Ok(())
    })
}

fn print(stream: &str, word: &str, other: &str, born: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (stream, word, other, born).hash(&mut hasher);
    hasher.finish()
}
