//! Use cases: authorise, load, decide, append, audit.
