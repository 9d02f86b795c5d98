-- The long operations that kept a VPS locked. KiwiVM gives them no number and tells no end: one is known
-- by the moment at which it was first seen, and its end by the lock going away.
CREATE TABLE operation (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    vps_id INTEGER NOT NULL REFERENCES vps (id) ON DELETE CASCADE,
    seen_at INTEGER NOT NULL,
    -- When KiwiVM last told of it, and what it said then.
    told_at INTEGER NOT NULL,
    title TEXT,
    progress TEXT,
    percent INTEGER CHECK (percent BETWEEN 0 AND 100),
    -- The calls that inform are refused too: when they answer again, it has ended.
    is_told_by_info INTEGER NOT NULL CHECK (is_told_by_info IN (0, 1)),
    -- NULL: it goes on, as far as known.
    ended_at INTEGER,
    -- JSON: what was known of the VPS before it began, and what was read first after its end.
    facts_before TEXT NOT NULL,
    facts_after TEXT NOT NULL,
    UNIQUE (vps_id, seen_at)
) STRICT;
