//! The secrets of authenticators, sealed: whoever gets hold of the database alone, or of a backup, makes no codes with it. The key
//! lies in a file outside the database.

use crate::ServiceError;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::digest::{SHA256, digest};

/// A secret that is not sealed has this length, as RFC 4226 recommends; a sealed one is longer.
pub(crate) const PLAIN: usize = 20;
const NAME: usize = 8;
const KEY: usize = 32;

/// The keys of an installation: the first seals, all open. Without any, secrets are kept as they are.
#[derive(Clone, Default)]
pub struct Keys(Vec<Key>);

#[derive(Clone)]
struct Key {
    /// The beginning of its SHA-256: says which key a secret was sealed with, and nothing about it.
    name: [u8; NAME],
    key: LessSafeKey,
}

/// A file of keys cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the keys of the authenticators' secrets: {0}")]
pub struct KeyError(&'static str);

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keys({})", self.0.len())
    }
}

impl Keys {
    /// Reads a file of keys: one a line, 64 hexadecimal digits; the first seals, the others still open.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let keys = lines.map(Key::read).collect::<Result<Vec<_>, _>>()?;
        if keys.is_empty() {
            return Err(KeyError(
                "the file is empty: put it back as it was, or remove it and reset every authenticator",
            ));
        }
        Ok(Self(keys))
    }

    /// A key for such a file, from random bytes.
    pub fn line(random: &[u8; KEY]) -> String {
        super::hex(random)
    }

    /// Seals an account's secret under the first key.
    pub(crate) fn seal(&self, secret: &[u8], account: &str, random: &[u8; 32]) -> Result<Vec<u8>, ServiceError> {
        let Some(first) = self.0.first() else { return Ok(secret.to_vec()) };
        let nonce: [u8; NONCE_LEN] = random.first_chunk().copied().ok_or_else(cannot)?;
        let mut sealed = secret.to_vec();
        let aad = Aad::from(account.as_bytes());
        let nonce_used = Nonce::assume_unique_for_key(nonce);
        first.key.seal_in_place_append_tag(nonce_used, aad, &mut sealed).map_err(|_| cannot())?;
        Ok([first.name.as_slice(), nonce.as_slice(), sealed.as_slice()].concat())
    }

    /// An account's secret, whichever of the keys it was sealed with.
    pub(crate) fn open(&self, kept: &[u8], account: &str) -> Result<Vec<u8>, ServiceError> {
        if kept.len() == PLAIN {
            return Ok(kept.to_vec());
        }
        let (name, rest) = kept.split_at_checked(NAME).ok_or_else(cannot)?;
        let (nonce, sealed) = rest.split_at_checked(NONCE_LEN).ok_or_else(cannot)?;
        let key = self.0.iter().find(|key| key.name == name).ok_or_else(missing)?;
        let mut opened = sealed.to_vec();
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| cannot())?;
        let secret = key.key.open_in_place(nonce, Aad::from(account.as_bytes()), &mut opened).map_err(|_| cannot())?;
        Ok(secret.to_vec())
    }

    /// Whether a kept secret is sealed under the first key, or there is none to seal it with.
    pub(crate) fn is_sealed(&self, kept: &[u8]) -> bool {
        self.0.first().is_none_or(|first| kept.len() != PLAIN && kept.starts_with(&first.name))
    }
}

impl Key {
    fn read(line: &str) -> Result<Self, KeyError> {
        const WRONG: KeyError =
            KeyError("a key has 64 hexadecimal digits on a line of its own: put the file back as it was");
        let digits = line.as_bytes();
        if digits.len() != KEY * 2 {
            return Err(WRONG);
        }
        let byte = |pair: &[u8]| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok());
        let bytes: Vec<u8> = digits.chunks(2).map(byte).collect::<Option<_>>().ok_or(WRONG)?;
        let key = UnboundKey::new(&CHACHA20_POLY1305, &bytes).map_err(|_| WRONG)?;
        let name = digest(&SHA256, &bytes).as_ref().first_chunk().copied().ok_or(WRONG)?;
        Ok(Self { name, key: LessSafeKey::new(key) })
    }
}

fn missing() -> ServiceError {
    ServiceError::Sealed(
        "the key that an authenticator's secret was sealed with is not in the file of keys: put the file back",
    )
}

fn cannot() -> ServiceError {
    ServiceError::Sealed("an authenticator's secret cannot be opened: it was altered; reset the account")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(bytes: &[u8]) -> Keys {
        let lines: Vec<String> = bytes.iter().map(|byte| Keys::line(&[*byte; KEY])).collect();
        Keys::parse(&lines.join("\n")).unwrap()
    }

    #[test]
    fn what_is_sealed_opens_with_its_key_for_its_account_and_with_nothing_else() {
        let secret = [5; PLAIN];
        let sealed = keys(&[1]).seal(&secret, "w-amy", &[9; 32]).unwrap();
        assert!(!sealed.windows(PLAIN).any(|window| window == secret));
        assert_eq!(keys(&[1]).open(&sealed, "w-amy").unwrap(), secret);
        assert_eq!(keys(&[2, 1]).open(&sealed, "w-amy").unwrap(), secret, "an old key still opens");
        assert!(keys(&[1]).is_sealed(&sealed) && !keys(&[2, 1]).is_sealed(&sealed));
        let refused = |keys: &Keys, kept: &[u8], account: &str| keys.open(kept, account).unwrap_err().to_string();
        assert!(refused(&keys(&[2]), &sealed, "w-amy").contains("put the file back"));
        assert!(refused(&Keys::default(), &sealed, "w-amy").contains("put the file back"));
        assert!(refused(&keys(&[1]), &sealed, "w-ben").contains("altered"), "moved to another account");
        for at in NAME..sealed.len() {
            let mut altered = sealed.clone();
            altered[at] ^= 1;
            assert!(refused(&keys(&[1]), &altered, "w-amy").contains("altered"), "byte {at}");
        }
    }

    #[test]
    fn a_secret_from_before_there_was_a_key_still_opens() {
        assert_eq!(keys(&[1]).open(&[5; PLAIN], "w-amy").unwrap(), [5; PLAIN]);
        assert!(!keys(&[1]).is_sealed(&[5; PLAIN]) && Keys::default().is_sealed(&[5; PLAIN]));
    }

    #[test]
    fn a_file_that_is_not_one_of_keys_is_refused() {
        for wrong in ["", "\n\n", "abc", &"z".repeat(64), &format!("{}\nshort", Keys::line(&[1; KEY]))] {
            Keys::parse(wrong).unwrap_err();
        }
    }
}
