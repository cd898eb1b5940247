-- The queue. attempts is the fencing token of a lease; dedup_key is given up at the claim, schedule_key never.
CREATE TABLE jobs (
    id           UUID NOT NULL PRIMARY KEY,
    kind         TEXT COLLATE "C" NOT NULL,
    payload      JSONB NOT NULL,
    priority     BIGINT NOT NULL,
    status       TEXT COLLATE "C" NOT NULL CHECK (status IN ('ready', 'running', 'done', 'dead')),
    attempts     BIGINT NOT NULL,
    run_at       BIGINT NOT NULL,
    locked_until BIGINT,
    dedup_key    TEXT COLLATE "C" UNIQUE,
    schedule_key TEXT COLLATE "C" UNIQUE,
    last_error   TEXT,
    created_at   BIGINT NOT NULL,
    finished_at  BIGINT,
    CHECK ((status = 'running') = (locked_until IS NOT NULL)),
    CHECK ((status IN ('done', 'dead')) = (finished_at IS NOT NULL))
);
CREATE INDEX jobs_ready ON jobs (priority, run_at, id) WHERE status = 'ready';
CREATE INDEX jobs_running ON jobs (locked_until) WHERE status = 'running';
CREATE INDEX jobs_status ON jobs (status, finished_at);
