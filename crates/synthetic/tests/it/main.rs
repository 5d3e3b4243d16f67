//! The synthetic area: what is promised about it.

#[cfg(test)]
mod calibrated;
#[cfg(test)]
mod decided;
#[cfg(test)]
mod staffed;
