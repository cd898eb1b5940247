-- Agreements, what people sign in them, and what proves it.
--
-- What is said of people (names, addresses, reasons, the content itself) is sealed with a key of the agreement's own,
-- which is itself sealed under the master key. Erasing sealed_key erases all of it at once; what stays in plain columns
-- names nobody who signs, and still proves what was signed when.
CREATE TABLE agreement_kinds (code TEXT NOT NULL PRIMARY KEY) STRICT;
INSERT INTO agreement_kinds (code) VALUES ('training');

CREATE TABLE agreement_stages (code TEXT NOT NULL PRIMARY KEY) STRICT;
INSERT INTO agreement_stages (code)
VALUES ('draft'), ('negotiating'), ('ready'), ('signing'), ('effective'), ('suspended'), ('completed'), ('terminated'),
       ('voided');

CREATE TABLE signatory_roles (code TEXT NOT NULL PRIMARY KEY) STRICT;
INSERT INTO signatory_roles (code) VALUES ('enterprise'), ('college'), ('apprentice'), ('guardian');

-- state_enc is the whole of the lifecycle; the columns beside it are what queries need of it. A line of a post may go
-- while the agreement that came from it lives on: no reference.
CREATE TABLE agreements (
    id              BLOB NOT NULL PRIMARY KEY,
    version         INTEGER NOT NULL,
    kind            TEXT NOT NULL REFERENCES agreement_kinds (code),
    number          TEXT NOT NULL,
    verify_code     TEXT NOT NULL UNIQUE,
    enterprise_id   BLOB NOT NULL REFERENCES organisations (id),
    college_id      BLOB REFERENCES organisations (id),
    origin_need_id  BLOB,
    origin_offer_id BLOB,
    created_by      BLOB NOT NULL REFERENCES people (id),
    stage           TEXT NOT NULL REFERENCES agreement_stages (code),
    with_party      TEXT CHECK (with_party IN ('enterprise', 'college')),
    content_version INTEGER NOT NULL CHECK (content_version >= 1),
    content_hash    BLOB,
    next_at         INTEGER,
    sealed_key      BLOB,
    state_enc       BLOB NOT NULL,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    UNIQUE (enterprise_id, number),
    CHECK ((with_party IS NOT NULL) = (stage IN ('draft', 'negotiating'))),
    CHECK (with_party <> 'college' OR college_id IS NOT NULL),
    CHECK ((content_hash IS NULL) = (stage IN ('draft', 'negotiating', 'voided'))),
    CHECK (next_at IS NULL OR sealed_key IS NOT NULL)
) STRICT;
CREATE INDEX agreements_enterprise_id ON agreements (enterprise_id, created_at, id);
CREATE INDEX agreements_college_id ON agreements (college_id, created_at, id);
CREATE INDEX agreements_next_at ON agreements (next_at, id) WHERE next_at IS NOT NULL;
CREATE INDEX agreements_origin_need_id ON agreements (origin_need_id) WHERE origin_need_id IS NOT NULL;
CREATE INDEX agreements_origin_offer_id ON agreements (origin_offer_id) WHERE origin_offer_id IS NOT NULL;

-- The last number given to an agreement of an enterprise in a year.
CREATE TABLE agreement_numbers (
    enterprise_id BLOB NOT NULL REFERENCES organisations (id),
    year          INTEGER NOT NULL,
    last          INTEGER NOT NULL CHECK (last >= 1),
    PRIMARY KEY (enterprise_id, year)
) STRICT;

-- What was typed so far.
CREATE TABLE agreement_drafts (
    agreement_id BLOB NOT NULL PRIMARY KEY REFERENCES agreements (id),
    version      INTEGER NOT NULL,
    body_enc     BLOB NOT NULL,
    updated_at   INTEGER NOT NULL
) STRICT;

-- Why a warning of a rule is accepted, in the words of who accepts it.
CREATE TABLE agreement_reasons (
    agreement_id    BLOB NOT NULL REFERENCES agreements (id),
    content_version INTEGER NOT NULL,
    rule            TEXT NOT NULL,
    field           TEXT NOT NULL,
    reason_enc      BLOB NOT NULL,
    given_by        BLOB NOT NULL REFERENCES people (id),
    given_at        INTEGER NOT NULL,
    PRIMARY KEY (agreement_id, content_version, rule, field)
) STRICT;

