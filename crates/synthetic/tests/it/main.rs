//! The synthetic area: what is promised about it.

mod decided;
