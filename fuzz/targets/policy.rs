//! The access policies: the input stands once as policies under the shipped schema, once as a schema.
#![no_main]

use service::Policy;

const SCHEMA: &str = include_str!("../../policies/schema.cedarschema");
const SHIPPED: &str = include_str!("../../policies/throughline.cedar");

libfuzzer_sys::fuzz_target!(|text: &str| {
    let alone = Policy::parse(SCHEMA, text);
    if let Err(refusal) = &alone {
        assert!(!refusal.to_string().is_empty());
    }
    // A policy is judged by itself, whatever stands before it.
    let after = Policy::parse(SCHEMA, &format!("{SHIPPED}\n{text}"));
    assert_eq!(alone.is_ok(), after.is_ok(), "the shipped policies change what is accepted");
    let _ = Policy::parse(text, SHIPPED);
});
