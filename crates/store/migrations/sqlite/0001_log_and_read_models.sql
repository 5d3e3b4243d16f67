-- Events: one row each, clustered by stream so that a person is one range of the file.
CREATE TABLE events (
    stream TEXT NOT NULL,
    version INTEGER NOT NULL,
    id BLOB NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    schema_version INTEGER NOT NULL,
    happened TEXT NOT NULL,
    recorded INTEGER NOT NULL,
    recorded_by TEXT NOT NULL,
    agency TEXT NOT NULL,
    purpose TEXT NOT NULL,
    body TEXT NOT NULL,
    prev BLOB NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (stream, version)
) STRICT, WITHOUT ROWID;

-- The access log: one chain per writer.
CREATE TABLE access_log (
    writer TEXT NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    role TEXT NOT NULL,
    agency TEXT NOT NULL,
    action TEXT NOT NULL,
    stream TEXT,
    detail TEXT NOT NULL,
    purpose TEXT NOT NULL,
    outcome TEXT NOT NULL,
    first_version INTEGER,
    last_version INTEGER,
    head BLOB,
    request TEXT NOT NULL,
    prev BLOB NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (writer, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX access_log_by_stream ON access_log (stream, at) WHERE stream IS NOT NULL;
CREATE INDEX access_log_by_actor ON access_log (actor, at);

-- The appends of an entry that covers several streams (an import's chunk); access_log.head is their digest.
CREATE TABLE access_log_heads (
    writer TEXT NOT NULL,
    seq INTEGER NOT NULL,
    n INTEGER NOT NULL,
    stream TEXT NOT NULL,
    first_version INTEGER NOT NULL,
    last_version INTEGER NOT NULL,
    head BLOB NOT NULL,
    PRIMARY KEY (writer, seq, n)
) STRICT, WITHOUT ROWID;

-- Who may write which chain of the access log, and the key that signs its head.
CREATE TABLE writers (
    writer TEXT NOT NULL PRIMARY KEY,
    public_key TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What the database says of itself: database_id, restoring.
CREATE TABLE about (
    name TEXT NOT NULL PRIMARY KEY,
    content TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Read models: the whole set of rows of a person is replaced with each append.
CREATE TABLE people (
    stream TEXT NOT NULL PRIMARY KEY,
    display_name TEXT NOT NULL,
    sort_name TEXT NOT NULL,
    tokens TEXT NOT NULL,
    date_of_birth TEXT,
    restricted INTEGER NOT NULL,
    last_contact_on TEXT
) STRICT, WITHOUT ROWID;
-- Partial, as those on cases: a row without the value is in no index on it, and most imported rows are without.
CREATE INDEX people_by_name ON people (sort_name, stream) WHERE sort_name <> '';
CREATE INDEX people_by_birth ON people (date_of_birth, sort_name, stream) WHERE date_of_birth IS NOT NULL;

CREATE TABLE person_tokens (
    token TEXT NOT NULL,
    stream TEXT NOT NULL,
    PRIMARY KEY (token, stream)
) STRICT, WITHOUT ROWID;

CREATE TABLE person_identifiers (
    stream TEXT NOT NULL,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (stream, kind, value)
) STRICT, WITHOUT ROWID;
CREATE INDEX person_identifiers_by_value ON person_identifiers (value, kind, stream);

CREATE TABLE cases (
    stream TEXT NOT NULL,
    order_ref TEXT NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    council TEXT NOT NULL,
    team TEXT,
    worker TEXT,
    level TEXT,
    imposed_on TEXT,
    ended_on TEXT,
    hours_ordered INTEGER,
    minutes_credited INTEGER,
    next_due TEXT,
    refresh_on TEXT,
    PRIMARY KEY (stream, order_ref)
) STRICT, WITHOUT ROWID;
CREATE INDEX cases_by_worker ON cases (worker, status, stream, order_ref) WHERE worker IS NOT NULL;
CREATE INDEX cases_by_team ON cases (team, status, stream, order_ref) WHERE team IS NOT NULL;
CREATE INDEX cases_to_refresh ON cases (refresh_on, stream) WHERE refresh_on IS NOT NULL;

-- Wide rows, found in four ways: the id keeps three of the four indices narrow. What is not allocated is counted without one.
CREATE TABLE obligations (
    id INTEGER PRIMARY KEY,
    stream TEXT NOT NULL,
    order_ref TEXT NOT NULL,
    standard TEXT NOT NULL,
    opened_on TEXT NOT NULL,
    n INTEGER NOT NULL,
    due TEXT,
    state TEXT NOT NULL,
    settled_on TEXT,
    team TEXT,
    worker TEXT,
    governs INTEGER NOT NULL,
    UNIQUE (stream, order_ref, standard, opened_on, n)
) STRICT;
CREATE INDEX obligations_of_team ON obligations (team, due, id) WHERE state IN ('open', 'missed');
CREATE INDEX obligations_of_worker ON obligations (worker, due, id) WHERE state IN ('open', 'missed');
CREATE INDEX obligations_counted ON obligations (team, standard, opened_on, state) WHERE team IS NOT NULL;
