-- Plans to reduce reoffending: what lists and filters over many plans are served from. Computed from each plan's stream.
CREATE TABLE plans (
    stream TEXT NOT NULL PRIMARY KEY,
    agency TEXT NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    paper TEXT,
    first_day TEXT NOT NULL,
    last_day TEXT NOT NULL,
    owner TEXT NOT NULL,
    status TEXT NOT NULL,
    version TEXT,
    is_public INTEGER NOT NULL,
    holds TEXT NOT NULL
) STRICT, WITHOUT ROWID;
-- Work that is not over, and its milestones that were not reached; `milestone` is empty for the work itself.
CREATE TABLE plan_work (
    stream TEXT NOT NULL,
    item TEXT NOT NULL,
    milestone TEXT NOT NULL,
    text TEXT NOT NULL,
    lead TEXT,
    due TEXT,
    PRIMARY KEY (stream, item, milestone)
) STRICT, WITHOUT ROWID;
CREATE INDEX plan_work_by_lead ON plan_work (lead, due);
CREATE TABLE plan_consultations (
    stream TEXT NOT NULL,
    consultation TEXT NOT NULL,
    title TEXT NOT NULL,
    opened TEXT NOT NULL,
    closes TEXT NOT NULL,
    closed_on TEXT,
    questions INTEGER NOT NULL,
    PRIMARY KEY (stream, consultation)
) STRICT, WITHOUT ROWID;
-- What the public sent and nobody has looked at yet. It is taken into the plan's stream, or removed: what was never meant
-- as an answer does not stay for ever. `origin` is a digest of the sender's address, for the limit on how much one sends.
CREATE TABLE plan_inbox (
    stream TEXT NOT NULL,
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    about TEXT NOT NULL,
    body TEXT NOT NULL,
    origin BLOB NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (stream, id)
) STRICT, WITHOUT ROWID;
-- What all servers on this database share and nobody else knows.
CREATE TABLE secrets (
    name TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
