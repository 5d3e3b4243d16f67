//! What nobody can guess: made from random bytes that the program's edge gives, kept as a hash, never shown in a log.

use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

/// 32 bytes that nobody can guess, made by the program's edge for one call; the secrets of that call are derived from it.
#[derive(Clone, Copy)]
pub struct Seed([u8; 32]);

impl Seed {
    /// From fresh random bytes. Use them once.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// One of the call's secrets.
    pub(crate) fn derive(&self, what: &str) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(b"throughline secret 1\0");
        hash.update(what.as_bytes());
        hash.update(b"\0");
        hash.update(self.0);
        hash.finalize().into()
    }
}

impl std::fmt::Debug for Seed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seed")
    }
}

/// What a browser or a program holds to be known again. The store has only its SHA-256; it is never written to a log.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A secret as it was sent; none when it cannot be one.
    pub fn sent(text: &str) -> Option<Self> {
        let sound = (64..=100).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        sound.then(|| Self(text.to_owned()))
    }

    pub(crate) fn new(seed: &Seed, what: &str) -> Self {
        Self::prefixed("", seed, what)
    }

    pub(crate) fn prefixed(prefix: &str, seed: &Seed, what: &str) -> Self {
        Self(format!("{prefix}{}", hex(&seed.derive(what))))
    }

    /// What a browser keeps when its session, which holds this secret, has ended: it is known again by it, and it opens nothing.
    #[must_use]
    pub fn of_known_browser(&self) -> Self {
        Self(hex(&digest(format!("known browser\0{}", self.0).as_bytes())))
    }

    pub(crate) fn hash(&self) -> Vec<u8> {
        digest(self.0.as_bytes())
    }

    /// What is handed to the browser or the program, and to nobody else.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

pub(crate) fn digest(bytes: &[u8]) -> Vec<u8> {
    Sha256::digest(bytes).to_vec()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Letters and digits that are not mistaken for each other when they are read aloud or typed.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Text that nobody can guess and anybody can type: groups of four.
pub(crate) fn typeable(bytes: &[u8; 32], groups: usize) -> String {
    let letters = bytes.iter().map(|byte| LETTERS.get(usize::from(byte % 32)).copied().unwrap_or(b'0'));
    let mut text = String::with_capacity(groups * 5);
    for (n, letter) in letters.take(groups * 4).enumerate() {
        if n > 0 && n % 4 == 0 {
            text.push('-');
        }
        text.push(char::from(letter));
    }
    text
}

/// The same text however it was typed: without spaces and dashes, small letters, letters that look like digits as those.
pub(crate) fn as_typed(text: &str) -> String {
    let letters = text.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase());
    letters
        .map(|letter| match letter {
            'o' => '0',
            'i' | 'l' => '1',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_of_one_seed_differ_and_are_not_shown() {
        let seed = Seed::new([7; 32]);
        assert_ne!(seed.derive("session"), seed.derive("csrf"));
        let secret = Secret::new(&seed, "session");
        assert_eq!(format!("{secret:?} {seed:?}"), "Secret Seed");
        assert_eq!(Secret::sent(secret.reveal()), Some(secret));
        assert_eq!(Secret::sent("'; DROP TABLE sessions"), None);
    }

    #[test]
    fn what_is_typed_may_be_typed_as_one_likes() {
        let text = typeable(&[31; 32], 4);
        assert_eq!(text, "zzzz-zzzz-zzzz-zzzz");
        assert_eq!(as_typed("AB0o-il1 9"), "ab001119");
    }
}
