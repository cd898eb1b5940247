-- Letters that people choose: what they want to hear of and when, the digest of what is new to them, notices beside letters,
-- addresses that are not written to any more, and a queue that knows where its letters go.
CREATE TABLE mail_events (code TEXT NOT NULL PRIMARY KEY) STRICT;
INSERT INTO mail_events (code)
VALUES ('access'), ('organisation'), ('agreement'), ('signing'), ('record'), ('week'), ('matches'), ('searches'),
       ('followed'), ('posting');

CREATE TABLE mail_cadences (code TEXT NOT NULL PRIMARY KEY) STRICT;
INSERT INTO mail_cadences (code) VALUES ('at_once'), ('daily'), ('weekly'), ('never');

CREATE TABLE suppression_reasons (code TEXT NOT NULL PRIMARY KEY) STRICT;
INSERT INTO suppression_reasons (code) VALUES ('bounced'), ('complained'), ('asked'), ('operator');

-- What somebody chose; what is not here is as the product has it.
CREATE TABLE mail_habits (
    account_id BLOB NOT NULL PRIMARY KEY REFERENCES accounts (id),
    weekday    INTEGER NOT NULL CHECK (weekday BETWEEN 1 AND 7),
    hour       INTEGER NOT NULL CHECK (hour BETWEEN 0 AND 23)
) STRICT;

CREATE TABLE mail_preferences (
    account_id BLOB NOT NULL REFERENCES accounts (id),
    event      TEXT NOT NULL REFERENCES mail_events (code),
    cadence    TEXT NOT NULL REFERENCES mail_cadences (code),
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, event)
) STRICT;

-- When the next digest is due, what the last one had seen (mark_at), and the last one that was a letter. Old digests go,
-- so nothing refers to them.
CREATE TABLE digest_schedules (
    account_id     BLOB NOT NULL REFERENCES accounts (id),
    cadence        TEXT NOT NULL REFERENCES mail_cadences (code),
    next_at        INTEGER NOT NULL,
    mark_at        INTEGER NOT NULL,
    last_digest_id BLOB,
    PRIMARY KEY (account_id, cadence)
) STRICT;
CREATE INDEX digest_schedules_next_at ON digest_schedules (next_at, account_id, cadence);

-- One row for each account, cadence and period, whatever became of it.
CREATE TABLE digests (
    id         BLOB NOT NULL PRIMARY KEY,
    account_id BLOB NOT NULL REFERENCES accounts (id),
    cadence    TEXT NOT NULL REFERENCES mail_cadences (code),
    period     TEXT NOT NULL,
    made_at    INTEGER NOT NULL,
    from_at    INTEGER NOT NULL,
    until_at   INTEGER NOT NULL,
    outcome    TEXT NOT NULL CHECK (outcome IN ('sent', 'nothing', 'suppressed', 'paused')),
    letter_id  BLOB,
    entries    INTEGER NOT NULL CHECK (entries >= 0),
    counted    INTEGER NOT NULL CHECK (counted >= 0),
    UNIQUE (account_id, cadence, period),
    CHECK ((outcome = 'sent') = (letter_id IS NOT NULL))
) STRICT;
CREATE INDEX digests_made_at ON digests (made_at);

-- Told to an account once and never again: that is the key. Without a position it was only counted.
CREATE TABLE digest_items (
    account_id      BLOB NOT NULL,
    kind            TEXT NOT NULL,
    reference       TEXT NOT NULL,
    digest_id       BLOB NOT NULL REFERENCES digests (id),
    position        INTEGER,
    posting_id      BLOB,
    organisation_id BLOB,
    score           INTEGER NOT NULL,
    source          TEXT NOT NULL,
    PRIMARY KEY (account_id, kind, reference)
) STRICT, WITHOUT ROWID;
CREATE INDEX digest_items_digest_id ON digest_items (digest_id, position);

CREATE TABLE saved_searches (
    id         BLOB NOT NULL PRIMARY KEY,
    account_id BLOB NOT NULL REFERENCES accounts (id),
    name       TEXT NOT NULL,
    query      TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (account_id, query)
) STRICT;

CREATE TABLE follows (
    account_id      BLOB NOT NULL REFERENCES accounts (id),
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    created_at      INTEGER NOT NULL,
    PRIMARY KEY (account_id, organisation_id)
) STRICT;
CREATE INDEX follows_organisation_id ON follows (organisation_id);

-- A fact for an account. waits_for is the cadence of the digest that has to tell it, until it has.
CREATE TABLE notices (
    id         BLOB NOT NULL PRIMARY KEY,
    account_id BLOB NOT NULL REFERENCES accounts (id),
    event      TEXT NOT NULL REFERENCES mail_events (code),
    letter     TEXT NOT NULL,
    subject_zh TEXT NOT NULL,
    subject_en TEXT NOT NULL,
    path       TEXT NOT NULL,
    cadence    TEXT NOT NULL REFERENCES mail_cadences (code),
    waits_for  TEXT REFERENCES mail_cadences (code),
    letter_id  BLOB,
    created_at INTEGER NOT NULL,
    read_at    INTEGER
) STRICT;
CREATE INDEX notices_account_id ON notices (account_id, created_at, id);
CREATE INDEX notices_unread ON notices (account_id) WHERE read_at IS NULL;
CREATE INDEX notices_waiting ON notices (account_id, waits_for) WHERE waits_for IS NOT NULL;
CREATE INDEX notices_created_at ON notices (created_at) WHERE waits_for IS NULL;

