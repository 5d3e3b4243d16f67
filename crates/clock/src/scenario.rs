//! Numbered examples as data: given these facts, on this day, then these obligations. The tests run every file; so can
//! the command line.

use crate::{
    clock::{CalendarRoles, Clock, Detail},
    fields::{Fields, read_date},
    obligation::{Obligation, State},
    rulebook::Rulebook,
    standard::CalendarRole,
};
use calendar::Calendars;
use facts::{Attributes, Fact, FactName, Timeline, Value};
use jiff::civil::{Date, DateTime};
use toml::Table;

/// One example.
#[derive(Clone, Debug)]
pub struct Scenario {
    name: String,
    today: Date,
    timeline: Timeline,
    then: Vec<Expected>,
    never: Vec<String>,
    local: Option<String>,
    calendars: Vec<(CalendarRole, String)>,
    turn_on: Vec<String>,
}

/// What must be found; what is None is not looked at.
#[derive(Clone, Debug)]
struct Expected {
    standard: String,
    opened_on: Option<Date>,
    due: Option<Day>,
    state: Option<State>,
    on: Option<Day>,
    reason: Option<String>,
    says: Option<String>,
    count: Option<usize>,
}

/// A date, or that there must be none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Day {
    None,
    On(Date),
}

impl From<Option<Date>> for Day {
    fn from(date: Option<Date>) -> Self {
        date.map_or(Self::None, Self::On)
    }
}

/// What a rulebook's examples are run with.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    /// The rulebook.
    pub rulebook: &'a Rulebook,
    /// Every calendar that the rulebook or an example may name.
    pub calendars: &'a Calendars,
    /// Councils' limits: each file's name without its folder and ending, and its text.
    pub local: &'a [(String, String)],
}

/// Reads a file of scenarios. The refusal is a sentence that names the file and the scenario.
pub fn parse(file: &str, text: &str) -> Result<Vec<Scenario>, String> {
    let table: Table =
        text.parse().map_err(|problem: toml::de::Error| format!("{file} is not a TOML file: {problem}"))?;
    let fields = Fields(&table);
    fields.only(&[&["scenario"]], &[], "a file of scenarios").map_err(|problem| format!("{file}: {problem}"))?;
    let scenarios = fields.tables("scenario").map_err(|problem| format!("{file}: {problem}"))?;
    let read = |(number, table): (usize, &Table)| {
        let name =
            table.get("name").and_then(toml::Value::as_str).map_or_else(|| format!("number {number}"), str::to_owned);
        read_scenario(table).map_err(|problem| format!("{file}, scenario {name}: {problem}"))
    };
    (1..).zip(scenarios).map(read).collect()
}

fn read_scenario(table: &Table) -> Result<Scenario, String> {
    let fields = Fields(table);
    let known: &[&[&str]] = &[&["name", "today", "given", "then", "never", "local", "calendars", "turn_on", "note"]];
    fields.only(known, &[], "a scenario")?;
    let facts = fields.texts("given")?.into_iter().map(read_fact).collect::<Result<_, _>>()?;
    let owned = |words: Vec<&str>| words.into_iter().map(str::to_owned).collect::<Vec<_>>();
    let mut calendars = Vec::new();
    for (role, id) in fields.table("calendars")?.into_iter().flatten() {
        let role = CalendarRole::WORDS.iter().find(|(word, _)| word == role).map(|(_, role)| *role);
        let id = id.as_str().ok_or("\"calendars\" must name calendars in quotation marks")?;
        calendars.push((role.ok_or("the roles in \"calendars\" are council, court and national")?, id.to_owned()));
    }
    Ok(Scenario {
        name: fields.required("name")?.to_owned(),
        today: fields.date("today")?.ok_or_else(|| crate::fields::missing("today"))?,
        timeline: Timeline::new(facts),
        then: fields.tables("then")?.into_iter().map(read_expected).collect::<Result<_, _>>()?,
        never: owned(fields.texts("never")?),
        local: fields.text("local")?.map(str::to_owned),
        calendars,
        turn_on: owned(fields.texts("turn_on")?),
    })
}

fn read_expected(table: &Table) -> Result<Expected, String> {
    let fields = Fields(table);
    let known: &[&[&str]] = &[&["standard", "opened_on", "due", "state", "on", "reason", "says", "count"]];
    fields.only(known, &[], "an entry of \"then\"")?;
    let date_or_none = |key: &str| match table.get(key) {
        None => Ok(None),
        Some(value) if value.as_str() == Some("none") => Ok(Some(Day::None)),
        Some(value) => match read_date(value) {
            Some(date) => Ok(Some(Day::On(date))),
            None => Err(format!("\"{key}\" must be a date such as 2026-03-02 that exists, or \"none\"")),
        },
    };
    let states = State::ALL.map(|state| (state.as_str(), state));
    Ok(Expected {
        standard: fields.required("standard")?.to_owned(),
        opened_on: fields.date("opened_on")?,
        due: date_or_none("due")?,
        state: fields.one_of("state", &states)?,
        on: date_or_none("on")?,
        reason: fields.text("reason")?.map(str::to_owned),
        says: fields.text("says")?.map(str::to_owned),
        count: match fields.whole("count")? {
            None => None,
            Some(count) => Some(usize::try_from(count).map_err(|_| "\"count\" must be nought or more".to_owned())?),
        },
    })
}

