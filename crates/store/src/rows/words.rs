//! From a person's names to the rows by which they are found: each word beside each other word of the same name, and the
//! list of all words under their likely misspellings.

use std::collections::BTreeSet;

use crate::error::Result;
use crate::events::key_list;
use crate::tx::{Tx, Val};

/// The words of one name that are used; of a longer name the first and the last.
const WORDS: usize = 5;

/// The first letters of a word that are used.
const LETTERS: usize = 24;

/// The names as the column `people.names` holds them.
pub(super) fn joined(names: &[String]) -> String {
    let apart = |c: char| c.is_whitespace() || c == '|';
    let words = |name: &String| name.split(apart).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let names: BTreeSet<String> = names.iter().map(words).filter(|name| !name.is_empty()).collect();
    names.into_iter().collect::<Vec<_>>().join("|")
}

/// The names that a column `people.names` holds.
pub(super) fn apart(joined: &str) -> impl Iterator<Item = &str> {
    joined.split('|').filter(|name| !name.is_empty())
}

/// Every ordered pair of words of each name; a name of one word is a pair with nothing.
pub(crate) fn pairs(joined: &str) -> BTreeSet<(&str, &str)> {
    let mut pairs = BTreeSet::new();
    for name in apart(joined) {
        let mut words: Vec<&str> = name.split(' ').map(beginning).collect();
        if words.len() > WORDS {
            words.drain(WORDS - 1..words.len() - 1);
        }
        if let [only] = words.as_slice() {
            pairs.insert((*only, ""));
        }
        for (at, word) in words.iter().enumerate() {
            let others = words.iter().enumerate().filter(|(other, _)| *other != at);
            pairs.extend(others.map(|(_, other)| (*word, *other)));
        }
    }
    pairs
}

fn beginning(word: &str) -> &str {
    word.char_indices().nth(LETTERS).and_then(|(end, _)| word.get(..end)).unwrap_or(word)
}

/// The keys under which a word is entered and looked for: itself, itself without each one of its letters, and how it
/// sounds. Two words that differ by a letter too many, too few, wrong or swapped share a key, whichever of them is typed.
pub fn cuts(word: &str) -> BTreeSet<String> {
    let word = beginning(word);
    let letters: Vec<char> = word.chars().collect();
    let mut cuts = BTreeSet::from([word.to_owned()]);
    if letters.len() >= 3 {
        for gone in 0..letters.len() {
            cuts.insert(letters.iter().enumerate().filter(|(at, _)| *at != gone).map(|(_, letter)| letter).collect());
        }
    }
    let sound = sound(word);
    if sound.chars().count() >= 2 {
        cuts.insert(format!("~{sound}"));
    }
    cuts
}

/// Roughly how a word sounds in the names of Scotland: its consonants, those that are written in several ways as one, and
/// whether it begins with a vowel.
pub fn sound(word: &str) -> String {
    let letters: Vec<char> = word.chars().collect();
    let mut sound = String::new();
    let mut at = 0;
    while let Some(letter) = letters.get(at) {
        let next = letters.get(at + 1).copied();
        let first = at == 0;
        let (code, taken) = match (letter, next) {
            ('p', Some('h')) => ("f", 2),
            ('k' | 'g', Some('n')) if first => ("n", 2),
            ('w', Some('r')) if first => ("r", 2),
            ('s', Some('h')) => ("s", 2),
            ('c', Some('h' | 'k')) | ('g', Some('h')) => ("k", 2),
            ('t', Some('h')) => ("t", 2),
            ('d', Some('g')) => ("j", 2),
            ('c', Some('e' | 'i' | 'y')) | ('s' | 'z', _) => ("s", 1),
            ('c' | 'k' | 'q' | 'g', _) => ("k", 1),
            ('x', _) => ("ks", 1),
            ('d' | 't', _) => ("t", 1),
            ('f' | 'v', _) => ("f", 1),
            ('a' | 'e' | 'i' | 'o' | 'u', _) => (if first { "a" } else { "" }, 1),
            ('y' | 'w' | 'h', _) if !first => ("", 1),
            (other, _) => {
                if !sound.ends_with(*other) {
                    sound.push(*other);
                }
                at += 1;
                continue;
            }
        };
        if !code.is_empty() && !sound.ends_with(code) {
            sound.push_str(code);
        }
        at += taken;
    }
    sound
}

