//! The only place that reads the time, makes identifiers, and reads files that a command names. (Environment variables
//! are read by the definitions in [`arguments`](crate::arguments), each named there.)

use anyhow::{Context as _, Result, anyhow, bail};
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use uuid::Uuid;

/// The time zone of the people who use the record.
pub(crate) static LONDON: TimeZone = jiff::tz::get!("Europe/London");

/// The largest file that is read whole: rules, maps and timelines are pages, not volumes.
const LARGEST: u64 = 64 * 1024 * 1024;

/// The moment to take for now: the one given, or the computer's.
pub(crate) fn now(given: Option<&str>) -> Result<Timestamp> {
    #[expect(clippy::disallowed_methods, reason = "the program's edge is where the clock is read")]
    given.map_or_else(|| Ok(Timestamp::now()), |text| moment(text, Edge::Begin).context("--now"))
}

/// What the desk may ask of the program's edge. A moment that was given runs on from there.
pub(crate) fn of_desk(given: Option<&str>) -> Result<web::Platform> {
    let (begun, started) = (now(given)?, std::time::Instant::now());
    let random = ring::rand::SystemRandom::new();
    // Fails only where the system cannot give random bytes; found out here rather than at the first sign-in.
    random_bytes(&random)?;
    Ok(web::Platform {
        now: Arc::new(move || begun.checked_add(started.elapsed()).unwrap_or(begun)),
        new_id: Arc::new(new_id),
        secret: Arc::new(move || {
            loop {
                if let Ok(bytes) = random_bytes(&random) {
                    break bytes;
                }
            }
        }),
    })
}

/// The circumstances of something that is done to an account on this machine, with fresh random bytes.
pub(crate) fn attempt(at: Timestamp) -> Result<service::Attempt> {
    let seed = service::Seed::new(random_bytes(&ring::rand::SystemRandom::new())?);
    let (address, device) = ("this machine".to_owned(), "the command line".to_owned());
    Ok(service::Attempt { at, id: new_id(at), seed, address, device, known: None })
}

/// A line of standard input: a secret, which is never given on the command line.
pub(crate) fn read_line(what: &str) -> Result<String> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).with_context(|| format!("{what} cannot be read from standard input"))?;
    let line = line.trim_end_matches(['\r', '\n']).to_owned();
    if line.is_empty() {
        bail!("{what} is empty: write it on one line of standard input");
    }
    Ok(line)
}

fn random_bytes(random: &ring::rand::SystemRandom) -> Result<[u8; 32]> {
    let bytes = ring::rand::generate(random).map_err(|_| anyhow!("the system gives no random bytes"))?;
    Ok(bytes.expose())
}

/// 32 bytes that nobody can guess.
pub(crate) fn secret() -> Result<[u8; 32]> {
    random_bytes(&ring::rand::SystemRandom::new())
}

/// A new file that nobody else on the machine can read.
pub(crate) fn create_private(path: &Path, text: &str) -> Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(|error| {
        anyhow!("{} cannot be written ({}): name another place with --key-file", path.display(), plain(&error))
    })?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all())?;
    Ok(())
}

/// Today in Scotland.
pub(crate) fn today(now: Timestamp) -> Date {
    now.to_zoned(LONDON.clone()).date()
}

/// A new identifier, ordered by time.
pub(crate) fn new_id(now: Timestamp) -> Uuid {
    let seconds = u64::try_from(now.as_second()).unwrap_or_default();
    let nanoseconds = u32::try_from(now.subsec_nanosecond()).unwrap_or_default();
    Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, nanoseconds))
}

/// Which end of a day is meant when only a day is given.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edge {
    /// Its first moment.
    Begin,
    /// Its last moment.
    End,
}

