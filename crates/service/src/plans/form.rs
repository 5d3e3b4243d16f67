//! When a public form was shown, signed: a program that fills in forms sends them at once, or sends an old one again.

use crate::{Seed, Service, ServiceError};
use jiff::{SignedDuration, Timestamp};
use ring::hmac;

/// Under which name the key is kept, the same for every server on one database.
const KEY: &str = "public form";
/// A person needs at least so long to read a question and answer it.
const SOONEST: SignedDuration = SignedDuration::from_secs(4);
/// A form is good for so long.
const LATEST: SignedDuration = SignedDuration::from_hours(24);

/// A time as a form carries it: microseconds and their signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormTime(pub String);

/// Why a form's time is not good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TooSoon {
    /// It is not ours, or too old.
    #[error("This page was open for too long, or was changed. Look over what you wrote and send it again.")]
    Stale,
    /// It was sent sooner than anybody types.
    #[error("That was very quick. Wait a few seconds, look over what you wrote and send it again.")]
    Quick,
}

impl Service {
    /// The time for a form that is shown now; `seed` makes the key where there is none yet.
    pub fn form_time(&self, now: Timestamp, seed: Seed) -> Result<FormTime, ServiceError> {
        let key = self.form_key(Some(seed))?;
        let at = now.as_microsecond().to_string();
        let signature = key.as_ref().map(|key| hex(hmac::sign(key, at.as_bytes()).as_ref())).unwrap_or_default();
        Ok(FormTime(format!("{at}.{signature}")))
    }

    /// Whether the time that a form carries is ours, long enough ago and not too long.
    pub fn form_time_is_good(&self, now: Timestamp, sent: &str) -> Result<Result<(), TooSoon>, ServiceError> {
        let Some(key) = self.form_key(None)? else { return Ok(Err(TooSoon::Stale)) };
        Ok(good(&key, now, sent))
    }

    fn form_key(&self, seed: Option<Seed>) -> Result<Option<hmac::Key>, ServiceError> {
        let kept = self.path.kept_secret(KEY, seed.map(|seed| seed.derive(KEY).to_vec()))?;
        Ok(kept.map(|kept| hmac::Key::new(hmac::HMAC_SHA256, &kept)))
    }
}

fn good(key: &hmac::Key, now: Timestamp, sent: &str) -> Result<(), TooSoon> {
    let (at, signature) = sent.split_once('.').ok_or(TooSoon::Stale)?;
    let signature = unhex(signature).ok_or(TooSoon::Stale)?;
    hmac::verify(key, at.as_bytes(), &signature).map_err(|_| TooSoon::Stale)?;
    let shown = at.parse().ok().and_then(|at| Timestamp::from_microsecond(at).ok()).ok_or(TooSoon::Stale)?;
    let ago = now.duration_since(shown);
    if ago < SOONEST {
        return Err(TooSoon::Quick);
    }
    if ago > LATEST { Err(TooSoon::Stale) } else { Ok(()) }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes().chunks(2);
    digits.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forms_time_is_ours_and_neither_too_new_nor_too_old() {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &[7; 32]);
        let shown: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
        let at = shown.as_microsecond().to_string();
        let sent = format!("{at}.{}", hex(hmac::sign(&key, at.as_bytes()).as_ref()));
        let after = |seconds| good(&key, shown + SignedDuration::from_secs(seconds), &sent);
        assert_eq!((after(3), after(4), after(86_400)), (Err(TooSoon::Quick), Ok(()), Ok(())));
        assert_eq!(after(86_401), Err(TooSoon::Stale));
        let now = shown + SignedDuration::from_secs(60);
        for forged in ["", "1.2", &format!("{}1{}", &at[..5], &sent[6..]), &sent[..sent.len() - 2], "x.é"] {
            assert_eq!(good(&key, now, forged), Err(TooSoon::Stale), "{forged}");
        }
    }
}
