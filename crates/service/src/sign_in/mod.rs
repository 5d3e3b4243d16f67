//! Signing in: what is asked before there is anybody to authorise. Every step goes through the door
//! ([`path::door`](crate::path)), counts its tries before it answers them, and is entered in the access log.
//!
//! A session begins `Half` (the password was right, a second factor is wanted) or `Enrolling` (a one-time password was
//! used, or there is no second factor yet). Neither carries any right: only a whole session has an actor. Each step
//! forward is a new session under a new secret, so a secret that was planted before is worth nothing.

mod code;
mod enrol;
mod identity;
mod password;
mod seal;
mod secret;
mod session;
mod steps;
mod throttle;

pub use code::{CodeOffer, totp_at};
pub use enrol::{Enrolment, SecondFactor};
pub use identity::{Claims, Vouched};
pub use password::WeakPassword;
pub use seal::{KeyError, Keys};
pub use secret::{Secret, Seed};
pub use session::{Halfway, Limits, SignedIn, Stage, Who};
pub use steps::PasskeyOf;

pub(crate) use code::{new_recovery_codes, totp_step};
pub(crate) use enrol::{confirm_codes, offered_codes, stored_passkey};
pub(crate) use identity::fresh_account;
pub(crate) use password::{Hashing, check_strength};
pub(crate) use secret::{hex, typeable};
pub(crate) use session::{how, micros, password_is_enough};
pub(crate) use steps::use_code;
pub(crate) use throttle::{held_up_until, let_try_again, take_turns};

use jiff::Timestamp;
use uuid::Uuid;

/// The circumstances of a try at signing in.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// When.
    pub at: Timestamp,
    /// The request's own identifier, for the log.
    pub id: Uuid,
    /// Fresh random bytes.
    pub seed: Seed,
    /// The address it comes from.
    pub address: String,
    /// The browser, in its own words; shown to the account's owner in their list of sessions.
    pub device: String,
    /// What the browser kept when somebody last signed in there; see [`Secret::of_known_browser`].
    pub known: Option<Secret>,
}

/// What a try at signing in came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Signed in, with a whole session.
    SignedIn(Secret),
    /// The password was right; now the second factor.
    SecondFactor(Secret),
    /// The account is half made: a password must be chosen, or a second factor added. No right goes with this.
    Enrol(Secret),
    /// Not this time.
    Refused(Refused),
}

/// Why a try was refused. The words are the same whether or not there is such an account.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Something of it was wrong; which, is not said.
    #[error("The account and what you typed do not fit together. Check both and try again.")]
    Wrong,
    /// Too many tries; not before this moment.
    #[error("There were too many tries. Try again after {}, or sign in with a passkey.", said(*.until))]
    Wait {
        /// The next try counts from then.
        until: Timestamp,
    },
    /// The one-time password was right, but its time is over.
    #[error("The one-time password is no longer valid. Ask an administrator for a new one.")]
    OneTimePasswordOver,
    /// The session that the step belongs to is over.
    #[error("That took too long. Begin again with your account and password.")]
    TooLate,
    /// Somebody was vouched for whom nobody here knows.
    #[error("{0}")]
    NotKnown(&'static str),
}

/// The time in Scotland as people say it, "2:35pm": the whole minute that is not before the moment.
pub(crate) fn said(until: Timestamp) -> String {
    let minute = Timestamp::from_second(until.as_second().saturating_add(59) / 60 * 60).unwrap_or(until);
    minute.to_zoned(crate::actor::LONDON.clone()).strftime("%-I:%M%P").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_is_said_to_its_end_in_the_time_of_scotland() {
        for (until, said) in [("2026-03-02T14:35:00Z", "2:35pm"), ("2026-06-02T13:34:01.2Z", "2:35pm")] {
            let refused = Refused::Wait { until: until.parse().unwrap() };
            assert_eq!(
                refused.to_string(),
                format!("There were too many tries. Try again after {said}, or sign in with a passkey.")
            );
        }
    }
}
