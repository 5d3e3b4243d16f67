//! Plans as their callers use them.

#[cfg(test)]
mod consulting;
#[cfg(test)]
mod funding;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod papers;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod standing;
#[cfg(test)]
mod workforce;
#[cfg(test)]
mod world;
