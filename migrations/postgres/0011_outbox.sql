-- Letters to send. The body is sealed and wiped once the letter is sent or given up.
CREATE TABLE outbox (
    id           UUID NOT NULL PRIMARY KEY,
    recipient    TEXT NOT NULL,
    name         TEXT COLLATE "C" NOT NULL,
    locale       TEXT COLLATE "C" NOT NULL,
    subject      TEXT NOT NULL,
    body_enc     BYTEA,
    priority     BIGINT NOT NULL,
    status       TEXT COLLATE "C" NOT NULL CHECK (status IN ('waiting', 'sent', 'failed')),
    attempts     BIGINT NOT NULL,
    send_at      BIGINT NOT NULL,
    locked_until BIGINT,
    last_error   TEXT,
    created_at   BIGINT NOT NULL,
    finished_at  BIGINT,
    CHECK ((status = 'waiting') = (body_enc IS NOT NULL)),
    CHECK ((status = 'waiting') = (finished_at IS NULL))
);
CREATE INDEX outbox_waiting ON outbox (priority, send_at, id) WHERE status = 'waiting';
CREATE INDEX outbox_created_at ON outbox (created_at, id);