/// A moment: `2026-03-02T09:00` in Scotland, `2026-03-02`, or with an offset `2026-03-02T09:00:00Z`.
pub(crate) fn moment(text: &str, edge: Edge) -> Result<Timestamp> {
    if let Ok(exact) = text.parse::<Timestamp>() {
        return Ok(exact);
    }
    let not_a_moment =
        || anyhow!("\"{text}\" is not a moment that exists: write 2026-03-02T09:00, or 2026-03-02 for the whole day");
    let local: DateTime = match text.parse::<Date>() {
        Ok(day) if text.len() == 10 && edge == Edge::End => {
            day.at(23, 59, 59, 0).checked_add(999_999.microseconds()).map_err(|_| not_a_moment())?
        }
        _ => text.parse().map_err(|_| not_a_moment())?,
    };
    Ok(local.to_zoned(LONDON.clone()).map_err(|_| not_a_moment())?.timestamp())
}

/// A file of text that a command names.
pub(crate) fn read_text(path: &Path) -> Result<String> {
    let size = fs::metadata(path).map_err(|error| unreadable(path, &error))?.len();
    if size > LARGEST {
        bail!("{} is larger than {} megabytes: is it the right file?", path.display(), LARGEST / 1024 / 1024);
    }
    let bytes = fs::read(path).map_err(|error| unreadable(path, &error))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| anyhow!("{} is not in UTF-8: save it in UTF-8 and try again", path.display()))?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// Opens a file to read it piece by piece, and says how long it is.
pub(crate) fn open_to_read(path: &Path) -> Result<(fs::File, u64)> {
    let file = fs::File::open(path).map_err(|error| unreadable(path, &error))?;
    let length = file.metadata().map_err(|error| unreadable(path, &error))?.len();
    if path.is_dir() {
        bail!("{} is a folder: name a file", path.display());
    }
    Ok((file, length))
}

/// Adds a line to a file that is there; it is on the disk when this returns.
pub(crate) fn append_line(path: &Path, line: &str) -> Result<()> {
    let mut file = fs::OpenOptions::new().append(true).open(path).map_err(|error| unreadable(path, &error))?;
    file.write_all(format!("{line}\n").as_bytes()).and_then(|()| file.sync_all())?;
    Ok(())
}

/// A new file; one that is there already is not touched.
pub(crate) fn create_new(path: &Path) -> Result<fs::File> {
    fs::File::create_new(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => {
            anyhow!("{} is there already and was not touched: name another file, or move it away", path.display())
        }
        _ => anyhow!("{} cannot be written ({}): check the folder and its permissions", path.display(), plain(&error)),
    })
}

/// The files of one folder, by name, those that end in `.toml` only.
pub(crate) fn toml_files(folder: &Path) -> Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    let listing = fs::read_dir(folder).map_err(|error| unreadable(folder, &error))?;
    for entry in listing {
        let path = entry.map_err(|error| unreadable(folder, &error))?.path();
        if path.is_file() && path.extension().is_some_and(|ending| ending == "toml") {
            files.push((path.display().to_string(), read_text(&path)?));
        }
    }
    files.sort();
    Ok(files)
}

fn unreadable(path: &Path, error: &std::io::Error) -> anyhow::Error {
    match error.kind() {
        std::io::ErrorKind::NotFound => anyhow!("there is no {}: check the path", path.display()),
        _ => anyhow!("{} cannot be read ({}): check its permissions", path.display(), plain(error)),
    }
}

/// What the system said, without its number.
fn plain(error: &std::io::Error) -> String {
    let said = error.to_string();
    said.split(" (os error").next().unwrap_or(&said).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_local_time_in_scotland_unless_it_says_otherwise() {
        assert_eq!(moment("2026-07-02T09:00", Edge::Begin).unwrap().to_string(), "2026-07-02T08:00:00Z");
        assert_eq!(moment("2026-03-02T09:00:00Z", Edge::Begin).unwrap().to_string(), "2026-03-02T09:00:00Z");
        assert_eq!(moment("2026-03-02", Edge::End).unwrap().to_string(), "2026-03-02T23:59:59.999999Z");
        assert_eq!(
            moment("2026-02-30", Edge::End).unwrap_err().to_string(),
            "\"2026-02-30\" is not a moment that exists: write 2026-03-02T09:00, or 2026-03-02 for the whole day"
        );
    }
}
