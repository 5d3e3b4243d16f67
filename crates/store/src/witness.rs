//! The witness: the signed end of a writer's access-log chain, kept outside the database.
//!
//! A database that lost its tail opens without complaint; only somebody who remembers the tail can tell. The witness
//! is written after every commit and before any caller is answered. Its file has two slots that are overwritten in
//! turn, so that a torn write spoils one of them at most and a full disk does not stop it.
//!
//! The file reaches the operating system with every commit (a killed process loses nothing) and is synced at most
//! once a second: after a power cut it may be a second older than the database, never newer, so it never raises a
//! false alarm.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

use crate::access_log::LogHead;
use crate::chain::{Hash, from_hex, to_hex};
use crate::error::{Result, StoreError};

const SLOT: usize = 512;
const SYNC_EVERY: Duration = Duration::from_secs(1);

/// What a witness has signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witnessed {
    /// The end of the chain that was seen.
    pub head: LogHead,
    /// The id of the database it was seen in.
    pub database: String,
}

/// One writer's witness, open for writing.
pub(crate) struct Witness {
    file: File,
    path: PathBuf,
    key: Ed25519KeyPair,
    database: String,
    slot: u64,
    synced: Instant,
}

fn io(path: &Path, what: &str, error: &std::io::Error) -> StoreError {
    StoreError::Witness(format!(
        "the witness {} could not be {what} ({error}). The witness is a folder outside the database that the program \
         may write to: name another one, or mend this one.",
        path.display()
    ))
}

/// Whether a writer's name can be the name of a file.
pub(crate) fn check_writer(writer: &str) -> Result<()> {
    let sound = (1..=64).contains(&writer.len())
        && writer.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'#'));
    if sound {
        Ok(())
    } else {
        Err(StoreError::Invalid(format!("“{writer}” cannot name a writer: use up to 64 letters, digits, - and _.")))
    }
}

/// 128 random bits in hexadecimal digits: a new database's id.
pub(crate) fn random_id() -> Result<String> {
    let mut bytes = [0; 16];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| StoreError::Witness("the system gave no random numbers for the database's id.".into()))?;
    Ok(to_hex(&bytes))
}

/// A writer's key in a witness folder: read, or made when there is none and `make` allows it.
///
/// # Errors
/// A sentence when the folder or the key cannot be read or made.
pub(crate) fn key(dir: &Path, writer: &str, make: bool) -> Result<Option<(Ed25519KeyPair, Option<String>)>> {
    let path = dir.join(format!("{writer}.key"));
    let pkcs8 = match fs::read(&path) {
        Ok(pkcs8) => pkcs8,
        Err(error) if error.kind() == ErrorKind::NotFound && make => {
            fs::create_dir_all(dir).map_err(|error| io(dir, "made", &error))?;
            let fresh = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new())
                .map_err(|_| StoreError::Witness("the system gave no random numbers for the witness's key.".into()))?;
            write_private(&path, fresh.as_ref()).map_err(|error| io(&path, "written", &error))?;
            fresh.as_ref().to_vec()
        }
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(io(&path, "read", &error)),
    };
    let pair = Ed25519KeyPair::from_pkcs8(&pkcs8).map_err(|_| {
        StoreError::Witness(format!(
            "{} is not a witness's key any more. Put the right file back, or open the database once accepting the lost \
             tail, which begins a new witness.",
            path.display()
        ))
    })?;
    let public = dir.join(format!("{writer}.pub"));
    fs::write(&public, format!("{}\n", public_key(&pair))).map_err(|error| io(&public, "written", &error))?;
    Ok(Some((pair, permissions_warning(&path))))
}

#[cfg(unix)]
fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(not(unix))]
fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(unix)]
fn permissions_warning(path: &Path) -> Option<String> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path).ok()?.permissions().mode() & 0o777;
    (mode & 0o077 != 0).then(|| {
        format!(
            "The witness's key {} can be read by others (mode {mode:o}). Make it private: chmod 600.",
            path.display()
        )
    })
}

#[cfg(not(unix))]
fn permissions_warning(_path: &Path) -> Option<String> {
    None
}

/// A key pair's public half, in hexadecimal digits.
pub(crate) fn public_key(key: &Ed25519KeyPair) -> String {
    to_hex(key.public_key().as_ref())
}

impl Witness {
    /// Opens the file of `writer`'s heads in `dir`.
    pub(crate) fn open(dir: &Path, writer: &str, database: &str, key: Ed25519KeyPair) -> Result<Self> {
        let path = dir.join(format!("{writer}.head"));
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|error| io(&path, "opened", &error))?;
        let mut witness = Self { file, path, key, database: database.to_owned(), slot: 0, synced: Instant::now() };
        let newest = witness.slots()?.into_iter().flatten().max_by_key(|(_, seen)| seen.head.seq);
        witness.slot = newest.map_or(0, |(slot, _)| 1 - slot);
        Ok(witness)
    }

    fn slots(&mut self) -> Result<[Option<(u64, Witnessed)>; 2]> {
        let mut bytes = Vec::new();
        self.file
            .seek(SeekFrom::Start(0))
            .and_then(|_| self.file.read_to_end(&mut bytes))
            .map_err(|error| io(&self.path, "read", &error))?;
        let key = self.key.public_key().as_ref().to_vec();
        let slot = |n: u64, from: usize| {
            bytes.get(from..from + SLOT).and_then(|slot| opened(slot, &key)).map(|seen| (n, seen))
        };
        Ok([slot(0, 0), slot(1, SLOT)])
    }

    /// Signs and writes a head.
    pub(crate) fn put(&mut self, head: &LogHead) -> Result<()> {
        let bytes = signed(head, &self.database, &self.key);
        self.file
            .seek(SeekFrom::Start(self.slot * SLOT as u64))
            .and_then(|_| self.file.write_all(&bytes))
            .map_err(|error| io(&self.path, "written", &error))?;
        self.slot = 1 - self.slot;
        Ok(())
    }

    /// Asks the disk to keep what was written if it was not asked for a second. Nobody waits for it.
    pub(crate) fn sync_in_time(&mut self) {
        if self.synced.elapsed() >= SYNC_EVERY {
            self.sync();
        }
    }

    /// Asks the disk to keep what was written; a failure only makes the witness older after a power cut.
    pub(crate) fn sync(&mut self) {
        let _ = self.file.sync_data();
        self.synced = Instant::now();
    }
}

