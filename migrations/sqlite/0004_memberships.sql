-- Who may act for whom: dated memberships, dated assignments, invitations.
CREATE TABLE membership_roles (code TEXT NOT NULL PRIMARY KEY) STRICT;
INSERT INTO membership_roles (code) VALUES ('officer'), ('admin');

CREATE TABLE memberships (
    id              BLOB NOT NULL PRIMARY KEY,
    person_id       BLOB NOT NULL REFERENCES people (id),
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    role            TEXT NOT NULL REFERENCES membership_roles (code),
    from_day        TEXT NOT NULL,
    until_day       TEXT
) STRICT;
CREATE UNIQUE INDEX memberships_one_open ON memberships (person_id, organisation_id) WHERE until_day IS NULL;
CREATE INDEX memberships_person_id ON memberships (person_id);
CREATE INDEX memberships_organisation_id ON memberships (organisation_id);

CREATE TABLE assignment_roles (code TEXT NOT NULL PRIMARY KEY) STRICT;
INSERT INTO assignment_roles (code) VALUES ('operator');

CREATE TABLE assignments (
    id        BLOB NOT NULL PRIMARY KEY,
    person_id BLOB NOT NULL REFERENCES people (id),
    role      TEXT NOT NULL REFERENCES assignment_roles (code),
    from_day  TEXT NOT NULL,
    until_day TEXT
) STRICT;
CREATE UNIQUE INDEX assignments_one_open ON assignments (person_id, role) WHERE until_day IS NULL;

-- An invitation is a link in a letter, a code handed over, or both; only their hashes are kept.
CREATE TABLE invitations (
    id              BLOB NOT NULL PRIMARY KEY,
    version         INTEGER NOT NULL,
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    role            TEXT NOT NULL REFERENCES membership_roles (code),
    email           TEXT,
    token_hash      BLOB UNIQUE,
    code_hash       BLOB UNIQUE,
    invited_by      BLOB NOT NULL REFERENCES people (id),
    created_at      INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    accepted_by     BLOB REFERENCES people (id),
    accepted_at     INTEGER,
    withdrawn_at    INTEGER,
    CHECK ((accepted_by IS NULL) = (accepted_at IS NULL)),
    CHECK (accepted_at IS NULL OR withdrawn_at IS NULL)
) STRICT;
CREATE INDEX invitations_organisation_id ON invitations (organisation_id);
