//! Explanations: full sentences that a person can read aloud. What happened, how long is allowed, what was not counted,
//! when it falls due and who says so; then what came of it.

use crate::{
    cadence::Period,
    deadline::Due,
    engine::{Done, Engine, FallsAway, Why},
    figure::Judged,
    obligation::State,
    standard::{Allowed, Bound, Cadence, Count, Standard, Total},
};
use calendar::{Limit, say};
use compact_str::CompactString;
use facts::Fact;
use jiff::civil::{Date, Time};

/// What came of an obligation.
pub(crate) struct Course<'t> {
    pub(crate) state: State,
    pub(crate) done: Option<Done<'t>>,
    /// Every fact that the discharge asked for.
    pub(crate) parts: Vec<&'t Fact>,
    pub(crate) excuse: Option<Done<'t>>,
    pub(crate) falls_away: Option<FallsAway<'t>>,
    pub(crate) due: Option<Date>,
}

/// "On Monday 2 March 2026 the council received the order".
fn happened(fact: &Fact) -> String {
    let at = fact.at.map(|at| format!(" at {}", say_time(at))).unwrap_or_default();
    format!("On {}{at} {}", say(fact.on), uncapital(fact.name.meaning()))
}

/// With a small first letter, unless the word is an abbreviation.
fn uncapital(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => first.to_lowercase().chain(letters).collect(),
        _ => text.to_owned(),
    }
}

/// "2:30pm", "9am".
fn say_time(time: Time) -> String {
    let (hour, half) = match time.hour() {
        0 => (12, "am"),
        hour @ 1..=11 => (hour, "am"),
        12 => (12, "pm"),
        hour => (hour - 12, "pm"),
    };
    if time.minute() == 0 { format!("{hour}{half}") } else { format!("{hour}:{:02}{half}", time.minute()) }
}

/// "(calendar council-example, version 1; S3 NOS 2010 5.3; rulebook scotland 2026.1)".
fn cited(engine: &Engine<'_, '_, '_>, standard: &Standard, limit: Option<Limit>) -> String {
    let rulebook = engine.clock.rulebook;
    let calendar = limit.filter(|limit| limit.needs_calendar()).map(|_| {
        let calendar = engine.clock.calendars.get(standard.calendar);
        format!("calendar {}, version {}; ", calendar.id(), calendar.version())
    });
    let calendar = calendar.unwrap_or_default();
    format!("({calendar}{}; rulebook {} {})", standard.source, rulebook.id(), rulebook.version())
}

/// The days that a limit passed over, as "; Saturday 7 and Sunday 8 March 2026 not counted".
fn not_counted(engine: &Engine<'_, '_, '_>, standard: &Standard, limit: Limit, from: Date) -> String {
    let counted = limit.due(from, engine.clock.calendars.get(standard.calendar)).ok();
    let days = counted.and_then(|counted| counted.not_counted());
    days.map(|days| format!("; {days} not counted")).unwrap_or_default()
}

/// How a deadline came to be due when it is.
pub(crate) fn deadline(engine: &Engine<'_, '_, '_>, standard: &Standard, trigger: &Fact, due: &Due<'_>) -> String {
    let cite = cited(engine, standard, due.limit);
    let mut text = happened(trigger);
    let local = match &standard.limit {
        Some(Allowed::SetLocally { local: Some((_, council)), .. }) => format!(", set locally ({council})"),
        Some(Allowed::SetLocally { local: None, suggested }) => {
            let suggested =
                suggested.map(|limit| format!("; {limit} is suggested but not applied")).unwrap_or_default();
            return format!(
                "{text}; neither the standard nor the council sets a limit, so there is no due date{suggested} {cite}. "
            );
        }
        _ => String::new(),
    };
    let Some(limit) = due.limit else {
        return match due.on {
            Some(on) => format!("{text}; due on the date stated, {} {cite}. ", say(on)),
            None if matches!(standard.limit, Some(Allowed::FromAttribute(_))) => {
                format!("{text}; no due date is stated {cite}. ")
            }
            None => format!("{text} {cite}. "),
        };
    };
    let that_day = if matches!(limit, Limit::Months { beginning_with: true, .. }) { " that day" } else { "" };
    add(&mut text, &format!("; {limit}{that_day}{local}"));
    if due.extended {
        text += " (the longer limit that the facts allow)";
    }
    if let Limit::Hours(_) = limit
        && trigger.at.is_none()
    {
        text += "; no time of day was recorded, so it counts to the end of the last day";
    }
    add(&mut text, &not_counted(engine, standard, limit, trigger.on));
    if let Some(counted) = due.counted {
        add(&mut text, &format!("; by that limit due {}", say(counted)));
    }
    if let Some(stated_by) = due.until {
        add(&mut text, &format!(", but a longer period was set on {}", say(stated_by.on)));
    }
    if due.earlier {
        text += ", but an earlier end comes first";
    }
    let at = due.time.map(|time| format!(" at {}", say_time(time))).unwrap_or_default();
    let on = due.on.map(say).unwrap_or_default();
    format!("{text}; due {on}{at} {cite}. ")
}

