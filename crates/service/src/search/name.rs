//! Names as they are compared: what makes two words alike, and how well what was typed fits a person.

use super::nicknames::Nicknames;
use std::collections::BTreeMap;

/// A name for search: small letters, without accents and punctuation, double-barrelled names as two words, "Mc" as "mac".
pub fn normalised(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' | 'ą' | 'ă' | 'ā' => out.push('a'),
            'é' | 'è' | 'ê' | 'ë' | 'ę' | 'ě' | 'ė' | 'ē' => out.push('e'),
            'í' | 'ì' | 'î' | 'ï' | 'ī' | 'ı' => out.push('i'),
            'ó' | 'ò' | 'ô' | 'ö' | 'õ' | 'ø' | 'ō' | 'ő' => out.push('o'),
            'ú' | 'ù' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' => out.push('u'),
            'ý' | 'ÿ' => out.push('y'),
            'ç' | 'ć' | 'č' => out.push('c'),
            'ď' | 'đ' | 'ð' => out.push('d'),
            'ğ' => out.push('g'),
            'ñ' | 'ń' | 'ň' => out.push('n'),
            'ł' | 'ľ' => out.push('l'),
            'ř' => out.push('r'),
            'ś' | 'š' | 'ş' | 'ș' => out.push('s'),
            'ť' | 'ț' | 'ţ' => out.push('t'),
            'ź' | 'ż' | 'ž' => out.push('z'),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'ß' => out.push_str("ss"),
            'þ' => out.push_str("th"),
            '\'' | '’' | '‘' | '`' | '.' | '\u{300}'..='\u{36f}' => {}
            c if c.is_alphanumeric() => out.push(c),
            _ => out.push(' '),
        }
    }
    let mut words: Vec<String> = Vec::new();
    let mut mac = false;
    for word in out.split_whitespace() {
        if (word == "mac" || word == "mc") && !mac {
            mac = true;
            continue;
        }
        words.push(match word.strip_prefix("mc") {
            _ if mac => format!("mac{word}"),
            Some(rest) if !rest.is_empty() => format!("mac{rest}"),
            _ => word.to_owned(),
        });
        mac = false;
    }
    if mac {
        words.push("mac".to_owned());
    }
    words.join(" ")
}

/// How alike two words of names are, from nought (not at all) to one (the same). The order of the two does not matter, save
/// that what was typed may be the beginning of what is known.
pub(crate) fn likeness(typed: &str, known: &str, nicknames: &Nicknames) -> f64 {
    if typed == known {
        return 1.0;
    }
    let begins = beginning(typed, known);
    if typed.chars().nth(1).is_none() || known.is_empty() {
        return begins;
    }
    let called = nicknames.likeness(typed, known).unwrap_or_default();
    let sound = store::rows::sound(typed);
    let sounds = if sound.len() >= 2 && sound == store::rows::sound(known) { 0.82 } else { 0.0 };
    called.max(spelling(typed, known)).max(sounds).max(begins)
}

/// One slip in a longer word is little, two are much.
fn spelling(one: &str, other: &str) -> f64 {
    let (a, b) = (one.chars().count(), other.chars().count());
    if a.abs_diff(b) > 2 {
        return 0.0;
    }
    match (strsim::osa_distance(one, other), a.max(b)) {
        (1, 0..=3) | (2, 6..=7) => 0.72,
        (1, 4) => 0.84,
        (1, 5) => 0.88,
        (1, _) => 0.91,
        (2, 8..) => 0.78,
        (2, 5) => 0.62,
        _ => 0.0,
    }
}

fn beginning(typed: &str, known: &str) -> f64 {
    let (short, long) = (typed.chars().count(), known.chars().count());
    if typed.is_empty() || !known.starts_with(typed) {
        return 0.0;
    }
    match short {
        1 => 0.7,
        _ => 0.74 + 0.16 * share(short, long),
    }
}

fn share(part: usize, whole: usize) -> f64 {
    let number = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    if whole == 0 { 0.0 } else { number(part) / number(whole) }
}

/// What was typed, with what each known word was found to be worth.
pub(crate) struct Typed<'a> {
    words: &'a [String],
    nicknames: &'a Nicknames,
    worth: BTreeMap<String, Vec<f64>>,
}

impl<'a> Typed<'a> {
    pub(crate) fn new(words: &'a [String], nicknames: &'a Nicknames) -> Self {
        Self { words, nicknames, worth: BTreeMap::new() }
    }

    /// How alike a known word is to each word that was typed.
    pub(crate) fn worth(&mut self, known: &str) -> &[f64] {
        if !self.worth.contains_key(known) {
            let worth = self.words.iter().map(|typed| likeness(typed, known, self.nicknames)).collect();
            self.worth.insert(known.to_owned(), worth);
        }
        self.worth.get(known).map_or(&[], Vec::as_slice)
    }

