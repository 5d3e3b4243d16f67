//! The clock as its callers use it: the rulebooks of this repository, their scenarios, and what must be refused.

#[cfg(test)]
mod properties;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod reporting;
#[cfg(test)]
mod scenarios;
#[cfg(test)]
mod sentences;
#[cfg(test)]
mod shared;
