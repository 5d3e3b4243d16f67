-- Work asked for by a transaction and done after it. `run_at` is when it may be claimed: a claim moves it to the end of the
-- lease, so that a worker who dies gives its jobs back by doing nothing.
CREATE TABLE jobs (
    id BYTEA NOT NULL PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL,
    about TEXT COLLATE "C" NOT NULL,
    payload TEXT COLLATE "C" NOT NULL,
    once TEXT COLLATE "C" UNIQUE,
    state TEXT COLLATE "C" NOT NULL,
    run_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    lease BYTEA,
    last_error TEXT COLLATE "C",
    asked_at BIGINT NOT NULL
);
CREATE INDEX jobs_in_turn ON jobs (state, kind, run_at, id);
CREATE INDEX jobs_by_subject ON jobs (kind, about, state, run_at, id);

-- Who is told of events, and where.
CREATE TABLE subscriptions (
    id BYTEA NOT NULL PRIMARY KEY,
    agency TEXT COLLATE "C" NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    url TEXT COLLATE "C" NOT NULL,
    secret BYTEA NOT NULL,
    kinds TEXT COLLATE "C" NOT NULL,
    made_at BIGINT NOT NULL,
    made_by TEXT COLLATE "C" NOT NULL,
    stopped_at BIGINT
);
