//! Words and references: what is accepted keeps its promises, and reads back to itself.
#![no_main]

use record::{AreaRef, Line, Note, OrderRef, WorkerRef};

macro_rules! round_trip {
    ($kind:ty, $text:expr) => {{
        let read = <$kind>::try_from($text);
        let json = serde_json::to_string($text).expect("text is JSON");
        let from_json = serde_json::from_str::<$kind>(&json);
        assert_eq!(read.is_ok(), from_json.is_ok(), "typed and stored text are judged alike");
        read.inspect(|read| {
            assert_eq!(<$kind>::try_from(read.as_str()).as_ref(), Ok(read));
            assert_eq!(from_json.as_ref().ok(), Some(read));
            assert_eq!(read.to_string(), read.as_str());
            assert_eq!(serde_json::from_str::<$kind>(&serde_json::to_string(read).unwrap()).ok().as_ref(), Some(read));
        })
    }};
}

libfuzzer_sys::fuzz_target!(|text: &str| {
    for (words, most) in [
        (round_trip!(Line, text).ok().map(|words| (words.to_string(), format!("{words:?}"))), 200),
        (round_trip!(Note, text).ok().map(|words| (words.to_string(), format!("{words:?}"))), 10_000),
    ] {
        let Some((words, shown)) = words else { continue };
        assert!((1..=most).contains(&words.chars().count()));
        assert_eq!(words, text.trim(), "nothing but the spaces around it is taken away");
        assert!(!words.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')));
        let said = format!("«{} characters»", words.chars().count());
        assert_eq!(shown, said, "text of a record is never shown in a log");
    }
    let _ = (round_trip!(WorkerRef, text), round_trip!(AreaRef, text));
    if let Ok(reference) = round_trip!(OrderRef, text) {
        assert_eq!(reference.as_str(), text);
        assert!((1..=40).contains(&text.len()) && text.is_ascii() && !text.contains(char::is_whitespace));
    }
});
