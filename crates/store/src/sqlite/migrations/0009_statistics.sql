-- How the legs of a call did until its end. legs: a JSON list, in the order in which they were opened.
CREATE TABLE call_statistics (
    call TEXT PRIMARY KEY REFERENCES calls,
    taken_at INTEGER NOT NULL,
    legs TEXT NOT NULL
) STRICT;
