//! PostgreSQL: the same transactions over the `postgres` driver, on plain threads.

use std::collections::HashMap;
use std::error::Error as _;
use std::time::Duration;

use bytes::BytesMut;
use postgres::error::SqlState;
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, Config, NoTls, Statement};

use crate::access_log::{self, LogHead};
use crate::error::{Result, StoreError};
use crate::location::PostgresUrl;
use crate::migrations;
use crate::tx::{Cell, Dialect, Row, Tx, Val, without_nul};
use crate::writer::Session;

/// A connection and what it knows about its transaction.
pub(crate) struct Postgres {
    client: Client,
    url: PostgresUrl,
    at: String,
    /// The writer whose chain this connection extends; none for a reader.
    writer: Option<String>,
    head: LogHead,
    statements: HashMap<&'static str, Prepared>,
    /// A savepoint of a closure that came through: released together with the next statement that may do so.
    unreleased: bool,
    failed: Option<StoreError>,
    broken: Option<StoreError>,
}

/// A statement, and for inserts its form that takes many rows as arrays.
struct Prepared {
    one: Statement,
    many: Option<Statement>,
}

impl ToSql for Val<'_> {
    fn to_sql(
        &self,
        wanted: &Type,
        out: &mut BytesMut,
    ) -> std::result::Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Val::Null => Ok(IsNull::Yes),
            Val::Int(number) => number.to_sql(wanted, out),
            Val::Text(text) => text.to_sql(wanted, out),
            Val::Blob(bytes) => bytes.to_sql(wanted, out),
        }
    }

    fn accepts(wanted: &Type) -> bool {
        [Type::INT8, Type::TEXT, Type::BYTEA].contains(wanted)
    }

    to_sql_checked!();
}

