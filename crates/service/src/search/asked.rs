//! What was typed into the one box, taken apart: words of a name, a date of birth, numbers.

use super::birth::Sought;
use super::name::normalised;
use super::{Query, ServiceError};
use jiff::civil::Date;
use record::person::Identifier;
use std::collections::BTreeSet;
use store::rows::number_key;

/// What is searched for. At least one part is there.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Asked {
    /// Normalised words of a name.
    pub(crate) words: Vec<String>,
    /// A date of birth.
    pub(crate) born: Option<Sought>,
    /// What identifiers and references can be looked up as, in any of the forms that the typed one can mean.
    pub(crate) numbers: Vec<String>,
}

/// The words of a name that are used.
const WORDS: usize = 5;
/// The longest text that is read.
const LONGEST: usize = 200;

/// What people write before a number.
const LABELS: [&str; 7] = ["chs", "scro", "pnc", "sps", "chi", "no", "number"];

impl Asked {
    pub(crate) fn read(query: &Query, today: Date) -> Result<Self, ServiceError> {
        let mut asked = Self::default();
        if let Some(text) = &query.name {
            let text: String = text.chars().take(LONGEST).collect();
            asked.free_text(&text, today);
        }
        if let Some(number) = query.identifier.as_deref().map(str::trim).filter(|number| !number.is_empty()) {
            asked.numbers.extend(forms(&number.chars().take(LONGEST).collect::<String>()));
        }
        if let Some(text) = query.date_of_birth.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
            asked.born = Some(Sought::read(text, today).ok_or_else(|| {
                ServiceError::Asked(format!(
                    "The date of birth “{}” is not understood: write it as 17/5/1990, May 1990, 1990 or aged 36.",
                    text.chars().take(40).collect::<String>()
                ))
            })?);
        }
        if asked.words.is_empty() && asked.numbers.is_empty() {
            match asked.born {
                None => {
                    return Err(ServiceError::Asked(
                        "Say at least a name, an identifier or a date of birth to search for.".into(),
                    ));
                }
                Some(born) if born.range().is_none() => {
                    return Err(ServiceError::Asked(
                        "A day and a month alone fit too many people: add the year, or a name.".into(),
                    ));
                }
                Some(_) => {}
            }
        }
        Ok(asked)
    }

    fn free_text(&mut self, text: &str, today: Date) {
        let parts: Vec<&str> =
            text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';')).filter(|p| !p.is_empty()).collect();
        let (mut at, mut words, mut number) = (0, Vec::new(), String::new());
        while let Some(part) = parts.get(at) {
            if self.born.is_none()
                && let Some((taken, born)) = date_at(&parts, at, today)
            {
                self.born = Some(born);
                at += taken;
                continue;
            }
            if part.chars().any(|c| c.is_ascii_digit()) {
                self.numbers.extend(forms(part));
                number.push_str(part);
            } else {
                words.push(*part);
            }
            at += 1;
        }
        if !number.is_empty() {
            self.numbers.extend(forms(&number));
            words.retain(|word| !is_label(word));
        }
        // "CPO 2024 123" is a reference too: the whole text, when it holds a digit anywhere.
        if text.chars().any(|c| c.is_ascii_digit()) {
            let parts = parts.iter().filter(|part| !is_label(part));
            self.numbers.extend(forms(&parts.copied().collect::<Vec<_>>().join(" ")));
        }
        let numbers: BTreeSet<String> = self.numbers.drain(..).collect();
        self.numbers = numbers.into_iter().collect();
        self.words = normalised(&words.join(" ")).split_whitespace().take(WORDS).map(str::to_owned).collect();
    }
}

fn is_label(word: &str) -> bool {
    LABELS.contains(&word.to_lowercase().trim_end_matches([':', '.']))
}

