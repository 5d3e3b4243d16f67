//! PostgreSQL: the same transactions over the `postgres` driver, on plain threads.

use std::collections::{HashMap, HashSet};
use std::error::Error as _;
use std::fs::File;
use std::time::Duration;

use bytes::BytesMut;
use postgres::error::SqlState;
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, Config, NoTls, Statement};

use crate::access_log::{self, LogHead};
use crate::error::{Result, StoreError};
use crate::journal::Journal;
use crate::location::PostgresUrl;
use crate::migrations;
use crate::standing::Known;
use crate::tx::{Cell, Dialect, Row, Tx, Val, only_reads, without_nul};
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
    /// Statements that do several put-off inserts at once, by the inserts.
    together: HashMap<Vec<&'static str>, Statement>,
    journal: Journal,
    /// A transaction of one closure: nothing can come before it that must be written again.
    alone: bool,
    put_off: Vec<PutOff>,
    /// Only for as long as a transaction: other servers write too.
    known: Known,
    failed: Option<StoreError>,
    broken: Option<StoreError>,
}

/// A statement, and for inserts its form that takes many rows as arrays.
struct Prepared {
    one: Statement,
    many: Option<Statement>,
}

/// Rows that wait to be inserted with others.
struct PutOff {
    sql: &'static str,
    /// The streams that they are about.
    keys: HashSet<String>,
    /// Their places in the journal.
    written: Vec<usize>,
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

/// `INSERT … VALUES ($1, …) …` with arrays in place of the values, their numbers beginning at `from`.
fn with_arrays(sql: &str, types: &[Type], from: usize) -> Option<String> {
    let (before, after) = sql.split_once("VALUES (")?;
    let (_, after) = after.split_once(')')?;
    let arrays: Vec<String> = types
        .iter()
        .zip(from..)
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
            together: HashMap::new(),
            journal: Journal::default(),
            alone: true,
            put_off: Vec::new(),
            known: Known::default(),
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
        let text = self.arrays(sql, &types, 1)?;
        let many = self.client.prepare(&text).map_err(|error| self.note(&error))?;
        if let Some(known) = self.statements.get_mut(sql) {
            known.many = Some(many.clone());
        }
        Ok((many, types))
    }
}

impl Postgres {
    fn arrays(&self, sql: &str, types: &[Type], from: usize) -> Result<String> {
        with_arrays(&translated(sql), types, from).ok_or_else(|| StoreError::Refused {
            at: self.at.clone(),
            what: "an insert of many rows needs VALUES with parameters only".to_owned(),
        })
    }

