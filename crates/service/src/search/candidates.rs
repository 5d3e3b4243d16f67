//! From what was asked to the people who may be meant: a few ranges of indices, each answer weighed as it comes.

use super::asked::Asked;
use super::name::{Typed, likeness};
use super::nicknames::Nicknames;
use crate::ServiceError;
use std::collections::BTreeMap;
use store::Tx;
use store::rows::{self, Named};

/// The spellings of one word that are looked up.
const SPELLINGS: usize = 24;
/// A spelling less like the typed word than this is another word.
const ALIKE: f64 = 0.6;
/// A spelling that is nearly the typed word.
const NEAR: f64 = 0.88;
/// The candidates that are looked at closely.
pub(super) const CLOSELY: usize = 160;
/// With this many candidates, words are not taken for beginnings.
const ENOUGH: usize = 40;
/// A candidate this good makes it needless to look further.
const GOOD: f64 = 0.84;

/// How much the name counts beside the date of birth.
pub(super) const NAME: f64 = 0.65;

/// Who may be meant, with the worth of each pair of words that brought them here.
pub(super) struct Candidates<'a> {
    asked: &'a Asked,
    nicknames: &'a Nicknames,
    spellings: Vec<Vec<(String, f64)>>,
    /// By stream: the worth of each pair of typed words, and of the date of birth.
    found: BTreeMap<String, (Vec<f64>, f64)>,
}

impl<'a> Candidates<'a> {
    /// The streams of the best candidates, best first.
    pub(super) fn find(
        tx: &mut dyn Tx,
        asked: &'a Asked,
        nicknames: &'a Nicknames,
    ) -> Result<Vec<String>, ServiceError> {
        let mut candidates = Self { asked, nicknames, spellings: Vec::new(), found: BTreeMap::new() };
        for word in &asked.words {
            let spellings = candidates.spellings_of(tx, word)?;
            candidates.spellings.push(spellings);
        }
        candidates.by_whole_birth(tx)?;
        match asked.words.as_slice() {
            [] => candidates.by_birth_alone(tx)?,
            [word] => candidates.by_one_word(tx, word)?,
            _ => candidates.by_pairs(tx)?,
        }
        let mut best: Vec<(f64, String)> =
            candidates.found.iter().map(|(stream, worth)| (candidates.worth(worth), stream.clone())).collect();
        best.sort_by(|(a, stream_a), (b, stream_b)| b.total_cmp(a).then_with(|| stream_a.cmp(stream_b)));
        best.truncate(CLOSELY);
        Ok(best.into_iter().map(|(_, stream)| stream).collect())
    }

    /// The words of names that a typed word can stand for, the most alike first.
    fn spellings_of(&self, tx: &mut dyn Tx, word: &str) -> Result<Vec<(String, f64)>, ServiceError> {
        let mut spellings: BTreeMap<String, f64> = BTreeMap::from([(word.to_owned(), 1.0)]);
        if word.chars().nth(1).is_some() {
            let cuts = rows::cuts(word);
            for known in rows::alike(tx, cuts.iter().map(String::as_str))? {
                let worth = likeness(word, &known, self.nicknames);
                if worth >= ALIKE {
                    spellings.insert(known, worth);
                }
            }
            // A nickname that was mistyped stands for its name too.
            let near: Vec<(String, f64)> = spellings.iter().map(|(known, worth)| (known.clone(), *worth)).collect();
            for (known, worth) in near {
                for form in self.nicknames.of(&known) {
                    let as_form = worth * self.nicknames.likeness(&known, form).unwrap_or_default();
                    let held = spellings.entry(form.to_owned()).or_default();
                    *held = held.max(as_form);
                }
            }
        }
        let mut spellings: Vec<(String, f64)> = spellings.into_iter().collect();
        spellings.sort_by(|(word_a, a), (word_b, b)| b.total_cmp(a).then_with(|| word_a.cmp(word_b)));
        spellings.truncate(SPELLINGS);
        Ok(spellings)
    }

