-- A search may have more that is new than a digest looks at: then what it counts is not all.
ALTER TABLE digests ADD COLUMN counted_at_least INTEGER NOT NULL DEFAULT 0 CHECK (counted_at_least IN (0, 1));
