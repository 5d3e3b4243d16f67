-- Browsers in which somebody signed in before, by the hash of what they hold: their tries are counted apart from those that
-- anybody else makes at the same account.
CREATE TABLE known_browsers (
    hash BLOB NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX known_browsers_of_account ON known_browsers (account);
CREATE INDEX known_browsers_since ON known_browsers (since);
