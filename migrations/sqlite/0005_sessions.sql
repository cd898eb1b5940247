-- Server-side sessions, and links that are good once. Only hashes of tokens are kept.
CREATE TABLE sessions (
    id            BLOB NOT NULL PRIMARY KEY,
    token_hash    BLOB NOT NULL UNIQUE,
    account_id    BLOB NOT NULL REFERENCES accounts (id),
    membership_id BLOB REFERENCES memberships (id),
    created_at    INTEGER NOT NULL,
    touched_at    INTEGER NOT NULL,
    expires_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_account_id ON sessions (account_id);
CREATE INDEX sessions_expires_at ON sessions (expires_at);

CREATE TABLE links (
    id         BLOB NOT NULL PRIMARY KEY,
    token_hash BLOB NOT NULL UNIQUE,
    account_id BLOB NOT NULL REFERENCES accounts (id),
    purpose    TEXT NOT NULL CHECK (purpose IN ('sign_in', 'reset', 'confirm_email')),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at    INTEGER
) STRICT;
CREATE INDEX links_account_id ON links (account_id);
CREATE INDEX links_expires_at ON links (expires_at);
