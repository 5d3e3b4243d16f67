//! How a rule names a fact: `review.completed[outcome=stable]`, and several together: `"a + b"`.

use compact_str::CompactString;
use facts::{Attributes, Fact, FactName, Value};
use std::fmt;

/// A fact's name with the attributes that it must carry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FactPattern {
    pub(crate) name: FactName,
    filters: Vec<Filter>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Filter {
    attribute: CompactString,
    equal: bool,
    value: CompactString,
}

impl FactPattern {
    /// Reads the words of a rule; the refusal is the middle of a sentence.
    pub(crate) fn read(words: &str) -> Result<Self, String> {
        let words = words.trim();
        let (name, filters) = match words.split_once('[') {
            None => (words, Vec::new()),
            Some((name, rest)) => {
                let inside = rest
                    .strip_suffix(']')
                    .ok_or_else(|| format!("\"{words}\" opens a bracket that it does not close"))?;
                (name.trim(), inside.split(',').map(Filter::read).collect::<Result<_, _>>()?)
            }
        };
        let name: FactName = name.parse().map_err(|unknown: facts::UnknownFact| unknown.to_string())?;
        Ok(Self { name, filters })
    }

    /// Whether the fact, already known to have this name, passes the filters.
    pub(crate) fn admits(&self, fact: &Fact) -> bool {
        self.filters.iter().all(|filter| filter.admits(&fact.attributes))
    }
}

impl Filter {
    fn read(words: &str) -> Result<Self, String> {
        let (attribute, value) = words
            .split_once('=')
            .ok_or_else(|| format!("\"{words}\" is not a filter: write [attribute=value] or [attribute!=value]"))?;
        let (attribute, equal) = match attribute.strip_suffix('!') {
            Some(attribute) => (attribute, false),
            None => (attribute, true),
        };
        let (attribute, value) = (attribute.trim(), value.trim());
        if attribute.is_empty() || value.is_empty() {
            return Err(format!("\"{words}\" is not a filter: write [attribute=value] or [attribute!=value]"));
        }
        Ok(Self { attribute: attribute.into(), equal, value: value.into() })
    }

    fn admits(&self, attributes: &Attributes) -> bool {
        attributes.get(&self.attribute).is_some_and(|value| holds(value, &self.value)) == self.equal
    }
}

/// Whether an attribute's value is this word, or a list that contains it.
pub(crate) fn holds(value: &Value, word: &str) -> bool {
    match value {
        Value::Flag(flag) => word == if *flag { "true" } else { "false" },
        Value::Number(number) => word.parse() == Ok(*number),
        Value::Text(text) => text == word,
        Value::List(list) => list.iter().any(|item| item == word),
    }
}

impl fmt::Display for FactPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name.as_str())?;
        for (index, filter) in self.filters.iter().enumerate() {
            let sign = if filter.equal { "=" } else { "!=" };
            write!(f, "{}{}{sign}{}", if index == 0 { "[" } else { "," }, filter.attribute, filter.value)?;
        }
        if self.filters.is_empty() { Ok(()) } else { f.write_str("]") }
    }
}

/// One way to discharge an obligation: all of these facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Way(pub(crate) Vec<FactPattern>);

impl Way {
    pub(crate) fn read(words: &str) -> Result<Self, String> {
        words.split(" + ").map(FactPattern::read).collect::<Result<_, _>>().map(Self)
    }
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, pattern) in self.0.iter().enumerate() {
            write!(f, "{}{pattern}", if index == 0 { "" } else { " + " })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_ask_for_words_numbers_flags_and_members_of_lists() {
        let day = jiff::civil::date(2026, 3, 2);
        let order = Fact::new(FactName::OrderReceived, day)
            .with("requirements", vec!["supervision".into(), "unpaid_work".into()])
            .with("upw_hours", 120_i64)
            .with("first", true);
        let admits = |words: &str| {
            let pattern = FactPattern::read(words).unwrap();
            pattern.name == order.name && pattern.admits(&order)
        };
        assert!(admits("order.received[requirements=unpaid_work,upw_hours=120,first=true]"));
        assert!(admits("order.received[level!=high]"));
        assert!(!admits("order.received[level=high]"));
        assert!(!admits("order.received[requirements!=supervision]"));
        assert!(!admits("order.made"));
    }

    #[test]
    fn a_bad_pattern_is_refused_with_the_form_to_write() {
        let refusal = |words: &str| FactPattern::read(words).unwrap_err();
        assert!(refusal("order.recieved").contains("the nearest is \"order.received\""));
        assert!(refusal("order.received[a=b").contains("does not close"));
        assert!(refusal("order.received[a]").contains("write [attribute=value]"));
    }

    #[test]
    fn what_is_read_is_written_back_the_same() {
        for words in ["letter", "review.completed[outcome=stable,by!=x]"] {
            assert_eq!(FactPattern::read(words).unwrap().to_string(), words);
        }
        assert_eq!(Way::read("alternate_contact + letter").unwrap().to_string(), "alternate_contact + letter");
    }
}
