//! The store's tests: one contract for both databases, and what each must survive.

#[cfg(test)]
mod accounts;
mod alarms;
#[cfg(test)]
mod backups;
#[cfg(test)]
mod contract;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod drafts;
#[cfg(test)]
mod files;
#[cfg(test)]
mod jobs;
#[cfg(test)]
mod notices;
mod openings;
mod plans;
#[cfg(test)]
mod tampering;
#[cfg(test)]
mod world;
