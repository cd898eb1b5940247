-- From where an act came stands apart from who did it and why: the one is the evidence that every party gets, the other is
-- nobody else's business. Both are sealed, each has a hash of its own, and the event's hash covers both.
ALTER TABLE agreement_events ADD COLUMN origin_hash BLOB;
ALTER TABLE agreement_events ADD COLUMN origin_enc BLOB CHECK ((origin_hash IS NULL) = (origin_enc IS NULL));

-- In which language somebody reads: the one they last came with, or chose.
ALTER TABLE accounts ADD COLUMN locale TEXT NOT NULL DEFAULT 'zh' CHECK (locale IN ('zh', 'en'));