    /// Runs a statement once for all rows of `width` values.
    fn write(&mut self, sql: &'static str, width: usize, values: &[Val<'_>]) -> Result<u64> {
        if values.len() > width {
            let (statement, types) = self.prepared_many(sql)?;
            let columns = gathered(&types, width, values);
            let bound: Vec<&(dyn ToSql + Sync)> = columns.iter().map(Column::bound).collect();
            return self.client.execute(&statement, &bound).map_err(|error| self.note(&error));
        }
        let statement = self.prepared(sql)?;
        let bound: Vec<&(dyn ToSql + Sync)> = values.iter().map(|val| val as &(dyn ToSql + Sync)).collect();
        self.client.execute(&statement, &bound).map_err(|error| self.note(&error))
    }

    fn write_and_note(&mut self, sql: &'static str, width: usize, values: &[Val<'_>]) -> Result<u64> {
        without_nul(values)?;
        let changed = self.write(sql, width, values)?;
        if self.alone {
            self.journal.mark(sql);
        } else {
            self.journal.add(sql, width, values, Some(changed));
        }
        Ok(changed)
    }

    /// Whether rows about this stream wait to be inserted.
    fn waits(&self, key: &str) -> bool {
        self.put_off.iter().any(|put_off| put_off.keys.contains(key))
    }

    /// Inserts what was put off: everything in one statement, one journey to the server.
    fn catch_up(&mut self) -> Result<()> {
        let put_off = std::mem::take(&mut self.put_off);
        if put_off.is_empty() {
            return Ok(());
        }
        let mut types = Vec::with_capacity(put_off.len());
        for one in &put_off {
            types.push(self.prepared(one.sql)?.params().to_vec());
        }
        let statement = self.prepared_together(put_off.iter().map(|one| one.sql).collect(), &types)?;
        let mut columns = Vec::new();
        let rows: Vec<Vec<Val<'_>>> = put_off
            .iter()
            .map(|one| one.written.iter().filter_map(|n| self.journal.statement(*n)))
            .map(|written| written.flat_map(|written| self.journal.values(written)).collect())
            .collect();
        for (types, rows) in types.iter().zip(&rows) {
            columns.extend(gathered(types, types.len(), rows));
        }
        let bound: Vec<&(dyn ToSql + Sync)> = columns.iter().map(Column::bound).collect();
        let done = self.client.execute(&statement, &bound);
        drop(columns);
        done.map(drop).map_err(|error| self.note(&error))
    }

    fn prepared_together(&mut self, inserts: Vec<&'static str>, types: &[Vec<Type>]) -> Result<Statement> {
        if let Some(known) = self.together.get(&inserts) {
            return Ok(known.clone());
        }
        let (mut text, mut from, mut last) = (String::from("WITH "), 1, String::new());
        for (n, (insert, types)) in inserts.iter().zip(types).enumerate() {
            if n > 0 {
                text = format!("{text}w{n} AS ({last}), ");
            }
            last = self.arrays(insert, types, from)?;
            from += types.len();
        }
        let text = if inserts.len() > 1 { format!("{} {last}", text.trim_end_matches(", ")) } else { last };
        let statement = self.client.prepare(&text).map_err(|error| self.note(&error))?;
        self.together.insert(inserts, statement.clone());
        Ok(statement)
    }
}

/// Rows of `width` values, column by column.
fn gathered<'a>(types: &[Type], width: usize, values: &[Val<'a>]) -> Vec<Column<'a>> {
    let column = |(n, wanted)| Column::gather(wanted, values.iter().skip(n).step_by(width).copied());
    types.iter().enumerate().map(column).collect()
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
        self.catch_up()?;
        self.known.clear();
        self.write_and_note(sql, values.len(), values)
    }

    fn rows(&mut self, sql: &'static str, values: &[Val<'_>]) -> Result<Vec<Row>> {
        only_reads(&self.at, sql)?;
        without_nul(values)?;
        self.catch_up()?;
        let statement = self.prepared(sql)?;
        let bound: Vec<&(dyn ToSql + Sync)> = values.iter().map(|val| val as &(dyn ToSql + Sync)).collect();
        let found = self.client.query(&statement, &bound).map_err(|error| self.note(&error))?;
        found.iter().map(cells).collect::<std::result::Result<_, _>>().map_err(|error| self.note(&error))
    }

    fn each(&mut self, sql: &'static str, values: &[Val<'_>], visit: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        only_reads(&self.at, sql)?;
        without_nul(values)?;
        self.catch_up()?;
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
        self.catch_up()?;
        self.look("", sql, values, visit)
    }

    fn insert(&mut self, sql: &'static str, width: usize, values: &[Val<'_>]) -> Result<u64> {
        self.catch_up()?;
        self.known.clear();
        if values.is_empty() { Ok(0) } else { self.write_and_note(sql, width, values) }
    }

    fn look(
        &mut self,
        key: &str,
        sql: &'static str,
        values: &[Val<'_>],
        visit: &mut dyn FnMut(&[Val<'_>]) -> Result<()>,
    ) -> Result<()> {
        only_reads(&self.at, sql)?;
        without_nul(values)?;
        if self.waits(key) {
            self.catch_up()?;
        }
        let statement = self.prepared(sql)?;
        let bound: Vec<&(dyn ToSql + Sync)> = values.iter().map(|val| val as &(dyn ToSql + Sync)).collect();
        let rows = self.client.query(&statement, &bound).map_err(|error| self.note(&error))?;
        for row in &rows {
            let seen = (0..row.len()).map(|n| lent(row, n)).collect::<std::result::Result<Vec<_>, _>>();
            visit(&seen.map_err(|error| self.note(&error))?)?;
        }
        Ok(())
    }

    fn put(&mut self, key: &str, sql: &'static str, width: usize, values: &[Val<'_>]) -> Result<u64> {
        if self.waits(key) {
            self.catch_up()?;
        }
        if values.is_empty() { Ok(0) } else { self.write_and_note(sql, width, values) }
    }

    fn later(&mut self, key: &str, sql: &'static str, width: usize, values: &[Val<'_>]) -> Result<()> {
        without_nul(values)?;
        if values.is_empty() {
            return Ok(());
        }
        let place = self.put_off.iter().position(|put_off| put_off.sql == sql);
        let twice = place.and_then(|n| self.put_off.get(n)).is_some_and(|put_off| put_off.keys.contains(key));
        if twice {
            // One statement cannot change the same row twice.
            self.catch_up()?;
        }
        let written = self.journal.len();
        self.journal.add(sql, width, values, None);
        let key = (!key.is_empty()).then(|| key.to_owned());
        match place.filter(|_| !twice).and_then(|n| self.put_off.get_mut(n)) {
            Some(put_off) => {
                put_off.keys.extend(key);
                put_off.written.push(written);
            }
            None => self.put_off.push(PutOff { sql, keys: key.into_iter().collect(), written: vec![written] }),
        }
        Ok(())
    }

    fn known(&mut self) -> Result<&mut Known> {
        if self.writer.is_some() { Ok(&mut self.known) } else { Err(StoreError::ReadOnly(self.at.clone())) }
    }

    fn log_head(&mut self) -> Result<&mut LogHead> {
        if self.writer.is_some() { Ok(&mut self.head) } else { Err(StoreError::ReadOnly(self.at.clone())) }
    }
}