-- Frozen content. Written once.
CREATE TABLE agreement_versions (
    agreement_id    BLOB NOT NULL REFERENCES agreements (id),
    content_version INTEGER NOT NULL CHECK (content_version >= 1),
    content_enc     BLOB NOT NULL,
    content_hash    BLOB NOT NULL,
    frozen_at       INTEGER NOT NULL,
    PRIMARY KEY (agreement_id, content_version)
) STRICT;

-- One row a slot, and at most one signature in it: a row that is signed is never written again.
CREATE TABLE signature_slots (
    agreement_id    BLOB NOT NULL,
    content_version INTEGER NOT NULL,
    slot_id         BLOB NOT NULL,
    role            TEXT NOT NULL REFERENCES signatory_roles (code),
    state           TEXT NOT NULL
                    CHECK (state IN ('waiting_turn', 'open', 'signed', 'declined', 'expired', 'replaced', 'closed')),
    deadline_at     INTEGER,
    signed_at       INTEGER,
    signature       TEXT,
    PRIMARY KEY (agreement_id, content_version, slot_id),
    FOREIGN KEY (agreement_id, content_version) REFERENCES agreement_versions (agreement_id, content_version),
    CHECK ((state = 'open') = (deadline_at IS NOT NULL)),
    CHECK ((state = 'signed') = (signed_at IS NOT NULL)),
    CHECK ((signed_at IS NULL) = (signature IS NULL))
) STRICT;

-- A signatory's own link, and the code that may be said or written down in its stead; only their hashes are kept.
CREATE TABLE agreement_links (
    token_hash      BLOB NOT NULL PRIMARY KEY,
    code_hash       BLOB UNIQUE,
    agreement_id    BLOB NOT NULL,
    content_version INTEGER NOT NULL,
    slot_id         BLOB NOT NULL,
    created_at      INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    revoked_at      INTEGER,
    FOREIGN KEY (agreement_id, content_version, slot_id)
        REFERENCES signature_slots (agreement_id, content_version, slot_id)
) STRICT;
CREATE INDEX agreement_links_slot ON agreement_links (agreement_id, slot_id);

-- The chain of events, each naming the hash of the one before. Written once; details_enc is sealed.
CREATE TABLE agreement_events (
    agreement_id    BLOB NOT NULL REFERENCES agreements (id),
    seq             INTEGER NOT NULL CHECK (seq >= 1),
    at              INTEGER NOT NULL,
    act             TEXT NOT NULL,
    actor           TEXT NOT NULL,
    slot_id         BLOB,
    content_version INTEGER NOT NULL,
    content_hash    BLOB,
    details_hash    BLOB NOT NULL,
    previous        BLOB,
    hash            BLOB NOT NULL,
    details_enc     BLOB NOT NULL,
    PRIMARY KEY (agreement_id, seq),
    CHECK ((seq = 1) = (previous IS NULL))
) STRICT;

-- The keys that seal. One is in use; a key that no longer seals keeps its public half for ever and its secret not at all.
CREATE TABLE seal_keys (
    key_id     BLOB NOT NULL PRIMARY KEY,
    algorithm  TEXT NOT NULL CHECK (algorithm = 'Ed25519'),
    public_key BLOB NOT NULL UNIQUE,
    secret_enc BLOB,
    from_at    INTEGER NOT NULL,
    until_at   INTEGER,
    stolen_at  INTEGER,
    CHECK ((until_at IS NULL) = (secret_enc IS NOT NULL)),
    CHECK (stolen_at IS NULL OR until_at IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX seal_keys_one_in_use ON seal_keys (algorithm) WHERE until_at IS NULL;

-- The platform's seals over an agreement, each naming the one before. Written once.
CREATE TABLE agreement_seals (
    agreement_id BLOB NOT NULL REFERENCES agreements (id),
    place        INTEGER NOT NULL CHECK (place >= 1),
    key_id       BLOB NOT NULL REFERENCES seal_keys (key_id),
    sealed_at    INTEGER NOT NULL,
    seal         TEXT NOT NULL,
    PRIMARY KEY (agreement_id, place)
) STRICT;
