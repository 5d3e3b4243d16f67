//! What a fact carries beside its name and its day.

use compact_str::CompactString;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::sync::Arc;

/// One attribute's value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// Yes or no.
    Flag(bool),
    /// A whole number; the attribute's name says of what (hours, minutes, months).
    Number(i64),
    /// A word, a reference or a date in ISO form.
    Text(CompactString),
    /// Several words, such as the kinds of an order's requirements.
    List(Vec<CompactString>),
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Flag(value)
    }
}
impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Value::Number(value)
    }
}
impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Value::Text(value.into())
    }
}
impl From<CompactString> for Value {
    fn from(value: CompactString) -> Self {
        Value::Text(value)
    }
}
impl From<jiff::civil::Date> for Value {
    fn from(value: jiff::civil::Date) -> Self {
        Value::Text(compact_str::format_compact!("{value}"))
    }
}
impl From<Vec<CompactString>> for Value {
    fn from(value: Vec<CompactString>) -> Self {
        Value::List(value)
    }
}

/// A fact's attributes: a short list, looked up by name. Several facts of one event, and the cases that a fact counts in,
/// share one list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attributes(Arc<Vec<(CompactString, Value)>>);

impl Attributes {
    /// The value of one attribute.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The attribute as a word.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.get(name)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The attribute as a whole number.
    pub fn number(&self, name: &str) -> Option<i64> {
        match self.get(name)? {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// Whether the attribute is present and true.
    pub fn flag(&self, name: &str) -> bool {
        matches!(self.get(name), Some(Value::Flag(true)))
    }

    /// The attribute as a date.
    pub fn date(&self, name: &str) -> Option<jiff::civil::Date> {
        self.text(name)?.parse().ok()
    }

    /// The attribute as a list of words; a single word is a list of one.
    pub fn list(&self, name: &str) -> Option<&[CompactString]> {
        match self.get(name)? {
            Value::List(list) => Some(list),
            Value::Text(text) => Some(std::slice::from_ref(text)),
            _ => None,
        }
    }

    /// Adds or replaces one attribute.
    pub fn set(&mut self, name: impl Into<CompactString>, value: impl Into<Value>) {
        let (name, value) = (name.into(), value.into());
        let list = Arc::make_mut(&mut self.0);
        match list.iter_mut().find(|(key, _)| *key == name) {
            Some(slot) => slot.1 = value,
            None => list.push((name, value)),
        }
    }

    /// The same attributes with one more.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        Arc::make_mut(&mut self.0).push((CompactString::const_new(name), value.into()));
        self
    }

    /// The attributes in the order in which they were set.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Attributes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for Attributes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> de::Visitor<'de> for Pairs {
            type Value = Attributes;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object of attributes: words, whole numbers, true or false, or lists of words")
            }

            fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Attributes, A::Error> {
                let mut list: Vec<(CompactString, Value)> = Vec::new();
                while let Some((key, value)) = map.next_entry::<CompactString, Option<Value>>()? {
                    if list.iter().any(|(known, _)| *known == key) {
                        return Err(de::Error::custom(format!("the attribute \"{key}\" stands twice")));
                    }
                    if let Some(value) = value {
                        list.push((key, value));
                    }
                }
                Ok(Attributes(Arc::new(list)))
            }
        }
        deserializer.deserialize_map(Pairs)
    }
}