    /// Everybody born on the day, and on the day with month and day swapped, whatever was made of their name.
    fn by_whole_birth(&mut self, tx: &mut dyn Tx) -> Result<(), ServiceError> {
        let Some(sought) = self.asked.born else { return Ok(()) };
        let dates = sought.date().into_iter().chain(sought.swapped());
        for date in dates.collect::<Vec<_>>() {
            self.born_between(tx, &date.to_string(), &format!("{date}~"), 2_000)?;
        }
        Ok(())
    }

    fn born_between(&mut self, tx: &mut dyn Tx, from: &str, until: &str, limit: u32) -> Result<(), ServiceError> {
        let mut typed = Typed::new(&self.asked.words, self.nicknames);
        let pairs = self.pairs().len();
        let mut found = Vec::new();
        rows::born_between(tx, from, until, limit, &mut |stream, names, born| {
            let fit = typed.fit(names.split('|'));
            if fit >= 0.5 {
                found.push((stream.to_owned(), fit, born.to_owned()));
            }
            Ok(())
        })?;
        for (stream, fit, born) in found {
            let birth = self.asked.born.map_or(1.0, |sought| sought.fit(&born));
            let held = self.found.entry(stream).or_insert_with(|| (vec![0.0; pairs.max(1)], birth));
            held.0.iter_mut().for_each(|worth| *worth = worth.max(fit));
        }
        Ok(())
    }

    fn by_birth_alone(&mut self, tx: &mut dyn Tx) -> Result<(), ServiceError> {
        let Some((from, until)) = self.asked.born.and_then(super::birth::Sought::range) else { return Ok(()) };
        let mut streams = Vec::new();
        rows::born_between(tx, &from, &until, u32::try_from(CLOSELY).unwrap_or(u32::MAX), &mut |stream, _, _| {
            streams.push(stream.to_owned());
            Ok(())
        })?;
        self.found.extend(streams.into_iter().map(|stream| (stream, (vec![1.0], 1.0))));
        Ok(())
    }

    fn by_one_word(&mut self, tx: &mut dyn Tx, word: &str) -> Result<(), ServiceError> {
        let range = self.asked.born.and_then(super::birth::Sought::range);
        let (from, until) = range.as_ref().map_or(("", "~"), |(from, until)| (from.as_str(), until.as_str()));
        let spellings = self.spellings.first().cloned().unwrap_or_default();
        let exact = [word.to_owned()];
        let near: Vec<String> =
            spellings.iter().map(|(known, _)| known.clone()).filter(|known| known != word).collect();
        let of = [(0, 0)];
        self.gather(&of, |take| rows::named_beginning(tx, &exact, "", (from, until), 600, take))?;
        if !near.is_empty() {
            self.gather(&of, |take| rows::named_beginning(tx, &near, "", (from, until), 600, take))?;
        }
        if self.found.len() < ENOUGH {
            self.gather(&of, |take| rows::named_from(tx, word, "", 300, take))?;
        }
        Ok(())
    }

    /// Which typed words are looked up beside one another.
    fn pairs(&self) -> Vec<(usize, usize)> {
        let count = self.asked.words.len();
        let pairs = (0..count).flat_map(|one| (one + 1..count).map(move |other| (one, other)));
        pairs.collect()
    }

    fn by_pairs(&mut self, tx: &mut dyn Tx) -> Result<(), ServiceError> {
        let words = |spellings: &[(String, f64)], least: f64| -> Vec<String> {
            spellings.iter().filter(|(_, worth)| *worth >= least).map(|(word, _)| word.clone()).collect()
        };
        let spellings = self.spellings.clone();
        let of = |at: usize| spellings.get(at).map_or(&[][..], Vec::as_slice);
        let pairs = self.pairs();
        for pair in &pairs {
            let (one, other) = (words(of(pair.0), 0.0), words(of(pair.1), 0.0));
            self.gather(&[*pair], |take| rows::named(tx, &one, &other, take))?;
        }
        if self.found.len() < ENOUGH {
            for (one, other) in pairs.iter().flat_map(|(one, other)| [(*one, *other), (*other, *one)]) {
                let near = words(of(one), NEAR);
                let Some(beginning) = self.asked.words.get(other).cloned() else { continue };
                self.gather(&[(one, other)], |take| {
                    rows::named_beginning(tx, &near, &beginning, ("", "~"), 300, take)
                })?;
            }
        }
        if self.best() < GOOD {
            for (one, other) in pairs.iter().flat_map(|(one, other)| [(*one, *other), (*other, *one)]) {
                let (Some(one_word), Some(other_word)) = (self.asked.words.get(one), self.asked.words.get(other))
                else {
                    continue;
                };
                if one_word.len() >= 2 && other_word.len() >= 2 {
                    let (one_word, other_word) = (one_word.clone(), other_word.clone());
                    self.gather(&[(one, other)], |take| rows::named_from(tx, &one_word, &other_word, 300, take))?;
                }
            }
        }
        if self.best() < GOOD {
            self.look_wider(tx, &pairs)?;
        }
        Ok(())
    }

