-- What is searched for, counted by words and days: words alone, no person.
CREATE TABLE questions (
    words   TEXT NOT NULL,
    day     TEXT NOT NULL,
    asked   INTEGER NOT NULL CHECK (asked > 0),
    unfound INTEGER NOT NULL CHECK (unfound BETWEEN 0 AND asked),
    PRIMARY KEY (words, day)
) STRICT;
CREATE INDEX questions_day ON questions (day);
-- What an operator decided that words mean which nothing is called by. Without a meaning they are left as they are.
CREATE TABLE meanings (
    words      TEXT NOT NULL PRIMARY KEY,
    means      TEXT,
    decided_by BLOB REFERENCES people (id),
    decided_at INTEGER NOT NULL
) STRICT;
