-- Messages to people about their appointments: one row for each thing said about one appointment on one way. A row is made
-- when the message is planned and never removed, so that nothing is said twice and everything said can be shown.
-- `on_time` is empty for an appointment without a time; `from_*` name the appointment that was told before, for `moved`.
CREATE TABLE notices (
    id BYTEA NOT NULL PRIMARY KEY,
    stream TEXT COLLATE "C" NOT NULL,
    contact TEXT COLLATE "C" NOT NULL,
    on_day TEXT COLLATE "C" NOT NULL,
    on_time TEXT COLLATE "C" NOT NULL,
    way TEXT COLLATE "C" NOT NULL,
    about TEXT COLLATE "C" NOT NULL,
    from_contact TEXT COLLATE "C" NOT NULL,
    from_day TEXT COLLATE "C" NOT NULL,
    from_time TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    send_at BIGINT NOT NULL,
    retry_at BIGINT,
    attempts BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    reason TEXT COLLATE "C",
    said TEXT COLLATE "C",
    sent_to TEXT COLLATE "C",
    reference TEXT COLLATE "C",
    UNIQUE (stream, contact, on_day, on_time, way, about, from_contact, from_day, from_time)
);
CREATE INDEX notices_by_outcome ON notices (state, changed_at, id) WHERE state IN ('failed', 'unclear', 'sending');

-- Private addresses of a worker's appointments as a calendar. The token itself is never kept.
CREATE TABLE calendar_feeds (
    digest BYTEA NOT NULL PRIMARY KEY,
    worker TEXT COLLATE "C" NOT NULL,
    names BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    revoked_at BIGINT,
    fetched_at BIGINT
);
CREATE INDEX calendar_feeds_of_worker ON calendar_feeds (worker, made_at);
