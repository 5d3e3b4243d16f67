//! Passwords: which are good enough, and how they are kept (Argon2id, the parameters that OWASP names as the least).

use super::Seed;
use crate::ServiceError;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use std::sync::{Condvar, Mutex, PoisonError};

/// The least characters of a password.
const SHORTEST: usize = 12;
/// The most: more would only make the server work.
const LONGEST: usize = 200;
/// Hashes that may be computed at once: each takes 19 MiB.
const AT_ONCE: usize = 4;

/// The hash of a password that nobody has: verified when there is no account, so that the answer takes as long.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5J3Mgc2FsdCE$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Why a password is not good enough.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// Too few characters.
    #[error("Use at least {SHORTEST} characters: four words that do not belong together are easy to remember.")]
    Short,
    /// Too many characters.
    #[error("Use at most {LONGEST} characters.")]
    Long,
    /// It holds the account or the name of its owner.
    #[error("Do not use your own name or account in your password.")]
    OwnName,
    /// It is on a list of common passwords, or follows a pattern.
    #[error(
        "This password is easy to guess: it is common, or follows a pattern. Use four words that do not belong together."
    )]
    Guessable,
}

/// Whether a password is good enough for this account.
pub(crate) fn check_strength(password: &str, account: &str, name: &str) -> Result<(), WeakPassword> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Err(WeakPassword::Short);
    }
    if length > LONGEST {
        return Err(WeakPassword::Long);
    }
    let lower = password.to_lowercase();
    let own: Vec<String> = std::iter::once(account)
        .chain(name.split_whitespace())
        .map(str::to_lowercase)
        .filter(|word| word.chars().count() >= 4)
        .collect();
    if own.iter().any(|word| lower.contains(word.as_str())) {
        return Err(WeakPassword::OwnName);
    }
    let known: Vec<&str> = own.iter().map(String::as_str).chain(["throughline"]).collect();
    if zxcvbn::zxcvbn(password, &known).score() < zxcvbn::Score::Three {
        return Err(WeakPassword::Guessable);
    }
    Ok(())
}

/// Computes hashes of passwords, a few at a time.
#[derive(Default)]
pub(crate) struct Hashing {
    at_work: Mutex<usize>,
    done: Condvar,
}

impl Hashing {
    fn argon2() -> Argon2<'static> {
        Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
    }

    /// The hash of a password, as a PHC string.
    pub(crate) fn hash(&self, password: &str, seed: &Seed) -> Result<String, ServiceError> {
        let salt = seed.derive("salt");
        let salt = salt.get(..16).unwrap_or_default();
        let hashed = self.one_of_few(|| Self::argon2().hash_password_with_salt(password.as_bytes(), salt));
        hashed.map(|hash: PasswordHash| hash.to_string()).map_err(|error| ServiceError::Asked(error.to_string()))
    }

    /// Whether a password fits its hash; without a hash it takes as long, and does not.
    pub(crate) fn fits(&self, password: &str, hash: Option<&str>) -> bool {
        if password.len() > LONGEST * 4 {
            return false;
        }
        let Ok(kept) = PasswordHash::new(hash.unwrap_or(NOBODYS)) else { return false };
        let fits = self.one_of_few(|| Self::argon2().verify_password(password.as_bytes(), &kept).is_ok());
        fits && hash.is_some()
    }

    fn one_of_few<T>(&self, work: impl FnOnce() -> T) -> T {
        let mut at_work = self.at_work.lock().unwrap_or_else(PoisonError::into_inner);
        while *at_work >= AT_ONCE {
            at_work = self.done.wait(at_work).unwrap_or_else(PoisonError::into_inner);
        }
        *at_work += 1;
        drop(at_work);
        let result = work();
        *self.at_work.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        self.done.notify_one();
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_kept_as_argon2id_with_the_parameters_of_owasp() {
        let hashing = Hashing::default();
        let hash = hashing.hash("correct horse battery staple", &Seed::new([1; 32])).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(hashing.fits("correct horse battery staple", Some(&hash)));
        assert!(!hashing.fits("correct horse battery stapler", Some(&hash)));
        let other = hashing.hash("correct horse battery staple", &Seed::new([2; 32])).unwrap();
        assert_ne!(hash, other, "salted");
    }

    #[test]
    fn nobodys_hash_costs_as_much_as_anybodys() {
        let nobodys = PasswordHash::new(NOBODYS).unwrap();
        let hash = Hashing::default().hash("x", &Seed::new([1; 32])).unwrap();
        let anybodys = PasswordHash::new(&hash).unwrap();
        assert_eq!(nobodys.params, anybodys.params);
        assert_eq!(nobodys.algorithm, anybodys.algorithm);
        assert!(!Hashing::default().fits("anything", None));
    }

    #[test]
    fn weak_passwords_are_named_as_what_they_are() {
        let check = |password: &str| check_strength(password, "w-amy.adams", "Amy Adams");
        assert_eq!(check("short"), Err(WeakPassword::Short));
        assert_eq!(check("Adams was here 2026 yes"), Err(WeakPassword::OwnName));
        assert_eq!(check(&"a1".repeat(200)), Err(WeakPassword::Long));
        for common in
            ["password1234", "qwertyuiop123", "aaaaaaaaaaaaaa", "123456789012345", "throughline123", "iloveyou1234"]
        {
            assert_eq!(check(common), Err(WeakPassword::Guessable), "{common}");
        }
        assert_eq!(check("harbour-violet-tractor-moon"), Ok(()));
    }
}
