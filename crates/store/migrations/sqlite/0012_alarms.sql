-- Alarms about how records are used, for the managers and auditors of an agency, until one of them says what became of it: an
-- account that opened very many records, an opening that nobody reviewed in time. `stream` and `opening` are of the latter.
CREATE TABLE alarms (
    id BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    agency TEXT NOT NULL,
    account TEXT NOT NULL,
    stream TEXT,
    opening BLOB,
    people INTEGER NOT NULL,
    raised_at INTEGER NOT NULL,
    settled_by TEXT,
    settled_at INTEGER,
    said TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX alarms_of_agency ON alarms (agency, raised_at);
CREATE INDEX alarms_of_account ON alarms (account, kind, raised_at);
CREATE INDEX alarms_of_opening ON alarms (stream, opening) WHERE stream IS NOT NULL;
CREATE INDEX openings_to_review ON openings (opened_at) WHERE reviewed_at IS NULL;
