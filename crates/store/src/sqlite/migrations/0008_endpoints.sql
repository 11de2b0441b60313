-- How an app's endpoint does. gone: it answered 410, and nothing is owed to it until it is set again (so far: active = 0).
-- health_since: since when it is so. failing_since: the first of the tries that have failed with none that succeeded after
-- it. proven: whether its last try succeeded.
ALTER TABLE app_subscriptions ADD COLUMN health TEXT NOT NULL DEFAULT 'healthy'
    CHECK (health IN ('healthy', 'failing', 'paused', 'gone'));
ALTER TABLE app_subscriptions ADD COLUMN health_since INTEGER NOT NULL DEFAULT 0;
ALTER TABLE app_subscriptions ADD COLUMN failing_since INTEGER;
ALTER TABLE app_subscriptions ADD COLUMN proven INTEGER NOT NULL DEFAULT 0;
UPDATE app_subscriptions SET health = CASE active WHEN 1 THEN 'healthy' ELSE 'gone' END, health_since = changed_at;
ALTER TABLE app_subscriptions DROP COLUMN active;
