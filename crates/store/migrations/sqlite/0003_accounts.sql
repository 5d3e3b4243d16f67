-- How members of staff prove who they are. Rows, not events: a secret must be forgotten when it is replaced. The register
-- of staff (roles, agencies, teams) is a stream of events; an account without a member on it opens nothing.
CREATE TABLE accounts (
    account TEXT NOT NULL PRIMARY KEY,
    password TEXT,
    password_until INTEGER,
    totp BLOB,
    totp_offered BLOB,
    totp_step INTEGER NOT NULL,
    handle BLOB NOT NULL UNIQUE,
    one_factor INTEGER NOT NULL,
    signed_in_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE recovery_codes (
    account TEXT NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (account, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE passkeys (
    id BLOB NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    content TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX passkeys_of_account ON passkeys (account);

-- Who an identity provider's subject is here; never joined by e-mail.
CREATE TABLE identities (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    account TEXT NOT NULL,
    PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX identities_of_account ON identities (account);

-- The id is the SHA-256 of what the browser holds.
CREATE TABLE sessions (
    id BLOB NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    stage TEXT NOT NULL,
    how TEXT NOT NULL,
    csrf TEXT NOT NULL,
    device TEXT NOT NULL,
    address TEXT NOT NULL,
    begun_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    confirmed_at INTEGER,
    flash TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_of_account ON sessions (account);
CREATE INDEX sessions_by_end ON sessions (ends_at);

-- What programs and calendars sign in with; the hash is the SHA-256 of what they hold.
CREATE TABLE tokens (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    hash BLOB NOT NULL UNIQUE,
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    roles TEXT NOT NULL,
    agency TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    ends_at INTEGER,
    used_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX tokens_of_account ON tokens (account);

-- Tries at signing in, by the SHA-256 of an account's name or of an address.
CREATE TABLE throttles (
    name BLOB NOT NULL PRIMARY KEY,
    tries INTEGER NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX throttles_by_since ON throttles (since);

-- What is kept for minutes between two requests of one browser: a ceremony's challenge, what was typed when a session ended.
CREATE TABLE held (
    id BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    content TEXT NOT NULL,
    ends_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX held_by_end ON held (ends_at);
