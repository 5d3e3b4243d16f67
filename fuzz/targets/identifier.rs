//! An identifier: its canonical form reads back to itself. The input is its kind, a line break, its value.
#![no_main]

use record::person::Identifier;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let Some((kind, value)) = text.split_once('\n') else { return };
    match Identifier::read(kind, value) {
        Ok(read) => {
            assert_eq!(Identifier::read(&read.kind(), read.value()).as_ref(), Ok(&read));
            let json = serde_json::to_string(&read).expect("an identifier can be written");
            assert_eq!(serde_json::from_str::<Identifier>(&json).expect("and read"), read, "{json}");
        }
        Err(refusal) => {
            let told = EXAMPLES.iter().fold(refusal.to_string(), |told, example| told.replace(example, ""));
            let is_number = value.bytes().filter(u8::is_ascii_digit).count() >= 3;
            // The name of a kind that does not exist is quoted, whatever it holds.
            let kind_quoted = told.contains("is not a kind");
            assert!(!is_number || kind_quoted || !told.contains(value), "the number is quoted: {told}");
        }
    }
});

/// The forms that refusals show.
const EXAMPLES: [&str; 2] = ["S123456/95A", "2003/0011985X"];
