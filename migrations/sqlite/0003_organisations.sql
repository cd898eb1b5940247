-- Organisations: their kinds, their standing, what is said of them.
CREATE TABLE standings (code TEXT NOT NULL PRIMARY KEY) STRICT;
INSERT INTO standings (code) VALUES ('claimed'), ('returned'), ('verified'), ('suspended');

CREATE TABLE organisation_kind_codes (code TEXT NOT NULL PRIMARY KEY) STRICT;
INSERT INTO organisation_kind_codes (code)
VALUES ('enterprise'), ('school'), ('training_body'), ('evaluation_body'), ('union'), ('bureau');

CREATE TABLE organisations (
    id              BLOB NOT NULL PRIMARY KEY,
    version         INTEGER NOT NULL,
    standing        TEXT NOT NULL REFERENCES standings (code),
    standing_at     INTEGER,
    standing_reason TEXT,
    name            TEXT NOT NULL,
    name_key        TEXT NOT NULL,
    sort_key        TEXT NOT NULL,
    credit_code     TEXT NOT NULL UNIQUE,
    province        TEXT NOT NULL,
    district        TEXT,
    industries      TEXT NOT NULL,
    introduction    TEXT NOT NULL,
    fictional       INTEGER NOT NULL,
    created_at      INTEGER NOT NULL,
    CHECK ((standing = 'claimed') = (standing_at IS NULL)),
    CHECK ((standing_reason IS NOT NULL) = (standing IN ('returned', 'suspended')))
) STRICT;
CREATE INDEX organisations_standing ON organisations (standing, created_at, id);
CREATE INDEX organisations_name_key ON organisations (name_key);

CREATE TABLE organisation_kinds (
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    kind            TEXT NOT NULL REFERENCES organisation_kind_codes (code),
    PRIMARY KEY (organisation_id, kind)
) STRICT;
