-- A call that a consumer starts has no app until one accepts it, and rings several. SQLite cannot relax a column, so
-- the table is made anew; what refers to it does so by name. rung: JSON array of app ids as texts.
CREATE TABLE calls_anew (
    id TEXT PRIMARY KEY,
    page INTEGER NOT NULL,
    psid INTEGER NOT NULL,
    app INTEGER REFERENCES apps,
    rung TEXT NOT NULL,
    direction TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    state TEXT NOT NULL,
    live INTEGER NOT NULL,
    connected_at INTEGER,
    FOREIGN KEY (page, psid) REFERENCES consumers
) STRICT;
INSERT INTO calls_anew
    SELECT id, page, psid, app, json_array(printf('%u', app)), direction, created_at, version, state, live, connected_at
    FROM calls ORDER BY rowid;
DROP TABLE calls;
ALTER TABLE calls_anew RENAME TO calls;

CREATE UNIQUE INDEX calls_live ON calls (page, psid) WHERE live = 1;
CREATE INDEX calls_connected ON calls (page, psid, connected_at) WHERE connected_at IS NOT NULL;
CREATE INDEX calls_of_page ON calls (page, created_at);
CREATE INDEX calls_by_age ON calls (created_at);