/// Which of the fields to be written down are there.
pub(crate) fn fields(trigger: &Fact, fields: &[CompactString]) -> String {
    let absent: Vec<&str> =
        fields.iter().map(CompactString::as_str).filter(|field| trigger.attributes.get(field).is_none()).collect();
    if absent.is_empty() {
        String::new()
    } else {
        format!("Not written down: {}. ", absent.join(", ").replace('_', " "))
    }
}

/// Why a length of time was too short.
pub(crate) fn too_early(earliest: Date) -> String {
    format!("It ought not to come before {}. ", say(earliest))
}

/// What came of it.
pub(crate) fn outcome(engine: &Engine<'_, '_, '_>, course: &Course<'_>) -> String {
    let done = || course.parts.iter().map(|fact| happened(fact)).collect::<Vec<_>>().join("; ");
    match course.state {
        State::Met => format!("{}: met.", done()),
        State::Late => format!("{}, {}: late.", done(), after_due(course)),
        State::Missed if course.done.is_some() => format!("{}: missed.", done()),
        State::Missed => match course.due.and_then(|due| due.tomorrow().ok()) {
            Some(day) => format!("Nothing discharged it: missed since {}.", say(day)),
            None => "Nothing discharged it: missed.".to_owned(),
        },
        State::Excused => {
            let fact = course.excuse.map(|excuse| excuse.fact);
            fact.map(|fact| format!("{}{}: excused.", happened(fact), because(fact))).unwrap_or_default()
        }
        State::NotApplicable => course
            .falls_away
            .map(|away| away_because(away) + ", before it fell due: not applicable.")
            .unwrap_or_default(),
        State::Open if course.due == Some(engine.today) => "Not yet discharged; due today: open.".to_owned(),
        State::Open => "Not yet discharged: open.".to_owned(),
    }
}

fn because(fact: &Fact) -> String {
    fact.attributes.text("reason").map(|reason| format!(" ({reason})")).unwrap_or_default()
}

fn after_due(course: &Course<'_>) -> String {
    let days = course.due.zip(course.done).and_then(|(due, done)| Some(due.until(done.on).ok()?.get_days()));
    match days {
        None => "after it was due".to_owned(),
        Some(0) => "after the time by which it was due".to_owned(),
        Some(1) => "1 day after it was due".to_owned(),
        Some(days) => format!("{days} days after it was due"),
    }
}

fn away_because(away: FallsAway<'_>) -> String {
    match away.why {
        Why::Ended(fact) | Why::Switched(fact) => happened(fact),
        Why::Ceased => format!("The standard ceased to apply on {}", say(away.on)),
    }
}

/// A gate: what may not come before what.
pub(crate) fn gate(
    engine: &Engine<'_, '_, '_>,
    standard: &Standard,
    trigger: &Fact,
    event: Option<&Fact>,
    planned: Option<Date>,
) -> String {
    let cite = cited(engine, standard, None);
    let opened = happened(trigger);
    match (event, planned) {
        (Some(event), _) if std::ptr::eq(event, trigger) => format!("{opened}; by then this had to be done {cite}. "),
        (Some(event), _) => format!("{opened}; this had to be done before the next step. {} {cite}. ", happened(event)),
        (None, Some(day)) => format!("{opened}; this has to be done by {} {cite}. ", say(day)),
        (None, None) => format!("{opened}; this has to be done before the next step, which has not come {cite}. "),
    }
}

/// One period of a cadence.
#[expect(clippy::too_many_arguments, reason = "one sentence needs all of them, and nothing else takes them")]
pub(crate) fn period(
    engine: &Engine<'_, '_, '_>,
    standard: &Standard,
    rule: &Cadence,
    trigger: &Fact,
    period: &Period<'_>,
    state: State,
    done: Option<Done<'_>>,
    excuse: Option<Done<'_>>,
) -> String {
    let times = match rule.count {
        Count::AtLeast(1) => "at least once".to_owned(),
        Count::AtLeast(n) => format!("at least {n} times"),
        Count::AtMost(n) => format!("at most {n} times"),
    };
    let (each, unit) = match period.every {
        Limit::Weeks(1) => ("a week".to_owned(), "week"),
        Limit::Months { n: 1, .. } => ("a month".to_owned(), "month"),
        Limit::Years(1) => ("a year".to_owned(), "year"),
        every => (format!("in every {every}"), "period"),
    };
    let start = format!(
        "{}; {times} {each}; {unit} {} runs from {} to {} {}. ",
        happened(trigger),
        period.number,
        say(period.first),
        say(period.last),
        cited(engine, standard, None)
    );
    let fact = |done: Option<Done<'_>>| done.map(|done| happened(done.fact)).unwrap_or_default();
    let end = match state {
        State::Met if done.is_some() => format!("{}: met.", fact(done)),
        State::Met => "Not exceeded: met.".to_owned(),
        State::Missed if done.is_some() => format!("{}, one more than that: exceeded.", fact(done)),
        State::Missed => "Nothing counted in it: missed.".to_owned(),
        State::Excused => excuse
            .map(|excuse| format!("{}{}: excused.", happened(excuse.fact), because(excuse.fact)))
            .unwrap_or_default(),
        State::NotApplicable => {
            period.cut.map(|cut| away_because(cut) + ", before the period ended: not applicable.").unwrap_or_default()
        }
        State::Open | State::Late if period.last == engine.today => {
            "Nothing counted yet; the period ends today: open.".to_owned()
        }
        State::Open | State::Late => "Nothing counted yet: open.".to_owned(),
    };
    start + &end
}