    /// How well the words fit the best of a person's names, or all of them together, from nought to one.
    pub(crate) fn fit<'n>(&mut self, names: impl Iterator<Item = &'n str>) -> f64 {
        let mut best = 0.0_f64;
        let mut together: Vec<&str> = Vec::new();
        for name in names {
            let words: Vec<&str> = name.split(' ').collect();
            best = best.max(self.assign(&words));
            together.extend(words);
        }
        best.max(0.96 * self.assign(&together))
    }

    /// Each typed word takes the known word that is most like it, the best match first, each known word once.
    fn assign(&mut self, known: &[&str]) -> f64 {
        let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
        for (at, word) in known.iter().enumerate() {
            let worth = self.worth(word).iter().enumerate();
            pairs.extend(worth.filter(|(_, worth)| **worth > 0.0).map(|(typed, worth)| (*worth, typed, at)));
        }
        pairs.sort_by(|(a, typed_a, at_a), (b, typed_b, at_b)| {
            b.total_cmp(a).then(typed_a.cmp(typed_b)).then(at_a.cmp(at_b))
        });
        let mut taken: Vec<(usize, usize)> = Vec::new();
        let mut sum = 0.0;
        for (worth, typed, at) in pairs {
            if taken.iter().all(|(a, b)| *a != typed && *b != at) {
                taken.push((typed, at));
                sum += worth;
            }
        }
        if taken.is_empty() {
            return 0.0;
        }
        taken.sort_unstable();
        let in_order = taken.iter().is_sorted_by_key(|(_, at)| at);
        let unused = known.len().saturating_sub(taken.len()).min(3);
        let count = f64::from(u32::try_from(self.words.len()).unwrap_or(u32::MAX));
        let little = 0.012 * f64::from(u32::try_from(unused).unwrap_or_default()) + if in_order { 0.0 } else { 0.015 };
        (sum / count - little).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn like(one: &str, other: &str) -> f64 {
        likeness(one, other, Nicknames::shipped().unwrap())
    }

    fn fit(typed: &str, names: &[&str]) -> f64 {
        let words: Vec<String> = normalised(typed).split(' ').map(str::to_owned).collect();
        let names: Vec<String> = names.iter().map(|name| normalised(name)).collect();
        Typed::new(&words, Nicknames::shipped().unwrap()).fit(names.iter().map(String::as_str))
    }

    #[test]
    fn names_that_are_written_in_several_ways_become_one() {
        for (written, name) in [
            ("Ewan McDonald", "ewan macdonald"),
            ("Ewan Mc Donald", "ewan macdonald"),
            ("Ewan MacDonald", "ewan macdonald"),
            ("Mac", "mac"),
            ("O'Neill-Smith", "oneill smith"),
            ("O’Neill", "oneill"),
            ("Zoë  Kowalska", "zoe kowalska"),
            ("Łukasz Żak", "lukasz zak"),
            ("Jose\u{301}", "jose"),
        ] {
            assert_eq!(normalised(written), name);
        }
    }

    #[test]
    fn the_nearer_a_word_the_more_it_is_worth() {
        for word in ["smiht", "smth", "smyth", "smithh"] {
            assert!((0.8..1.0).contains(&like(word, "smith")), "{word}");
        }
        assert!(like("peggy", "margaret") > like("margart", "margaret"));
        assert!(like("stephen", "steven") > 0.8);
        assert!(like("kowal", "kowalska") > like("ko", "kowalska"));
        assert!(like("jones", "smith") < f64::EPSILON);
    }

    #[test]
    fn the_best_of_several_names_counts_in_any_order() {
        let names = ["James Robert Smith", "Hamish Gunn"];
        assert!(fit("smith james", &names) > 0.95);
        assert!(fit("jim smith", &names) > 0.9);
        assert!(fit("gunn", &names) > 0.95);
        assert!(fit("hamish smith", &names) > 0.85, "words of two names together");
        assert!(fit("james robert smith", &names) > fit("james smith", &names));
        assert!(fit("james jones", &names) < 0.6);
        assert!(fit("j smith", &names) > 0.8);
    }

    proptest! {
        #[test]
        fn a_slip_is_worth_the_same_whichever_of_the_two_was_typed(one in "[a-z]{2,10}", other in "[a-z]{2,10}") {
            let nicknames = Nicknames::shipped().unwrap();
            prop_assume!(!one.starts_with(&other) && !other.starts_with(&one));
            prop_assert!((likeness(&one, &other, nicknames) - likeness(&other, &one, nicknames)).abs() < f64::EPSILON);
        }

        #[test]
        fn whatever_is_typed_is_worth_between_nought_and_one(typed in ".{0,40}", known in ".{0,40}") {
            let worth = fit(&typed, &[&known]);
            prop_assert!((0.0..=1.0).contains(&worth));
        }

        #[test]
        fn normalising_twice_changes_nothing(text in ".{0,60}") {
            let once = normalised(&text);
            prop_assert_eq!(normalised(&once), once);
        }

        #[test]
        fn the_order_of_the_words_hardly_matters(one in "[b-z]{4,9}", other in "[b-z]{4,9}") {
            let (there, back) = (fit(&format!("{one} {other}"), &[&format!("{one} {other}")]), fit(&format!("{other} {one}"), &[&format!("{one} {other}")]));
            prop_assert!(there - back < 0.05 && there > 0.98);
        }
    }
}
