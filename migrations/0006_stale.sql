-- A change was made since: the reply is shown until the next one, and the page asks for that.
ALTER TABLE reading ADD COLUMN is_stale INTEGER NOT NULL DEFAULT 0 CHECK (is_stale IN (0, 1));
