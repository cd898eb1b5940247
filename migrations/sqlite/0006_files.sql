-- Blobs by the hash of their bytes; imports; which file each vocabulary list was replaced from.
CREATE TABLE blobs (
    hash       BLOB NOT NULL PRIMARY KEY,
    media_type TEXT NOT NULL,
    bytes      BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE imports (
    id           BLOB NOT NULL PRIMARY KEY,
    kind         TEXT NOT NULL,
    file_name    TEXT NOT NULL,
    file_hash    BLOB NOT NULL,
    year         INTEGER,
    rows         INTEGER NOT NULL,
    added        INTEGER NOT NULL,
    changed      INTEGER NOT NULL,
    removed      INTEGER NOT NULL,
    started_at   INTEGER NOT NULL,
    finished_at  INTEGER,
    state        TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed')),
    actor_person BLOB REFERENCES people (id),
    CHECK ((state = 'running') = (finished_at IS NULL))
) STRICT;
CREATE INDEX imports_file_hash ON imports (kind, file_hash);
CREATE INDEX imports_started_at ON imports (started_at, id);

CREATE TABLE vocabulary_lists (
    list       TEXT NOT NULL PRIMARY KEY,
    blob_hash  BLOB NOT NULL REFERENCES blobs (hash),
    import_id  BLOB NOT NULL REFERENCES imports (id),
    updated_at INTEGER NOT NULL
) STRICT;
