//! Who the person is: names, birth, characteristics, languages, adjustments, addresses, contact details, identifiers,
//! and who may see the record.

mod birth;
mod identifier;
mod safe_contact;

pub use birth::Birth;
pub use identifier::{Identifier, IdentifierError};
pub use safe_contact::{Route, SafeContact};

use crate::event::{Check, Happening};
use crate::refusal::{Refusal, require, say};
use crate::words::{Line, Words, WorkerRef};
use crate::{Record, Stamp};
use facts::FactName;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What kind of name this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NameKind {
    /// The name in law.
    Legal,
    /// What the person is called.
    KnownAs,
    /// An earlier name.
    Previous,
    /// A name used with others.
    Alias,
}

/// A name became known, or changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// What kind of name.
    pub kind: NameKind,
    /// Given names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given: Option<Line>,
    /// Family name.
    pub family: Line,
}

impl Named {
    /// Given and family name together.
    pub fn full(&self) -> String {
        match &self.given {
            Some(given) => format!("{given} {}", self.family),
            None => self.family.to_string(),
        }
    }
}

impl Happening for Named {
    fn check(&self, _: &Check<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn apply(&self, record: &mut Record, _: &Stamp) {
        record.person.names.push(self.clone());
    }
}

/// The date of birth was told or corrected.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Born {
    /// As far as it is known.
    pub born: Birth,
}

impl Happening for Born {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        let Some(born) = self.born.earliest() else { return Ok(()) };
        require(born <= check.today, "the record", || {
            format!("The date of birth, {}, is in the future. Check the year.", say(born))
        })?;
        require(born.year() > check.today.year() - 120, "the record", || {
            format!("The date of birth, {}, would make the person more than 120 years old. Check the year.", say(born))
        })?;
        let first_offence = check.record.court.charges.values().map(|charge| charge.from).min();
        require(first_offence.is_none_or(|offence| born < offence), "the record", || {
            format!(
                "The date of birth, {}, is after the date of an offence on this record. One of the two is wrong.",
                say(born)
            )
        })
    }

    fn apply(&self, record: &mut Record, _: &Stamp) {
        record.person.birth = self.born;
    }
}

/// One of the things about a person that equality law and good service ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Characteristic {
    /// Sex: `male` or `female`.
    Sex,
    /// Gender, in the person's words.
    Gender,
    /// Whether the person is trans or has a trans history.
    TransHistory,
    /// Ethnic group.
    Ethnicity,
    /// Nationality.
    Nationality,
    /// Religion or belief.
    Religion,
    /// Disability or long-term condition.
    Disability,
    /// Sexual orientation.
    SexualOrientation,
    /// Marriage or civil partnership.
    MaritalStatus,
    /// Pregnancy or maternity.
    Pregnancy,
    /// Caring for others.
    Caring,
    /// Employment: needed by the justice social work statistics.
    Employment,
}

/// What was answered: "not known" and "preferred not to say" are always possible.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The answer.
    Is(Words<100>),
    /// Asked or not, it is not known.
    NotKnown,
    /// The person preferred not to say.
    PreferredNotToSay,
}

/// One or more characteristics were told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Described {
    /// Which ones, with their answers.
    pub answers: BTreeMap<Characteristic, Answer>,
}

impl Happening for Described {
    fn check(&self, _: &Check<'_>) -> Result<(), Refusal> {
        require(!self.answers.is_empty(), "the record", || "Give at least one answer.".into())?;
        match self.answers.get(&Characteristic::Sex) {
            Some(Answer::Is(word)) => {
                require(matches!(word.as_str(), "male" | "female"), "Equality Act 2010 s.11", || {
                    "Sex is male, female, not known or preferred not to say. Gender, in the person's own words, is recorded apart.".into()
                })
            }
            _ => Ok(()),
        }
    }

    fn apply(&self, record: &mut Record, _: &Stamp) {
        record.person.characteristics.extend(self.answers.clone());
    }
}

