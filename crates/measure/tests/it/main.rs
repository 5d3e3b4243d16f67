//! What the measures must get right: published figures, and traps that change a naive count.

#[cfg(test)]
#[cfg(feature = "parquet")]
mod columns;
#[cfg(test)]
mod definitions;
#[cfg(test)]
mod following;
#[cfg(test)]
mod known_truth;
#[cfg(test)]
mod predictors;
#[cfg(test)]
mod published;
#[cfg(test)]
mod vectors;
#[cfg(test)]
mod world;
