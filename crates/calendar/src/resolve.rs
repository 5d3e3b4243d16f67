//! From files to calendars: `extends` followed, rules turned into dates, single changes applied.

use crate::{
    days::{Calendar, DayOffStart, Identity},
    error::CalendarError,
    file::{CalendarFile, HolidayRule, Once, bad},
    words::say,
};
use jiff::civil::{Date, Weekday};
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::RangeInclusive,
};

/// Years that a calendar may cover: the present Act is of 1971, and nobody plans beyond 2200.
const YEARS: RangeInclusive<i16> = 1971..=2200;

/// Calendars by id.
#[derive(Debug, Clone, Default)]
pub struct Calendars {
    by_id: BTreeMap<String, Calendar>,
}

impl Calendars {
    /// The calendar of that id.
    pub fn get(&self, id: &str) -> Option<&Calendar> {
        self.by_id.get(id)
    }

    /// The calendar of that id, or a sentence that names those there are.
    pub fn require(&self, id: &str) -> Result<&Calendar, CalendarError> {
        self.get(id).ok_or_else(|| CalendarError::Unknown { id: id.to_owned(), known: list(self.by_id.keys()) })
    }

    /// All of them, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Calendar> {
        self.by_id.values()
    }
}

/// Calendars from their files, given as name and text. The name is used in refusals only.
pub fn load<N: AsRef<str>, T: AsRef<str>>(files: &[(N, T)]) -> Result<Calendars, CalendarError> {
    let mut sources: BTreeMap<String, (&str, CalendarFile)> = BTreeMap::new();
    for (name, text) in files {
        let read = CalendarFile::read(name.as_ref(), text.as_ref())?;
        if let Some((other, _)) = sources.get(&read.id) {
            return Err(CalendarError::Duplicate {
                file: name.as_ref().to_owned(),
                id: read.id,
                other: (*other).to_owned(),
            });
        }
        sources.insert(read.id.clone(), (name.as_ref(), read));
    }
    let mut resolved = BTreeMap::new();
    for id in sources.keys() {
        resolve(id, &sources, &mut resolved, &mut Vec::new())?;
    }
    Ok(Calendars { by_id: resolved.into_iter().map(|(id, almanac)| (id, almanac.into_calendar())).collect() })
}

/// A calendar's dates with the ids of their holidays, so that a calendar that extends it can drop some.
#[derive(Debug, Clone)]
struct Almanac {
    identity: Identity,
    weekend: Vec<Weekday>,
    kept: Vec<Kept>,
}

#[derive(Debug, Clone)]
struct Kept {
    on: Date,
    holiday: String,
    name: String,
}

impl Almanac {
    fn into_calendar(self) -> Calendar {
        let mut names: BTreeMap<Date, String> = BTreeMap::new();
        for kept in self.kept {
            names
                .entry(kept.on)
                .and_modify(|name| {
                    name.push_str(" and ");
                    name.push_str(&kept.name);
                })
                .or_insert(kept.name);
        }
        Calendar::new(self.identity, &self.weekend, names)
    }
}

fn resolve(
    id: &str,
    sources: &BTreeMap<String, (&str, CalendarFile)>,
    resolved: &mut BTreeMap<String, Almanac>,
    path: &mut Vec<String>,
) -> Result<(), CalendarError> {
    let Some((file, source)) = sources.get(id).filter(|_| !resolved.contains_key(id)) else { return Ok(()) };
    path.push(id.to_owned());
    if let Some(parent) = &source.extends {
        if let Some(at) = path.iter().position(|id| id == parent) {
            let chain = path.iter().skip(at).chain([parent]).cloned().collect::<Vec<_>>().join(", then ");
            return Err(CalendarError::Cycle { file: (*file).to_owned(), chain });
        }
        if !sources.contains_key(parent) {
            return Err(CalendarError::UnknownParent {
                file: (*file).to_owned(),
                parent: parent.clone(),
                known: list(sources.keys()),
            });
        }
        resolve(parent, sources, resolved, path)?;
    }
    let parent = source.extends.as_ref().and_then(|parent| resolved.get(parent));
    let almanac = compute(file, source, parent)?;
    resolved.insert(id.to_owned(), almanac);
    path.pop();
    Ok(())
}

