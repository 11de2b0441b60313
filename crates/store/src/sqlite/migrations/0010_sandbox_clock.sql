-- Where a sandbox's clock stands: ahead of the machine's, or, if frozen_at is there, at that moment.
CREATE TABLE sandbox_clock (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    ahead_ms INTEGER NOT NULL,
    frozen_at INTEGER
) STRICT;
