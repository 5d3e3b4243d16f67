//! The event log, the read models and the access log on SQLite and PostgreSQL.
