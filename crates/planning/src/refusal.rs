//! A refusal: which rule, in words a planner would use, and the way out.

use jiff::civil::Date;

/// Why something cannot be recorded. Nothing changes when it is returned.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{sentence} ({rule})")]
pub struct Refusal {
    /// The rule: a paragraph of a paper, or "the plan" for the order of things.
    pub rule: String,
    /// What is wrong and what to do, in whole sentences.
    pub sentence: String,
}

impl Refusal {
    /// A refusal under a rule.
    pub fn new(rule: impl Into<String>, sentence: impl Into<String>) -> Self {
        Self { rule: rule.into(), sentence: sentence.into() }
    }

    /// A refusal because the plan does not hold what this needs.
    pub(crate) fn plan(sentence: impl Into<String>) -> Self {
        Self::new("the plan", sentence)
    }
}

/// Refuses with the sentence unless the condition holds.
pub(crate) fn require(holds: bool, sentence: impl FnOnce() -> String) -> Result<(), Refusal> {
    if holds { Ok(()) } else { Err(Refusal::plan(sentence())) }
}

/// "Wednesday 4 March 2026".
pub(crate) fn say(date: Date) -> String {
    date.strftime("%A %-d %B %Y").to_string()
}

/// "1 day", "31 days".
pub(crate) fn days(count: i32) -> String {
    if count == 1 { "1 day".to_owned() } else { format!("{count} days") }
}
