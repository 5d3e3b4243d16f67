//! Reading a CSV file line by line, whatever it holds.

use super::map::{Encoding, Map};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};

/// Why an import cannot begin or go on. Nothing was changed by what it names.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The map is wrong.
    #[error("the map {file}: {sentence}")]
    Map {
        /// The map's file.
        file: String,
        /// Which field, the rule and the way out.
        sentence: String,
    },
    /// The map names columns that the file does not have.
    #[error("the file has no column {missing}; its columns are {present}. Correct the map, or the file's heading")]
    MissingColumns {
        /// The columns missing.
        missing: String,
        /// The columns present.
        present: String,
    },
    /// The file as a whole cannot be read.
    #[error("{0}")]
    File(String),
}

/// A CSV file, open.
pub(super) struct Sheet<R> {
    reader: csv::Reader<BufReader<R>>,
    encoding: Encoding,
    places: BTreeMap<String, usize>,
    width: usize,
    unused: Vec<String>,
    raw: csv::ByteRecord,
}

/// One line of the file, or why it cannot be used.
pub(super) struct Line {
    number: u64,
    pub(super) fields: Result<Vec<String>, String>,
    pub(super) places: std::rc::Rc<BTreeMap<String, usize>>,
}

/// A record that spans more lines than this has a quotation mark that was never closed.
const MOST_LINES_OF_A_RECORD: u64 = 200;
/// A field longer than this is not data.
const LONGEST_FIELD: usize = 100_000;

impl<R: Read> Sheet<R> {
    pub(super) fn open(file: R, map: &Map) -> Result<Self, ImportError> {
        let mut file = BufReader::with_capacity(1 << 16, file);
        let start = file.fill_buf().map_err(|error| ImportError::File(format!("the file cannot be read ({error})")))?;
        let mark = if start.starts_with(&[0xEF, 0xBB, 0xBF]) { 3 } else { 0 };
        if start.starts_with(&[0xFF, 0xFE])
            || start.starts_with(&[0xFE, 0xFF])
            || start.iter().take(200).any(|byte| *byte == 0)
        {
            return Err(ImportError::File(
                "the file is not text in UTF-8 (it looks like UTF-16 or a spreadsheet): save it as CSV in UTF-8".into(),
            ));
        }
        file.consume(mark);
        let mut reader =
            csv::ReaderBuilder::new().delimiter(map.delimiter).flexible(true).has_headers(false).from_reader(file);
        let mut raw = csv::ByteRecord::new();
        let any = reader
            .read_byte_record(&mut raw)
            .map_err(|error| ImportError::File(format!("the heading cannot be read ({error})")))?;
        if !any {
            return Err(ImportError::File("the file is empty: it needs a heading and at least one line".into()));
        }
        let heading =
            decode(&raw, map.encoding).map_err(|problem| ImportError::File(format!("the heading: {problem}")))?;
        let mut places = BTreeMap::new();
        for (place, name) in heading.iter().enumerate() {
            if places.insert(name.trim().to_owned(), place).is_some() {
                return Err(ImportError::File(format!(
                    "the heading has two columns called \"{}\": rename one",
                    clip(name)
                )));
            }
        }
        let used = map.columns_used();
        let missing: Vec<&str> = used.iter().filter(|column| !places.contains_key(**column)).copied().collect();
        if !missing.is_empty() {
            let present = heading.iter().map(|name| clip(name)).collect::<Vec<_>>().join(", ");
            return Err(ImportError::MissingColumns { missing: missing.join(", "), present });
        }
        let unused = heading.iter().filter(|name| !used.contains(&name.trim())).cloned().collect();
        Ok(Self { reader, encoding: map.encoding, width: heading.len(), places, unused, raw })
    }

    pub(super) fn unused_columns(&self) -> Vec<String> {
        self.unused.clone()
    }

    pub(super) fn bytes_read(&self) -> u64 {
        self.reader.position().byte()
    }

    /// The next line; none at the end of the file.
    pub(super) fn next_line(
        &mut self,
        places: &std::rc::Rc<BTreeMap<String, usize>>,
    ) -> Result<Option<Line>, ImportError> {
        let before = self.reader.position().line();
        match self.reader.read_byte_record(&mut self.raw) {
            Ok(false) => return Ok(None),
            Ok(true) => {}
            Err(error) => {
                return Err(ImportError::File(format!("the file cannot be read after line {before} ({error})")));
            }
        }
        let number = self.raw.position().map_or(before, csv::Position::line);
        let spans = self.reader.position().line().saturating_sub(number);
        let fields = if spans > MOST_LINES_OF_A_RECORD {
            Err(format!(
                "a quotation mark opened here is not closed within {MOST_LINES_OF_A_RECORD} lines: close it, or take it out"
            ))
        } else if self.raw.len() != self.width {
            Err(format!(
                "it has {} fields where the heading has {}: a delimiter is missing or too many",
                self.raw.len(),
                self.width
            ))
        } else if self.raw.iter().any(|field| field.len() > LONGEST_FIELD) {
            Err(format!("a field is longer than {LONGEST_FIELD} bytes: check for a quotation mark that is not closed"))
        } else {
            decode(&self.raw, self.encoding)
        };
        Ok(Some(Line { number, fields, places: std::rc::Rc::clone(places) }))
    }

    pub(super) fn places(&self) -> std::rc::Rc<BTreeMap<String, usize>> {
        std::rc::Rc::new(self.places.clone())
    }
}

impl Line {
    pub(super) fn number(&self) -> u64 {
        self.number
    }
}

fn decode(raw: &csv::ByteRecord, encoding: Encoding) -> Result<Vec<String>, String> {
    let text = |(place, field): (usize, &[u8])| {
        match encoding {
        Encoding::Utf8 => std::str::from_utf8(field).map(str::to_owned).map_err(|_| {
            format!(
                "column {} is not in UTF-8: save the file in UTF-8, or say its encoding in the map (encoding = \"windows-1252\")",
                place + 1
            )
        }),
        Encoding::Windows1252 => Ok(encoding_rs::WINDOWS_1252.decode_without_bom_handling(field).0.into_owned()),
    }
    };
    raw.iter().enumerate().map(text).collect()
}

/// A short quotation of a heading; never of a line's content.
fn clip(text: &str) -> String {
    text.chars().take(40).collect()
}
