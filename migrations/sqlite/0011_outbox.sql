-- Letters to send. The body is sealed and wiped once the letter is sent or given up.
CREATE TABLE outbox (
    id           BLOB NOT NULL PRIMARY KEY,
    recipient    TEXT NOT NULL,
    name         TEXT NOT NULL,
    locale       TEXT NOT NULL,
    subject      TEXT NOT NULL,
    body_enc     BLOB,
    priority     INTEGER NOT NULL,
    status       TEXT NOT NULL CHECK (status IN ('waiting', 'sent', 'failed')),
    attempts     INTEGER NOT NULL,
    send_at      INTEGER NOT NULL,
    locked_until INTEGER,
    last_error   TEXT,
    created_at   INTEGER NOT NULL,
    finished_at  INTEGER,
    CHECK ((status = 'waiting') = (body_enc IS NOT NULL)),
    CHECK ((status = 'waiting') = (finished_at IS NULL))
) STRICT;
CREATE INDEX outbox_waiting ON outbox (priority, send_at, id) WHERE status = 'waiting';
CREATE INDEX outbox_created_at ON outbox (created_at, id);
