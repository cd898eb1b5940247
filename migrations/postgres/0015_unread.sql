-- What nobody reads: the moment a match was last computed, and counters of human numbers.
ALTER TABLE matches DROP COLUMN seen_at;
DROP TABLE counters;
