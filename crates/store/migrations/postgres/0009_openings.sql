-- Records that were opened with a reason (break-glass): by whom, why, until when, and what a manager said of it. `team` is
-- the case's team at that moment and `by_team` that of whoever opened it; empty for none.
CREATE TABLE openings (
    stream TEXT COLLATE "C" NOT NULL,
    id BYTEA NOT NULL,
    account TEXT COLLATE "C" NOT NULL,
    agency TEXT COLLATE "C" NOT NULL,
    by_team TEXT COLLATE "C" NOT NULL,
    team TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    opened_at BIGINT NOT NULL,
    until BIGINT NOT NULL,
    accepted BIGINT,
    reviewed_by TEXT COLLATE "C",
    reviewed_at BIGINT,
    PRIMARY KEY (stream, id)
);
CREATE INDEX openings_by_holder ON openings (stream, account, until);
CREATE INDEX openings_by_team ON openings (team, opened_at);
CREATE INDEX openings_by_their_team ON openings (by_team, opened_at);
CREATE INDEX openings_by_agency ON openings (agency, opened_at);