fn compute(file: &str, source: &CalendarFile, parent: Option<&Almanac>) -> Result<Almanac, CalendarError> {
    let covers = years_covered(file, source, parent)?;
    let weekend = match (source.weekend(file)?, parent) {
        (Some(weekend), _) => weekend,
        (None, Some(parent)) => parent.weekend.clone(),
        (None, None) => vec![Weekday::Saturday, Weekday::Sunday],
    };
    let start = source
        .start_on_day_off(file)?
        .or(parent.map(|parent| parent.identity.start_on_day_off))
        .unwrap_or(DayOffStart::NextWorkingDayIsDayOne);

    let mut kept = inherited(file, source, parent)?;
    keep_rules(file, source, &covers, &weekend, &mut kept)?;
    for once in &source.once {
        apply(file, once, &covers, &mut kept)?;
    }
    kept.retain(|kept| covers.contains(&kept.on.year()));
    kept.sort_by(|a, b| a.on.cmp(&b.on).then_with(|| a.holiday.cmp(&b.holiday)));
    let identity = Identity {
        id: source.id.clone(),
        title: source.title.clone(),
        version: source.version.clone(),
        source: source.source.clone(),
        first: *covers.start(),
        last: *covers.end(),
        start_on_day_off: start,
    };
    Ok(Almanac { identity, weekend, kept })
}

fn years_covered(
    file: &str,
    source: &CalendarFile,
    parent: Option<&Almanac>,
) -> Result<RangeInclusive<i16>, CalendarError> {
    let parents = parent.map(|parent| parent.identity.first..=parent.identity.last);
    let covers = match (source.covers, parents.clone()) {
        (Some([first, last]), _) => first..=last,
        (None, Some(parents)) => parents,
        (None, None) => {
            return Err(bad(file, "covers", "It is missing. Give the first and last year, as in [2005, 2035]."));
        }
    };
    if covers.is_empty() {
        return Err(bad(file, "covers", "The last year is before the first. Give the first year, then the last."));
    }
    if !YEARS.contains(covers.start()) || !YEARS.contains(covers.end()) {
        return Err(bad(file, "covers", format!("The years must lie between {} and {}.", YEARS.start(), YEARS.end())));
    }
    if let Some(parents) = parents.filter(|parents| covers.start() < parents.start() || parents.end() < covers.end()) {
        return Err(bad(
            file,
            "covers",
            format!(
                "It covers {} to {}, and the calendar that it extends covers {} to {}. Stay within those years, or widen the other first.",
                covers.start(),
                covers.end(),
                parents.start(),
                parents.end()
            ),
        ));
    }
    Ok(covers)
}

/// The parent's days without those dropped.
fn inherited(file: &str, source: &CalendarFile, parent: Option<&Almanac>) -> Result<Vec<Kept>, CalendarError> {
    let from_parent = parent.map_or(&[][..], |parent| &parent.kept);
    for dropped in &source.drops {
        if !from_parent.iter().any(|kept| kept.holiday == *dropped) {
            let known: BTreeSet<&String> = from_parent.iter().map(|kept| &kept.holiday).collect();
            return Err(bad(
                file,
                "drops",
                format!("No inherited holiday has the id {dropped}. The inherited holidays are: {}.", list(known)),
            ));
        }
    }
    Ok(from_parent.iter().filter(|kept| !source.drops.contains(&kept.holiday)).cloned().collect())
}

