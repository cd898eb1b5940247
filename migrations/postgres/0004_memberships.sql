-- Who may act for whom: dated memberships, dated assignments, invitations.
CREATE TABLE membership_roles (code TEXT COLLATE "C" NOT NULL PRIMARY KEY);
INSERT INTO membership_roles (code) VALUES ('officer'), ('admin');

CREATE TABLE memberships (
    id              UUID NOT NULL PRIMARY KEY,
    person_id       UUID NOT NULL REFERENCES people (id),
    organisation_id UUID NOT NULL REFERENCES organisations (id),
    role            TEXT COLLATE "C" NOT NULL REFERENCES membership_roles (code),
    from_day        DATE NOT NULL,
    until_day       DATE
);
CREATE UNIQUE INDEX memberships_one_open ON memberships (person_id, organisation_id) WHERE until_day IS NULL;
CREATE INDEX memberships_person_id ON memberships (person_id);
CREATE INDEX memberships_organisation_id ON memberships (organisation_id);

CREATE TABLE assignment_roles (code TEXT COLLATE "C" NOT NULL PRIMARY KEY);
INSERT INTO assignment_roles (code) VALUES ('operator');

CREATE TABLE assignments (
    id        UUID NOT NULL PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES people (id),
    role      TEXT COLLATE "C" NOT NULL REFERENCES assignment_roles (code),
    from_day  DATE NOT NULL,
    until_day DATE
);
CREATE UNIQUE INDEX assignments_one_open ON assignments (person_id, role) WHERE until_day IS NULL;

-- An invitation is a link in a letter, a code handed over, or both; only their hashes are kept.
CREATE TABLE invitations (
    id              UUID NOT NULL PRIMARY KEY,
    version         BIGINT NOT NULL,
    organisation_id UUID NOT NULL REFERENCES organisations (id),
    role            TEXT COLLATE "C" NOT NULL REFERENCES membership_roles (code),
    email           TEXT,
    token_hash      BYTEA UNIQUE,
    code_hash       BYTEA UNIQUE,
    invited_by      UUID NOT NULL REFERENCES people (id),
    created_at      BIGINT NOT NULL,
    expires_at      BIGINT NOT NULL,
    accepted_by     UUID REFERENCES people (id),
    accepted_at     BIGINT,
    withdrawn_at    BIGINT,
    CHECK ((accepted_by IS NULL) = (accepted_at IS NULL)),
    CHECK (accepted_at IS NULL OR withdrawn_at IS NULL)
);
CREATE INDEX invitations_organisation_id ON invitations (organisation_id);
