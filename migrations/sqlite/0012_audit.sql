-- One row for each act of each actor, written by the commit of the act. It outlives what it names: no references.
CREATE TABLE audit (
    id                    BLOB NOT NULL PRIMARY KEY,
    at                    INTEGER NOT NULL,
    actor_kind            TEXT NOT NULL CHECK (actor_kind IN ('person', 'link', 'operator', 'system', 'command')),
    actor_person_id       BLOB,
    actor_organisation_id BLOB,
    act                   TEXT NOT NULL,
    object_kind           TEXT NOT NULL,
    object_id             BLOB,
    old_value             TEXT,
    new_value             TEXT,
    reason                TEXT
) STRICT;
CREATE INDEX audit_at ON audit (at, id);
CREATE INDEX audit_object_id ON audit (object_id, at);
CREATE INDEX audit_actor_organisation_id ON audit (actor_organisation_id, at);
