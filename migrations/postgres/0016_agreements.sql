-- Agreements, what people sign in them, and what proves it.
--
-- What is said of people (names, addresses, reasons, the content itself) is sealed with a key of the agreement's own,
-- which is itself sealed under the master key. Erasing sealed_key erases all of it at once; what stays in plain columns
-- names nobody who signs, and still proves what was signed when.
CREATE TABLE agreement_kinds (code TEXT COLLATE "C" NOT NULL PRIMARY KEY);
INSERT INTO agreement_kinds (code) VALUES ('training');

CREATE TABLE agreement_stages (code TEXT COLLATE "C" NOT NULL PRIMARY KEY);
INSERT INTO agreement_stages (code)
VALUES ('draft'), ('negotiating'), ('ready'), ('signing'), ('effective'), ('suspended'), ('completed'), ('terminated'),
       ('voided');

CREATE TABLE signatory_roles (code TEXT COLLATE "C" NOT NULL PRIMARY KEY);
INSERT INTO signatory_roles (code) VALUES ('enterprise'), ('college'), ('apprentice'), ('guardian');

-- state_enc is the whole of the lifecycle; the columns beside it are what queries need of it. A line of a post may go
-- while the agreement that came from it lives on: no reference.
CREATE TABLE agreements (
    id              UUID NOT NULL PRIMARY KEY,
    version         BIGINT NOT NULL,
    kind            TEXT COLLATE "C" NOT NULL REFERENCES agreement_kinds (code),
    number          TEXT COLLATE "C" NOT NULL,
    verify_code     TEXT COLLATE "C" NOT NULL UNIQUE,
    enterprise_id   UUID NOT NULL REFERENCES organisations (id),
    college_id      UUID REFERENCES organisations (id),
    origin_need_id  UUID,
    origin_offer_id UUID,
    created_by      UUID NOT NULL REFERENCES people (id),
    stage           TEXT COLLATE "C" NOT NULL REFERENCES agreement_stages (code),
    with_party      TEXT COLLATE "C" CHECK (with_party IN ('enterprise', 'college')),
    content_version BIGINT NOT NULL CHECK (content_version >= 1),
    content_hash    BYTEA,
    next_at         BIGINT,
    sealed_key      BYTEA,
    state_enc       BYTEA NOT NULL,
    created_at      BIGINT NOT NULL,
    updated_at      BIGINT NOT NULL,
    UNIQUE (enterprise_id, number),
    CHECK ((with_party IS NOT NULL) = (stage IN ('draft', 'negotiating'))),
    CHECK (with_party <> 'college' OR college_id IS NOT NULL),
    CHECK ((content_hash IS NULL) = (stage IN ('draft', 'negotiating', 'voided'))),
    CHECK (next_at IS NULL OR sealed_key IS NOT NULL)
);
CREATE INDEX agreements_enterprise_id ON agreements (enterprise_id, created_at, id);
CREATE INDEX agreements_college_id ON agreements (college_id, created_at, id);
CREATE INDEX agreements_next_at ON agreements (next_at, id) WHERE next_at IS NOT NULL;
CREATE INDEX agreements_origin_need_id ON agreements (origin_need_id) WHERE origin_need_id IS NOT NULL;
CREATE INDEX agreements_origin_offer_id ON agreements (origin_offer_id) WHERE origin_offer_id IS NOT NULL;

-- The last number given to an agreement of an enterprise in a year.
CREATE TABLE agreement_numbers (
    enterprise_id UUID NOT NULL REFERENCES organisations (id),
    year          BIGINT NOT NULL,
    last          BIGINT NOT NULL CHECK (last >= 1),
    PRIMARY KEY (enterprise_id, year)
);

-- What was typed so far.
CREATE TABLE agreement_drafts (
    agreement_id UUID NOT NULL PRIMARY KEY REFERENCES agreements (id),
    version      BIGINT NOT NULL,
    body_enc     BYTEA NOT NULL,
    updated_at   BIGINT NOT NULL
);

-- Why a warning of a rule is accepted, in the words of who accepts it.
CREATE TABLE agreement_reasons (
    agreement_id    UUID NOT NULL REFERENCES agreements (id),
    content_version BIGINT NOT NULL,
    rule            TEXT COLLATE "C" NOT NULL,
    field           TEXT COLLATE "C" NOT NULL,
    reason_enc      BYTEA NOT NULL,
    given_by        UUID NOT NULL REFERENCES people (id),
    given_at        BIGINT NOT NULL,
    PRIMARY KEY (agreement_id, content_version, rule, field)
);

