-- What somebody has typed into a form and not recorded yet: theirs alone, one for each person (or none yet) and form.
CREATE TABLE drafts (
    account TEXT NOT NULL,
    about TEXT NOT NULL,
    form TEXT NOT NULL,
    content TEXT NOT NULL,
    saved_at INTEGER NOT NULL,
    PRIMARY KEY (account, about, form)
) STRICT, WITHOUT ROWID;
CREATE INDEX drafts_by_age ON drafts (saved_at);
