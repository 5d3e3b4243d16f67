-- How members of staff prove who they are. Rows, not events: a secret must be forgotten when it is replaced. The register
-- of staff (roles, agencies, teams) is a stream of events; an account without a member on it opens nothing.
CREATE TABLE accounts (
    account TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    password TEXT COLLATE "C",
    password_until BIGINT,
    totp BYTEA,
    totp_offered BYTEA,
    totp_step BIGINT NOT NULL,
    handle BYTEA NOT NULL UNIQUE,
    one_factor BIGINT NOT NULL,
    signed_in_at BIGINT
);

CREATE TABLE recovery_codes (
    account TEXT COLLATE "C" NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (account, hash)
);

CREATE TABLE passkeys (
    id BYTEA NOT NULL PRIMARY KEY,
    account TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    content TEXT COLLATE "C" NOT NULL,
    added_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX passkeys_of_account ON passkeys (account);

-- Who an identity provider's subject is here; never joined by e-mail.
CREATE TABLE identities (
    issuer TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    account TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX identities_of_account ON identities (account);

-- The id is the SHA-256 of what the browser holds.
CREATE TABLE sessions (
    id BYTEA NOT NULL PRIMARY KEY,
    account TEXT COLLATE "C" NOT NULL,
    stage TEXT COLLATE "C" NOT NULL,
    how TEXT COLLATE "C" NOT NULL,
    csrf TEXT COLLATE "C" NOT NULL,
    device TEXT COLLATE "C" NOT NULL,
    address TEXT COLLATE "C" NOT NULL,
    begun_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    confirmed_at BIGINT,
    flash TEXT COLLATE "C"
);
CREATE INDEX sessions_of_account ON sessions (account);
CREATE INDEX sessions_by_end ON sessions (ends_at);

-- What programs and calendars sign in with; the hash is the SHA-256 of what they hold.
CREATE TABLE tokens (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL,
    hash BYTEA NOT NULL UNIQUE,
    account TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    roles TEXT COLLATE "C" NOT NULL,
    agency TEXT COLLATE "C" NOT NULL,
    made_at BIGINT NOT NULL,
    ends_at BIGINT,
    used_at BIGINT
);
CREATE INDEX tokens_of_account ON tokens (account);

-- Tries at signing in, by the SHA-256 of an account's name or of an address.
CREATE TABLE throttles (
    name BYTEA NOT NULL PRIMARY KEY,
    tries BIGINT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL
);
CREATE INDEX throttles_by_since ON throttles (since);

-- What is kept for minutes between two requests of one browser: a ceremony's challenge, what was typed when a session ended.
CREATE TABLE held (
    id BYTEA NOT NULL PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL,
    content TEXT COLLATE "C" NOT NULL,
    ends_at BIGINT NOT NULL
);
CREATE INDEX held_by_end ON held (ends_at);
