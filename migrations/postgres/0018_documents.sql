-- The PDF of an agreement, sealed with the agreement's own key. Made once, when all had signed, and kept as it was made:
-- what people hold has to be what stands here, byte for byte.
CREATE TABLE agreement_documents (
    agreement_id    UUID NOT NULL,
    content_version BIGINT NOT NULL,
    sha256          BYTEA NOT NULL,
    size            BIGINT NOT NULL CHECK (size >= 1),
    document_enc    BYTEA NOT NULL,
    made_at         BIGINT NOT NULL,
    PRIMARY KEY (agreement_id, content_version),
    FOREIGN KEY (agreement_id, content_version) REFERENCES agreement_versions (agreement_id, content_version)
);
