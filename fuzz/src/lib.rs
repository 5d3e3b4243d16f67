//! What the fuzz targets share: the shipped rules, read once, and a way to write several files in one input.

use calendar::Calendars;
use clock::{CalendarRole, CalendarRoles, Clock, Obligation, Rulebook, State};
use jiff::civil::Date;
use std::{fs, path::Path, sync::LazyLock};

/// Files by name and text.
pub type Files = Vec<(String, String)>;

/// The Scottish rulebook as it is shipped.
pub static RULEBOOK: LazyLock<Rulebook> =
    LazyLock::new(|| Rulebook::parse(&folder("rulebooks/scotland")).expect("the shipped rulebook is sound"));

/// The shipped calendars.
pub static CALENDARS: LazyLock<Calendars> =
    LazyLock::new(|| calendar::load(&folder("calendars")).expect("the shipped calendars are sound"));

/// The shipped rulebook on the shipped calendars.
pub static CLOCK: LazyLock<Clock<'static>> =
    LazyLock::new(|| Clock::new(&RULEBOOK, roles(&RULEBOOK).expect("the shipped calendars are there")));

/// The TOML files directly in a folder of the repository.
pub fn folder(name: &str) -> Files {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name);
    let mut files: Files = fs::read_dir(path)
        .expect("the folder is in the repository")
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .map(|path| {
            let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
            (name, fs::read_to_string(&path).expect("the file can be read"))
        })
        .collect();
    files.sort();
    files
}

/// The shipped calendars that a rulebook names, where all of them are shipped.
pub fn roles(rulebook: &Rulebook) -> Option<CalendarRoles<'static>> {
    let get = |role| CALENDARS.get(rulebook.calendar(role)?);
    Some(CalendarRoles {
        council: get(CalendarRole::Council)?,
        court: get(CalendarRole::Court)?,
        national: get(CalendarRole::National)?,
    })
}

/// Takes an input apart into files. Each begins with a line `# file: NAME`, which is a comment in TOML.
pub fn files(input: &str) -> Files {
    let mut files = Files::new();
    for line in input.split_inclusive('\n') {
        match line.strip_prefix("# file: ") {
            Some(name) => files.push((name.trim().to_owned(), String::new())),
            None => match files.last_mut() {
                Some((_, text)) => text.push_str(line),
                None => files.push(("rulebook.toml".to_owned(), line.to_owned())),
            },
        }
    }
    files
}

/// What can be seen of an obligation without its explanation, in a form that compares.
pub type Seen<'a> = (&'a str, Date, Option<Date>, State, Option<Date>, Option<String>);

/// Obligations in a form that compares.
pub fn seen<'a>(obligations: &'a [Obligation<'_>]) -> Vec<Seen<'a>> {
    let line = |o: &'a Obligation<'_>| {
        (o.standard.id(), o.opened_on, o.due, o.state, o.on, o.reason.as_ref().map(ToString::to_string))
    };
    let mut lines: Vec<_> = obligations.iter().map(line).collect();
    lines.sort();
    lines
}

/// Evaluates one case on several days and asserts what holds of every case.
pub fn evaluate(clock: &Clock<'_>, timeline: &facts::Timeline) {
    use clock::Detail;
    use jiff::ToSpan as _;
    let days = timeline.facts().iter().map(|fact| fact.on);
    let (Some(first), Some(last)) = (days.clone().min(), days.max()) else { return };
    let later = |n: i64| last.saturating_add(n.days());
    // A contact every week for a thousand years is answered truly, but takes its time.
    let within_lives = |today: &Date| today.year() - first.year() <= 150;
    for today in [first, last, later(1), later(30), later(400), later(4_000)].into_iter().filter(within_lives) {
        let plain = clock.evaluate(timeline, today, Detail::Plain);
        let explained = clock.evaluate(timeline, today, Detail::Explained);
        let (plain, explained) = match (plain, explained) {
            (Ok(plain), Ok(explained)) => (plain, explained),
            (Err(plain), Err(explained)) => {
                assert_eq!(plain.to_string(), explained.to_string());
                continue;
            }
            (plain, explained) => panic!("with and without words differ on {today}: {plain:?} {explained:?}"),
        };
        assert_eq!(seen(&plain), seen(&explained), "words change nothing, on {today}");
        for found in &explained {
            assert!(found.on.is_none_or(|on| on <= today), "settled in the future, on {today}: {found:?}");
            assert!(found.explanation.as_deref().is_some_and(|words| !words.is_empty()), "no words: {found:?}");
        }
        if today < last {
            continue;
        }
        // Nothing changes by itself before the next change.
        let next = clock::next_change(&plain, today);
        assert!(next.is_none_or(|next| next > today), "the next change is in the past: {next:?} on {today}");
        let eve = match next {
            Some(next) => next.yesterday().expect("it is after today"),
            None => today.saturating_add(500.days()),
        };
        if let Ok(then) = clock.evaluate(timeline, eve, Detail::Plain) {
            assert_eq!(seen(&plain), seen(&then), "something changed by itself between {today} and {eve}");
        }
    }
}
