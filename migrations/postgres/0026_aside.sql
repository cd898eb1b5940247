-- What the owner of a post set aside: it no longer stands among the post's matches, until it is taken back. A row of the register
-- has no foreign key here: the newest year's rows take the place of older ones.
CREATE TABLE set_aside (
    posting_id   UUID NOT NULL REFERENCES postings (id),
    partner_kind TEXT COLLATE "C" NOT NULL CHECK (partner_kind IN ('posting', 'row')),
    partner_id   UUID NOT NULL,
    set_at       BIGINT NOT NULL,
    PRIMARY KEY (posting_id, partner_id)
);
