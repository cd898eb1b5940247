-- One row for each act of each actor, written by the commit of the act. It outlives what it names: no references.
CREATE TABLE audit (
    id                    UUID NOT NULL PRIMARY KEY,
    at                    BIGINT NOT NULL,
    actor_kind            TEXT COLLATE "C" NOT NULL CHECK (actor_kind IN ('person', 'link', 'operator', 'system', 'command')),
    actor_person_id       UUID,
    actor_organisation_id UUID,
    act                   TEXT COLLATE "C" NOT NULL,
    object_kind           TEXT COLLATE "C" NOT NULL,
    object_id             UUID,
    old_value             JSONB,
    new_value             JSONB,
    reason                TEXT
);
CREATE INDEX audit_at ON audit (at, id);
CREATE INDEX audit_object_id ON audit (object_id, at);
CREATE INDEX audit_actor_organisation_id ON audit (actor_organisation_id, at);
