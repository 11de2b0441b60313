-- A Page's consumers are listed piece by piece, the newest first.
CREATE INDEX consumers_by_age ON consumers (page, created_at);
