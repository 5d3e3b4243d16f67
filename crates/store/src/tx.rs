//! The one seam over SQLite and PostgreSQL: statements inside a transaction.

use crate::access_log::LogHead;
use crate::error::{Result, StoreError};
use crate::standing::Known;

/// A value bound to a statement's parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Val<'a> {
    /// SQL NULL.
    Null,
    /// A 64-bit integer; also booleans (0 and 1) and times (microseconds since the epoch).
    Int(i64),
    /// Text; also dates, as ISO text.
    Text(&'a str),
    /// Bytes.
    Blob(&'a [u8]),
}

impl<'a> From<&'a str> for Val<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<Option<&'a str>> for Val<'a> {
    fn from(text: Option<&'a str>) -> Self {
        text.map_or(Self::Null, Self::Text)
    }
}

impl From<i64> for Val<'_> {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<Option<i64>> for Val<'_> {
    fn from(number: Option<i64>) -> Self {
        number.map_or(Self::Null, Self::Int)
    }
}

impl From<bool> for Val<'_> {
    fn from(yes: bool) -> Self {
        Self::Int(i64::from(yes))
    }
}

impl<'a> From<&'a [u8]> for Val<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Blob(bytes)
    }
}

/// One value that the database answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// SQL NULL.
    Null,
    /// A 64-bit integer.
    Int(i64),
    /// Text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

impl Cell {
    /// A copy of a bound value.
    pub fn of(val: Val<'_>) -> Self {
        match val {
            Val::Null => Self::Null,
            Val::Int(number) => Self::Int(number),
            Val::Text(text) => Self::Text(text.to_owned()),
            Val::Blob(bytes) => Self::Blob(bytes.to_vec()),
        }
    }

    /// The same value, to be bound.
    pub fn as_val(&self) -> Val<'_> {
        match self {
            Self::Null => Val::Null,
            Self::Int(number) => Val::Int(*number),
            Self::Text(text) => Val::Text(text),
            Self::Blob(bytes) => Val::Blob(bytes),
        }
    }
}

/// One row that the database answered, read column by column from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row(pub(crate) Vec<Cell>);

impl Row {
    /// The row's values in order.
    pub fn cells(&self) -> &[Cell] {
        &self.0
    }

    /// Column `column` as an integer.
    pub fn int(&self, column: usize) -> Result<i64> {
        match self.0.get(column) {
            Some(Cell::Int(number)) => Ok(*number),
            _ => Err(unexpected(column, "a number")),
        }
    }

    /// Column `column` as an integer or NULL.
    pub fn opt_int(&self, column: usize) -> Result<Option<i64>> {
        match self.0.get(column) {
            Some(Cell::Int(number)) => Ok(Some(*number)),
            Some(Cell::Null) => Ok(None),
            _ => Err(unexpected(column, "a number or nothing")),
        }
    }

    /// Column `column` as a yes or no.
    pub fn flag(&self, column: usize) -> Result<bool> {
        Ok(self.int(column)? != 0)
    }

    /// Takes the text of column `column` out of the row.
    pub fn text(&mut self, column: usize) -> Result<String> {
        match self.0.get_mut(column) {
            Some(Cell::Text(text)) => Ok(std::mem::take(text)),
            _ => Err(unexpected(column, "text")),
        }
    }

    /// Takes the text of column `column` out of the row, or NULL.
    pub fn opt_text(&mut self, column: usize) -> Result<Option<String>> {
        match self.0.get_mut(column) {
            Some(Cell::Text(text)) => Ok(Some(std::mem::take(text))),
            Some(Cell::Null) => Ok(None),
            _ => Err(unexpected(column, "text or nothing")),
        }
    }

    /// A copy of the text of column `column`; empty when it is something else.
    pub(crate) fn clone_text(&self, column: usize) -> String {
        match self.0.get(column) {
            Some(Cell::Text(text)) => text.clone(),
            _ => String::new(),
        }
    }

    /// Column `column` as bytes.
    pub fn blob(&self, column: usize) -> Result<&[u8]> {
        match self.0.get(column) {
            Some(Cell::Blob(bytes)) => Ok(bytes),
            _ => Err(unexpected(column, "bytes")),
        }
    }