/// Enters the words that are not in the list yet.
pub(super) fn learn(tx: &mut dyn Tx, words: &BTreeSet<&str>) -> Result<()> {
    if words.is_empty() {
        return Ok(());
    }
    let list = key_list(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
    let sql = tx.dialect().choose(
        "SELECT word FROM name_words WHERE cut = word AND cut IN (SELECT value FROM json_each(?1))",
        "SELECT word FROM name_words WHERE cut = word AND cut IN (SELECT json_array_elements_text(?1::text::json))",
    );
    let mut known = BTreeSet::new();
    for mut row in tx.rows(sql, &[Val::Text(&list)])? {
        known.insert(row.text(0)?);
    }
    let writer = tx.log_head()?.writer.clone();
    let fresh: Vec<(&str, BTreeSet<String>)> =
        words.iter().filter(|word| !known.contains(**word)).map(|word| (*word, cuts(word))).collect();
    let values: Vec<Val<'_>> = fresh
        .iter()
        .flat_map(|(word, cuts)| cuts.iter().flat_map(|cut| [Val::Text(cut), Val::Text(word), Val::Text(&writer)]))
        .collect();
    tx.later("", "INSERT INTO name_words (cut, word, writer) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING", 3, &values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_word_stands_beside_every_other_of_its_name_only() {
        let pairs = pairs("alex smith|sandy smith|madonna");
        assert_eq!(
            pairs.into_iter().collect::<Vec<_>>(),
            [("alex", "smith"), ("madonna", ""), ("sandy", "smith"), ("smith", "alex"), ("smith", "sandy")]
        );
        let long = super::pairs("a b c d e f g");
        assert_eq!(long.len(), 20);
        assert!(long.contains(&("a", "g")) && !long.contains(&("a", "e")));
    }

    #[test]
    fn names_that_sound_alike_have_one_sound() {
        for (one, other) in [
            ("reid", "reed"),
            ("stephen", "steven"),
            ("catherine", "katherine"),
            ("philip", "filip"),
            ("thomson", "tomson"),
            ("maclaughlan", "maclachlan"),
            ("knox", "nox"),
            ("wright", "right"),
            ("meikle", "mickle"),
        ] {
            assert_eq!(sound(one), sound(other), "{one} and {other}");
        }
        assert_ne!(sound("smith"), sound("jones"));
    }

    proptest! {
        #[test]
        fn one_slip_of_the_finger_leaves_a_shared_key(word in "[a-z]{3,12}", at in 0usize..12, letter in "[a-z]", slip in 0u8..4) {
            let mut letters: Vec<char> = word.chars().collect();
            let at = at % letters.len();
            let typed = letter.chars().next().unwrap();
            match slip {
                0 => { letters.remove(at); }
                1 => letters.insert(at, typed),
                2 => letters[at] = typed,
                _ => { let next = (at + 1) % letters.len(); if next > 0 { letters.swap(at, next) } }
            }
            let mistyped: String = letters.into_iter().collect();
            prop_assume!(mistyped.len() >= 3);
            let shared = cuts(&word).intersection(&cuts(&mistyped)).count();
            prop_assert!(shared > 0, "{word} and {mistyped}");
        }

        #[test]
        fn any_text_has_keys_and_pairs(name in ".{0,80}") {
            prop_assert!(cuts(&name).contains(beginning(&name)));
            for (word, other) in pairs(&joined(&[name])) {
                prop_assert!(!word.is_empty() && !word.contains(' ') && !other.contains(' '));
            }
        }
    }
}
