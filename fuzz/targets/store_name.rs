//! Names and hashes in the store: each reads back to itself.
#![no_main]

use record::Purpose;
use store::{Hash, StreamId};

libfuzzer_sys::fuzz_target!(|text: &str| {
    match StreamId::from_key(text) {
        Ok(stream) => {
            assert_eq!(stream.key(), text);
            assert_eq!(StreamId::from_key(&stream.to_string()).ok().as_ref(), Some(&stream));
        }
        Err(_) => assert!(!text.contains('/')),
    }
    if let Some(hash) = Hash::from_hex(text) {
        assert_eq!(hash.to_string(), text.to_ascii_lowercase());
        assert_eq!(Hash::from_bytes(hash.bytes()).ok(), Some(hash));
    }
    if let Some(purpose) = Purpose::read(text) {
        assert_eq!(purpose.as_str(), text);
    }
});
