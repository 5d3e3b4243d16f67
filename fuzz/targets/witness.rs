//! A witness's file: only a head that was signed is ever believed. The input stands once for the heads and once for the
//! public key.
#![no_main]

use std::{fs, sync::LazyLock};
use store::witness::{Witnessed, read_heads};
use tempfile::TempDir;

static HEAD: LazyLock<Vec<u8>> = LazyLock::new(|| seed("main.head"));
static KEY: LazyLock<Vec<u8>> = LazyLock::new(|| seed("main.pub"));
static FOLDER: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().expect("a folder can be made"));

fn seed(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/seeds/witness/");
    fs::read(format!("{folder}{name}")).expect("the seed is in the repository")
}

fn read(head: &[u8], key: &[u8]) -> Option<Vec<Witnessed>> {
    fs::write(FOLDER.path().join("main.head"), head).expect("a file can be written");
    fs::write(FOLDER.path().join("main.pub"), key).expect("a file can be written");
    read_heads(FOLDER.path()).ok()
}

/// What was really signed: the two slots of the file in this repository, each alone.
static SIGNED: LazyLock<Vec<Witnessed>> = LazyLock::new(|| {
    let signed: Vec<_> = HEAD.chunks(512).flat_map(|slot| read(slot, &KEY).expect("it is signed")).collect();
    assert_eq!(signed.len(), 2);
    signed
});

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let signed = &*SIGNED;
    for heads in [read(bytes, &KEY), read(&HEAD, bytes)].into_iter().flatten() {
        assert!(heads.len() <= 1, "one writer has one end");
        assert!(heads.iter().all(|head| signed.contains(head)), "believed, but never signed: {heads:?}");
    }
});
