-- Who answers at the desk. secret: SHA-256; pages: JSON, the ids of the Pages that they answer for.
CREATE TABLE agents (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    secret BLOB NOT NULL,
    pages TEXT NOT NULL,
    enabled INTEGER NOT NULL DEFAULT 1,
    free INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL
) STRICT;
-- JSON: who of the desk has the call, or whom it rings; NULL: it is not the desk's.
ALTER TABLE calls ADD COLUMN desk TEXT;
CREATE TABLE call_notes (
    id INTEGER PRIMARY KEY,
    call TEXT NOT NULL REFERENCES calls (id),
    agent INTEGER NOT NULL REFERENCES agents (id),
    at INTEGER NOT NULL,
    text TEXT NOT NULL
) STRICT;
CREATE INDEX call_notes_by_call ON call_notes (call);
