-- Work asked for by a transaction and done after it. `run_at` is when it may be claimed: a claim moves it to the end of the
-- lease, so that a worker who dies gives its jobs back by doing nothing.
CREATE TABLE jobs (
    id BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    about TEXT NOT NULL,
    payload TEXT NOT NULL,
    once TEXT UNIQUE,
    state TEXT NOT NULL,
    run_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    lease BLOB,
    last_error TEXT,
    asked_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX jobs_in_turn ON jobs (state, kind, run_at, id);
CREATE INDEX jobs_by_subject ON jobs (kind, about, state, run_at, id);

-- Who is told of events, and where.
CREATE TABLE subscriptions (
    id BLOB NOT NULL PRIMARY KEY,
    agency TEXT NOT NULL,
    title TEXT NOT NULL,
    url TEXT NOT NULL,
    secret BLOB NOT NULL,
    kinds TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    stopped_at INTEGER
) STRICT, WITHOUT ROWID;
