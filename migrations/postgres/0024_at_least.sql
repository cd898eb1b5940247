-- A search may have more that is new than a digest looks at: then what it counts is not all.
ALTER TABLE digests ADD COLUMN counted_at_least BOOLEAN NOT NULL DEFAULT FALSE;
