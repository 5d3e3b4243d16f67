//! To whom a standard applies: `order:cpo`, `level:high`, `requirement:unpaid_work:level1` …

use crate::{case::Case, pattern};
use compact_str::CompactString;
use facts::Fact;
use jiff::civil::Date;
use std::fmt;

/// One entry of `applies_to` or `except`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Selector {
    test: Test,
    words: CompactString,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Test {
    AnyOrder,
    Order(CompactString),
    AnyLicence,
    Licence(CompactString),
    Level(CompactString),
    Requirement(CompactString, Option<UnpaidWork>),
    With(CompactString),
    Only(CompactString, Option<UnpaidWork>),
    Always,
    /// The trigger's own attribute, else the case's.
    Kind(Dimension, CompactString),
    Area(CompactString),
    Under18,
    Adult,
    Attribute(CompactString, CompactString),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum UnpaidWork {
    Level1,
    Level2,
    Fine,
}

/// What a trigger may state of itself, and otherwise the case states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dimension {
    Report,
    Plan,
    Mappa,
    Custody,
}

impl Dimension {
    fn attribute(self) -> &'static str {
        match self {
            Self::Report => "report",
            Self::Plan => "plan",
            Self::Mappa => "mappa",
            Self::Custody => "custody",
        }
    }
}

const FORMS: &str = "write order:any, order:KIND, licence:any, licence:KIND, level:KIND, requirement:KIND, \
     requirement:unpaid_work:level1, with:KIND, only:KIND, report:any, report:KIND, plan:any, plan:KIND, area:any, area:KIND, custody:any, \
     mappa:KIND, age:under_18, age:18_or_over or attribute:NAME=VALUE";

impl Selector {
    /// Reads the words of a rule; the refusal is the middle of a sentence.
    pub(crate) fn read(words: &str) -> Result<Self, String> {
        let unknown = || format!("\"{words}\" is not a selector: {FORMS}");
        let (dimension, rest) = words.split_once(':').ok_or_else(unknown)?;
        if rest.is_empty() || rest.split(':').any(str::is_empty) {
            return Err(unknown());
        }
        let (kind, part) = match rest.split_once(':') {
            None => (rest, None),
            Some((kind, part)) if matches!(dimension, "requirement" | "only") && kind == "unpaid_work" => {
                let part = match part {
                    "level1" => UnpaidWork::Level1,
                    "level2" => UnpaidWork::Level2,
                    "fine" => UnpaidWork::Fine,
                    _ => return Err(unknown()),
                };
                (kind, Some(part))
            }
            Some(_) => return Err(unknown()),
        };
        let test = match (dimension, kind) {
            ("order", "any") => Test::AnyOrder,
            ("order", kind) => Test::Order(kind.into()),
            ("licence", "any") => Test::AnyLicence,
            ("licence", kind) => Test::Licence(kind.into()),
            ("level", "very_high" | "high" | "medium" | "low") => Test::Level(kind.into()),
            ("requirement", kind) => Test::Requirement(kind.into(), part),
            ("with", kind) => Test::With(kind.into()),
            ("only", kind) => Test::Only(kind.into(), part),
            ("report" | "plan" | "area" | "custody" | "mappa", "any") => Test::Always,
            ("report", kind) => Test::Kind(Dimension::Report, kind.into()),
            ("plan", kind) => Test::Kind(Dimension::Plan, kind.into()),
            ("mappa", kind) => Test::Kind(Dimension::Mappa, kind.into()),
            ("custody", kind) => Test::Kind(Dimension::Custody, kind.into()),
            ("area", kind) => Test::Area(kind.into()),
            ("age", "under_18") => Test::Under18,
            ("age", "18_or_over") => Test::Adult,
            ("attribute", pair) => {
                let (name, value) = pair.split_once('=').ok_or_else(unknown)?;
                Test::Attribute(name.into(), value.into())
            }
            _ => return Err(unknown()),
        };
        Ok(Self { test, words: words.into() })
    }

    /// Whether it holds of the case on a day; `trigger` is the fact that opens, where there is one.
    pub(crate) fn holds(&self, case: &Case<'_>, trigger: Option<&Fact>, on: Date) -> bool {
        let own = |name: &str| trigger.and_then(|fact| fact.attributes.get(name));
        match &self.test {
            Test::Always => true,
            Test::AnyOrder => case.has_order() || !case.has_licence(),
            Test::Order(kind) => match own("order") {
                Some(value) => pattern::holds(value, kind),
                None => case.order(on) == Some(kind),
            },
            Test::AnyLicence => case.has_licence(),
            Test::Licence(kind) => match own("licence") {
                Some(value) => pattern::holds(value, kind),
                None => case.licence(on) == Some(kind),
            },
            Test::Level(kind) => case.level(on) == Some(kind),
            Test::Requirement(kind, part) => {
                let has = match own("requirement") {
                    Some(value) => pattern::holds(value, kind),
                    None => case.has_requirement(kind, on),
                };
                has && part.is_none_or(|part| unpaid_work(part, case, on))
            }
            Test::With(kind) => case.has_requirement(kind, on),
            Test::Only(kind, part) => {
                case.has_only_requirement(kind, on) && part.is_none_or(|part| unpaid_work(part, case, on))
            }
            Test::Kind(dimension, kind) => match own(dimension.attribute()) {
                Some(value) => pattern::holds(value, kind),
                None => case.kind(*dimension, on) == Some(kind),
            },
            Test::Area(kind) => match own("area") {
                Some(value) => pattern::holds(value, kind),
                None => case.area(on).is_none_or(|area| area == kind),
            },
            Test::Under18 => case.age(on).is_some_and(|age| age < 18),
            Test::Adult => case.age(on).is_some_and(|age| age >= 18),
            Test::Attribute(name, value) => match own(name) {
                Some(stated) => pattern::holds(stated, value),
                None => case.attribute(name, on).is_some_and(|stated| pattern::holds(stated, value)),
            },
        }
    }
}

/// Level 1 is 100 hours or fewer unless the case states its level (1995 Act s.227I).
fn unpaid_work(part: UnpaidWork, case: &Case<'_>, on: Date) -> bool {
    match part {
        UnpaidWork::Level1 => case.unpaid_work_level(on) == Some(1),
        UnpaidWork::Level2 => case.unpaid_work_level(on) == Some(2),
        UnpaidWork::Fine => case
            .attribute("fine_default", on)
            .is_some_and(|value| !pattern::holds(value, "false") && !pattern::holds(value, "none")),
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_selector_is_refused_with_the_forms() {
        for words in ["weather:fine", "order", "level:extreme", "requirement:conduct:level1", "order:", "age:12"] {
            assert!(Selector::read(words).unwrap_err().contains("is not a selector: write order:any"), "{words}");
        }
    }
}
