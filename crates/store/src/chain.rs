//! Hash chains: SHA-256 over length-prefixed fields and the previous hash.

use ring::digest::{SHA256, digest};

use crate::error::{Result, StoreError};

/// A SHA-256 hash.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// What the first link of every chain has before it.
    pub const ZERO: Self = Self([0; 32]);

    /// The hash as bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The hash that `bytes` hold, when they are 32.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        bytes.try_into().map(Self).map_err(|_| {
            StoreError::Invalid(format!("a hash has 32 bytes; this one has {}. Run verify to see where.", bytes.len()))
        })
    }

    /// The hash that 64 hexadecimal digits spell.
    pub fn from_hex(text: &str) -> Option<Self> {
        let bytes = from_hex(text)?;
        bytes.try_into().ok().map(Self)
    }
}

impl std::fmt::Display for Hash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&to_hex(&self.0))
    }
}

impl std::fmt::Debug for Hash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Hash({self})")
    }
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn to_hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The bytes that hexadecimal digits spell.
pub(crate) fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    // A number may begin with a sign; a digit of a hash may not.
    if !digits.len().is_multiple_of(2) || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    digits.chunks_exact(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

/// One link under construction. Every field goes in with its length, so that no two different lists of fields can
/// give the same bytes. They are gathered first: one digest over a few hundred bytes costs less than two dozen steps.
pub(crate) struct Link(Vec<u8>);

impl Link {
    /// Begins a link of the chain called `what` that follows `prev`.
    pub(crate) fn after(what: &str, prev: &Hash) -> Self {
        let mut link = Self(Vec::with_capacity(1024));
        link.bytes(what.as_bytes());
        link.bytes(&prev.0);
        link
    }

    pub(crate) fn bytes(&mut self, field: &[u8]) {
        self.0.extend_from_slice(&(field.len() as u64).to_be_bytes());
        self.0.extend_from_slice(field);
    }

    pub(crate) fn text(&mut self, field: &str) {
        self.bytes(field.as_bytes());
    }

    pub(crate) fn int(&mut self, field: i64) {
        self.bytes(&field.to_be_bytes());
    }

    /// A field that may be absent: absent differs from empty.
    pub(crate) fn opt(&mut self, field: Option<&[u8]>) {
        match field {
            Some(field) => self.bytes(field),
            None => self.0.extend_from_slice(&u64::MAX.to_be_bytes()),
        }
    }

    pub(crate) fn finish(self) -> Hash {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, &self.0).as_ref());
        Hash(hash)
    }
}

/// SHA-256 of plain bytes, in hexadecimal digits.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    to_hex(digest(&SHA256, bytes).as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_do_not_run_into_each_other() {
        let hash = |fields: &[&str]| {
            let mut link = Link::after("test", &Hash::ZERO);
            for field in fields {
                link.text(field);
            }
            link.finish()
        };
        assert_ne!(hash(&["ab", "c"]), hash(&["a", "bc"]));
        assert_ne!(hash(&["abc"]), hash(&["abc", ""]));
    }

    #[test]
    fn hexadecimal_goes_there_and_back() {
        let hash = Link::after("test", &Hash::ZERO).finish();
        assert_eq!(Hash::from_hex(&hash.to_string()), Some(hash));
        assert_eq!(Hash::from_hex("zz"), None);
        assert_eq!(Hash::from_hex(&hash.to_string().to_uppercase()), Some(hash));
        assert_eq!(Hash::from_hex(&format!("+D{}", "E".repeat(62))), None);
    }
}
