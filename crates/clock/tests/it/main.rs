//! The clock as its callers use it: the rulebooks of this repository, their scenarios, and what must be refused.

#[cfg(test)]
mod scenarios;
#[cfg(test)]
mod shared;
