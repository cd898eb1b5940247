-- Apprentices' records: what follows from an agreement that took effect.
--
-- What people write (weeks, questions, reasons) and what is known of their health or age is sealed under the agreement's
-- own key and gone when that is erased; plain columns hold ids, days, codes and counts that lists and jobs need.
CREATE TABLE record_stages (code TEXT NOT NULL PRIMARY KEY) STRICT;
INSERT INTO record_stages (code)
VALUES ('registered'), ('training'), ('on_break'), ('assessment'), ('completed'), ('failed'), ('withdrawn'), ('transferred');

CREATE TABLE week_stages (code TEXT NOT NULL PRIMARY KEY) STRICT;
INSERT INTO week_stages (code) VALUES ('open'), ('submitted'), ('first_approved'), ('approved'), ('returned');

-- Places in a record, which somebody takes; and those from which it is looked at without having one.
CREATE TABLE record_roles (code TEXT NOT NULL PRIMARY KEY) STRICT;
INSERT INTO record_roles (code)
VALUES ('apprentice'), ('guardian'), ('mentor'), ('lead'), ('tutor'), ('enterprise'), ('college'), ('operator');

-- apprentice_id is who the apprentice is by the identity document, the same over all records; by which login they come
-- stands in record_assignments.
CREATE TABLE records (
    agreement_id  BLOB NOT NULL PRIMARY KEY REFERENCES agreements (id),
    version       INTEGER NOT NULL,
    apprentice_id BLOB NOT NULL REFERENCES people (id),
    guardian_id   BLOB REFERENCES people (id),
    enterprise_id BLOB NOT NULL REFERENCES organisations (id),
    college_id    BLOB REFERENCES organisations (id),
    stage         TEXT NOT NULL REFERENCES record_stages (code),
    start_day     TEXT NOT NULL,
    end_day       TEXT NOT NULL,
    next_at       INTEGER,
    state_enc     BLOB NOT NULL,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    CHECK (start_day <= end_day)
) STRICT;
CREATE INDEX records_apprentice_id ON records (apprentice_id);
CREATE INDEX records_enterprise_id ON records (enterprise_id, created_at, agreement_id);
CREATE INDEX records_college_id ON records (college_id, created_at, agreement_id);
CREATE INDEX records_next_at ON records (next_at, agreement_id) WHERE next_at IS NOT NULL;

CREATE TABLE record_weeks (
    agreement_id  BLOB NOT NULL REFERENCES records (agreement_id),
    monday        TEXT NOT NULL,
    version       INTEGER NOT NULL,
    stage         TEXT NOT NULL REFERENCES week_stages (code),
    turn          TEXT NOT NULL CHECK (turn IN ('first', 'final')),
    edition       INTEGER NOT NULL CHECK (edition >= 1),
    due_day       TEXT NOT NULL,
    waiting_since INTEGER,
    minutes       INTEGER NOT NULL CHECK (minutes >= 0),
    state_enc     BLOB NOT NULL,
    updated_at    INTEGER NOT NULL,
    PRIMARY KEY (agreement_id, monday),
    CHECK ((waiting_since IS NOT NULL) = (stage IN ('submitted', 'first_approved')))
) STRICT;
CREATE INDEX record_weeks_waiting ON record_weeks (agreement_id, waiting_since) WHERE waiting_since IS NOT NULL;

-- Who looks after whom from when to when, and the places that apprentice and guardian took. Roles beyond any record
-- (operators) stand in assignments.
CREATE TABLE record_assignments (
    id           BLOB NOT NULL PRIMARY KEY,
    agreement_id BLOB NOT NULL REFERENCES records (agreement_id),
    person_id    BLOB NOT NULL REFERENCES people (id),
    role         TEXT NOT NULL REFERENCES record_roles (code)
                 CHECK (role IN ('apprentice', 'guardian', 'mentor', 'lead', 'tutor')),
    from_day     TEXT NOT NULL,
    until_day    TEXT,
    created_at   INTEGER NOT NULL,
    CHECK (until_day IS NULL OR from_day <= until_day)
) STRICT;
CREATE INDEX record_assignments_person_id ON record_assignments (person_id);
CREATE INDEX record_assignments_agreement_id ON record_assignments (agreement_id);
-- An apprentice's or guardian's place is one person's.
CREATE UNIQUE INDEX record_assignments_one_place ON record_assignments (agreement_id, role)
    WHERE role IN ('apprentice', 'guardian') AND until_day IS NULL;

-- Who is asked to take a place: by the link of a letter, or by a code handed over. Only hashes of them are kept.
CREATE TABLE record_invitations (
    id           BLOB NOT NULL PRIMARY KEY,
    agreement_id BLOB NOT NULL REFERENCES records (agreement_id),
    role         TEXT NOT NULL REFERENCES record_roles (code)
                 CHECK (role IN ('apprentice', 'guardian', 'mentor', 'lead', 'tutor')),
    token_hash   BLOB NOT NULL UNIQUE,
    code_hash    BLOB UNIQUE,
    invitee_enc  BLOB NOT NULL,
    from_day     TEXT,
    until_day    TEXT,
    invited_by   BLOB REFERENCES people (id),
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    taken_by     BLOB REFERENCES people (id),
    taken_at     INTEGER,
    withdrawn_at INTEGER,
    CHECK ((taken_by IS NULL) = (taken_at IS NULL)),
    CHECK (taken_at IS NULL OR withdrawn_at IS NULL)
) STRICT;
CREATE INDEX record_invitations_agreement_id ON record_invitations (agreement_id);

-- Who opened whose record: once for each person, role and day. Written once.
CREATE TABLE record_openings (
    agreement_id    BLOB NOT NULL REFERENCES records (agreement_id),
    person_id       BLOB NOT NULL REFERENCES people (id),
    day             TEXT NOT NULL,
    role            TEXT NOT NULL REFERENCES record_roles (code),
    organisation_id BLOB REFERENCES organisations (id),
    at              INTEGER NOT NULL,
    reason_enc      BLOB,
    PRIMARY KEY (agreement_id, person_id, day, role),
    CHECK (role <> 'operator' OR reason_enc IS NOT NULL)
) STRICT;
