-- Search: people by their names as they were told, and who was shown to whom.
ALTER TABLE people RENAME COLUMN tokens TO names;
ALTER TABLE people ADD COLUMN also_known_as TEXT NOT NULL DEFAULT '';
ALTER TABLE people ADD COLUMN born_about TEXT;

-- Each word of a name beside each other word of it: two words are one range of the index, in either order.
DROP TABLE person_tokens;
CREATE TABLE person_words (
    word TEXT NOT NULL,
    other TEXT NOT NULL,
    stream TEXT NOT NULL,
    born TEXT NOT NULL,
    PRIMARY KEY (word, other, stream)
) STRICT, WITHOUT ROWID;

-- The words of all names, each under its misspellings. A word is entered once, by the first writer who met it; the
-- writer is part of the key so that two servers that meet a new word at once do not wait for each other.
CREATE TABLE name_words (
    cut TEXT NOT NULL,
    word TEXT NOT NULL,
    writer TEXT NOT NULL,
    PRIMARY KEY (cut, word, writer)
) STRICT, WITHOUT ROWID;

-- Numbers as they are typed: without strokes, hyphens, spaces, full stops and leading noughts.
DROP INDEX person_identifiers_by_value;
CREATE INDEX person_identifiers_by_number ON person_identifiers
    (ltrim(upper(replace(replace(replace(replace(value, '/', ''), '-', ''), ' ', ''), '.', '')), '0'), stream);
CREATE INDEX cases_by_number ON cases
    (ltrim(upper(replace(replace(replace(replace(order_ref, '/', ''), '-', ''), ' ', ''), '.', '')), '0'), stream)
    WHERE kind <> 'person';

-- Whom an entry of the access log showed, when it showed several; access_log.head is their digest.
CREATE TABLE access_log_shown (
    writer TEXT NOT NULL,
    seq INTEGER NOT NULL,
    stream TEXT NOT NULL,
    PRIMARY KEY (writer, seq, stream)
) STRICT, WITHOUT ROWID;
CREATE INDEX access_log_shown_by_stream ON access_log_shown (stream, writer, seq);

-- The next refresh computes these rows again.
UPDATE people SET names = '';
UPDATE cases SET refresh_on = '1900-01-01';
