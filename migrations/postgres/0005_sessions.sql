-- Server-side sessions, and links that are good once. Only hashes of tokens are kept.
CREATE TABLE sessions (
    id            UUID NOT NULL PRIMARY KEY,
    token_hash    BYTEA NOT NULL UNIQUE,
    account_id    UUID NOT NULL REFERENCES accounts (id),
    membership_id UUID REFERENCES memberships (id),
    created_at    BIGINT NOT NULL,
    touched_at    BIGINT NOT NULL,
    expires_at    BIGINT NOT NULL
);
CREATE INDEX sessions_account_id ON sessions (account_id);
CREATE INDEX sessions_expires_at ON sessions (expires_at);

CREATE TABLE links (
    id         UUID NOT NULL PRIMARY KEY,
    token_hash BYTEA NOT NULL UNIQUE,
    account_id UUID NOT NULL REFERENCES accounts (id),
    purpose    TEXT COLLATE "C" NOT NULL CHECK (purpose IN ('sign_in', 'reset', 'confirm_email')),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at    BIGINT
);
CREATE INDEX links_account_id ON links (account_id);
CREATE INDEX links_expires_at ON links (expires_at);
