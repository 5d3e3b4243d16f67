//! A backup: as it is, and once more with its checksum put right, so that what lies behind the checksum is reached too.
//! What is restored is backed up again with as many rows; what is not restored refuses to open.
#![no_main]

use ring::digest::{SHA256, digest};
use std::fs;
use store::{Location, Options, Store, backup};

const NOW: i64 = 1_772_409_600_000_000;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("some.backup");
    fs::write(&path, bytes).expect("a file can be written");
    if let Ok(made) = backup::check(&path) {
        assert_eq!(made.bytes, bytes.len() as u64);
        assert!(digest(&SHA256, &bytes[..bytes.len() - 32]).as_ref() == &bytes[bytes.len() - 32..]);
    }

    let body = bytes.get(..bytes.len().saturating_sub(32)).unwrap_or_default();
    let whole = [body, digest(&SHA256, body).as_ref()].concat();
    fs::write(&path, &whole).expect("a file can be written");
    let Ok(checked) = backup::check(&path) else { return };
    let location = Location::file(folder.path().join("restored.db"));
    match backup::restore(&path, &location, NOW) {
        Ok(restored) => {
            assert_eq!(restored, checked);
            let store = Store::open(&location, &Options::new(NOW)).expect("what was restored opens");
            let _ = store::verify(&store);
            let again = backup::backup(&store, &folder.path().join("again.backup")).expect("and can be backed up");
            assert!(again.rows >= restored.rows, "{} rows restored, {} backed up again", restored.rows, again.rows);
        }
        Err(refusal) => {
            assert!(!refusal.to_string().is_empty());
            let open = Store::open(&location, &Options { access: store::Access::Write, ..Options::new(NOW) });
            assert!(open.is_err(), "half restored, and it opens: {refusal}");
        }
    }
});