-- Frozen content. Written once.
CREATE TABLE agreement_versions (
    agreement_id    UUID NOT NULL REFERENCES agreements (id),
    content_version BIGINT NOT NULL CHECK (content_version >= 1),
    content_enc     BYTEA NOT NULL,
    content_hash    BYTEA NOT NULL,
    frozen_at       BIGINT NOT NULL,
    PRIMARY KEY (agreement_id, content_version)
);

-- One row a slot, and at most one signature in it: a row that is signed is never written again.
CREATE TABLE signature_slots (
    agreement_id    UUID NOT NULL,
    content_version BIGINT NOT NULL,
    slot_id         UUID NOT NULL,
    role            TEXT COLLATE "C" NOT NULL REFERENCES signatory_roles (code),
    state           TEXT COLLATE "C" NOT NULL
                    CHECK (state IN ('waiting_turn', 'open', 'signed', 'declined', 'expired', 'replaced', 'closed')),
    deadline_at     BIGINT,
    signed_at       BIGINT,
    signature       JSONB,
    PRIMARY KEY (agreement_id, content_version, slot_id),
    FOREIGN KEY (agreement_id, content_version) REFERENCES agreement_versions (agreement_id, content_version),
    CHECK ((state = 'open') = (deadline_at IS NOT NULL)),
    CHECK ((state = 'signed') = (signed_at IS NOT NULL)),
    CHECK ((signed_at IS NULL) = (signature IS NULL))
);

-- A signatory's own link, and the code that may be said or written down in its stead; only their hashes are kept.
CREATE TABLE agreement_links (
    token_hash      BYTEA NOT NULL PRIMARY KEY,
    code_hash       BYTEA UNIQUE,
    agreement_id    UUID NOT NULL,
    content_version BIGINT NOT NULL,
    slot_id         UUID NOT NULL,
    created_at      BIGINT NOT NULL,
    expires_at      BIGINT NOT NULL,
    revoked_at      BIGINT,
    FOREIGN KEY (agreement_id, content_version, slot_id)
        REFERENCES signature_slots (agreement_id, content_version, slot_id)
);
CREATE INDEX agreement_links_slot ON agreement_links (agreement_id, slot_id);

-- The chain of events, each naming the hash of the one before. Written once; details_enc is sealed.
CREATE TABLE agreement_events (
    agreement_id    UUID NOT NULL REFERENCES agreements (id),
    seq             BIGINT NOT NULL CHECK (seq >= 1),
    at              BIGINT NOT NULL,
    act             TEXT COLLATE "C" NOT NULL,
    actor           TEXT COLLATE "C" NOT NULL,
    slot_id         UUID,
    content_version BIGINT NOT NULL,
    content_hash    BYTEA,
    details_hash    BYTEA NOT NULL,
    previous        BYTEA,
    hash            BYTEA NOT NULL,
    details_enc     BYTEA NOT NULL,
    PRIMARY KEY (agreement_id, seq),
    CHECK ((seq = 1) = (previous IS NULL))
);

-- The keys that seal. One is in use; a key that no longer seals keeps its public half for ever and its secret not at all.
CREATE TABLE seal_keys (
    key_id     BYTEA NOT NULL PRIMARY KEY,
    algorithm  TEXT COLLATE "C" NOT NULL CHECK (algorithm = 'Ed25519'),
    public_key BYTEA NOT NULL UNIQUE,
    secret_enc BYTEA,
    from_at    BIGINT NOT NULL,
    until_at   BIGINT,
    stolen_at  BIGINT,
    CHECK ((until_at IS NULL) = (secret_enc IS NOT NULL)),
    CHECK (stolen_at IS NULL OR until_at IS NOT NULL)
);
CREATE UNIQUE INDEX seal_keys_one_in_use ON seal_keys (algorithm) WHERE until_at IS NULL;

-- The platform's seals over an agreement, each naming the one before. Written once.
CREATE TABLE agreement_seals (
    agreement_id UUID NOT NULL REFERENCES agreements (id),
    place        BIGINT NOT NULL CHECK (place >= 1),
    key_id       BYTEA NOT NULL REFERENCES seal_keys (key_id),
    sealed_at    BIGINT NOT NULL,
    seal         JSONB NOT NULL,
    PRIMARY KEY (agreement_id, place)
);