/// A language that the person uses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SpeaksLanguage {
    /// The language, British Sign Language among them.
    pub language: Words<60>,
    /// Whether an interpreter is needed.
    pub interpreter: bool,
}

impl Happening for SpeaksLanguage {
    fn check(&self, _: &Check<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn apply(&self, record: &mut Record, _: &Stamp) {
        record.person.languages.retain(|known| known.language != self.language);
        record.person.languages.push(self.clone());
    }
}

/// A communication or other need and what we do about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Adjustment {
    /// The need, such as "letters in large print".
    pub need: Line,
    /// What is done about it.
    pub adjustment: Line,
}

impl Happening for Adjustment {
    fn check(&self, _: &Check<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn apply(&self, record: &mut Record, _: &Stamp) {
        record.person.adjustments.retain(|known| known.need != self.need);
        record.person.adjustments.push(self.clone());
    }
}

/// What the address is to the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AddressKind {
    /// Where the person lives.
    Home,
    /// Where the person stays for now.
    Temporary,
    /// Where letters go.
    Correspondence,
    /// No fixed abode; the lines say where the person can be found.
    NoFixedAbode,
    /// A place of custody.
    Custody,
}

/// An address became known, or an earlier one ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// What it is to the person.
    pub kind: AddressKind,
    /// Its lines, at most six.
    pub lines: Vec<Line>,
    /// Postcode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postcode: Option<Words<10>>,
    /// Unique property reference number, 1 to 12 digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uprn: Option<u64>,
    /// The first day; the day of the event if not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// The last day, if it has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

impl Happening for Address {
    fn check(&self, _: &Check<'_>) -> Result<(), Refusal> {
        require((1..=6).contains(&self.lines.len()), "the record", || "An address has one to six lines.".into())?;
        require(self.uprn.is_none_or(|uprn| (1..1_000_000_000_000).contains(&uprn)), "the record", || {
            "A UPRN has 1 to 12 digits. Copy it again from the gazetteer.".into()
        })?;
        require(!matches!((self.from, self.until), (Some(from), Some(until)) if until < from), "the record", || {
            "The address ends before it begins. Check the two dates.".into()
        })
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        let mut address = self.clone();
        address.from.get_or_insert(stamp.on());
        record.person.addresses.retain(|known| !(known.kind == address.kind && known.lines == address.lines));
        record.person.addresses.push(address);
    }
}

/// A way to reach the person, with the rules that keep it safe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactDetail {
    /// Telephone, text or e-mail.
    pub route: Route,
    /// The number or the address.
    pub value: Words<254>,
    /// When and how it is safe to use.
    #[serde(default)]
    pub safe: SafeContact,
    /// Whether it is still in use.
    #[serde(default = "yes")]
    pub current: bool,
}

fn yes() -> bool {
    true
}

impl Happening for ContactDetail {
    fn check(&self, _: &Check<'_>) -> Result<(), Refusal> {
        let value = self.value.as_str();
        match self.route {
            Route::Email => require(value.contains('@') && !value.contains(' '), "the record", || {
                "An e-mail address has an @ and no spaces.".into()
            }),
            Route::Mobile | Route::Landline => {
                let digits = value.chars().filter(char::is_ascii_digit).count();
                let plain = value.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '+' | '(' | ')' | '-'));
                require(plain && (6..=15).contains(&digits), "the record", || {
                    "A telephone number has 6 to 15 digits, with spaces, brackets, hyphens or a leading + if you like."
                        .into()
                })
            }
        }?;
        self.safe.check()
    }

    fn apply(&self, record: &mut Record, _: &Stamp) {
        record.person.contact_details.retain(|known| !(known.route == self.route && known.value == self.value));
        if self.current {
            record.person.contact_details.push(self.clone());
        }
    }
}

/// A number by which an agency knows the person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Identified {
    /// The identifier, already checked.
    pub identifier: Identifier,
}