/// Adds the file's own yearly holidays. One that falls on a weekend and has a substitute moves to the next weekday that
/// is not itself a holiday; in order of date, so that Christmas Day finds its place before Boxing Day.
fn keep_rules(
    file: &str,
    source: &CalendarFile,
    covers: &RangeInclusive<i16>,
    weekend: &[Weekday],
    kept: &mut Vec<Kept>,
) -> Result<(), CalendarError> {
    let mut ids: BTreeSet<&str> = kept.iter().map(|kept| kept.holiday.as_str()).collect();
    let mut waiting: Vec<(Date, &HolidayRule)> = Vec::new();
    let mut fixed: Vec<Kept> = Vec::new();
    for rule in &source.holiday {
        if !ids.insert(&rule.id) {
            return Err(bad(
                file,
                format!("holiday {}", rule.id),
                "Another holiday has this id, here or in the calendar that it extends. Give it another id, or drop the other.",
            ));
        }
        if rule.from.zip(rule.until).is_some_and(|(from, until)| until < from) {
            return Err(bad(file, format!("holiday {}", rule.id), "`until` is before `from`. Exchange the years."));
        }
        let recurrence = rule.recurrence(file)?;
        let substituted = rule.is_substituted(file)?;
        // A substitute can cross the new year, so one year more on each side.
        for year in covers.start() - 1..=covers.end() + 1 {
            let Some(on) = recurrence.in_year(year).filter(|_| rule.is_kept_in(year)) else { continue };
            if substituted && weekend.contains(&on.weekday()) {
                waiting.push((on, rule));
            } else {
                fixed.push(Kept { on, holiday: rule.id.clone(), name: rule.name.clone() });
            }
        }
    }
    kept.extend(fixed);
    let mut taken: BTreeSet<Date> = kept.iter().map(|kept| kept.on).collect();
    waiting.sort_by_key(|(on, _)| *on);
    for (fell_on, rule) in waiting {
        let free = fell_on
            .series(jiff::Span::new().days(1))
            .find(|day| !weekend.contains(&day.weekday()) && !taken.contains(day))
            .ok_or_else(|| bad(file, format!("holiday {}", rule.id), "There is no free weekday for its substitute."))?;
        taken.insert(free);
        kept.push(Kept { on: free, holiday: rule.id.clone(), name: format!("{} (substitute day)", rule.name) });
    }
    Ok(())
}

/// Applies one single change.
fn apply(file: &str, once: &Once, covers: &RangeInclusive<i16>, kept: &mut Vec<Kept>) -> Result<(), CalendarError> {
    for date in [once.add, once.remove, once.moved, once.to].into_iter().flatten() {
        if !covers.contains(&date.year()) {
            return Err(bad(
                file,
                "once",
                format!("{} is outside the years covered. Widen `covers` or remove the entry.", say(date)),
            ));
        }
    }
    match (once.add, once.remove, once.moved, once.to, &once.name) {
        (Some(on), None, None, None, Some(name)) => {
            kept.push(Kept { on, holiday: format!("once-{on}"), name: name.clone() });
        }
        (Some(on), None, None, None, None) => {
            return Err(bad(file, "once", format!("The day added, {}, has no `name`. Give it one.", say(on))));
        }
        (None, Some(on), None, None, None) => {
            let before = kept.len();
            kept.retain(|kept| kept.on != on);
            if kept.len() == before {
                return Err(nothing_there(file, "remove", on));
            }
        }
        (None, None, Some(from), Some(to), name) => {
            let mut found = false;
            for holiday in kept.iter_mut().filter(|kept| kept.on == from) {
                found = true;
                holiday.on = to;
                if let Some(name) = name {
                    holiday.name.clone_from(name);
                }
            }
            if !found {
                return Err(nothing_there(file, "move", from));
            }
        }
        _ => {
            return Err(bad(
                file,
                "once",
                "Each entry has either `add` with `name`, or `remove`, or `move` with `to`. Write one entry for each change.",
            ));
        }
    }
    Ok(())
}

fn nothing_there(file: &str, field: &str, on: Date) -> CalendarError {
    bad(
        file,
        format!("once, {field}"),
        format!("{} is not a holiday here. Correct the date or remove the entry.", say(on)),
    )
}

fn list<S: AsRef<str>>(ids: impl IntoIterator<Item = S>) -> String {
    let ids: Vec<String> = ids.into_iter().map(|id| id.as_ref().to_owned()).collect();
    if ids.is_empty() { "none".to_owned() } else { ids.join(", ") }
}
