-- A Page's call settings. call_hours: JSON of offhook_call::CallHours. The last two are NULL until they are set.
ALTER TABLE pages ADD COLUMN video_enabled INTEGER NOT NULL DEFAULT 1;
ALTER TABLE pages ADD COLUMN icon_enabled INTEGER NOT NULL DEFAULT 1;
ALTER TABLE pages ADD COLUMN call_hours TEXT;
ALTER TABLE pages ADD COLUMN ring_target TEXT;

-- When the consumer last wrote or tapped a postback button: it opens the messaging window.
ALTER TABLE consumers ADD COLUMN window_opened_at INTEGER;

ALTER TABLE permissions ADD COLUMN implicit INTEGER NOT NULL DEFAULT 0;

-- What stands in consumers' threads besides calls. kind: JSON of offhook_call::EntryKind; is_request repeats what it
-- says, for the index.
CREATE TABLE entries (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    page INTEGER NOT NULL,
    psid INTEGER NOT NULL,
    at INTEGER NOT NULL,
    sender TEXT NOT NULL CHECK (sender IN ('business', 'consumer')),
    kind TEXT NOT NULL,
    is_request INTEGER NOT NULL,
    FOREIGN KEY (page, psid) REFERENCES consumers
) STRICT;
CREATE INDEX entries_of_thread ON entries (page, psid, number);
CREATE INDEX entries_requests ON entries (page, psid, at) WHERE is_request = 1;

-- A call stands in the thread once it has ended. ended_at repeats what state says, for the index.
ALTER TABLE calls ADD COLUMN ended_at INTEGER;
UPDATE calls SET ended_at = json_extract(state, '$.Ended.at');
CREATE INDEX calls_of_thread ON calls (page, psid, ended_at) WHERE ended_at IS NOT NULL;

-- Webhooks that are owed, now about calls, threads and Pages. subject: the call's id, `t_` and the psid, or `page`.
-- due_at: when a worker may take it; NULL while an earlier one of the same app, Page and subject is pending, and once
-- it is settled. A lease moves it to the lease's end.
CREATE TABLE deliveries_rebuilt (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    app INTEGER NOT NULL REFERENCES apps,
    page INTEGER NOT NULL REFERENCES pages,
    subject TEXT NOT NULL,
    body BLOB NOT NULL,
    carries_offer INTEGER NOT NULL,
    owed_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'dead')),
    attempts INTEGER NOT NULL,
    due_at INTEGER CHECK (due_at IS NULL OR state = 'pending'),
    leased_until INTEGER CHECK (leased_until IS NULL OR state = 'pending')
) STRICT;
INSERT INTO deliveries_rebuilt
    SELECT id, app, page, call, body, carries_offer, owed_at, state, attempts, due_at, leased_until FROM deliveries;
-- Numbers go on where they were, so that no webhook-id comes again.
DELETE FROM sqlite_sequence WHERE name = 'deliveries_rebuilt';
UPDATE sqlite_sequence SET name = 'deliveries_rebuilt' WHERE name = 'deliveries';
DROP TABLE deliveries;
ALTER TABLE deliveries_rebuilt RENAME TO deliveries;
CREATE INDEX deliveries_due ON deliveries (app, due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX deliveries_leased ON deliveries (app, leased_until) WHERE leased_until IS NOT NULL;
CREATE INDEX deliveries_pending ON deliveries (subject, page, app, id) WHERE state = 'pending';
CREATE INDEX deliveries_settled ON deliveries (owed_at) WHERE state <> 'pending';
