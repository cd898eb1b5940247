-- Blobs by the hash of their bytes; imports; which file each vocabulary list was replaced from.
CREATE TABLE blobs (
    hash       BYTEA NOT NULL PRIMARY KEY,
    media_type TEXT NOT NULL,
    bytes      BYTEA NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE imports (
    id           UUID NOT NULL PRIMARY KEY,
    kind         TEXT COLLATE "C" NOT NULL,
    file_name    TEXT NOT NULL,
    file_hash    BYTEA NOT NULL,
    year         BIGINT,
    rows         BIGINT NOT NULL,
    added        BIGINT NOT NULL,
    changed      BIGINT NOT NULL,
    removed      BIGINT NOT NULL,
    started_at   BIGINT NOT NULL,
    finished_at  BIGINT,
    state        TEXT COLLATE "C" NOT NULL CHECK (state IN ('running', 'done', 'failed')),
    actor_person UUID REFERENCES people (id),
    CHECK ((state = 'running') = (finished_at IS NULL))
);
CREATE INDEX imports_file_hash ON imports (kind, file_hash);
CREATE INDEX imports_started_at ON imports (started_at, id);

CREATE TABLE vocabulary_lists (
    list       TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    blob_hash  BYTEA NOT NULL REFERENCES blobs (hash),
    import_id  UUID NOT NULL REFERENCES imports (id),
    updated_at BIGINT NOT NULL
);