impl Postgres {
    /// A transaction begins: nothing of the one before it is left.
    fn fresh(&mut self) {
        (self.failed, self.broken) = (None, None);
        self.put_off.clear();
        self.known.clear();
    }
}

impl Session for Postgres {
    fn ready(&mut self) -> Result<()> {
        if !self.client.is_closed() {
            return Ok(());
        }
        self.client = open_client(&self.url)?;
        self.statements.clear();
        self.together.clear();
        if let Some(writer) = self.writer.clone() {
            self.lock()?;
            // Whether the last commit before the break came through is only known by looking.
            let head = access_log::head(self, &writer)?;
            self.head = head;
        }
        Ok(())
    }

    fn begin(&mut self, alone: bool) -> Result<()> {
        self.alone = alone;
        self.journal.clear();
        self.fresh();
        self.batch("BEGIN")
    }

    fn begin_read(&mut self) -> Result<()> {
        self.fresh();
        self.batch("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    }

    fn written(&self) -> usize {
        self.journal.len()
    }

    fn again(&mut self, count: usize) -> Result<()> {
        self.rollback();
        self.fresh();
        self.batch("BEGIN")?;
        let mut journal = std::mem::take(&mut self.journal);
        let at = self.at.clone();
        let done = journal.again(count, &at, |sql, width, values| self.write(sql, width, values));
        journal.truncate(count);
        self.journal = journal;
        done
    }

    fn commit(&mut self) -> Result<()> {
        self.catch_up()?;
        // COMMIT of a transaction in which a statement failed would roll back without a word.
        match self.failed.take() {
            Some(error) => Err(error),
            None => self.batch("COMMIT"),
        }
    }

    fn log_of_writes(&mut self) -> Result<Option<(File, String)>> {
        Ok(None)
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
            with_arrays(&sql, &[Type::TEXT, Type::INT8], 3).unwrap(),
            "INSERT INTO t (a, b) SELECT * FROM unnest($3::text[], $4::bigint[]) ON CONFLICT DO NOTHING"
        );
    }
}
