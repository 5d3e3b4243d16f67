//! What a file holds: rows of CSV, or columns of Parquet or Arrow.

use crate::error::MeasureError;
use csv::StringRecord;
use std::fs::File;
use std::io::{Read, Seek as _};

/// The content of a file.
pub enum Content<'a> {
    /// Rows of CSV; the first names the columns.
    Csv(Box<dyn Read + Send + 'a>),
    /// Columns of Parquet or Arrow.
    #[cfg(feature = "parquet")]
    Columns(crate::columns::Columns),
}

impl<'a> Content<'a> {
    /// Rows of CSV.
    pub fn csv(rows: impl Read + Send + 'a) -> Self {
        Self::Csv(Box::new(rows))
    }
}

impl Content<'static> {
    /// What an open file holds. Its first bytes say whether it is Parquet or Arrow; everything else is read as CSV.
    pub fn of(name: &str, mut file: File) -> Result<Self, MeasureError> {
        let unreadable =
            |error: std::io::Error| MeasureError::Unreadable { file: name.to_owned(), reason: error.to_string() };
        let mut begins = Vec::new();
        file.by_ref().take(6).read_to_end(&mut begins).map_err(unreadable)?;
        file.rewind().map_err(unreadable)?;
        if begins.starts_with(b"PAR1") || begins == b"ARROW1" {
            return Self::columns(name, file, begins == b"ARROW1");
        }
        Ok(Self::csv(file))
    }

    #[cfg(feature = "parquet")]
    fn columns(name: &str, file: File, arrow: bool) -> Result<Self, MeasureError> {
        Ok(Self::Columns(crate::columns::Columns::open(name, file, arrow)?))
    }

    #[cfg(not(feature = "parquet"))]
    fn columns(name: &str, _: File, arrow: bool) -> Result<Self, MeasureError> {
        let kind = if arrow { "an Arrow" } else { "a Parquet" };
        Err(MeasureError::Unreadable {
            file: name.to_owned(),
            reason: format!(
                "It is {kind} file, and this program was built without them. Build it with the feature `parquet`, or save the file as CSV."
            ),
        })
    }
}

/// A file being read one row at a time.
pub(crate) struct Rows<'a> {
    file: String,
    names: StringRecord,
    from: From<'a>,
}

enum From<'a> {
    Csv(csv::Reader<Box<dyn Read + Send + 'a>>),
    #[cfg(feature = "parquet")]
    Columns(crate::columns::Rows),
}

impl<'a> Rows<'a> {
    pub(crate) fn open(file: &str, content: Content<'a>) -> Result<Self, MeasureError> {
        let (names, from) = match content {
            Content::Csv(rows) => {
                let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(rows);
                let names = reader.headers().map_err(|error| unreadable(file, &error))?.clone();
                (names, From::Csv(reader))
            }
            #[cfg(feature = "parquet")]
            Content::Columns(columns) => {
                let rows = columns.rows()?;
                (rows.names().collect(), From::Columns(rows))
            }
        };
        Ok(Self { file: file.to_owned(), names, from })
    }

    /// The names of the columns.
    pub(crate) fn names(&self) -> &StringRecord {
        &self.names
    }

    /// Reads the next row; `false` when there is none.
    pub(crate) fn next(&mut self, row: &mut StringRecord) -> Result<bool, MeasureError> {
        match &mut self.from {
            From::Csv(reader) => reader.read_record(row).map_err(|error| unreadable(&self.file, &error)),
            #[cfg(feature = "parquet")]
            From::Columns(rows) => rows.next(row),
        }
    }

    /// Where a row stands, in words.
    pub(crate) fn place(&self, row: &StringRecord) -> String {
        match &self.from {
            From::Csv(_) => format!("line {}", row.position().map_or(0, csv::Position::line)),
            #[cfg(feature = "parquet")]
            From::Columns(rows) => format!("row {}", rows.read()),
        }
    }
}

fn unreadable(file: &str, error: &csv::Error) -> MeasureError {
    MeasureError::Unreadable { file: file.to_owned(), reason: error.to_string() }
}
