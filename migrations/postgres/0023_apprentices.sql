-- The other agreements of one apprentice at one enterprise are found without opening all of them: a keyed hash of the person's
-- number there. Nothing, where it was frozen before there was one, and once the agreement was erased.
ALTER TABLE agreements ADD COLUMN apprentice_hash BYTEA;
CREATE INDEX agreements_apprentice_hash ON agreements (enterprise_id, apprentice_hash) WHERE sealed_key IS NOT NULL;