/// A date of up to three parts that begins here, the longest first. A lone number is a date only as a year or with strokes.
fn date_at(parts: &[&str], at: usize, today: Date) -> Option<(usize, Sought)> {
    (1..=3).rev().find_map(|taken| {
        let text = parts.get(at..at + taken)?.join(" ");
        let digits = text.chars().any(|c| c.is_ascii_digit());
        let begins_well = taken == 1 || text.chars().any(char::is_alphabetic) || taken == 3;
        let clear = taken > 1 || text.len() == 4 || text.chars().any(|c| matches!(c, '/' | '.' | '-'));
        (digits && begins_well && clear).then(|| Sought::read(&text, today)).flatten().map(|born| (taken, born))
    })
}

/// [`forms`], in a list.
pub(crate) fn number_forms(text: &str) -> Vec<String> {
    forms(text).into_iter().collect()
}

/// Every form in which a number can be on record: as it is, and with the strokes that people leave out.
fn forms(text: &str) -> BTreeSet<String> {
    let compact: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    let mut forms = BTreeSet::from([number_key(text)]);
    let mut with_strokes = vec![compact.clone()];
    let plain: String = compact.chars().filter(|c| *c != '/').collect();
    for at in [2, 4, plain.len().saturating_sub(3)] {
        if let Some((year, rest)) = plain.split_at_checked(at) {
            with_strokes.push(format!("{year}/{rest}"));
        }
    }
    for (kind, written) in
        ["pnc", "chs", "sps", "chi"].iter().flat_map(|kind| with_strokes.iter().map(move |written| (kind, written)))
    {
        if let Ok(identifier) = Identifier::read(kind, written) {
            forms.insert(number_key(identifier.value()));
        }
    }
    forms.retain(|form| form.len() >= 2);
    forms
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn read(text: &str) -> Asked {
        let query = Query { name: Some(text.to_owned()), ..Query::default() };
        Asked::read(&query, date(2026, 3, 2)).unwrap()
    }

    #[test]
    fn one_box_takes_names_dates_and_numbers() {
        let asked = read("Jim McDonald, 17/5/1990");
        assert_eq!(asked.words, ["jim", "macdonald"]);
        assert_eq!(asked.born.and_then(Sought::date), Some(date(1990, 5, 17)));
        let asked = read("smith May 1990");
        assert_eq!(
            (asked.words.as_slice(), asked.born.map(Sought::said).as_deref()),
            (["smith".to_owned()].as_slice(), Some("in May 1990"))
        );
        assert_eq!(read("17 May 1990 Ann Reid").words, ["ann", "reid"]);
        assert_eq!(read("Ann Reid 1990").born.map(Sought::said).as_deref(), Some("in 1990"));
        assert_eq!(read("April Smith").born, None, "April is a name too");
        assert_eq!(read("June").words, ["june"]);
    }

    #[test]
    fn a_number_is_found_however_it_was_typed() {
        for (typed, kept) in [
            ("2003/0011985X", "20030011985X"),
            ("03/11985x", "20030011985X"),
            ("20030011985x", "20030011985X"),
            ("PNC 2003 0011985X", "20030011985X"),
            ("S123456/95A", "S12345695A"),
            ("12345695a", "S12345695A"),
            ("chs: s123456 95a", "S12345695A"),
            ("010190 0015", "101900015"),
            ("0123456", "123456"),
            ("CPO-2024/00123", "CPO202400123"),
            ("cpo 2024 00123", "CPO202400123"),
        ] {
            let asked = read(typed);
            assert!(asked.numbers.contains(&kept.to_owned()), "{typed}: {:?}", asked.numbers);
        }
        assert!(read("PNC 2003/0011985X").words.is_empty());
        assert!(read("smith").numbers.is_empty());
    }

    #[test]
    fn nothing_to_go_by_is_said_with_the_way_out() {
        let refused = |query: Query| Asked::read(&query, date(2026, 3, 2)).unwrap_err().to_string();
        assert!(refused(Query::default()).starts_with("Say at least a name"));
        assert!(refused(Query { name: Some(" -- ".into()), ..Query::default() }).starts_with("Say at least a name"));
        let born = |text: &str| Query { date_of_birth: Some(text.into()), ..Query::default() };
        assert!(refused(born("soon")).contains("“soon” is not understood"));
        assert!(refused(born("17 May")).contains("add the year"));
    }
}
