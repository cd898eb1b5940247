-- The national programme register, as row versions: a row is seen when since_seq <= head < until_seq. An import writes
-- rows above the head and then moves the head; what a crashed import left above it is never seen. staged_by is the fence:
-- only the import that began last may write above the head.
CREATE TABLE register_head (
    one       BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
    seq       BIGINT NOT NULL,
    staged_by UUID
);
INSERT INTO register_head (one, seq) VALUES (1, 0);

CREATE TABLE register_rows (
    id             UUID NOT NULL PRIMARY KEY,
    since_seq      BIGINT NOT NULL,
    until_seq      BIGINT,
    year           BIGINT NOT NULL,
    province       TEXT COLLATE "C" NOT NULL,
    school_code    TEXT COLLATE "C",
    school_name    TEXT COLLATE "C" NOT NULL,
    school_key     TEXT COLLATE "C" NOT NULL,
    major_code     TEXT COLLATE "C" NOT NULL,
    major_name     TEXT COLLATE "C" NOT NULL,
    duration_years BIGINT NOT NULL,
    remark         TEXT NOT NULL,
    search_text    TEXT COLLATE "C" NOT NULL
);
CREATE INDEX register_rows_since_seq ON register_rows (since_seq);
CREATE INDEX register_rows_until_seq ON register_rows (until_seq) WHERE until_seq IS NOT NULL;
CREATE INDEX register_rows_school_key ON register_rows (school_key, year);
CREATE INDEX register_rows_year ON register_rows (year, province);

CREATE TABLE register_claims (
    school_key      TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL REFERENCES organisations (id),
    claimed_by      UUID NOT NULL REFERENCES people (id),
    claimed_at      BIGINT NOT NULL
);
CREATE INDEX register_claims_organisation_id ON register_claims (organisation_id);

CREATE TABLE register_invites (
    school_key      TEXT COLLATE "C" NOT NULL,
    organisation_id UUID NOT NULL REFERENCES organisations (id),
    invited_by      UUID NOT NULL REFERENCES people (id),
    created_at      BIGINT NOT NULL,
    PRIMARY KEY (school_key, organisation_id)
);
CREATE INDEX register_invites_organisation_id ON register_invites (organisation_id);
