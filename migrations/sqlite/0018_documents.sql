-- The PDF of an agreement, sealed with the agreement's own key. Made once, when all had signed, and kept as it was made:
-- what people hold has to be what stands here, byte for byte.
CREATE TABLE agreement_documents (
    agreement_id    BLOB NOT NULL,
    content_version INTEGER NOT NULL,
    sha256          BLOB NOT NULL,
    size            INTEGER NOT NULL CHECK (size >= 1),
    document_enc    BLOB NOT NULL,
    made_at         INTEGER NOT NULL,
    PRIMARY KEY (agreement_id, content_version),
    FOREIGN KEY (agreement_id, content_version) REFERENCES agreement_versions (agreement_id, content_version)
) STRICT;
