-- Which sites may show a Page's conversations within their own pages. embed_origins: a JSON list.
ALTER TABLE pages ADD COLUMN embed_origins TEXT NOT NULL DEFAULT '[]';
