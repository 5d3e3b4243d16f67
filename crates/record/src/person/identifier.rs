//! Identifiers: the numbers by which agencies know a person, each with the checks that its issuer built into it.
//!
//! A wrong one is refused with a sentence; it is never emptied or guessed at.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A number by which an agency knows a person.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(try_from = "Written", into = "Written")]
#[schemars(with = "Written")]
pub enum Identifier {
    /// Criminal History System number (formerly SCRO), such as `S123456/95A`. The rule of its letter is not published,
    /// so only the form is checked.
    Chs(String),
    /// Police National Computer identifier, such as `2003/0011985X`, with its check letter.
    Pnc(String),
    /// Scottish Prison Service number: up to seven digits.
    Sps(String),
    /// Community Health Index number: ten digits that begin with the date of birth and end with a check digit.
    Chi(String),
    /// A number of a council, court or other system.
    Local {
        /// The system that issued it.
        system: String,
        /// The number.
        value: String,
    },
}

/// An identifier as it is written in an event.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Written {
    /// `chs`, `pnc`, `sps`, `chi`, or `local:` and the issuing system.
    kind: String,
    /// The number.
    value: String,
}

/// Why an identifier was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct IdentifierError(String);

impl Identifier {
    /// Reads an identifier of a kind: `chs`, `pnc`, `sps`, `chi`, or `local:SYSTEM`.
    pub fn read(kind: &str, value: &str) -> Result<Self, IdentifierError> {
        let value = value.trim();
        if value.len() > 40 {
            return Err(IdentifierError("an identifier has at most 40 characters: check what was pasted".into()));
        }
        match kind {
            "chs" | "scro" => chs(value),
            "pnc" => pnc(value),
            "sps" => sps(value),
            "chi" => chi(value),
            _ => match kind.strip_prefix("local:") {
                Some(system) => local(system, value),
                None => Err(IdentifierError(format!(
                    "\"{}\" is not a kind of identifier: use chs, pnc, sps, chi or local: and the system's name",
                    kind.chars().take(40).collect::<String>()
                ))),
            },
        }
    }

    /// `chs`, `pnc`, `sps`, `chi`, or `local:SYSTEM`.
    pub fn kind(&self) -> String {
        match self {
            Self::Chs(_) => "chs".into(),
            Self::Pnc(_) => "pnc".into(),
            Self::Sps(_) => "sps".into(),
            Self::Chi(_) => "chi".into(),
            Self::Local { system, .. } => format!("local:{system}"),
        }
    }

    /// The number in its canonical form.
    pub fn value(&self) -> &str {
        match self {
            Self::Chs(value) | Self::Pnc(value) | Self::Sps(value) | Self::Chi(value) | Self::Local { value, .. } => {
                value
            }
        }
    }
}

impl TryFrom<Written> for Identifier {
    type Error = IdentifierError;

    fn try_from(written: Written) -> Result<Self, IdentifierError> {
        Self::read(&written.kind, &written.value)
    }
}

impl From<Identifier> for Written {
    fn from(identifier: Identifier) -> Self {
        Written { kind: identifier.kind(), value: identifier.value().to_owned() }
    }
}

impl fmt::Display for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind().to_uppercase(), self.value())
    }
}

fn refuse<T>(sentence: &str) -> Result<T, IdentifierError> {
    Err(IdentifierError(sentence.to_owned()))
}

fn chs(text: &str) -> Result<Identifier, IdentifierError> {
    const FORM: &str = "a CHS number is S, up to six digits, a stroke, two digits of the year and a letter, such as S123456/95A: copy it again from the source";
    let upper = text.to_ascii_uppercase();
    let body = upper.strip_prefix('S').unwrap_or(&upper);
    let Some((serial, year_and_letter)) = body.split_once('/') else { return refuse(FORM) };
    let digits =
        |part: &str, most: usize| !part.is_empty() && part.len() <= most && part.bytes().all(|b| b.is_ascii_digit());
    let Some((year, letter)) = year_and_letter.split_at_checked(2) else { return refuse(FORM) };
    let one_letter = letter.len() == 1 && letter.bytes().all(|b| b.is_ascii_uppercase());
    if digits(serial, 6) && digits(year, 2) && one_letter {
        Ok(Identifier::Chs(format!("S{serial}/{year}{letter}")))
    } else {
        refuse(FORM)
    }
}

