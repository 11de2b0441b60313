-- compat: the app's compat switches that are not at their default, a JSON object.
ALTER TABLE apps ADD COLUMN compat TEXT NOT NULL DEFAULT '{}';
