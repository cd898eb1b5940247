-- What is searched for, counted by words and days: words alone, no person.
CREATE TABLE questions (
    words   TEXT COLLATE "C" NOT NULL,
    day     DATE NOT NULL,
    asked   BIGINT NOT NULL CHECK (asked > 0),
    unfound BIGINT NOT NULL CHECK (unfound BETWEEN 0 AND asked),
    PRIMARY KEY (words, day)
);
CREATE INDEX questions_day ON questions (day);
-- What an operator decided that words mean which nothing is called by. Without a meaning they are left as they are.
CREATE TABLE meanings (
    words      TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    means      TEXT,
    decided_by UUID REFERENCES people (id),
    decided_at BIGINT NOT NULL
);
