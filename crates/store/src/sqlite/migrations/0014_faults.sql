-- held: a sandbox's fault holds it back; 1: in its place, 2: so that later ones about the same overtake it.
ALTER TABLE deliveries ADD COLUMN held INTEGER NOT NULL DEFAULT 0;

-- The fault of a sandbox that struck the try.
ALTER TABLE attempts ADD COLUMN fault TEXT;
