-- The queue. attempts is the fencing token of a lease; dedup_key is given up at the claim, schedule_key never.
CREATE TABLE jobs (
    id           BLOB NOT NULL PRIMARY KEY,
    kind         TEXT NOT NULL,
    payload      TEXT NOT NULL,
    priority     INTEGER NOT NULL,
    status       TEXT NOT NULL CHECK (status IN ('ready', 'running', 'done', 'dead')),
    attempts     INTEGER NOT NULL,
    run_at       INTEGER NOT NULL,
    locked_until INTEGER,
    dedup_key    TEXT UNIQUE,
    schedule_key TEXT UNIQUE,
    last_error   TEXT,
    created_at   INTEGER NOT NULL,
    finished_at  INTEGER,
    CHECK ((status = 'running') = (locked_until IS NOT NULL)),
    CHECK ((status IN ('done', 'dead')) = (finished_at IS NOT NULL))
) STRICT;
CREATE INDEX jobs_ready ON jobs (priority, run_at, id) WHERE status = 'ready';
CREATE INDEX jobs_running ON jobs (locked_until) WHERE status = 'running';
CREATE INDEX jobs_status ON jobs (status, finished_at);
