//! The second factor that is typed: one-time codes of an authenticator (RFC 6238), and recovery codes for the day on which
//! it is lost.

use super::Seed;
use super::secret::{as_typed, digest, typeable};
use jiff::Timestamp;
use totp_rs::{Builder, Secret};

/// How many recovery codes an account is given.
const RECOVERY_CODES: usize = 10;

/// A secret that an authenticator may take up.
#[derive(Clone, PartialEq, Eq)]
pub struct CodeOffer {
    /// The secret as people type it into an authenticator: base32, in groups of four.
    pub typed: String,
    /// The address that a QR code of it holds.
    pub address: String,
}

impl std::fmt::Debug for CodeOffer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CodeOffer")
    }
}

impl CodeOffer {
    pub(crate) fn of(secret: &[u8], account: &str) -> Self {
        let base32 = Secret::from(secret).to_base32();
        let typed = base32.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ");
        let label = account.replace('/', "%2F");
        let address = format!(
            "otpauth://totp/Throughline:{label}?secret={base32}&issuer=Throughline&algorithm=SHA1&digits=6&period=30"
        );
        Self { typed, address }
    }
}

/// A new secret for an authenticator: 160 bits, as RFC 4226 recommends.
pub(crate) fn new_totp_secret(seed: &Seed) -> Vec<u8> {
    seed.derive("totp").get(..20).unwrap_or_default().to_vec()
}

fn seconds(at: Timestamp) -> u64 {
    u64::try_from(at.as_second()).unwrap_or_default()
}

/// The time step of which this is the code, now or one step away; none when it is no code of this secret.
pub(crate) fn totp_step(secret: &[u8], code: &str, at: Timestamp) -> Option<i64> {
    let code: String = code.chars().filter(char::is_ascii_digit).collect();
    if code.len() != 6 {
        return None;
    }
    let step = Builder::new().with_secret(secret).build().ok()?.check(&code, seconds(at))?;
    i64::try_from(step).ok()
}

/// The code that an authenticator shows for a secret typed into it: for a demonstration that prints it, and for tests.
pub fn totp_at(typed: &str, at: Timestamp) -> Option<String> {
    let base32: String = typed.chars().filter(char::is_ascii_alphanumeric).collect();
    let secret = Secret::try_from_base32(base32).ok()?;
    Some(Builder::new().with_secret(secret).build().ok()?.generate(seconds(at)).to_string())
}

/// New recovery codes, each for one use, and what is kept of them.
pub(crate) fn new_recovery_codes(seed: &Seed) -> (Vec<String>, Vec<Vec<u8>>) {
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|n| typeable(&seed.derive(&format!("recovery {n}")), 4)).collect();
    let hashes = codes.iter().map(|code| recovery_hash(code)).collect();
    (codes, hashes)
}

/// What is kept of a recovery code: 80 bits cannot be guessed, so a plain hash is enough.
pub(crate) fn recovery_hash(code: &str) -> Vec<u8> {
    digest(as_typed(code).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238 appendix B, SHA-1, cut to six digits.
        let secret = b"12345678901234567890";
        let at = |second: i64| Timestamp::from_second(second).unwrap();
        assert_eq!(totp_step(secret, "287 082", at(59)), Some(1));
        assert_eq!(totp_step(secret, "081804", at(1_111_111_109)), Some(37_037_036));
        assert_eq!(totp_step(secret, "081804", at(1_111_111_109 + 30)), Some(37_037_036), "a slow clock");
        assert_eq!(totp_step(secret, "081804", at(1_111_111_109 + 90)), None);
        assert_eq!(totp_step(secret, "", at(59)), None);
    }

    #[test]
    fn an_authenticator_that_took_up_the_offer_shows_the_right_code() {
        let secret = new_totp_secret(&Seed::new([3; 32]));
        let offer = CodeOffer::of(&secret, "w-amy");
        let at = Timestamp::from_second(1_772_452_800).unwrap();
        let code = totp_at(&offer.typed, at).unwrap();
        assert_eq!(totp_step(&secret, &code, at), Some(1_772_452_800 / 30));
        assert!(offer.address.starts_with("otpauth://totp/Throughline:w-amy?secret="));
    }

    #[test]
    fn recovery_codes_differ_and_are_known_however_they_are_typed() {
        let (codes, hashes) = new_recovery_codes(&Seed::new([4; 32]));
        assert_eq!(codes.iter().collect::<std::collections::BTreeSet<_>>().len(), 10);
        assert_eq!(recovery_hash(&codes[0].to_uppercase().replace('-', " ")), hashes[0]);
    }
}
