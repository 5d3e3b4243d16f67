-- What the desk shows. A record that is not for everyone: the row of an account decides; else the row of '*'; else it
-- may be seen.
CREATE TABLE person_access (
    stream TEXT COLLATE "C" NOT NULL,
    account TEXT COLLATE "C" NOT NULL,
    may BIGINT NOT NULL,
    PRIMARY KEY (stream, account)
);

-- Contacts that were planned: all whose outcome is not recorded, and the latest that have one.
CREATE TABLE appointments (
    stream TEXT COLLATE "C" NOT NULL,
    contact TEXT COLLATE "C" NOT NULL,
    on_day TEXT COLLATE "C" NOT NULL,
    at TEXT COLLATE "C",
    kind TEXT COLLATE "C" NOT NULL,
    with_whom TEXT COLLATE "C" NOT NULL,
    place TEXT COLLATE "C",
    about TEXT COLLATE "C",
    worker TEXT COLLATE "C",
    team TEXT COLLATE "C",
    outcome TEXT COLLATE "C",
    PRIMARY KEY (stream, contact)
);
CREATE INDEX appointments_of_worker ON appointments (worker, on_day, stream, contact);
CREATE INDEX appointments_of_team ON appointments (team, on_day, stream, contact);
CREATE INDEX appointments_ahead ON appointments (on_day, stream, contact) WHERE outcome IS NULL;

-- Breach proceedings under way.
CREATE TABLE proceedings (
    stream TEXT COLLATE "C" NOT NULL,
    breach TEXT COLLATE "C" NOT NULL,
    order_ref TEXT COLLATE "C" NOT NULL,
    stage TEXT COLLATE "C" NOT NULL,
    since TEXT COLLATE "C" NOT NULL,
    endorsed BIGINT NOT NULL,
    team TEXT COLLATE "C",
    worker TEXT COLLATE "C",
    PRIMARY KEY (stream, breach)
);
CREATE INDEX proceedings_to_endorse ON proceedings (team, since, stream, breach)
    WHERE endorsed = 0 AND stage IN ('proposed', 'decided');

ALTER TABLE cases ADD COLUMN restricted BIGINT NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN next_standard TEXT COLLATE "C";
ALTER TABLE cases ADD COLUMN attendance TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN met BIGINT NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN late BIGINT NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN missed BIGINT NOT NULL DEFAULT 0;
CREATE INDEX cases_now_of_worker ON cases (worker, stream, order_ref)
    WHERE worker IS NOT NULL AND ended_on IS NULL;
CREATE INDEX cases_now_of_team ON cases (team, worker, kind, level, restricted, stream, order_ref)
    WHERE team IS NOT NULL AND ended_on IS NULL;
CREATE INDEX cases_unallocated ON cases (council, imposed_on, stream, order_ref)
    WHERE worker IS NULL AND ended_on IS NULL AND council <> '';

-- Counts leave out, without looking at each person, what is restricted to others.
ALTER TABLE obligations ADD COLUMN restricted BIGINT NOT NULL DEFAULT 0;
DROP INDEX obligations_counted;
CREATE INDEX obligations_counted ON obligations (team, standard, opened_on, state, restricted)
    WHERE team IS NOT NULL;
