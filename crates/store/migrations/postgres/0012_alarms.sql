-- Alarms about how records are used, for the managers and auditors of an agency, until one of them says what became of it: an
-- account that opened very many records, an opening that nobody reviewed in time. `stream` and `opening` are of the latter.
CREATE TABLE alarms (
    id BYTEA NOT NULL PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL,
    agency TEXT COLLATE "C" NOT NULL,
    account TEXT COLLATE "C" NOT NULL,
    stream TEXT COLLATE "C",
    opening BYTEA,
    people BIGINT NOT NULL,
    raised_at BIGINT NOT NULL,
    settled_by TEXT COLLATE "C",
    settled_at BIGINT,
    said TEXT COLLATE "C"
);
CREATE INDEX alarms_of_agency ON alarms (agency, raised_at);
CREATE INDEX alarms_of_account ON alarms (account, kind, raised_at);
CREATE INDEX alarms_of_opening ON alarms (stream, opening) WHERE stream IS NOT NULL;
CREATE INDEX openings_to_review ON openings (opened_at) WHERE reviewed_at IS NULL;
