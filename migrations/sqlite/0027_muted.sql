-- What the owner of a post does not want to count in its matches: codes of criteria.
ALTER TABLE postings ADD COLUMN muted TEXT NOT NULL DEFAULT '[]';
