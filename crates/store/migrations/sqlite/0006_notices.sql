-- Messages to people about their appointments: one row for each thing said about one appointment on one way. A row is made
-- when the message is planned and never removed, so that nothing is said twice and everything said can be shown.
-- `on_time` is empty for an appointment without a time; `from_*` name the appointment that was told before, for `moved`.
CREATE TABLE notices (
    id BLOB NOT NULL PRIMARY KEY,
    stream TEXT NOT NULL,
    contact TEXT NOT NULL,
    on_day TEXT NOT NULL,
    on_time TEXT NOT NULL,
    way TEXT NOT NULL,
    about TEXT NOT NULL,
    from_contact TEXT NOT NULL,
    from_day TEXT NOT NULL,
    from_time TEXT NOT NULL,
    state TEXT NOT NULL,
    send_at INTEGER NOT NULL,
    retry_at INTEGER,
    attempts INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    reason TEXT,
    said TEXT,
    sent_to TEXT,
    reference TEXT,
    UNIQUE (stream, contact, on_day, on_time, way, about, from_contact, from_day, from_time)
) STRICT, WITHOUT ROWID;
CREATE INDEX notices_by_outcome ON notices (state, changed_at, id) WHERE state IN ('failed', 'unclear', 'sending');

-- Private addresses of a worker's appointments as a calendar. The token itself is never kept.
CREATE TABLE calendar_feeds (
    digest BLOB NOT NULL PRIMARY KEY,
    worker TEXT NOT NULL,
    names INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    revoked_at INTEGER,
    fetched_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX calendar_feeds_of_worker ON calendar_feeds (worker, made_at);
