-- Times are Unix seconds unless a name ends in _ms. Secrets stand here only sealed or hashed.

CREATE TABLE person (
    id INTEGER PRIMARY KEY,
    -- Trimmed, NFKC, lower case: the one form used for look-up, lock-out and uniqueness.
    name TEXT NOT NULL UNIQUE,
    -- argon2id, as a PHC string.
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('admin', 'member')),
    -- What a member may do on every VPS. An admin may do everything.
    level TEXT NOT NULL CHECK (level IN ('view', 'operate', 'manage')),
    shell INTEGER NOT NULL CHECK (shell IN (0, 1)),
    -- NULL: the time zone of the panel's settings.
    time_zone TEXT,
    disabled_at INTEGER,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE session (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- SHA-256 of the token in the cookie. The token itself is nowhere.
    token_hash BLOB NOT NULL UNIQUE,
    person_id INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    address TEXT NOT NULL,
    browser TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    -- The last request a person made; those of a timer do not count.
    seen_at INTEGER NOT NULL
) STRICT;
CREATE INDEX session_person ON session (person_id);

CREATE TABLE vps (
    -- AUTOINCREMENT: the number of a removed VPS never comes back under another machine.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    label TEXT NOT NULL UNIQUE COLLATE NOCASE,
    veid TEXT NOT NULL UNIQUE,
    -- version ‖ master key id ‖ nonce ‖ ciphertext, bound to this row.
    sealed_key BLOB NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    -- The panel itself runs on it: asked once more before anything interrupts it.
    is_panel_host INTEGER NOT NULL DEFAULT 0 CHECK (is_panel_host IN (0, 1)),
    -- How often in a row KiwiVM has refused the key, and since when.
    key_refusals INTEGER NOT NULL DEFAULT 0,
    key_refused_since INTEGER,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE tag (
    vps_id INTEGER NOT NULL REFERENCES vps (id) ON DELETE CASCADE,
    name TEXT NOT NULL COLLATE NOCASE,
    PRIMARY KEY (vps_id, name)
) STRICT, WITHOUT ROWID;

-- The last reply of each read call, without its secret fields, and the last failure beside it.
CREATE TABLE reading (
    vps_id INTEGER NOT NULL REFERENCES vps (id) ON DELETE CASCADE,
    call TEXT NOT NULL,
    read_at INTEGER,
    reply TEXT,
    -- Since when it has failed without a success between; NULL after a success.
    failing_since INTEGER,
    failed_at INTEGER,
    fault TEXT,
    PRIMARY KEY (vps_id, call)
) STRICT;

-- Who did what. Append-only; it names people and VPSes in words, so that it outlives them.
CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms INTEGER NOT NULL,
    -- An intent is written before a call leaves, its outcome after; an event stands alone.
    phase TEXT NOT NULL CHECK (phase IN ('intent', 'outcome', 'event')),
    -- Ties an outcome to its intent.
    action TEXT,
    -- The name of a call, or of an event such as 'signed-in'.
    what TEXT NOT NULL,
    person_id INTEGER,
    person TEXT NOT NULL,
    vps_id INTEGER,
    vps TEXT,
    -- JSON object, secrets starred.
    parameters TEXT NOT NULL DEFAULT '{}',
    outcome TEXT CHECK (outcome IN ('accepted', 'refused', 'unknown', 'unsent')),
    -- KiwiVM's code, or a shell command's exit status.
    code INTEGER,
    message TEXT,
    took_ms INTEGER,
    request_id TEXT NOT NULL DEFAULT '',
    address TEXT NOT NULL DEFAULT ''
) STRICT;
-- An action is intended once and ends once: a form sent twice finds its first row here.
CREATE UNIQUE INDEX audit_action ON audit (action, phase) WHERE action IS NOT NULL;
CREATE INDEX audit_vps ON audit (vps_id, id);
CREATE INDEX audit_person ON audit (person_id, id);

CREATE TRIGGER audit_is_append_only_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_is_append_only_delete BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
