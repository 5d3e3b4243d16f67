-- What somebody has typed into a form and not recorded yet: theirs alone, one for each person (or none yet) and form.
CREATE TABLE drafts (
    account TEXT COLLATE "C" NOT NULL,
    about TEXT COLLATE "C" NOT NULL,
    form TEXT COLLATE "C" NOT NULL,
    content TEXT COLLATE "C" NOT NULL,
    saved_at BIGINT NOT NULL,
    PRIMARY KEY (account, about, form)
);
CREATE INDEX drafts_by_age ON drafts (saved_at);
