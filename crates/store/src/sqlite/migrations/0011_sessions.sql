-- People who are signed in. who: the operator, or somebody whom the directory knows; the store does not read it.
CREATE TABLE sessions (
    hash BLOB PRIMARY KEY,
    who TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
