//! A stored event: an accepted body, written again and read again, is the same event. The input is the kind, a line
//! break, the body; a kind that is not known stands for the one at the place of its first byte.
#![no_main]

use record::What;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let Some((kind, body)) = text.split_once('\n') else { return };
    let (kind, version) = What::KINDS.iter().find(|(known, _)| *known == kind).copied().unwrap_or_else(|| {
        let place = usize::from(kind.bytes().next().unwrap_or_default());
        What::KINDS[place % What::KINDS.len()]
    });
    let Ok(what) = What::read(kind, version, body) else { return };
    assert_eq!(what.kind(), kind);
    let written = what.body().expect("what was read can be written");
    let again = What::read(kind, what.version(), &written).expect("what was written can be read");
    assert_eq!(again, what, "{kind}: {written}");
    assert_eq!(again.body().expect("it can be written"), written, "{kind}: written the same way twice");

    let nested = serde_json::to_string(&what).expect("an event can stand in another");
    assert_eq!(serde_json::from_str::<What>(&nested).expect("and be read there"), what, "{kind} inside another");
});
