-- compat: the app's compat switches that are not at their default, a JSON object.
ALTER TABLE apps ADD COLUMN compat TEXT NOT NULL DEFAULT '{}';

-- What a business measured of a call. report: JSON, as the app sent it in one form of names.
CREATE TABLE call_metrics (
    call TEXT PRIMARY KEY REFERENCES calls,
    app INTEGER NOT NULL REFERENCES apps,
    submitted_at INTEGER NOT NULL,
    report TEXT NOT NULL
) STRICT, WITHOUT ROWID;
