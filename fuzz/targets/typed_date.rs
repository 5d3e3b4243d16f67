//! Dates as people type them: what is understood is said in full, and reads back as the same.
#![no_main]

use calendar::typed::{Lean, Told, read, read_time, say_time};
use jiff::civil::date;

libfuzzer_sys::fuzz_target!(|text: &str| {
    for now in [date(2026, 3, 4).at(10, 20, 0, 0), date(2024, 2, 29).at(23, 59, 0, 0), date(2026, 10, 25).at(1, 30, 0, 0)] {
        for lean in [Lean::Past, Lean::Future, Lean::Birth] {
            match read(text, now, lean) {
                Ok(told @ Told::Day { twice: false, .. }) => {
                    assert!((1900..=2199).contains(&told.date().year()), "{text}: {told:?}");
                    assert_eq!(read(&told.say(), now, lean), Ok(told), "{text}: {}", told.say());
                }
                Ok(told) => assert!((1900..=2199).contains(&told.date().year()), "{text}: {told:?}"),
                Err(no) => assert!(no.to_string().ends_with('.'), "{text}: {no}"),
            }
        }
    }
    if let Ok(time) = read_time(text) {
        assert_eq!(read_time(&say_time(time)), Ok(time), "{text}");
    }
});
