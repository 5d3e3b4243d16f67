-- Events: one row each, keyed by stream so that a person is one range of the index.
CREATE TABLE events (
    stream TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    id BYTEA NOT NULL UNIQUE,
    kind TEXT COLLATE "C" NOT NULL,
    schema_version BIGINT NOT NULL,
    happened TEXT COLLATE "C" NOT NULL,
    recorded BIGINT NOT NULL,
    recorded_by TEXT COLLATE "C" NOT NULL,
    agency TEXT COLLATE "C" NOT NULL,
    purpose TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    prev BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (stream, version)
);

-- The access log: one chain per writer.
CREATE TABLE access_log (
    writer TEXT COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    role TEXT COLLATE "C" NOT NULL,
    agency TEXT COLLATE "C" NOT NULL,
    action TEXT COLLATE "C" NOT NULL,
    stream TEXT COLLATE "C",
    detail TEXT COLLATE "C" NOT NULL,
    purpose TEXT COLLATE "C" NOT NULL,
    outcome TEXT COLLATE "C" NOT NULL,
    first_version BIGINT,
    last_version BIGINT,
    head BYTEA,
    request TEXT COLLATE "C" NOT NULL,
    prev BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (writer, seq)
);
CREATE INDEX access_log_by_stream ON access_log (stream, at) WHERE stream IS NOT NULL;
CREATE INDEX access_log_by_actor ON access_log (actor, at);

-- The appends of an entry that covers several streams (an import's chunk); access_log.head is their digest.
CREATE TABLE access_log_heads (
    writer TEXT COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL,
    n BIGINT NOT NULL,
    stream TEXT COLLATE "C" NOT NULL,
    first_version BIGINT NOT NULL,
    last_version BIGINT NOT NULL,
    head BYTEA NOT NULL,
    PRIMARY KEY (writer, seq, n)
);

-- Who may write which chain of the access log, and the key that signs its head.
CREATE TABLE writers (
    writer TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    public_key TEXT COLLATE "C" NOT NULL
);

-- What the database says of itself: database_id, restoring.
CREATE TABLE about (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    content TEXT COLLATE "C" NOT NULL
);

-- Read models: the whole set of rows of a person is replaced with each append.
CREATE TABLE people (
    stream TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    display_name TEXT COLLATE "C" NOT NULL,
    sort_name TEXT COLLATE "C" NOT NULL,
    tokens TEXT COLLATE "C" NOT NULL,
    date_of_birth TEXT COLLATE "C",
    restricted BIGINT NOT NULL,
    last_contact_on TEXT COLLATE "C"
);
CREATE INDEX people_by_name ON people (sort_name, stream);
CREATE INDEX people_by_birth ON people (date_of_birth, sort_name, stream);

CREATE TABLE person_tokens (
    token TEXT COLLATE "C" NOT NULL,
    stream TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (token, stream)
);

CREATE TABLE person_identifiers (
    stream TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (stream, kind, value)
);
CREATE INDEX person_identifiers_by_value ON person_identifiers (value, kind, stream);

CREATE TABLE cases (
    stream TEXT COLLATE "C" NOT NULL,
    order_ref TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    council TEXT COLLATE "C" NOT NULL,
    team TEXT COLLATE "C",
    worker TEXT COLLATE "C",
    level TEXT COLLATE "C",
    imposed_on TEXT COLLATE "C",
    ended_on TEXT COLLATE "C",
    hours_ordered BIGINT,
    minutes_credited BIGINT,
    next_due TEXT COLLATE "C",
    refresh_on TEXT COLLATE "C",
    PRIMARY KEY (stream, order_ref)
);
CREATE INDEX cases_by_worker ON cases (worker, status, stream, order_ref);
CREATE INDEX cases_by_team ON cases (team, status, stream, order_ref);
CREATE INDEX cases_to_refresh ON cases (refresh_on, stream) WHERE refresh_on IS NOT NULL;

CREATE TABLE obligations (
    stream TEXT COLLATE "C" NOT NULL,
    order_ref TEXT COLLATE "C" NOT NULL,
    standard TEXT COLLATE "C" NOT NULL,
    opened_on TEXT COLLATE "C" NOT NULL,
    n BIGINT NOT NULL,
    due TEXT COLLATE "C",
    state TEXT COLLATE "C" NOT NULL,
    settled_on TEXT COLLATE "C",
    team TEXT COLLATE "C",
    worker TEXT COLLATE "C",
    governs BIGINT NOT NULL,
    PRIMARY KEY (stream, order_ref, standard, opened_on, n)
);
CREATE INDEX obligations_of_team ON obligations (team, due, stream, order_ref, standard, opened_on, n)
    WHERE state IN ('open', 'missed');
CREATE INDEX obligations_of_worker ON obligations (worker, due, stream, order_ref, standard, opened_on, n)
    WHERE state IN ('open', 'missed');
CREATE INDEX obligations_counted ON obligations (team, standard, opened_on, state);
