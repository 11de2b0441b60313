-- What happened to a call, as one process saw it from begun_at (microseconds) on. entries: a JSON list, deflated.
CREATE TABLE timelines (
    call TEXT NOT NULL REFERENCES calls,
    begun_at INTEGER NOT NULL,
    entries BLOB NOT NULL,
    PRIMARY KEY (call, begun_at)
) STRICT;
