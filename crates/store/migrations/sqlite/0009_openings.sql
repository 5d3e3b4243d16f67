-- Records that were opened with a reason (break-glass): by whom, why, until when, and what a manager said of it. `team` is
-- the case's team at that moment and `by_team` that of whoever opened it; empty for none.
CREATE TABLE openings (
    stream TEXT NOT NULL,
    id BLOB NOT NULL,
    account TEXT NOT NULL,
    agency TEXT NOT NULL,
    by_team TEXT NOT NULL,
    team TEXT NOT NULL,
    reason TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    accepted INTEGER,
    reviewed_by TEXT,
    reviewed_at INTEGER,
    PRIMARY KEY (stream, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX openings_by_holder ON openings (stream, account, until);
CREATE INDEX openings_by_team ON openings (team, opened_at);
CREATE INDEX openings_by_their_team ON openings (by_team, opened_at);
CREATE INDEX openings_by_agency ON openings (agency, opened_at);
