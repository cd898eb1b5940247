-- The outbox takes the shape of the job queue, so that both are leased by the same statements: what waits is ready,
-- what is being sent is running, what was sent is done, what was given up is dead.
CREATE TABLE queued_outbox (
    id           BLOB NOT NULL PRIMARY KEY,
    recipient    TEXT NOT NULL,
    name         TEXT NOT NULL,
    locale       TEXT NOT NULL,
    subject      TEXT NOT NULL,
    body_enc     BLOB,
    priority     INTEGER NOT NULL,
    status       TEXT NOT NULL CHECK (status IN ('ready', 'running', 'done', 'dead')),
    attempts     INTEGER NOT NULL,
    run_at       INTEGER NOT NULL,
    locked_until INTEGER,
    last_error   TEXT,
    created_at   INTEGER NOT NULL,
    finished_at  INTEGER,
    CHECK ((status = 'running') = (locked_until IS NOT NULL)),
    CHECK ((status IN ('done', 'dead')) = (finished_at IS NOT NULL)),
    CHECK ((status IN ('done', 'dead')) = (body_enc IS NULL))
) STRICT;
INSERT INTO queued_outbox (id, recipient, name, locale, subject, body_enc, priority, status, attempts, run_at,
                           locked_until, last_error, created_at, finished_at)
SELECT id, recipient, name, locale, subject, body_enc, priority,
       CASE WHEN status = 'sent' THEN 'done' WHEN status = 'failed' THEN 'dead'
            WHEN locked_until IS NULL THEN 'ready' ELSE 'running' END,
       attempts, send_at, CASE WHEN status = 'waiting' THEN locked_until END, last_error, created_at, finished_at
  FROM outbox;
DROP TABLE outbox;
ALTER TABLE queued_outbox RENAME TO outbox;
CREATE INDEX outbox_ready ON outbox (priority, run_at, id) WHERE status = 'ready';
CREATE INDEX outbox_running ON outbox (locked_until) WHERE status = 'running';
CREATE INDEX outbox_created_at ON outbox (created_at, id);
