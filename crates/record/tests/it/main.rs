//! The record as its callers use it.

#[cfg(test)]
mod golden;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod story;
#[cfg(test)]
mod world;
