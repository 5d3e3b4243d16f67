//! The area's database, asked directly: for the sessions, for the bare server, for what it holds.

use postgres::types::{ToSql, Type};
use postgres::{Client, NoTls, Statement};
use rusqlite::types::{ToSqlOutput, ValueRef};
use std::collections::BTreeMap;

/// A connection; statements are prepared once.
pub(crate) enum Database {
    File(rusqlite::Connection),
    Server(Box<Client>, BTreeMap<&'static str, Statement>),
}

/// A value that is bound.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value<'a> {
    Text(&'a str),
    Bytes(&'a [u8]),
    Number(i64),
}

/// A value that is answered.
pub(crate) enum Cell<'a> {
    Nothing,
    Number(i64),
    Text(&'a str),
    Bytes,
}

impl Cell<'_> {
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Text(text) => (*text).to_owned(),
            Self::Number(number) => number.to_string(),
            Self::Nothing | Self::Bytes => String::new(),
        }
    }
}

impl Database {
    /// Opens the database at the place that `--store` names.
    pub(crate) fn open(store: &str) -> Self {
        if store.starts_with("postgres") {
            Self::Server(Box::new(Client::connect(store, NoTls).unwrap()), BTreeMap::new())
        } else {
            let connection = rusqlite::Connection::open(store).unwrap();
            connection.busy_timeout(std::time::Duration::from_secs(5)).unwrap();
            Self::File(connection)
        }
    }

    /// Shows every row of an answer. Parameters are `?1`, `?2` … in both databases.
    pub(crate) fn each(&mut self, sql: &'static str, values: &[Value<'_>], visit: &mut dyn FnMut(&[Cell<'_>])) {
        match self {
            Self::File(connection) => {
                let mut statement = connection.prepare_cached(sql).unwrap();
                let columns = statement.column_count();
                let mut rows = statement.query(rusqlite::params_from_iter(values)).unwrap();
                while let Some(row) = rows.next().unwrap() {
                    let cells: Vec<_> = (0..columns).map(|column| of_file(row.get_ref(column).unwrap())).collect();
                    visit(&cells);
                }
            }
            Self::Server(client, prepared) => {
                let statement = prepared.entry(sql).or_insert_with(|| {
                    client.prepare(&sql.replace('?', "$")).unwrap_or_else(|error| panic!("{error:?}"))
                });
                let values: Vec<&(dyn ToSql + Sync)> = values.iter().map(|value| value as _).collect();
                for row in client.query(&*statement, &values).unwrap() {
                    let cells: Vec<_> = (0..row.len()).map(|column| of_server(&row, column)).collect();
                    visit(&cells);
                }
            }
        }
    }

    /// Runs a statement.
    pub(crate) fn execute(&mut self, sql: &'static str, values: &[Value<'_>]) {
        match self {
            Self::File(connection) => drop(connection.execute(sql, rusqlite::params_from_iter(values)).unwrap()),
            Self::Server(client, _) => {
                let values: Vec<&(dyn ToSql + Sync)> = values.iter().map(|value| value as _).collect();
                client.execute(&sql.replace('?', "$"), &values).unwrap();
            }
        }
    }

    /// The one number that a query answers.
    pub(crate) fn number(&mut self, sql: &'static str) -> i64 {
        let mut found = 0;
        self.each(sql, &[], &mut |row| {
            if let Some(Cell::Number(number)) = row.first() {
                found = *number;
            }
        });
        found
    }
}

fn of_file(value: ValueRef<'_>) -> Cell<'_> {
    match value {
        ValueRef::Null => Cell::Nothing,
        ValueRef::Integer(number) => Cell::Number(number),
        ValueRef::Text(text) => Cell::Text(std::str::from_utf8(text).unwrap()),
        ValueRef::Real(_) | ValueRef::Blob(_) => Cell::Bytes,
    }
}

fn of_server(row: &postgres::Row, column: usize) -> Cell<'_> {
    match *row.columns()[column].type_() {
        Type::TEXT => row.get::<_, Option<&str>>(column).map_or(Cell::Nothing, Cell::Text),
        Type::INT8 => row.get::<_, Option<i64>>(column).map_or(Cell::Nothing, Cell::Number),
        _ => Cell::Bytes,
    }
}

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
            Self::Number(number) => ValueRef::Integer(*number),
        }))
    }
}

impl ToSql for Value<'_> {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut bytes::BytesMut,
    ) -> Result<postgres::types::IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Text(text) => text.to_sql(kind, out),
            Self::Bytes(bytes) => bytes.to_sql(kind, out),
            Self::Number(number) => number.to_sql(kind, out),
        }
    }

    fn accepts(kind: &Type) -> bool {
        [Type::TEXT, Type::BYTEA, Type::INT8].contains(kind)
    }

    postgres::types::to_sql_checked!();
}
