-- The national programme register, as row versions: a row is seen when since_seq <= head < until_seq. An import writes
-- rows above the head and then moves the head; what a crashed import left above it is never seen. staged_by is the fence:
-- only the import that began last may write above the head.
CREATE TABLE register_head (
    one       INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    seq       INTEGER NOT NULL,
    staged_by BLOB
) STRICT;
INSERT INTO register_head (one, seq) VALUES (1, 0);

CREATE TABLE register_rows (
    id             BLOB NOT NULL PRIMARY KEY,
    since_seq      INTEGER NOT NULL,
    until_seq      INTEGER,
    year           INTEGER NOT NULL,
    province       TEXT NOT NULL,
    school_code    TEXT,
    school_name    TEXT NOT NULL,
    school_key     TEXT NOT NULL,
    major_code     TEXT NOT NULL,
    major_name     TEXT NOT NULL,
    duration_years INTEGER NOT NULL,
    remark         TEXT NOT NULL,
    search_text    TEXT NOT NULL
) STRICT;
CREATE INDEX register_rows_since_seq ON register_rows (since_seq);
CREATE INDEX register_rows_until_seq ON register_rows (until_seq) WHERE until_seq IS NOT NULL;
CREATE INDEX register_rows_school_key ON register_rows (school_key, year);
CREATE INDEX register_rows_year ON register_rows (year, province);

CREATE TABLE register_claims (
    school_key      TEXT NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    claimed_by      BLOB NOT NULL REFERENCES people (id),
    claimed_at      INTEGER NOT NULL
) STRICT;
CREATE INDEX register_claims_organisation_id ON register_claims (organisation_id);

CREATE TABLE register_invites (
    school_key      TEXT NOT NULL,
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    invited_by      BLOB NOT NULL REFERENCES people (id),
    created_at      INTEGER NOT NULL,
    PRIMARY KEY (school_key, organisation_id)
) STRICT;
CREATE INDEX register_invites_organisation_id ON register_invites (organisation_id);
