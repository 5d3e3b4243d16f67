//! Accounts as their owners and administrators see them: each of these use cases is asked by somebody who is signed in,
//! decided by the policies and entered in the access log, like any other.

mod own;
mod tokens;
mod users;

pub use own::{OwnAccount, OwnPasskey, OwnSession};
pub use tokens::{ApiToken, TokenHolder};
pub use users::{User, UserState};

use crate::ServiceError;

pub(crate) fn bytes(hex: &str) -> Result<Vec<u8>, ServiceError> {
    let pairs = hex.as_bytes().chunks(2).map(|pair| {
        let text = std::str::from_utf8(pair).ok().filter(|text| text.len() == 2);
        text.and_then(|text| u8::from_str_radix(text, 16).ok())
    });
    pairs.collect::<Option<Vec<u8>>>().ok_or(ServiceError::NotFound)
}

pub(crate) fn moment(micros: i64) -> jiff::Timestamp {
    jiff::Timestamp::from_microsecond(micros).unwrap_or_default()
}
