-- Ids of apps, Pages and consumers are 64-bit numbers (two's complement where they pass 2^63); times are
-- milliseconds since the Unix epoch.

CREATE TABLE apps (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    secret TEXT NOT NULL,
    require_app_secret_proof INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE pages (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    audio_enabled INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- hash: SHA-256 of the token.
CREATE TABLE page_tokens (
    hash BLOB PRIMARY KEY,
    app INTEGER NOT NULL REFERENCES apps,
    page INTEGER NOT NULL REFERENCES pages,
    pages_messaging INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX page_tokens_of_page ON page_tokens (page, created_at);

CREATE TABLE consumers (
    page INTEGER NOT NULL REFERENCES pages,
    psid INTEGER NOT NULL,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (page, psid)
) STRICT, WITHOUT ROWID;

CREATE TABLE consumer_tokens (
    hash BLOB PRIMARY KEY,
    page INTEGER NOT NULL,
    psid INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    FOREIGN KEY (page, psid) REFERENCES consumers
) STRICT, WITHOUT ROWID;

CREATE TABLE permissions (
    page INTEGER NOT NULL,
    psid INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (page, psid),
    FOREIGN KEY (page, psid) REFERENCES consumers
) STRICT, WITHOUT ROWID;

-- fields: JSON array of field names.
CREATE TABLE app_subscriptions (
    app INTEGER PRIMARY KEY REFERENCES apps,
    callback_url TEXT NOT NULL,
    verify_token TEXT NOT NULL,
    fields TEXT NOT NULL,
    active INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;

CREATE TABLE page_subscriptions (
    app INTEGER NOT NULL REFERENCES apps,
    page INTEGER NOT NULL REFERENCES pages,
    fields TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (page, app)
) STRICT, WITHOUT ROWID;

-- state: JSON of offhook_call::State. live and connected_at repeat what it says, for the indexes.
CREATE TABLE calls (
    id TEXT PRIMARY KEY,
    page INTEGER NOT NULL,
    psid INTEGER NOT NULL,
    app INTEGER NOT NULL REFERENCES apps,
    direction TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    offer TEXT NOT NULL,
    state TEXT NOT NULL,
    live INTEGER NOT NULL,
    connected_at INTEGER,
    FOREIGN KEY (page, psid) REFERENCES consumers
) STRICT;
-- A consumer is in one call at a time: the decision sees to it, this index is the second line.
CREATE UNIQUE INDEX calls_live ON calls (page, psid) WHERE live = 1;
CREATE INDEX calls_connected ON calls (page, psid, connected_at) WHERE connected_at IS NOT NULL;
CREATE INDEX calls_of_page ON calls (page, created_at);
CREATE INDEX calls_by_age ON calls (created_at);

-- A client's keys for connect requests, with the first answer.
CREATE TABLE idempotency_keys (
    app INTEGER NOT NULL REFERENCES apps,
    key TEXT NOT NULL,
    call TEXT NOT NULL REFERENCES calls,
    answer TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (app, key)
) STRICT;
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

-- Webhooks that are owed. due_at: when a worker may take it; NULL while an earlier one of the same app and call is
-- pending, and once it is settled. A lease moves it to the lease's end.
CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    app INTEGER NOT NULL REFERENCES apps,
    page INTEGER NOT NULL REFERENCES pages,
    call TEXT NOT NULL REFERENCES calls,
    body BLOB NOT NULL,
    carries_offer INTEGER NOT NULL,
    owed_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'dead')),
    attempts INTEGER NOT NULL,
    due_at INTEGER CHECK (due_at IS NULL OR state = 'pending'),
    leased_until INTEGER CHECK (leased_until IS NULL OR state = 'pending')
) STRICT;
CREATE INDEX deliveries_due ON deliveries (app, due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX deliveries_leased ON deliveries (app, leased_until) WHERE leased_until IS NOT NULL;
CREATE INDEX deliveries_pending ON deliveries (call, app, id) WHERE state = 'pending';
CREATE INDEX deliveries_settled ON deliveries (owed_at) WHERE state <> 'pending';

CREATE TABLE attempts (
    delivery INTEGER NOT NULL REFERENCES deliveries ON DELETE CASCADE,
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    took_ms INTEGER NOT NULL,
    status INTEGER,
    response TEXT NOT NULL,
    PRIMARY KEY (delivery, number)
) STRICT, WITHOUT ROWID;
