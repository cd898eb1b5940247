-- The best offers for each need line and the best needs for each offer. offer_ref is a line or a register row. A row
-- without a rank on either side is not kept.
CREATE TABLE matches (
    need_line_id     BLOB NOT NULL,
    offer_ref        BLOB NOT NULL,
    offer_kind       TEXT NOT NULL CHECK (offer_kind IN ('line', 'row')),
    need_posting_id  BLOB NOT NULL,
    offer_posting_id BLOB,
    score            INTEGER NOT NULL,
    criteria         TEXT NOT NULL,
    rank_for_need    INTEGER,
    rank_for_offer   INTEGER,
    weights_version  TEXT NOT NULL,
    first_seen_at    INTEGER NOT NULL,
    seen_at          INTEGER NOT NULL,
    PRIMARY KEY (need_line_id, offer_ref),
    CHECK ((offer_kind = 'line') = (offer_posting_id IS NOT NULL))
) STRICT;
CREATE INDEX matches_offer_ref ON matches (offer_ref);
CREATE INDEX matches_need_posting_id ON matches (need_posting_id);
CREATE INDEX matches_offer_posting_id ON matches (offer_posting_id);