/// One column of many rows, as an array.
enum Column<'a> {
    Int(Vec<Option<i64>>),
    Text(Vec<Option<&'a str>>),
    Blob(Vec<Option<&'a [u8]>>),
}

impl<'a> Column<'a> {
    fn gather(wanted: &Type, values: impl Iterator<Item = Val<'a>>) -> Self {
        match *wanted {
            Type::INT8 => {
                Self::Int(values.map(|val| if let Val::Int(number) = val { Some(number) } else { None }).collect())
            }
            Type::BYTEA => {
                Self::Blob(values.map(|val| if let Val::Blob(bytes) = val { Some(bytes) } else { None }).collect())
            }
            _ => Self::Text(values.map(|val| if let Val::Text(text) = val { Some(text) } else { None }).collect()),
        }
    }

    fn bound(&self) -> &(dyn ToSql + Sync) {
        match self {
            Self::Int(column) => column,
            Self::Text(column) => column,
            Self::Blob(column) => column,
        }
    }
}

/// `?1` is how both dialects are written here, `$1` is how PostgreSQL reads it.
fn translated(sql: &str) -> String {
    sql.replace('?', "$")
}

/// `INSERT … VALUES ($1, …) …` with arrays in place of the values.
fn with_arrays(sql: &str, types: &[Type]) -> Option<String> {
    let (before, after) = sql.split_once("VALUES (")?;
    let (_, after) = after.split_once(')')?;
    let arrays: Vec<String> = types
        .iter()
        .zip(1..)
        .map(|(wanted, n)| match *wanted {
            Type::INT8 => format!("${n}::bigint[]"),
            Type::BYTEA => format!("${n}::bytea[]"),
            _ => format!("${n}::text[]"),
        })
        .collect();
    Some(format!("{before}SELECT * FROM unnest({}){after}", arrays.join(", ")))
}

/// What the driver's error means to a caller. Only PostgreSQL's own message is passed on: its details can quote rows.
fn meaning(at: &str, error: &postgres::Error) -> StoreError {
    let at = at.to_owned();
    let Some(said) = error.as_db_error() else {
        let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
        return StoreError::Unreachable { at, what: format!("{error}{cause}") };
    };
    let code = said.code();
    let what = said.message().to_owned();
    match code.code().get(..2) {
        _ if *code == SqlState::DISK_FULL => StoreError::Full(at),
        _ if *code == SqlState::READ_ONLY_SQL_TRANSACTION => StoreError::ReadOnly(at),
        _ if *code == SqlState::LOCK_NOT_AVAILABLE => StoreError::Locked(at),
        Some("40") => StoreError::Busy(at),
        Some("XX") => StoreError::Damaged { at, what },
        Some("58") => StoreError::Io { at, what },
        // The server is shutting down, starting up, or refuses the connection.
        Some("08" | "57" | "53" | "28" | "3D") => StoreError::Unreachable { at, what },
        _ => StoreError::Refused { at, what },
    }
}

impl Postgres {
    /// Connects to write the chain of `writer`; makes the tables when there are none and `create` allows it, and
    /// brings the schema up to date.
    pub(crate) fn writer(url: &PostgresUrl, writer: &str, create: bool, now: i64) -> Result<Self> {
        let mut session = Self::connect(url, Some(writer.to_owned()))?;
        session.lock()?;
        session.migrate(create, now)?;
        Ok(session)
    }

    /// Connects to read.
    pub(crate) fn reader(url: &PostgresUrl) -> Result<Self> {
        Self::connect(url, None)
    }

    fn connect(url: &PostgresUrl, writer: Option<String>) -> Result<Self> {
        let at = url.shown();
        let client = open_client(url)?;
        Ok(Self {
            client,
            url: url.clone(),
            at,
            writer,
            head: LogHead::none(""),
            statements: HashMap::new(),
            unreleased: false,
            failed: None,
            broken: None,
        })
    }

    /// Whether the tables are there.
    pub(crate) fn has_tables(&mut self) -> Result<bool> {
        let found = self.rows(
            "SELECT table_name::text FROM information_schema.tables \
             WHERE table_schema = current_schema() AND table_name = 'migrations'",
            &[],
        )?;
        Ok(!found.is_empty())
    }

    /// Takes this writer's chain for this connection; it is free again when the connection ends, however it ends.
    fn lock(&mut self) -> Result<()> {
        let writer = self.writer.clone().unwrap_or_default();
        self.batch("SET lock_timeout = '2s'")?;
        self.rows(
            "SELECT pg_advisory_lock(hashtextextended(current_schema() || '/throughline/' || ?1, 0))::text",
            &[Val::Text(&writer)],
        )
        .map_err(|error| match error {
            StoreError::Locked(at) => StoreError::Locked(format!("{at} (writer {writer})")),
            other => other,
        })?;
        self.batch("SET lock_timeout = 0")
    }

    fn migrate(&mut self, create: bool, now: i64) -> Result<()> {
        if !create && !self.has_tables()? {
            return Err(StoreError::Missing(self.at.clone()));
        }
        self.batch("BEGIN")?;
        let migrated = self.migrate_within(now).and_then(|()| self.commit());
        if migrated.is_err() {
            self.rollback();
        }
        migrated
    }

    fn migrate_within(&mut self, now: i64) -> Result<()> {
        self.batch("SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || '/throughline migrations', 0))")?;
        self.batch("SET LOCAL client_min_messages = warning")?;
        self.batch(migrations::TABLE)?;
        let at = self.at.clone();
        for migration in migrations::pending(self, &at)? {
            self.batch(migration.sql(Dialect::Postgres))?;
            migrations::record(self, migration, now)?;
        }
        Ok(())
    }

    fn batch(&mut self, sql: &str) -> Result<()> {
        self.client.batch_execute(sql).map_err(|error| self.note(&error))
    }

    fn note(&mut self, error: &postgres::Error) -> StoreError {
        let meaning = meaning(&self.at, error);
        self.failed = Some(meaning.clone());
        if meaning.breaks_transaction() || self.client.is_closed() {
            self.broken = Some(meaning.clone());
        }
        meaning
    }

    fn prepared(&mut self, sql: &'static str) -> Result<Statement> {
        if let Some(known) = self.statements.get(sql) {
            return Ok(known.one.clone());
        }
        let one = self.client.prepare(&translated(sql)).map_err(|error| self.note(&error))?;
        self.statements.insert(sql, Prepared { one: one.clone(), many: None });
        Ok(one)
    }

    fn prepared_many(&mut self, sql: &'static str) -> Result<(Statement, Vec<Type>)> {
        let types = self.prepared(sql)?.params().to_vec();
        if let Some(Prepared { many: Some(many), .. }) = self.statements.get(sql) {
            return Ok((many.clone(), types));
        }
        let text = with_arrays(&translated(sql), &types).ok_or_else(|| StoreError::Refused {
            at: self.at.clone(),
            what: "an insert of many rows needs VALUES with parameters only".to_owned(),
        })?;
        let many = self.client.prepare(&text).map_err(|error| self.note(&error))?;
        if let Some(known) = self.statements.get_mut(sql) {
            known.many = Some(many.clone());
        }
        Ok((many, types))
    }
}

/// A connection with the durability that the store promises.
fn open_client(url: &PostgresUrl) -> Result<Client> {
    let mut config: Config = url.secret().parse().map_err(|_| {
        StoreError::Location(format!(
            "{} is not an address that PostgreSQL understands: write postgres://user@host:port/database.",
            url.shown()
        ))
    })?;
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(Duration::from_secs(10));
    }
    config.application_name("throughline");
    let unreachable = |error: postgres::Error| match meaning(&url.shown(), &error) {
        StoreError::Refused { at, what } => StoreError::Unreachable { at, what },
        other => other,
    };
    let mut client = config.connect(NoTls).map_err(unreachable)?;
    client.batch_execute("SET synchronous_commit = on; SET standard_conforming_strings = on").map_err(unreachable)?;
    Ok(client)
}

