-- Posts: a header and its lines.
CREATE TABLE posting_kinds (code TEXT COLLATE "C" NOT NULL PRIMARY KEY, side TEXT COLLATE "C" NOT NULL CHECK (side IN ('offer', 'need')));
INSERT INTO posting_kinds (code, side)
VALUES ('programme', 'offer'), ('course', 'offer'), ('base', 'offer'),
       ('apprentices', 'need'), ('staff_training', 'need'), ('base_time', 'need');

CREATE TABLE posting_close_reasons (code TEXT COLLATE "C" NOT NULL PRIMARY KEY);
INSERT INTO posting_close_reasons (code) VALUES ('filled'), ('withdrawn'), ('other'), ('expired');

-- search_text is folded (STYLE: LIKE differs between databases). industry_marks is the industries as '|ic|auto|', for the
-- search that works without an engine. A register row may end while the post made from it lives on: no reference.
CREATE TABLE postings (
    id               UUID NOT NULL PRIMARY KEY,
    version          BIGINT NOT NULL,
    organisation_id  UUID NOT NULL REFERENCES organisations (id),
    kind             TEXT COLLATE "C" NOT NULL REFERENCES posting_kinds (code),
    status           TEXT COLLATE "C" NOT NULL CHECK (status IN ('draft', 'published', 'closed')),
    published_at     BIGINT,
    closed_at        BIGINT,
    close_reason     TEXT COLLATE "C" REFERENCES posting_close_reasons (code),
    title            TEXT NOT NULL,
    summary          TEXT NOT NULL,
    province         TEXT COLLATE "C",
    district         TEXT COLLATE "C",
    region_bound     BOOLEAN NOT NULL,
    starts_on        DATE,
    ends_on          DATE,
    closing_on       DATE,
    modes            JSONB NOT NULL,
    industries       JSONB NOT NULL,
    skills           JSONB NOT NULL,
    price            BIGINT,
    origin           TEXT COLLATE "C" NOT NULL CHECK (origin IN ('typed', 'register', 'import')),
    register_row_id  UUID,
    import_id        UUID REFERENCES imports (id),
    import_reference TEXT COLLATE "C",
    industry_marks   TEXT COLLATE "C" NOT NULL,
    search_text      TEXT COLLATE "C" NOT NULL,
    created_at       BIGINT NOT NULL,
    updated_at       BIGINT NOT NULL,
    CHECK ((status = 'draft') = (published_at IS NULL)),
    CHECK ((status = 'closed') = (closed_at IS NOT NULL)),
    CHECK ((status = 'closed') = (close_reason IS NOT NULL)),
    CHECK ((origin = 'register') = (register_row_id IS NOT NULL)),
    CHECK ((origin = 'import') = (import_id IS NOT NULL)),
    CHECK ((origin = 'import') = (import_reference IS NOT NULL))
);
CREATE UNIQUE INDEX postings_import_reference ON postings (organisation_id, import_reference)
    WHERE import_reference IS NOT NULL;
CREATE INDEX postings_organisation_id ON postings (organisation_id, updated_at);
CREATE INDEX postings_published ON postings (updated_at, id) WHERE status = 'published';
CREATE INDEX postings_closing_on ON postings (closing_on) WHERE status = 'published';

CREATE TABLE posting_lines (
    id         UUID NOT NULL PRIMARY KEY,
    posting_id UUID NOT NULL REFERENCES postings (id),
    position   BIGINT NOT NULL,
    major      TEXT COLLATE "C",
    occupation TEXT COLLATE "C",
    level      TEXT COLLATE "C",
    seats      BIGINT,
    hours      BIGINT,
    pay_min    BIGINT,
    pay_max    BIGINT,
    note       TEXT NOT NULL
);
CREATE INDEX posting_lines_posting_id ON posting_lines (posting_id, position);
