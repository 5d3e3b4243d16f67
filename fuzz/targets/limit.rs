//! A limit in words: it reads back as it is written, and counting with it keeps the order of days.
#![no_main]

use calendar::Limit;
use jiff::{ToSpan as _, civil::Date, civil::date};
use throughline_fuzz::CALENDARS;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let Ok(limit) = text.parse::<Limit>() else { return };
    let words = limit.to_string();
    assert_eq!(words.parse(), Ok(limit), "\"{words}\" reads back");

    let calendar = CALENDARS.get("scotland").expect("it is shipped");
    let back = words.ends_with("before");
    for start in [Date::MIN, date(2010, 1, 1), date(2024, 1, 29), date(2026, 3, 6), date(2026, 12, 24), Date::MAX] {
        let due = limit.due_date(start, calendar);
        assert_eq!(limit.due(start, calendar).map(|counted| counted.due), due, "{words} from {start}");
        let Ok(due) = due else { continue };
        assert!(if back { due <= start } else { due >= start || words.contains("beginning") }, "{words}: {due}");
        assert!(limit.needs_calendar() || limit == Limit::SameDay || due != start || words == "1 day beginning with");
        let next_day = start.checked_add(1.day()).ok().and_then(|next| limit.due_date(next, calendar).ok());
        assert!(next_day.is_none_or(|next| next >= due), "{words}: begun a day later, due earlier than {due}");
        let _ = limit.due_time(start.at(23, 59, 0, 0));
    }
});