fn signed(head: &LogHead, database: &str, key: &Ed25519KeyPair) -> Vec<u8> {
    let mut text = format!(
        "throughline witness 1\nwriter {}\nseq {}\nhash {}\nat {}\ndatabase {database}\n",
        head.writer, head.seq, head.hash, head.at
    );
    let signature = to_hex(key.sign(text.as_bytes()).as_ref());
    text.push_str("signature ");
    text.push_str(&signature);
    text.push('\n');
    let mut bytes = text.into_bytes();
    bytes.resize(SLOT, b' ');
    bytes
}

/// What a slot says, when its signature is by `key`.
fn opened(slot: &[u8], key: &[u8]) -> Option<Witnessed> {
    let text = std::str::from_utf8(slot).ok()?;
    let (body, rest) = text.split_once("signature ")?;
    let signature = from_hex(rest.split_once('\n')?.0)?;
    UnparsedPublicKey::new(&ED25519, key).verify(body.as_bytes(), &signature).ok()?;
    let mut lines = body.lines();
    (lines.next()? == "throughline witness 1").then_some(())?;
    let mut field = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ').map(str::to_owned);
    let head = LogHead {
        writer: field("writer")?,
        seq: field("seq")?.parse().ok()?,
        hash: Hash::from_hex(&field("hash")?)?,
        at: field("at")?.parse().ok()?,
    };
    Some(Witnessed { head, database: field("database")? })
}

/// Every head that the witness folder holds, newest per writer; needs public keys only.
///
/// # Errors
/// A sentence when a head is there but neither of its slots carries a valid signature: it was altered.
pub fn read_heads(dir: &Path) -> Result<Vec<Witnessed>> {
    let listing = match fs::read_dir(dir) {
        Ok(listing) => listing,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(io(dir, "read", &error)),
    };
    let mut heads = Vec::new();
    for entry in listing {
        let path = entry.map_err(|error| io(dir, "read", &error))?.path();
        if path.extension().is_none_or(|extension| extension != "head") {
            continue;
        }
        let bytes = fs::read(&path).map_err(|error| io(&path, "read", &error))?;
        if bytes.is_empty() {
            continue;
        }
        let public = path.with_extension("pub");
        let key = fs::read_to_string(&public).map_err(|error| io(&public, "read", &error))?;
        let key = from_hex(key.trim()).unwrap_or_default();
        let newest = bytes.chunks(SLOT).filter_map(|slot| opened(slot, &key)).max_by_key(|seen| seen.head.seq);
        match newest {
            Some(seen) => heads.push(seen),
            None => {
                return Err(StoreError::Witness(format!(
                    "the witness {} carries no valid signature: it was altered, or its public key was. Put the right \
                     files back; to go on without them, open the database once accepting the lost tail.",
                    path.display()
                )));
            }
        }
    }
    heads.sort_by(|a, b| a.head.writer.cmp(&b.head.writer));
    Ok(heads)
}

/// Puts everything that a witness folder holds of `writer` aside, under names that end in `at`, so that a new witness
/// can begin.
pub(crate) fn set_aside(dir: &Path, writer: &str, at: i64) -> Result<()> {
    for part in ["head", "key", "pub"] {
        let path = dir.join(format!("{writer}.{part}"));
        if path.exists() {
            let aside = dir.join(format!("{writer}.{part}-until-{at}"));
            fs::rename(&path, &aside).map_err(|error| io(&path, "set aside", &error))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(seq: i64) -> LogHead {
        LogHead { writer: "main".into(), seq, hash: Hash([seq.to_le_bytes()[0]; 32]), at: 5 }
    }

    #[test]
    fn the_newest_valid_slot_counts_and_a_changed_one_does_not() {
        let dir = tempfile::tempdir().unwrap();
        let (pair, warning) = key(dir.path(), "main", true).unwrap().unwrap();
        assert_eq!(warning, None);
        let mut witness = Witness::open(dir.path(), "main", "db", pair).unwrap();
        for seq in 1..=3 {
            witness.put(&head(seq)).unwrap();
            let heads = read_heads(dir.path()).unwrap();
            assert_eq!(heads, [Witnessed { head: head(seq), database: "db".into() }]);
        }
        let path = dir.path().join("main.head");
        let mut bytes = fs::read(&path).unwrap();
        bytes[40] ^= 1;
        fs::write(&path, &bytes).unwrap();
        assert_eq!(read_heads(dir.path()).unwrap()[0].head.seq, 2);
        bytes[SLOT + 40] ^= 1;
        fs::write(&path, &bytes).unwrap();
        assert!(read_heads(dir.path()).unwrap_err().to_string().contains("no valid signature"));
    }

    #[cfg(unix)]
    #[test]
    fn a_key_that_others_can_read_is_warned_about() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        key(dir.path(), "main", true).unwrap();
        let path = dir.path().join("main.key");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let (_, warning) = key(dir.path(), "main", false).unwrap().unwrap();
        assert!(warning.unwrap().contains("chmod 600"));
    }
}