/// `2026-03-02T14:30 order.received order=cpo requirements=supervision,unpaid_work upw_hours=120`.
pub fn read_fact(line: &str) -> Result<Fact, String> {
    let words = words(line)?;
    let [day, name, attributes @ ..] = words.as_slice() else {
        return Err(format!("\"{line}\" is not a fact: write a date, the fact's name and its attributes"));
    };
    let not_a_day = || format!("\"{day}\" is not a date such as 2026-03-02 or 2026-03-02T14:30, or does not exist");
    let (on, at) = if day.len() == 10 {
        (day.parse::<Date>().map_err(|_| not_a_day())?, None)
    } else {
        let moment = day.parse::<DateTime>().map_err(|_| not_a_day())?;
        (moment.date(), Some(moment.time()))
    };
    let name: FactName = name.parse().map_err(|unknown: facts::UnknownFact| unknown.to_string())?;
    let mut carried = Attributes::default();
    for attribute in attributes {
        let (key, value) = attribute
            .split_once('=')
            .ok_or_else(|| format!("\"{attribute}\" in \"{line}\" is not an attribute: write name=value"))?;
        carried.set(key, read_value(value));
    }
    Ok(Fact { name, on, at, attributes: carried })
}

fn read_value(text: &str) -> Value {
    if let Some(quoted) = text.strip_prefix('"') {
        return Value::from(quoted.trim_end_matches('"'));
    }
    match text {
        "true" => Value::Flag(true),
        "false" => Value::Flag(false),
        _ => match text.parse::<i64>() {
            Ok(number) => Value::Number(number),
            Err(_) if text.contains(',') => {
                Value::List(text.split(',').filter(|word| !word.is_empty()).map(Into::into).collect())
            }
            Err(_) => Value::from(text),
        },
    }
}

/// Splits at spaces outside quotation marks.
fn words(line: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let (mut word, mut quoted) = (String::new(), false);
    for letter in line.chars() {
        match letter {
            ' ' | '\t' if !quoted => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            _ => {
                quoted ^= letter == '"';
                word.push(letter);
            }
        }
    }
    if quoted {
        return Err(format!("\"{line}\" opens quotation marks that it does not close"));
    }
    if !word.is_empty() {
        words.push(word);
    }
    Ok(words)
}

impl Scenario {
    /// Its name, which carries the paragraph.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Runs it. The refusal says what was expected and what was found.
    pub fn run(&self, setting: Setting<'_>) -> Result<(), String> {
        let rulebook = self.rulebook(setting)?;
        let mut calendars = CalendarRoles::of(&rulebook, setting.calendars).map_err(|problem| problem.to_string())?;
        for (role, id) in &self.calendars {
            let calendar = setting.calendars.require(id).map_err(|problem| problem.to_string())?;
            *match role {
                CalendarRole::Council => &mut calendars.council,
                CalendarRole::Court => &mut calendars.court,
                CalendarRole::National => &mut calendars.national,
            } = calendar;
        }
        let clock = Clock::new(&rulebook, calendars);
        let found =
            clock.evaluate(&self.timeline, self.today, Detail::Explained).map_err(|problem| problem.to_string())?;
        let mut faults: Vec<String> = self.then.iter().filter_map(|expected| expected.fault(&found)).collect();
        for id in &self.never {
            if rulebook.get(id).is_none() {
                faults.push(format!("the rulebook has no standard \"{id}\""));
            }
            let unwanted = found.iter().filter(|obligation| obligation.standard.id() == id);
            faults.extend(unwanted.map(|obligation| format!("expected no {id}, found {}", line(obligation))));
        }
        if faults.is_empty() { Ok(()) } else { Err(faults.join("\n  ")) }
    }

    fn rulebook(&self, setting: Setting<'_>) -> Result<Rulebook, String> {
        let mut rulebook = setting.rulebook.clone();
        if let Some(council) = &self.local {
            let found = setting.local.iter().find(|(name, _)| name == council);
            let (_, text) = found.ok_or_else(|| format!("there is no file local/{council}.toml"))?;
            rulebook =
                rulebook.with_local(&format!("local/{council}.toml"), text).map_err(|problem| problem.to_string())?;
        }
        let ids = self.turn_on.iter().map(String::as_str);
        rulebook.turned_on(ids).ok_or_else(|| "\"turn_on\" names a standard that the rulebook does not have".to_owned())
    }
}

impl Expected {
    fn fault(&self, found: &[Obligation<'_>]) -> Option<String> {
        let matching = found.iter().filter(|obligation| self.agrees(obligation)).count();
        if self.count.map_or(matching > 0, |count| matching == count) {
            return None;
        }
        let of_standard: Vec<String> =
            found.iter().filter(|obligation| obligation.standard.id() == self.standard).map(line).collect();
        let found = if of_standard.is_empty() { "none".to_owned() } else { of_standard.join("\n    ") };
        let count = self.count.map(|count| format!("{count} times (matched {matching}) ")).unwrap_or_default();
        Some(format!("expected {count}{self:?}\n  found {found}"))
    }

    fn agrees(&self, obligation: &Obligation<'_>) -> bool {
        obligation.standard.id() == self.standard
            && self.opened_on.is_none_or(|day| obligation.opened_on == day)
            && self.due.is_none_or(|due| due == obligation.due.into())
            && self.state.is_none_or(|state| obligation.state == state)
            && self.on.is_none_or(|on| on == obligation.on.into())
            && self.reason.as_deref().is_none_or(|reason| obligation.reason.as_deref() == Some(reason))
            && self.says.as_deref().is_none_or(|words| obligation.explanation.as_deref().unwrap_or("").contains(words))
    }
}

fn line(obligation: &Obligation<'_>) -> String {
    let day = |date: Option<Date>| date.map_or_else(|| "none".to_owned(), |date| date.to_string());
    format!(
        "{} opened {} due {} {} on {}: {}",
        obligation.standard.id(),
        obligation.opened_on,
        day(obligation.due),
        obligation.state,
        day(obligation.on),
        obligation.explanation.as_deref().unwrap_or("")
    )
}
