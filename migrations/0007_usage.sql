-- What a VPS used, as KiwiVM recorded it: one row a day, not one a point. A year of one VPS is then read
-- in 365 rows instead of 30 000, and takes a third of the room.
CREATE TABLE usage_day (
    vps_id INTEGER NOT NULL REFERENCES vps (id) ON DELETE CASCADE,
    -- Days since 1970, UTC.
    day INTEGER NOT NULL,
    -- Whether it holds hours instead of five minutes.
    is_hourly INTEGER NOT NULL CHECK (is_hourly IN (0, 1)),
    -- The day's samples, packed: see model/usage/packed.rs.
    samples BLOB NOT NULL,
    PRIMARY KEY (vps_id, day)
) STRICT, WITHOUT ROWID;

-- The transfer of each cycle, as it was last read before its reset. Used and quota are multiplied.
CREATE TABLE transfer_cycle (
    vps_id INTEGER NOT NULL REFERENCES vps (id) ON DELETE CASCADE,
    -- When it ends or ended: the next reset that KiwiVM named.
    resets_at INTEGER NOT NULL,
    used_bytes INTEGER NOT NULL,
    quota_bytes INTEGER NOT NULL,
    multiplier REAL NOT NULL,
    read_at INTEGER NOT NULL,
    PRIMARY KEY (vps_id, resets_at)
) STRICT, WITHOUT ROWID;
