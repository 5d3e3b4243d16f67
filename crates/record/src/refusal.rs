//! A refusal: which rule, in words a social worker would use, and the way out.

/// Why something cannot be recorded. Nothing changes when it is returned.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{sentence} ({rule})")]
pub struct Refusal {
    /// The rule: a paragraph of law or of the standards, or "the record" for the order of things.
    pub rule: String,
    /// What is wrong and what to do, in whole sentences.
    pub sentence: String,
}

impl Refusal {
    /// A refusal under a rule.
    pub fn new(rule: impl Into<String>, sentence: impl Into<String>) -> Self {
        Self { rule: rule.into(), sentence: sentence.into() }
    }

    /// A refusal because things would stand in an order in which they cannot happen.
    pub(crate) fn order_of_things(sentence: impl Into<String>) -> Self {
        Self::new("the record", sentence)
    }
}

/// Refuses with the sentence unless the condition holds.
pub(crate) fn require(holds: bool, rule: &str, sentence: impl FnOnce() -> String) -> Result<(), Refusal> {
    if holds { Ok(()) } else { Err(Refusal::new(rule, sentence())) }
}

/// "Wednesday 4 March 2026".
pub(crate) fn say(date: jiff::civil::Date) -> String {
    date.strftime("%A %-d %B %Y").to_string()
}