impl Happening for Identified {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        let kind = self.identifier.kind();
        let single = matches!(self.identifier, Identifier::Chi(_) | Identifier::Pnc(_) | Identifier::Chs(_));
        let another =
            check.record.person.identifiers.iter().any(|known| known.kind() == kind && *known != self.identifier);
        require(!(single && another), "the record", || {
            format!(
                "This record already holds another {} number. One person has one: correct the wrong one, or check that this is the same person.",
                kind.to_uppercase()
            )
        })
    }

    fn apply(&self, record: &mut Record, _: &Stamp) {
        record.person.identifiers.insert(self.identifier.clone());
    }
}

/// Only the people named may see the record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Restricted {
    /// Why.
    pub reason: Line,
    /// Who may see it, beside the allocated case manager.
    pub only: BTreeSet<WorkerRef>,
}

impl Happening for Restricted {
    fn check(&self, _: &Check<'_>) -> Result<(), Refusal> {
        require(!self.only.is_empty() && self.only.len() <= 100, "the record", || {
            "A restricted record names between 1 and 100 people who may see it.".into()
        })
    }

    fn apply(&self, record: &mut Record, _: &Stamp) {
        record.person.restricted_to = Some(self.only.clone());
    }
}

/// The restriction on who may see the record was lifted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Unrestricted {
    /// Why.
    pub reason: Line,
}

impl Happening for Unrestricted {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        require(check.record.person.restricted_to.is_some(), "the record", || "This record is not restricted.".into())
    }

    fn apply(&self, record: &mut Record, _: &Stamp) {
        record.person.restricted_to = None;
    }
}

/// A member of staff may not see the record: a relative, a neighbour, a declared conflict.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Excluded {
    /// Who.
    pub worker: WorkerRef,
    /// Why.
    pub reason: Line,
}

impl Happening for Excluded {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        let manages = check.record.supervision.case_manager_on(check.on()).is_some_and(|at| at.worker == self.worker);
        require(!manages, "the record", || {
            "This worker is the case manager. Reallocate the case first, then exclude them.".into()
        })
    }

    fn apply(&self, record: &mut Record, _: &Stamp) {
        record.person.excluded.insert(self.worker.clone());
    }
}

/// The person died.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Died {}

impl Happening for Died {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        require(check.record.person.died.is_none(), "the record", || "This record already holds a death.".into())
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        record.person.died = Some(stamp.on());
        record.publish_for_person(FactName::PersonDied, stamp, facts::Attributes::default());
    }
}

/// Who the person is, as the record now has it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Person {
    /// Every name, in the order told.
    pub names: Vec<Named>,
    /// Date of birth.
    pub birth: Birth,
    /// The latest answer for each characteristic asked.
    pub characteristics: BTreeMap<Characteristic, Answer>,
    /// Languages.
    pub languages: Vec<SpeaksLanguage>,
    /// Needs and adjustments.
    pub adjustments: Vec<Adjustment>,
    /// Addresses, in the order told.
    pub addresses: Vec<Address>,
    /// Ways to reach the person that are in use.
    pub contact_details: Vec<ContactDetail>,
    /// Identifiers.
    pub identifiers: BTreeSet<Identifier>,
    /// If the record is restricted, who may see it beside the case manager.
    pub restricted_to: Option<BTreeSet<WorkerRef>>,
    /// Who may not see it.
    pub excluded: BTreeSet<WorkerRef>,
    /// The day of death.
    pub died: Option<Date>,
}

impl Person {
    /// What to call the person: the name they are known as, else the latest legal name, else any.
    pub fn called(&self) -> Option<String> {
        let latest = |kind| self.names.iter().rev().find(|name| name.kind == kind);
        latest(NameKind::KnownAs).or_else(|| latest(NameKind::Legal)).or_else(|| self.names.last()).map(Named::full)
    }

    /// Where the person lives on a day.
    pub fn home_on(&self, day: Date) -> Option<&Address> {
        let covers = |address: &&Address| {
            address.from.is_none_or(|from| from <= day) && address.until.is_none_or(|until| day <= until)
        };
        self.addresses
            .iter()
            .rev()
            .filter(covers)
            .find(|address| matches!(address.kind, AddressKind::Home | AddressKind::Temporary))
    }
}
