//! The local outbox: one file for each message, for its owner alone. Nothing leaves the computer.

use crate::{Message, NotHanded, Way};
use jiff::Timestamp;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

/// A folder that messages are put into.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// The folder at `path`; it is made when the first message comes.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    pub(crate) fn keep(&self, message: &Message, now: Timestamp) -> Result<String, NotHanded> {
        let trouble = |error: &std::io::Error| {
            NotHanded::later(format!("The outbox {} cannot be written to ({error}).", self.path.display()))
        };
        make_private(&self.path).map_err(|error| trouble(&error))?;
        let name = format!("{}.txt", message.id);
        let path = self.path.join(&name);
        let mut file = match new_private(&path) {
            Ok(file) => file,
            // The same message was put here before.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(name),
            Err(error) => return Err(trouble(&error)),
        };
        let by = match message.way {
            Way::Text => "text message",
            Way::Email => "e-mail",
        };
        let subject =
            if message.subject.is_empty() { String::new() } else { format!("Subject: {}\n", message.subject) };
        let text = format!("{by}\nTo: {}\nAt: {now}\n{subject}\n{}\n", message.to, message.body);
        let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
        written.map_err(|error| {
            // Half a message is none.
            let _ = fs::remove_file(&path);
            trouble(&error)
        })?;
        Ok(name)
    }
}

#[cfg(unix)]
fn make_private(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

#[cfg(not(unix))]
fn make_private(path: &Path) -> std::io::Result<()> {
    fs::create_dir_all(path)
}

#[cfg(unix)]
fn new_private(path: &Path) -> std::io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn new_private(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}
