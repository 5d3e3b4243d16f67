//! When something happened and when a person was born: each reads back to itself.
#![no_main]

use jiff::civil::{Date, date};
use record::{Happened, Precision, person::Birth};

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(happened) = text.parse::<Happened>() {
        let written = happened.to_string();
        assert_eq!(written.parse::<Happened>().as_ref(), Ok(&happened), "{written}");
        let json = serde_json::to_string(&happened).expect("a date can be written");
        assert_eq!(serde_json::from_str::<Happened>(&json).expect("and read"), happened);
        assert!(happened.precision() == Precision::Day || happened.date().day() == 1);
    }
    if let Ok(birth) = Birth::try_from(text.to_owned()) {
        let written = birth.to_string();
        assert_eq!(Birth::try_from(written.clone()).as_ref(), Ok(&birth), "{written}");
        for day in [Date::MIN, date(2000, 2, 29), date(2026, 3, 1), Date::MAX] {
            let ages = birth.age_on(day);
            assert!(ages.is_none_or(|(youngest, oldest)| youngest <= oldest), "{written} on {day}: {ages:?}");
        }
    }
});
