//! The use cases on a real store.

#[cfg(test)]
mod account_cases;
#[cfg(test)]
mod alarms;
#[cfg(test)]
mod bypass;
#[cfg(test)]
mod calendar_feed;
#[cfg(test)]
mod concurrency;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod importing;
#[cfg(test)]
mod measures;
#[cfg(test)]
mod notices;
#[cfg(test)]
mod plan_cases;
#[cfg(test)]
mod plans;
#[cfg(test)]
mod proof;
#[cfg(test)]
mod recording;
#[cfg(test)]
mod reports;
#[cfg(test)]
mod search;
#[cfg(test)]
mod signing_in;
#[cfg(test)]
mod story;
#[cfg(test)]
mod webhooks;
#[cfg(test)]
mod words;
#[cfg(test)]
mod world;
