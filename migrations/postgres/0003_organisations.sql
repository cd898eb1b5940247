-- Organisations: their kinds, their standing, what is said of them.
CREATE TABLE standings (code TEXT COLLATE "C" NOT NULL PRIMARY KEY);
INSERT INTO standings (code) VALUES ('claimed'), ('returned'), ('verified'), ('suspended');

CREATE TABLE organisation_kind_codes (code TEXT COLLATE "C" NOT NULL PRIMARY KEY);
INSERT INTO organisation_kind_codes (code)
VALUES ('enterprise'), ('school'), ('training_body'), ('evaluation_body'), ('union'), ('bureau');

CREATE TABLE organisations (
    id              UUID NOT NULL PRIMARY KEY,
    version         BIGINT NOT NULL,
    standing        TEXT COLLATE "C" NOT NULL REFERENCES standings (code),
    standing_at     BIGINT,
    standing_reason TEXT,
    name            TEXT NOT NULL,
    name_key        TEXT COLLATE "C" NOT NULL,
    sort_key        TEXT COLLATE "C" NOT NULL,
    credit_code     TEXT COLLATE "C" NOT NULL UNIQUE,
    province        TEXT COLLATE "C" NOT NULL,
    district        TEXT COLLATE "C",
    industries      JSONB NOT NULL,
    introduction    TEXT NOT NULL,
    fictional       BOOLEAN NOT NULL,
    created_at      BIGINT NOT NULL,
    CHECK ((standing = 'claimed') = (standing_at IS NULL)),
    CHECK ((standing_reason IS NOT NULL) = (standing IN ('returned', 'suspended')))
);
CREATE INDEX organisations_standing ON organisations (standing, created_at, id);
CREATE INDEX organisations_name_key ON organisations (name_key);

CREATE TABLE organisation_kinds (
    organisation_id UUID NOT NULL REFERENCES organisations (id),
    kind            TEXT COLLATE "C" NOT NULL REFERENCES organisation_kind_codes (code),
    PRIMARY KEY (organisation_id, kind)
);
