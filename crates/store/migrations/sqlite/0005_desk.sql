-- What the desk shows. A record that is not for everyone: the row of an account decides; else the row of '*'; else it
-- may be seen.
CREATE TABLE person_access (
    stream TEXT NOT NULL,
    account TEXT NOT NULL,
    may INTEGER NOT NULL,
    PRIMARY KEY (stream, account)
) STRICT, WITHOUT ROWID;

-- Contacts that were planned: all whose outcome is not recorded, and the latest that have one.
CREATE TABLE appointments (
    stream TEXT NOT NULL,
    contact TEXT NOT NULL,
    on_day TEXT NOT NULL,
    at TEXT,
    kind TEXT NOT NULL,
    with_whom TEXT NOT NULL,
    place TEXT,
    about TEXT,
    worker TEXT,
    team TEXT,
    outcome TEXT,
    PRIMARY KEY (stream, contact)
) STRICT, WITHOUT ROWID;
CREATE INDEX appointments_of_worker ON appointments (worker, on_day, stream, contact);
CREATE INDEX appointments_of_team ON appointments (team, on_day, stream, contact);
CREATE INDEX appointments_ahead ON appointments (on_day, stream, contact) WHERE outcome IS NULL;

-- Breach proceedings under way.
CREATE TABLE proceedings (
    stream TEXT NOT NULL,
    breach TEXT NOT NULL,
    order_ref TEXT NOT NULL,
    stage TEXT NOT NULL,
    since TEXT NOT NULL,
    endorsed INTEGER NOT NULL,
    team TEXT,
    worker TEXT,
    PRIMARY KEY (stream, breach)
) STRICT, WITHOUT ROWID;
CREATE INDEX proceedings_to_endorse ON proceedings (team, since, stream, breach)
    WHERE endorsed = 0 AND stage IN ('proposed', 'decided');

ALTER TABLE cases ADD COLUMN restricted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN next_standard TEXT;
ALTER TABLE cases ADD COLUMN attendance TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN met INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN late INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN missed INTEGER NOT NULL DEFAULT 0;
CREATE INDEX cases_now_of_worker ON cases (worker, stream, order_ref)
    WHERE worker IS NOT NULL AND ended_on IS NULL;
CREATE INDEX cases_now_of_team ON cases (team, worker, kind, level, restricted, stream, order_ref)
    WHERE team IS NOT NULL AND ended_on IS NULL;
CREATE INDEX cases_unallocated ON cases (council, imposed_on, stream, order_ref)
    WHERE worker IS NULL AND ended_on IS NULL AND council <> '';

-- Counts leave out, without looking at each person, what is restricted to others.
ALTER TABLE obligations ADD COLUMN restricted INTEGER NOT NULL DEFAULT 0;
DROP INDEX obligations_counted;
CREATE INDEX obligations_counted ON obligations (team, standard, opened_on, state, restricted)
    WHERE team IS NOT NULL;
