-- People, and the logins by which they come. A login is not the person. Protected facts are sealed; the keyed hash
-- beside each serves equality and nothing else.
CREATE TABLE people (
    id             BLOB NOT NULL PRIMARY KEY,
    name           TEXT NOT NULL,
    phone_enc      BLOB,
    phone_hash     BLOB,
    id_number_enc  BLOB,
    id_number_hash BLOB,
    created_at     INTEGER NOT NULL,
    CHECK ((phone_enc IS NULL) = (phone_hash IS NULL)),
    CHECK ((id_number_enc IS NULL) = (id_number_hash IS NULL))
) STRICT;
CREATE INDEX people_phone_hash ON people (phone_hash);
CREATE INDEX people_id_number_hash ON people (id_number_hash);

CREATE TABLE accounts (
    id                 BLOB NOT NULL PRIMARY KEY,
    person_id          BLOB NOT NULL REFERENCES people (id),
    email              TEXT NOT NULL,
    email_key          TEXT NOT NULL UNIQUE,
    password_hash      TEXT,
    email_confirmed_at INTEGER,
    created_at         INTEGER NOT NULL
) STRICT;
CREATE INDEX accounts_person_id ON accounts (person_id);
