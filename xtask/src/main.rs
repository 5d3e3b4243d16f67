//! The project chores: demo, test, docs.
fn main() {}
