-- People, and the logins by which they come. A login is not the person. Protected facts are sealed; the keyed hash
-- beside each serves equality and nothing else.
CREATE TABLE people (
    id             UUID NOT NULL PRIMARY KEY,
    name           TEXT NOT NULL,
    phone_enc      BYTEA,
    phone_hash     BYTEA,
    id_number_enc  BYTEA,
    id_number_hash BYTEA,
    created_at     BIGINT NOT NULL,
    CHECK ((phone_enc IS NULL) = (phone_hash IS NULL)),
    CHECK ((id_number_enc IS NULL) = (id_number_hash IS NULL))
);
CREATE INDEX people_phone_hash ON people (phone_hash);
CREATE INDEX people_id_number_hash ON people (id_number_hash);

CREATE TABLE accounts (
    id                 UUID NOT NULL PRIMARY KEY,
    person_id          UUID NOT NULL REFERENCES people (id),
    email              TEXT NOT NULL,
    email_key          TEXT COLLATE "C" NOT NULL UNIQUE,
    password_hash      TEXT,
    email_confirmed_at BIGINT,
    created_at         BIGINT NOT NULL
);
CREATE INDEX accounts_person_id ON accounts (person_id);
