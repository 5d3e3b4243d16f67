//! Money, to the penny.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// An amount in pence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pence(pub u64);

/// The text is not an amount.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not an amount: write pounds and pence, such as \"14000000.00\"")]
pub struct NotMoney(String);

impl FromStr for Pence {
    type Err = NotMoney;

    fn from_str(text: &str) -> Result<Self, NotMoney> {
        let wrong = || NotMoney(text.chars().take(40).collect());
        let digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
        let (pounds, pence) = text.split_once('.').unwrap_or((text, "00"));
        if !digits(pounds) || !digits(pence) || pence.len() != 2 {
            return Err(wrong());
        }
        let pounds: u64 = pounds.parse().map_err(|_| wrong())?;
        let pence: u64 = pence.parse().map_err(|_| wrong())?;
        pounds.checked_mul(100).and_then(|whole| whole.checked_add(pence)).map(Pence).ok_or_else(wrong)
    }
}

impl TryFrom<String> for Pence {
    type Error = NotMoney;

    fn try_from(text: String) -> Result<Self, NotMoney> {
        text.parse()
    }
}

impl From<Pence> for String {
    fn from(pence: Pence) -> Self {
        format!("{}.{:02}", pence.0 / 100, pence.0 % 100)
    }
}

impl fmt::Display for Pence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "£{}.{:02}", grouped(self.0 / 100), self.0 % 100)
    }
}

/// A number with commas between thousands.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_reads_back_as_it_was_written() {
        for text in ["0.00", "0.05", "14000000.00", "999.99"] {
            assert_eq!(String::from(text.parse::<Pence>().unwrap()), text);
        }
        assert_eq!("200000".parse::<Pence>().unwrap().to_string(), "£200,000.00");
        for text in ["", "£5", "1,000", "1.5", "-1.00", "1.005", "99999999999999999999"] {
            assert!(text.parse::<Pence>().unwrap_err().to_string().contains("is not an amount"), "{text}");
        }
    }
}
