//! Where the database is.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::error::StoreError;

/// Where the database is: a file (SQLite) or a `postgres://` address. Neither `Debug` nor `Display` shows a password.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// A SQLite file.
    File(PathBuf),
    /// A PostgreSQL address.
    Postgres(PostgresUrl),
}

/// A PostgreSQL address, with its password kept out of sight.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresUrl(String);

impl PostgresUrl {
    /// The whole address, password included: for the driver only.
    pub(crate) fn secret(&self) -> &str {
        &self.0
    }

    /// The address without password and without parameters. The driver ends the password at the first `@`; where an
    /// address can be read in more than one way, what could be part of a password is not shown at all.
    pub(crate) fn shown(&self) -> String {
        let (scheme, rest) = self.0.split_once("://").unwrap_or(("postgres", &self.0));
        let (who, rest) = rest.split_once('@').map_or((None, rest), |(who, rest)| (Some(who), rest));
        let (place, parameters) = rest.split_once('?').unwrap_or((rest, ""));
        let Some(who) = who else { return format!("{scheme}://{place}") };
        let user = who.split([':', '/', '?']).next().unwrap_or_default();
        let unclear = parameters.contains('@') || (who.contains('/') && who.contains('?'));
        let place = if unclear { "…" } else { place.rsplit('@').next().unwrap_or_default() };
        format!("{scheme}://{user}@{place}")
    }

    /// The database's name, for the default witness folder.
    fn database(&self) -> String {
        let shown = self.shown();
        let after_scheme = shown.split_once("://").map_or("", |(_, rest)| rest);
        let name = after_scheme.split_once('/').map_or("", |(_, name)| name);
        name.chars().map(|c| if c.is_alphanumeric() || c == '-' || c == '_' { c } else { '_' }).collect()
    }
}

impl Location {
    /// A SQLite file at `path`.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self::File(path.into())
    }

    /// Where the witness is kept when nothing else is said: `<file>.witness` beside a file, `<database>.witness` in
    /// the working folder for PostgreSQL.
    pub fn default_witness(&self) -> PathBuf {
        match self {
            Self::File(path) => beside(path, ".witness"),
            Self::Postgres(url) => PathBuf::from(format!("{}.witness", url.database())),
        }
    }
}

/// `path` with `suffix` put after its whole name.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

impl FromStr for Location {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        if text.is_empty() {
            return Err(StoreError::Location(
                "the store has no location: name a file, or an address that begins with postgres://.".into(),
            ));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(PostgresUrl(text.to_owned())));
        }
        if let Some((scheme, _)) = text.split_once("://") {
            return Err(StoreError::Location(format!(
                "{scheme}:// is not a kind of store: name a file, or an address that begins with postgres://."
            )));
        }
        Ok(Self::file(text))
    }
}

impl std::fmt::Display for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Postgres(url) => f.write_str(&url.shown()),
        }
    }
}

impl std::fmt::Debug for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Location({self})")
    }
}

impl std::fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.shown())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        let location: Location = "postgres://area:s3cr:e@t@db.example:5433/throughline?password=s3cr".parse().unwrap();
        let shown = format!("{location} {location:?}");
        assert_eq!(location.to_string(), "postgres://area@db.example:5433/throughline");
        assert!(!shown.contains("s3cr"), "{shown}");
        assert_eq!(location.default_witness(), PathBuf::from("throughline.witness"));
    }

    #[test]
    fn a_password_with_marks_in_it_is_not_shown_either() {
        for (address, shown) in [
            ("postgres://area:pa?ss@db.example/throughline", "postgres://area@db.example/throughline"),
            ("postgres://area:pa/s?s@db.example/throughline", "postgres://area@…"),
            ("postgres://area:p@s?s@db.example/throughline", "postgres://area@…"),
            ("postgres://db.example/throughline?user=area&password=p@ss", "postgres://db.example@…"),
            ("postgres://area@db.example/throughline?password=p@ss", "postgres://area@…"),
            ("postgres://db.example/throughline?password=pass", "postgres://db.example/throughline"),
        ] {
            assert_eq!(address.parse::<Location>().unwrap().to_string(), shown, "{address}");
        }
    }

    #[test]
    fn anything_else_is_a_file_or_refused() {
        assert_eq!("area.db".parse::<Location>().unwrap(), Location::file("area.db"));
        assert_eq!(Location::file("area.db").default_witness(), PathBuf::from("area.db.witness"));
        let refused = "mysql://x/y".parse::<Location>().unwrap_err().to_string();
        assert_eq!(
            refused,
            "mysql:// is not a kind of store: name a file, or an address that begins with postgres://."
        );
        assert!("".parse::<Location>().is_err());
    }
}
