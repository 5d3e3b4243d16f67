-- Plans to reduce reoffending: what lists and filters over many plans are served from. Computed from each plan's stream.
CREATE TABLE plans (
    stream TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    agency TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    paper TEXT COLLATE "C",
    first_day TEXT COLLATE "C" NOT NULL,
    last_day TEXT COLLATE "C" NOT NULL,
    owner TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    version TEXT COLLATE "C",
    is_public BIGINT NOT NULL,
    holds TEXT COLLATE "C" NOT NULL
);
-- Work that is not over, and its milestones that were not reached; `milestone` is empty for the work itself.
CREATE TABLE plan_work (
    stream TEXT COLLATE "C" NOT NULL,
    item TEXT COLLATE "C" NOT NULL,
    milestone TEXT COLLATE "C" NOT NULL,
    text TEXT COLLATE "C" NOT NULL,
    lead TEXT COLLATE "C",
    due TEXT COLLATE "C",
    PRIMARY KEY (stream, item, milestone)
);
CREATE INDEX plan_work_by_lead ON plan_work (lead, due);
CREATE TABLE plan_consultations (
    stream TEXT COLLATE "C" NOT NULL,
    consultation TEXT COLLATE "C" NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    opened TEXT COLLATE "C" NOT NULL,
    closes TEXT COLLATE "C" NOT NULL,
    closed_on TEXT COLLATE "C",
    questions BIGINT NOT NULL,
    PRIMARY KEY (stream, consultation)
);
-- What the public sent and nobody has looked at yet. It is taken into the plan's stream, or removed: what was never meant
-- as an answer does not stay for ever. `origin` is a digest of the sender's address, for the limit on how much one sends.
CREATE TABLE plan_inbox (
    stream TEXT COLLATE "C" NOT NULL,
    id BYTEA NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    about TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    origin BYTEA NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (stream, id)
);
-- What all servers on this database share and nobody else knows.
CREATE TABLE secrets (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    value BYTEA NOT NULL
);
