-- redelivered_at: when the operator last wanted it delivered again; its schedule counts from there. attempts_before: tries
-- until then.
ALTER TABLE deliveries ADD COLUMN redelivered_at INTEGER;
ALTER TABLE deliveries ADD COLUMN attempts_before INTEGER NOT NULL DEFAULT 0;
CREATE INDEX deliveries_of_subject ON deliveries (subject, id);

-- The secret before the present one, which is good until then.
ALTER TABLE apps ADD COLUMN old_secret TEXT;
ALTER TABLE apps ADD COLUMN old_secret_until INTEGER;
