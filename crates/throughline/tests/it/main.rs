//! The program itself, run as a person would: every command once, and what bad input gets.

#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod carried;
#[cfg(test)]
mod check;
#[cfg(test)]
mod documented;
#[cfg(test)]
mod imports;
#[cfg(test)]
mod keeping;
#[cfg(test)]
mod measures;
#[cfg(test)]
mod people;
#[cfg(test)]
mod plans;
#[cfg(test)]
mod postgres;
#[cfg(test)]
mod world;
