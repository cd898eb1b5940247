-- Apprentices' records: what follows from an agreement that took effect.
--
-- What people write (weeks, questions, reasons) and what is known of their health or age is sealed under the agreement's
-- own key and gone when that is erased; plain columns hold ids, days, codes and counts that lists and jobs need.
CREATE TABLE record_stages (code TEXT COLLATE "C" NOT NULL PRIMARY KEY);
INSERT INTO record_stages (code)
VALUES ('registered'), ('training'), ('on_break'), ('assessment'), ('completed'), ('failed'), ('withdrawn'), ('transferred');

CREATE TABLE week_stages (code TEXT COLLATE "C" NOT NULL PRIMARY KEY);
INSERT INTO week_stages (code) VALUES ('open'), ('submitted'), ('first_approved'), ('approved'), ('returned');

-- Places in a record, which somebody takes; and those from which it is looked at without having one.
CREATE TABLE record_roles (code TEXT COLLATE "C" NOT NULL PRIMARY KEY);
INSERT INTO record_roles (code)
VALUES ('apprentice'), ('guardian'), ('mentor'), ('lead'), ('tutor'), ('enterprise'), ('college'), ('operator');

-- apprentice_id is who the apprentice is by the identity document, the same over all records; by which login they come
-- stands in record_assignments.
CREATE TABLE records (
    agreement_id  UUID NOT NULL PRIMARY KEY REFERENCES agreements (id),
    version       BIGINT NOT NULL,
    apprentice_id UUID NOT NULL REFERENCES people (id),
    guardian_id   UUID REFERENCES people (id),
    enterprise_id UUID NOT NULL REFERENCES organisations (id),
    college_id    UUID REFERENCES organisations (id),
    stage         TEXT COLLATE "C" NOT NULL REFERENCES record_stages (code),
    start_day     DATE NOT NULL,
    end_day       DATE NOT NULL,
    next_at       BIGINT,
    state_enc     BYTEA NOT NULL,
    created_at    BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL,
    CHECK (start_day <= end_day)
);
CREATE INDEX records_apprentice_id ON records (apprentice_id);
CREATE INDEX records_enterprise_id ON records (enterprise_id, created_at, agreement_id);
CREATE INDEX records_college_id ON records (college_id, created_at, agreement_id);
CREATE INDEX records_next_at ON records (next_at, agreement_id) WHERE next_at IS NOT NULL;

CREATE TABLE record_weeks (
    agreement_id  UUID NOT NULL REFERENCES records (agreement_id),
    monday        DATE NOT NULL,
    version       BIGINT NOT NULL,
    stage         TEXT COLLATE "C" NOT NULL REFERENCES week_stages (code),
    turn          TEXT COLLATE "C" NOT NULL CHECK (turn IN ('first', 'final')),
    edition       BIGINT NOT NULL CHECK (edition >= 1),
    due_day       DATE NOT NULL,
    waiting_since BIGINT,
    minutes       BIGINT NOT NULL CHECK (minutes >= 0),
    state_enc     BYTEA NOT NULL,
    updated_at    BIGINT NOT NULL,
    PRIMARY KEY (agreement_id, monday),
    CHECK ((waiting_since IS NOT NULL) = (stage IN ('submitted', 'first_approved')))
);
CREATE INDEX record_weeks_waiting ON record_weeks (agreement_id, waiting_since) WHERE waiting_since IS NOT NULL;

-- Who looks after whom from when to when, and the places that apprentice and guardian took. Roles beyond any record
-- (operators) stand in assignments.
CREATE TABLE record_assignments (
    id           UUID NOT NULL PRIMARY KEY,
    agreement_id UUID NOT NULL REFERENCES records (agreement_id),
    person_id    UUID NOT NULL REFERENCES people (id),
    role         TEXT COLLATE "C" NOT NULL REFERENCES record_roles (code)
                 CHECK (role IN ('apprentice', 'guardian', 'mentor', 'lead', 'tutor')),
    from_day     DATE NOT NULL,
    until_day    DATE,
    created_at   BIGINT NOT NULL,
    CHECK (until_day IS NULL OR from_day <= until_day)
);
CREATE INDEX record_assignments_person_id ON record_assignments (person_id);
CREATE INDEX record_assignments_agreement_id ON record_assignments (agreement_id);
-- An apprentice's or guardian's place is one person's.
CREATE UNIQUE INDEX record_assignments_one_place ON record_assignments (agreement_id, role)
    WHERE role IN ('apprentice', 'guardian') AND until_day IS NULL;

-- Who is asked to take a place: by the link of a letter, or by a code handed over. Only hashes of them are kept.
CREATE TABLE record_invitations (
    id           UUID NOT NULL PRIMARY KEY,
    agreement_id UUID NOT NULL REFERENCES records (agreement_id),
    role         TEXT COLLATE "C" NOT NULL REFERENCES record_roles (code)
                 CHECK (role IN ('apprentice', 'guardian', 'mentor', 'lead', 'tutor')),
    token_hash   BYTEA NOT NULL UNIQUE,
    code_hash    BYTEA UNIQUE,
    invitee_enc  BYTEA NOT NULL,
    from_day     DATE,
    until_day    DATE,
    invited_by   UUID REFERENCES people (id),
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    taken_by     UUID REFERENCES people (id),
    taken_at     BIGINT,
    withdrawn_at BIGINT,
    CHECK ((taken_by IS NULL) = (taken_at IS NULL)),
    CHECK (taken_at IS NULL OR withdrawn_at IS NULL)
);
CREATE INDEX record_invitations_agreement_id ON record_invitations (agreement_id);

-- Who opened whose record: once for each person, role and day. Written once.
CREATE TABLE record_openings (
    agreement_id    UUID NOT NULL REFERENCES records (agreement_id),
    person_id       UUID NOT NULL REFERENCES people (id),
    day             DATE NOT NULL,
    role            TEXT COLLATE "C" NOT NULL REFERENCES record_roles (code),
    organisation_id UUID REFERENCES organisations (id),
    at              BIGINT NOT NULL,
    reason_enc      BYTEA,
    PRIMARY KEY (agreement_id, person_id, day, role),
    CHECK (role <> 'operator' OR reason_enc IS NOT NULL)
);
