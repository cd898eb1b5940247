-- Posts: a header and its lines.
CREATE TABLE posting_kinds (code TEXT NOT NULL PRIMARY KEY, side TEXT NOT NULL CHECK (side IN ('offer', 'need'))) STRICT;
INSERT INTO posting_kinds (code, side)
VALUES ('programme', 'offer'), ('course', 'offer'), ('base', 'offer'),
       ('apprentices', 'need'), ('staff_training', 'need'), ('base_time', 'need');

CREATE TABLE posting_close_reasons (code TEXT NOT NULL PRIMARY KEY) STRICT;
INSERT INTO posting_close_reasons (code) VALUES ('filled'), ('withdrawn'), ('other'), ('expired');

-- search_text is folded (STYLE: LIKE differs between databases). industry_marks is the industries as '|ic|auto|', for the
-- search that works without an engine. A register row may end while the post made from it lives on: no reference.
CREATE TABLE postings (
    id               BLOB NOT NULL PRIMARY KEY,
    version          INTEGER NOT NULL,
    organisation_id  BLOB NOT NULL REFERENCES organisations (id),
    kind             TEXT NOT NULL REFERENCES posting_kinds (code),
    status           TEXT NOT NULL CHECK (status IN ('draft', 'published', 'closed')),
    published_at     INTEGER,
    closed_at        INTEGER,
    close_reason     TEXT REFERENCES posting_close_reasons (code),
    title            TEXT NOT NULL,
    summary          TEXT NOT NULL,
    province         TEXT,
    district         TEXT,
    region_bound     INTEGER NOT NULL,
    starts_on        TEXT,
    ends_on          TEXT,
    closing_on       TEXT,
    modes            TEXT NOT NULL,
    industries       TEXT NOT NULL,
    skills           TEXT NOT NULL,
    price            INTEGER,
    origin           TEXT NOT NULL CHECK (origin IN ('typed', 'register', 'import')),
    register_row_id  BLOB,
    import_id        BLOB REFERENCES imports (id),
    import_reference TEXT,
    industry_marks   TEXT NOT NULL,
    search_text      TEXT NOT NULL,
    created_at       INTEGER NOT NULL,
    updated_at       INTEGER NOT NULL,
    CHECK ((status = 'draft') = (published_at IS NULL)),
    CHECK ((status = 'closed') = (closed_at IS NOT NULL)),
    CHECK ((status = 'closed') = (close_reason IS NOT NULL)),
    CHECK ((origin = 'register') = (register_row_id IS NOT NULL)),
    CHECK ((origin = 'import') = (import_id IS NOT NULL)),
    CHECK ((origin = 'import') = (import_reference IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX postings_import_reference ON postings (organisation_id, import_reference)
    WHERE import_reference IS NOT NULL;
CREATE INDEX postings_organisation_id ON postings (organisation_id, updated_at);
CREATE INDEX postings_published ON postings (updated_at, id) WHERE status = 'published';
CREATE INDEX postings_closing_on ON postings (closing_on) WHERE status = 'published';

CREATE TABLE posting_lines (
    id         BLOB NOT NULL PRIMARY KEY,
    posting_id BLOB NOT NULL REFERENCES postings (id),
    position   INTEGER NOT NULL,
    major      TEXT,
    occupation TEXT,
    level      TEXT,
    seats      INTEGER,
    hours      INTEGER,
    pay_min    INTEGER,
    pay_max    INTEGER,
    note       TEXT NOT NULL
) STRICT;
CREATE INDEX posting_lines_posting_id ON posting_lines (posting_id, position);