/// Column `n` of a row, without a copy.
fn lent(row: &postgres::Row, n: usize) -> std::result::Result<Val<'_>, postgres::Error> {
    Ok(match row.columns().get(n).map(postgres::Column::type_) {
        Some(&Type::INT8) => row.try_get::<_, Option<i64>>(n)?.map_or(Val::Null, Val::Int),
        Some(&Type::BYTEA) => row.try_get::<_, Option<&[u8]>>(n)?.map_or(Val::Null, Val::Blob),
        _ => row.try_get::<_, Option<&str>>(n)?.map_or(Val::Null, Val::Text),
    })
}

fn cells(row: &postgres::Row) -> std::result::Result<Row, postgres::Error> {
    let mut cells = Vec::with_capacity(row.len());
    for (n, column) in row.columns().iter().enumerate() {
        cells.push(match *column.type_() {
            Type::INT8 => row.try_get::<_, Option<i64>>(n)?.map_or(Cell::Null, Cell::Int),
            Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(n)?.map_or(Cell::Null, Cell::Blob),
            _ => row.try_get::<_, Option<String>>(n)?.map_or(Cell::Null, Cell::Text),
        });
    }
    Ok(Row(cells))
}

impl Tx for Postgres {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    fn exec(&mut self, sql: &'static str, values: &[Val<'_>]) -> Result<u64> {
        without_nul(values)?;
        let statement = self.prepared(sql)?;
        let bound: Vec<&(dyn ToSql + Sync)> = values.iter().map(|val| val as &(dyn ToSql + Sync)).collect();
        self.client.execute(&statement, &bound).map_err(|error| self.note(&error))
    }

    fn rows(&mut self, sql: &'static str, values: &[Val<'_>]) -> Result<Vec<Row>> {
        without_nul(values)?;
        let statement = self.prepared(sql)?;
        let bound: Vec<&(dyn ToSql + Sync)> = values.iter().map(|val| val as &(dyn ToSql + Sync)).collect();
        let found = self.client.query(&statement, &bound).map_err(|error| self.note(&error))?;
        found.iter().map(cells).collect::<std::result::Result<_, _>>().map_err(|error| self.note(&error))
    }

    fn each(&mut self, sql: &'static str, values: &[Val<'_>], visit: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        without_nul(values)?;
        let statement = self.prepared(sql)?;
        let mut refused = None;
        let mut through = || -> std::result::Result<(), postgres::Error> {
            let mut rows = self.client.query_raw(&statement, values.iter().map(|val| val as &dyn ToSql))?;
            while let Some(row) = rows.next()? {
                if let Err(error) = visit(cells(&row)?) {
                    refused = Some(error);
                    break;
                }
            }
            Ok(())
        };
        through().map_err(|error| self.note(&error))?;
        refused.map_or(Ok(()), Err)
    }

    fn scan(
        &mut self,
        sql: &'static str,
        values: &[Val<'_>],
        visit: &mut dyn FnMut(&[Val<'_>]) -> Result<()>,
    ) -> Result<()> {
        without_nul(values)?;
        let statement = self.prepared(sql)?;
        let bound: Vec<&(dyn ToSql + Sync)> = values.iter().map(|val| val as &(dyn ToSql + Sync)).collect();
        let rows = self.client.query(&statement, &bound).map_err(|error| self.note(&error))?;
        for row in &rows {
            let seen = (0..row.len()).map(|n| lent(row, n)).collect::<std::result::Result<Vec<_>, _>>();
            visit(&seen.map_err(|error| self.note(&error))?)?;
        }
        Ok(())
    }

    fn insert(&mut self, sql: &'static str, width: usize, values: &[Val<'_>]) -> Result<u64> {
        if values.len() <= width {
            return if values.is_empty() { Ok(0) } else { self.exec(sql, values) };
        }
        without_nul(values)?;
        let (statement, types) = self.prepared_many(sql)?;
        let columns: Vec<Column<'_>> = types
            .iter()
            .enumerate()
            .map(|(n, wanted)| Column::gather(wanted, values.iter().skip(n).step_by(width).copied()))
            .collect();
        let bound: Vec<&(dyn ToSql + Sync)> = columns.iter().map(Column::bound).collect();
        self.client.execute(&statement, &bound).map_err(|error| self.note(&error))
    }

    fn log_head(&mut self) -> Result<&mut LogHead> {
        if self.writer.is_some() { Ok(&mut self.head) } else { Err(StoreError::ReadOnly(self.at.clone())) }
    }
}

impl Session for Postgres {
    fn ready(&mut self) -> Result<()> {
        if !self.client.is_closed() {
            return Ok(());
        }
        self.client = open_client(&self.url)?;
        self.statements.clear();
        if let Some(writer) = self.writer.clone() {
            self.lock()?;
            // Whether the last commit before the break came through is only known by looking.
            let head = access_log::head(self, &writer)?;
            self.head = head;
        }
        Ok(())
    }

    fn begin(&mut self) -> Result<()> {
        (self.failed, self.broken, self.unreleased) = (None, None, false);
        self.batch("BEGIN")
    }

    fn begin_read(&mut self) -> Result<()> {
        (self.failed, self.broken, self.unreleased) = (None, None, false);
        self.batch("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    }

    fn savepoint(&mut self) -> Result<()> {
        let released = std::mem::replace(&mut self.unreleased, false);
        self.batch(if released { "RELEASE SAVEPOINT one; SAVEPOINT one" } else { "SAVEPOINT one" })
    }

    fn release_savepoint(&mut self) -> Result<()> {
        self.unreleased = true;
        Ok(())
    }

    fn rollback_to_savepoint(&mut self) -> Result<()> {
        self.failed = None;
        self.batch("ROLLBACK TO SAVEPOINT one; RELEASE SAVEPOINT one")
    }

    fn commit(&mut self) -> Result<()> {
        // COMMIT of a transaction in which a statement failed would roll back without a word.
        match self.failed.take() {
            Some(error) => Err(error),
            None => self.batch("COMMIT"),
        }
    }

    fn rollback(&mut self) {
        // When the connection is gone, so is the transaction.
        if !self.client.is_closed() {
            let _ = self.client.batch_execute("ROLLBACK");
        }
    }

    fn finish(&mut self) {}

    fn warnings(&mut self) -> Result<Vec<String>> {
        let mut warnings = Vec::new();
        for row in &mut self.rows("SELECT current_setting('fsync')", &[])? {
            if row.text(0)? == "off" {
                warnings.push(format!(
                    "PostgreSQL at {} runs with fsync off: a power cut can lose what was confirmed. Set fsync = on.",
                    self.at
                ));
            }
        }
        Ok(warnings)
    }

    fn broken(&self) -> Option<StoreError> {
        self.broken.clone()
    }

    fn failed(&mut self) -> Option<StoreError> {
        self.failed.take()
    }

    fn head(&self) -> &LogHead {
        &self.head
    }

    fn set_head(&mut self, head: LogHead) {
        self.head = head;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_rows_travel_as_arrays() {
        let sql = translated("INSERT INTO t (a, b) VALUES (?1, ?2) ON CONFLICT DO NOTHING");
        assert_eq!(
            with_arrays(&sql, &[Type::TEXT, Type::INT8]).unwrap(),
            "INSERT INTO t (a, b) SELECT * FROM unnest($1::text[], $2::bigint[]) ON CONFLICT DO NOTHING"
        );
    }
}
