-- A Page's call settings. call_hours: JSON of offhook_call::CallHours. The last two are NULL until they are set.
ALTER TABLE pages ADD COLUMN video_enabled INTEGER NOT NULL DEFAULT 1;
ALTER TABLE pages ADD COLUMN icon_enabled INTEGER NOT NULL DEFAULT 1;
ALTER TABLE pages ADD COLUMN call_hours TEXT;
ALTER TABLE pages ADD COLUMN ring_target TEXT;