    /// Nobody fits well: everybody with one of the words nearly as it was typed, however the other is written.
    fn look_wider(&mut self, tx: &mut dyn Tx, pairs: &[(usize, usize)]) -> Result<(), ServiceError> {
        let range = self.asked.born.and_then(super::birth::Sought::range);
        let (from, until) = range.as_ref().map_or(("", "~"), |(from, until)| (from.as_str(), until.as_str()));
        for (one, other) in pairs.iter().flat_map(|(one, other)| [(*one, *other), (*other, *one)]) {
            let spellings = self.spellings.get(one).map_or(&[][..], Vec::as_slice).iter();
            let near = spellings.filter(|(_, worth)| *worth >= NEAR).take(4).map(|(word, _)| word.clone());
            let near: Vec<String> = near.collect();
            self.gather(&[(one, other)], |take| rows::named_beginning(tx, &near, "", (from, until), 20_000, take))?;
        }
        if let Some(sought) = self.asked.born
            && sought.month.is_some()
            && sought.date().is_none()
            && let Some((from, until)) = sought.range()
        {
            self.born_between(tx, &from, &until, 4_000)?;
        }
        Ok(())
    }

    /// Weighs each row that a question answers and keeps what is worth it.
    fn gather(
        &mut self,
        pair: &[(usize, usize)],
        ask: impl FnOnce(&mut dyn FnMut(Named<'_>) -> store::Result<()>) -> store::Result<()>,
    ) -> Result<(), ServiceError> {
        let all = self.pairs();
        let count = all.len().max(1);
        let Some(&(one, other)) = pair.first() else { return Ok(()) };
        let at = all.iter().position(|pair| *pair == (one.min(other), one.max(other))).unwrap_or(0);
        let alone = self.asked.words.len() == 1;
        let mut typed = Typed::new(&self.asked.words, self.nicknames);
        let (born, found, spellings) = (self.asked.born, &mut self.found, &self.spellings);
        let spelt = |index: usize, word: &str| {
            let list = spellings.get(index).map_or(&[][..], Vec::as_slice);
            list.iter().find(|(known, _)| known == word).map(|(_, worth)| *worth)
        };
        ask(&mut |row| {
            let mut of = |index: usize, word: &str| {
                spelt(index, word).unwrap_or_else(|| typed.worth(word).get(index).copied().unwrap_or_default())
            };
            let worth = if alone { of(one, row.word) } else { f64::midpoint(of(one, row.word), of(other, row.other)) };
            if worth < 0.55 {
                return Ok(());
            }
            if let Some((pairs, _)) = found.get_mut(row.stream) {
                if let Some(held) = pairs.get_mut(at) {
                    *held = held.max(worth);
                }
                return Ok(());
            }
            let birth = born.map_or(1.0, |sought| sought.fit(row.born));
            let mut pairs = vec![0.0; count];
            if let Some(held) = pairs.get_mut(at) {
                *held = worth;
            }
            found.insert(row.stream.to_owned(), (pairs, birth));
            Ok(())
        })?;
        Ok(())
    }

    fn worth(&self, (pairs, birth): &(Vec<f64>, f64)) -> f64 {
        let count = f64::from(u32::try_from(pairs.len()).unwrap_or(1)).max(1.0);
        let name = pairs.iter().sum::<f64>() / count;
        if self.asked.born.is_some() { NAME * name + (1.0 - NAME) * birth } else { name }
    }

    fn best(&self) -> f64 {
        self.found.values().map(|worth| self.worth(worth)).fold(0.0, f64::max)
    }
}