/// One milestone of a schedule.
pub(crate) fn milestone(
    engine: &Engine<'_, '_, '_>,
    standard: &Standard,
    trigger: &Fact,
    number: u32,
    from: Date,
    due: Date,
) -> String {
    let cite = cited(engine, standard, None);
    format!(
        "{}; step {number} of the schedule runs from {} and is due {} {cite}. ",
        happened(trigger),
        say(from),
        say(due)
    )
}

/// Figures and their limits.
pub(crate) fn figure(
    engine: &Engine<'_, '_, '_>,
    standard: &Standard,
    trigger: &Fact,
    judged: &[Judged<'_>],
    bounds: &[Bound],
) -> String {
    let start = format!("{} {}. ", happened(trigger), cited(engine, standard, None));
    if judged.is_empty() {
        let names: Vec<String> = bounds.iter().map(|bound| bound.attribute.replace('_', " ")).collect();
        return format!("{start}Not recorded: {}. Open.", names.join(", "));
    }
    let mut text = start;
    for one in judged {
        let names = std::iter::once(&one.bound.attribute).chain(&one.bound.plus);
        let name = names.map(|name| name.replace('_', " ")).collect::<Vec<_>>().join(" and ");
        let limits = match (one.min, one.max) {
            (Some(min), Some(max)) => format!("from {min} to {max}"),
            (Some(min), None) => format!("at least {min}"),
            (None, Some(max)) => format!("at most {max}"),
            (None, None) => "anything".to_owned(),
        };
        let verdict = if one.is_within() { "within the limits" } else { "outside them" };
        add(&mut text, &format!("{}: {}, allowed {limits}: {verdict}. ", name, one.value));
    }
    text + if judged.iter().all(Judged::is_within) { "Met." } else { "Missed." }
}

/// A running total and its ceiling.
pub(crate) fn total(
    engine: &Engine<'_, '_, '_>,
    standard: &Standard,
    rule: &Total,
    sum: i64,
    most: i64,
    exceeded: Option<Date>,
) -> String {
    let start = format!("{} so far {sum}, at most {most} {}. ", capital(&rule.sum), cited(engine, standard, None));
    match exceeded {
        None => start + "Within the limit: met.",
        Some(day) => format!("{start}Exceeded on {}: missed.", say(day)),
    }
}

/// An act that may not come too soon, or too late, after another.
#[expect(clippy::too_many_arguments, reason = "one sentence needs all of them, and nothing else takes them")]
pub(crate) fn since(
    engine: &Engine<'_, '_, '_>,
    standard: &Standard,
    trigger: &Fact,
    start: Option<&Fact>,
    day: Option<Date>,
    edge: Option<Date>,
    not_before: bool,
    confirmed: Option<Done<'_>>,
    state: State,
) -> String {
    let mut text = happened(trigger);
    if let Some(day) = day.filter(|&day| day != trigger.on) {
        add(&mut text, &format!(", for {}", say(day)));
    }
    match (start, edge) {
        (Some(start), Some(edge)) => {
            let bound = if not_before { "not before" } else { "not after" };
            add(&mut text, &format!("; {}, so {bound} {}", happened(start), say(edge)));
        }
        _ => text += "; nothing is recorded to count from",
    }
    add(&mut text, &format!(" {}. ", cited(engine, standard, None)));
    match (confirmed, state) {
        (Some(done), _) => text + &happened(done.fact) + ": met.",
        (None, State::Met) => text + "Met.",
        (None, State::Missed) => text + if not_before { "Too early: missed." } else { "Too late: missed." },
        (None, _) => text + "Open.",
    }
}

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// What is added where obligations of one group are open together.
pub(crate) fn governed(text: &mut Option<String>, governs: bool, other: &Standard, due: Date) {
    if let Some(text) = text {
        let due = say(due);
        let more = if governs {
            format!(" It also answers {} (due {due}; {}), which falls due later.", other.title, other.source)
        } else {
            format!(" {} (due {due}; {}) falls due first and governs.", other.title, other.source)
        };
        text.push_str(&more);
    }
}

/// What is added where a reason was recorded.
pub(crate) fn reasoned(text: &mut Option<String>, fact: &Fact, reason: Option<&str>) {
    if let Some(text) = text {
        let reason = reason.map(|reason| format!(": {}", reason.trim_end_matches('.'))).unwrap_or_default();
        add(text, &format!(" {}{reason}.", happened(fact)));
    }
}

fn add(text: &mut String, more: &str) {
    text.push_str(more);
}