-- Addresses that are not written to, by their key. Lifted, a row stays and says by whom and why.
CREATE TABLE suppressions (
    email_key     TEXT NOT NULL PRIMARY KEY,
    email         TEXT NOT NULL,
    reason        TEXT NOT NULL REFERENCES suppression_reasons (code),
    said          TEXT,
    at            INTEGER NOT NULL,
    letter_id     BLOB,
    by_person_id  BLOB REFERENCES people (id),
    lifted_at     INTEGER,
    lifted_by     BLOB REFERENCES people (id),
    lifted_reason TEXT,
    CHECK ((lifted_at IS NULL) = (lifted_reason IS NULL)),
    CHECK (lifted_by IS NULL OR lifted_at IS NOT NULL)
) STRICT;
CREATE INDEX suppressions_at ON suppressions (at, email_key) WHERE lifted_at IS NULL;

-- Whether letters leave at all: one row, or none when nobody ever turned it.
CREATE TABLE mail_switch (
    only_row     INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
    paused       INTEGER NOT NULL,
    reason       TEXT NOT NULL,
    by_person_id BLOB REFERENCES people (id),
    at           INTEGER NOT NULL
) STRICT;

-- The outbox learns whose letter it is, what it is about, to which domain it goes and what the server answered. The body of
-- a letter that was given up is kept for a while, so that it can be sent again. failed_at is when it was given up or came
-- back.
CREATE TABLE addressed_outbox (
    id               BLOB NOT NULL PRIMARY KEY,
    recipient        TEXT NOT NULL,
    recipient_key    TEXT NOT NULL,
    recipient_domain TEXT NOT NULL,
    account_id       BLOB REFERENCES accounts (id),
    event            TEXT REFERENCES mail_events (code),
    name             TEXT NOT NULL,
    locale           TEXT NOT NULL,
    subject          TEXT NOT NULL,
    list_path        TEXT,
    body_enc         BLOB,
    priority         INTEGER NOT NULL,
    status           TEXT NOT NULL CHECK (status IN ('ready', 'running', 'done', 'dead')),
    attempts         INTEGER NOT NULL,
    failures         INTEGER NOT NULL DEFAULT 0,
    run_at           INTEGER NOT NULL,
    locked_until     INTEGER,
    last_error       TEXT,
    reply            TEXT,
    suppressed       TEXT REFERENCES suppression_reasons (code),
    resent_from      BLOB,
    created_at       INTEGER NOT NULL,
    finished_at      INTEGER,
    failed_at        INTEGER,
    CHECK ((status = 'running') = (locked_until IS NOT NULL)),
    CHECK ((status IN ('done', 'dead')) = (finished_at IS NOT NULL)),
    CHECK (status NOT IN ('ready', 'running') OR body_enc IS NOT NULL),
    CHECK (status <> 'done' OR body_enc IS NULL),
    CHECK (suppressed IS NULL OR status = 'dead')
) STRICT;
INSERT INTO addressed_outbox (id, recipient, recipient_key, recipient_domain, name, locale, subject, body_enc, priority,
                              status, attempts, failures, run_at, locked_until, last_error, created_at, finished_at,
                              failed_at)
SELECT id, recipient, lower(recipient), lower(substr(recipient, instr(recipient, '@') + 1)), name, locale, subject, body_enc,
       priority, status, attempts, failures, run_at, locked_until, last_error, created_at, finished_at,
       CASE WHEN status = 'dead' THEN finished_at END
  FROM outbox;
DROP TABLE outbox;
ALTER TABLE addressed_outbox RENAME TO outbox;
CREATE INDEX outbox_ready ON outbox (priority DESC, run_at, id, recipient_domain) WHERE status = 'ready';
CREATE INDEX outbox_running ON outbox (locked_until) WHERE status = 'running';
CREATE INDEX outbox_status ON outbox (status, created_at, id);
CREATE INDEX outbox_recipient_key ON outbox (recipient_key, created_at, id);
CREATE INDEX outbox_finished_at ON outbox (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX outbox_kept_bodies ON outbox (finished_at) WHERE status = 'dead' AND body_enc IS NOT NULL;
CREATE INDEX outbox_failed_at ON outbox (failed_at, id) WHERE failed_at IS NOT NULL;

-- The most urgent first, in the order of the index: an index the other way round sorts all that waits for every claim.
DROP INDEX jobs_ready;
CREATE INDEX jobs_ready ON jobs (priority DESC, run_at, id) WHERE status = 'ready';

-- What is new since a moment, without reading what is not. A pair is news when it comes among the best of a side, and when
-- it becomes a fair match: later than it was first seen, as far as the other side ranked it first.
ALTER TABLE matches ADD COLUMN news_at INTEGER NOT NULL DEFAULT 0;
UPDATE matches SET news_at = first_seen_at;
DROP INDEX matches_need_posting_id;
DROP INDEX matches_offer_posting_id;
CREATE INDEX matches_need_posting_id ON matches (need_posting_id, news_at);
CREATE INDEX matches_offer_posting_id ON matches (offer_posting_id, news_at);
CREATE INDEX postings_published_at ON postings (published_at, id) WHERE status = 'published';
CREATE INDEX postings_published_by ON postings (organisation_id, published_at) WHERE status = 'published';