    /// Takes the bytes of column `column` out of the row, or NULL.
    pub fn opt_blob(&mut self, column: usize) -> Result<Option<Vec<u8>>> {
        match self.0.get_mut(column) {
            Some(Cell::Blob(bytes)) => Ok(Some(std::mem::take(bytes))),
            Some(Cell::Null) => Ok(None),
            _ => Err(unexpected(column, "bytes or nothing")),
        }
    }
}

fn unexpected(column: usize, wanted: &str) -> StoreError {
    StoreError::Refused {
        at: "in use".into(),
        what: format!("column {column} of an answer holds something else than {wanted}"),
    }
}

/// Which SQL the database speaks, for the few statements that differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

impl Dialect {
    /// The statement for this dialect.
    pub(crate) fn choose(self, sqlite: &'static str, postgres: &'static str) -> &'static str {
        match self {
            Self::Sqlite => sqlite,
            Self::Postgres => postgres,
        }
    }
}

/// A transaction. Statements are fixed texts with parameters `?1`, `?2`, … in both dialects; closures that receive a
/// `Tx` do no other I/O, because the write lock is held while they run.
pub trait Tx {
    /// Which SQL is spoken.
    fn dialect(&self) -> Dialect;

    /// Runs a statement that is not the store's own; answers how many rows it changed.
    fn exec(&mut self, sql: &'static str, values: &[Val<'_>]) -> Result<u64>;

    /// Runs a query (it begins with SELECT); answers all its rows.
    fn rows(&mut self, sql: &'static str, values: &[Val<'_>]) -> Result<Vec<Row>>;

    /// Runs a query and shows each row as it comes, holding one at a time.
    fn each(&mut self, sql: &'static str, values: &[Val<'_>], visit: &mut dyn FnMut(Row) -> Result<()>) -> Result<()>;

    /// Runs a query and shows each row's values as they lie in the database's answer, without a copy.
    fn scan(
        &mut self,
        sql: &'static str,
        values: &[Val<'_>],
        visit: &mut dyn FnMut(&[Val<'_>]) -> Result<()>,
    ) -> Result<()>;

    /// Runs `INSERT … VALUES (?1, … ?width) …` for each `width` values; answers how many rows came in. PostgreSQL
    /// gets all rows in one statement.
    fn insert(&mut self, sql: &'static str, width: usize, values: &[Val<'_>]) -> Result<u64>;

    /// The end of this writer's access-log chain; refused in a read transaction.
    fn log_head(&mut self) -> Result<&mut LogHead>;

    /// What is remembered of the streams written last; refused in a read transaction.
    fn known(&mut self) -> Result<&mut Known>;

    /// As [`Tx::scan`], for a query that asks about the stream `key` alone: what was put off about others may stay so.
    fn look(
        &mut self,
        key: &str,
        sql: &'static str,
        values: &[Val<'_>],
        visit: &mut dyn FnMut(&[Val<'_>]) -> Result<()>,
    ) -> Result<()>;

    /// As [`Tx::insert`], for a statement of the store's own about the stream `key` alone, which keeps what is known of
    /// it right.
    fn put(&mut self, key: &str, sql: &'static str, width: usize, values: &[Val<'_>]) -> Result<u64>;

    /// As [`Tx::put`], for rows of whose writing nothing is asked: they are there when anything about this stream is
    /// read, and at the latest when the transaction is committed. PostgreSQL gets those of many commands at once.
    fn later(&mut self, key: &str, sql: &'static str, width: usize, values: &[Val<'_>]) -> Result<()>;
}

/// A transaction that is undone and begun anew is written again from its statements: so a query must not write.
pub(crate) fn only_reads(at: &str, sql: &str) -> Result<()> {
    if sql.starts_with("SELECT") {
        return Ok(());
    }
    Err(StoreError::Refused { at: at.to_owned(), what: "a query begins with SELECT; to write there is exec".into() })
}

/// PostgreSQL cannot keep the character NUL in a text; so neither database takes it.
pub(crate) fn without_nul(values: &[Val<'_>]) -> Result<()> {
    // Every byte is looked at, without a way out in between: so the processor takes many at once.
    let holds_nul = |text: &str| text.bytes().fold(0, |found, byte| found | u8::from(byte == 0)) != 0;
    if values.iter().any(|val| matches!(val, Val::Text(text) if holds_nul(text))) {
        return Err(StoreError::Invalid(
            "a text holds the character NUL, which no database keeps: remove it and try again.".into(),
        ));
    }
    Ok(())
}
