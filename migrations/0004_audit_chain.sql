-- The audit log as a chain of hashes, the marks of what was archived, and the indexes of its page.

-- SHA-256 over the hash before and every column of this row. NULL: the row is older than the chain,
-- whose first hash covers all of these rows.
ALTER TABLE audit ADD COLUMN hash BLOB;

-- The log is read by time, as a whole or of one person, VPS, call or event.
DROP INDEX audit_vps;
CREATE INDEX audit_time ON audit (at_ms);
CREATE INDEX audit_vps ON audit (vps_id, at_ms);
CREATE INDEX audit_name ON audit (person, at_ms);
CREATE INDEX audit_what ON audit (what, at_ms);
-- Nearly everything is accepted; what was not is looked for.
CREATE INDEX audit_trouble ON audit (outcome) WHERE outcome <> 'accepted';

-- Rows up to last_id are in a file and may go from the table; the chain goes on from this hash.
CREATE TABLE audit_mark (
    last_id INTEGER PRIMARY KEY,
    first_id INTEGER NOT NULL,
    -- The hash at last_id, and whether that row had it itself or is older than the chain.
    hash BLOB NOT NULL,
    is_chained INTEGER NOT NULL CHECK (is_chained IN (0, 1)),
    file TEXT NOT NULL,
    -- SHA-256 of the file.
    file_hash BLOB NOT NULL,
    count INTEGER NOT NULL,
    at_ms INTEGER NOT NULL
) STRICT;

CREATE TRIGGER audit_mark_is_append_only_insert BEFORE INSERT ON audit_mark
WHEN NEW.last_id <= (SELECT max(last_id) FROM audit_mark)
BEGIN SELECT RAISE(ABORT, 'marks of the audit log only go forward'); END;
CREATE TRIGGER audit_mark_is_append_only_update BEFORE UPDATE ON audit_mark
BEGIN SELECT RAISE(ABORT, 'marks of the audit log are append-only'); END;
CREATE TRIGGER audit_mark_is_append_only_delete BEFORE DELETE ON audit_mark
BEGIN SELECT RAISE(ABORT, 'marks of the audit log are append-only'); END;

CREATE TRIGGER audit_is_append_only_insert BEFORE INSERT ON audit
WHEN NEW.hash IS NULL OR NEW.id <= (SELECT max(id) FROM audit)
BEGIN SELECT RAISE(ABORT, 'the audit log grows at its end, each row with its hash'); END;
DROP TRIGGER audit_is_append_only_delete;
CREATE TRIGGER audit_is_append_only_delete BEFORE DELETE ON audit
WHEN OLD.id > coalesce((SELECT max(last_id) FROM audit_mark), 0)
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;

-- How far the copy of the log has come, for each place it is copied to.
CREATE TABLE audit_copy (
    target TEXT PRIMARY KEY,
    last_id INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