/// The check letter is the remainder by 23 of the two-digit year followed by the seven-digit serial.
fn pnc(text: &str) -> Result<Identifier, IdentifierError> {
    const FORM: &str = "a PNC identifier is a year, a stroke, up to seven digits and a letter, such as 2003/0011985X: copy it again from the source";
    const LETTERS: &[u8; 23] = b"ZABCDEFGHJKLMNPQRTUVWXY";
    let upper = text.to_ascii_uppercase();
    let Some((year, rest)) = upper.split_once('/') else { return refuse(FORM) };
    let Some((serial, letter)) = rest.split_at_checked(rest.len().saturating_sub(1)) else { return refuse(FORM) };
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !(matches!(year.len(), 2 | 4) && all_digits(year) && all_digits(serial) && serial.len() <= 7) {
        return refuse(FORM);
    }
    let (Ok(year), Ok(serial)) = (year.parse::<u32>(), serial.parse::<u32>()) else { return refuse(FORM) };
    let remainder = (year % 100 * 10_000_000 + serial) % 23;
    let expected = usize::try_from(remainder).ok().and_then(|at| LETTERS.get(at)).copied();
    if letter.bytes().next() != expected {
        return refuse(
            "the letter at the end of this PNC identifier does not fit its digits, so one of them is wrong: copy it again from the source",
        );
    }
    // Two-digit years: the PNC began in 1974 and its oldest records are of the 1930s.
    let year = if year >= 100 {
        year
    } else if year >= 39 {
        1900 + year
    } else {
        2000 + year
    };
    Ok(Identifier::Pnc(format!("{year:04}/{serial:07}{letter}")))
}

fn sps(text: &str) -> Result<Identifier, IdentifierError> {
    if !text.is_empty() && text.len() <= 7 && text.bytes().all(|b| b.is_ascii_digit()) {
        Ok(Identifier::Sps(text.trim_start_matches('0').to_owned())).and_then(|sps| match sps.value() {
            "" => refuse("an SPS number is not nought: copy it again from the source"),
            _ => Ok(sps),
        })
    } else {
        refuse("an SPS number is up to seven digits: copy it again from the source")
    }
}

/// Modulus 11 with weights 10 to 2; the first six digits are the date of birth.
fn chi(text: &str) -> Result<Identifier, IdentifierError> {
    let compact: String = text.chars().filter(|c| *c != ' ').collect();
    if compact.len() != 10 || !compact.bytes().all(|b| b.is_ascii_digit()) {
        return refuse("a CHI number is ten digits: copy it again from the source");
    }
    let digits: Vec<u32> = compact.bytes().map(|b| u32::from(b - b'0')).collect();
    let two = |at: usize| digits.iter().skip(at).take(2).fold(0, |number, digit| number * 10 + digit);
    if !((1..=31).contains(&two(0)) && (1..=12).contains(&two(2))) {
        return refuse(
            "a CHI number begins with a date of birth (day, month, year); this one does not: copy it again from the source",
        );
    }
    let sum: u32 = digits.iter().take(9).zip((2..=10).rev()).map(|(digit, weight)| digit * weight).sum();
    let check = match 11 - sum % 11 {
        11 => 0,
        other => other,
    };
    if digits.last() == Some(&check) {
        Ok(Identifier::Chi(compact))
    } else {
        refuse(
            "the last digit of this CHI number does not fit the others, so one of them is wrong: copy it again from the source",
        )
    }
}

fn local(system: &str, value: &str) -> Result<Identifier, IdentifierError> {
    let fits =
        |text: &str| !text.is_empty() && text.len() <= 40 && text.chars().all(|c| c.is_ascii_graphic() || c == ' ');
    if fits(system) && fits(value) {
        Ok(Identifier::Local { system: system.to_owned(), value: value.to_owned() })
    } else {
        refuse("a local number and the name of its system are each 1 to 40 plain characters")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn true_identifiers_are_kept_in_one_form() {
        for (kind, written, kept) in [
            ("pnc", "2003/0011985X", "2003/0011985X"),
            ("pnc", "03/11985x", "2003/0011985X"),
            ("chi", "010190 0015", "0101900015"),
            ("chs", "s123/95a", "S123/95A"),
            ("sps", "0123456", "123456"),
            ("local:Swift", "P-77", "P-77"),
        ] {
            assert_eq!(
                Identifier::read(kind, written).map(|id| id.value().to_owned()),
                Ok(kept.to_owned()),
                "{kind} {written}"
            );
        }
    }

    #[test]
    fn one_wrong_digit_is_refused_and_said() {
        assert!(Identifier::read("pnc", "2003/0011986X").unwrap_err().to_string().contains("does not fit its digits"));
        assert!(Identifier::read("chi", "0101900017").unwrap_err().to_string().contains("last digit"));
        assert!(Identifier::read("chi", "4101900015").unwrap_err().to_string().contains("date of birth"));
        assert!(Identifier::read("sps", "0").is_err());
        assert!(Identifier::read("nino", "AB123456C").unwrap_err().to_string().contains("is not a kind"));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_refused_without_harm(kind in "chs|pnc|sps|chi|local:x|zz", value in ".{0,60}") {
            if let Ok(read) = Identifier::read(&kind, &value) {
                proptest::prop_assert_eq!(Identifier::read(&read.kind(), read.value()), Ok(read));
            }
        }

        #[test]
        fn a_pnc_with_any_single_changed_digit_is_refused(position in 5usize..12, digit in 0u8..10) {
            let mut bytes = b"2003/0011985X".to_vec();
            let changed = b'0' + digit;
            proptest::prop_assume!(bytes[position] != changed);
            bytes[position] = changed;
            proptest::prop_assert!(Identifier::read("pnc", std::str::from_utf8(&bytes).unwrap()).is_err());
        }
    }
}
