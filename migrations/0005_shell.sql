-- What people leave in the shell: what they typed, what was answered, what runs in the background, and
-- the commands they gave a name.

-- What a person typed at a VPS, as it was typed; the audit log has it too. Never a secret of a snippet.
CREATE TABLE history (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    person_id INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    vps_id INTEGER NOT NULL REFERENCES vps (id) ON DELETE CASCADE,
    command TEXT NOT NULL
) STRICT;
CREATE INDEX history_newest ON history (person_id, vps_id, id);

-- Whether a line that begins with a space goes into the history as well.
ALTER TABLE person ADD COLUMN keeps_spaced INTEGER NOT NULL DEFAULT 0 CHECK (keeps_spaced IN (0, 1));

-- The conversations with shells, an entry a row. They end with their session, and after a day.
CREATE TABLE transcript (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    session_id INTEGER NOT NULL REFERENCES session (id) ON DELETE CASCADE,
    vps_id INTEGER NOT NULL REFERENCES vps (id) ON DELETE CASCADE,
    action TEXT NOT NULL UNIQUE,
    is_answered INTEGER NOT NULL CHECK (is_answered IN (0, 1)),
    at INTEGER NOT NULL,
    -- version ‖ master key id ‖ nonce ‖ ciphertext, bound to this row.
    sealed BLOB NOT NULL
) STRICT;
CREATE INDEX transcript_owner ON transcript (session_id, vps_id);
CREATE INDEX transcript_vps ON transcript (vps_id);
CREATE INDEX transcript_at ON transcript (at);
CREATE INDEX history_vps ON history (vps_id);

-- Scripts that run in the background. Their logs stay on the VPS.
CREATE TABLE run (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    vps_id INTEGER NOT NULL REFERENCES vps (id) ON DELETE CASCADE,
    -- Who began it, in words: it may outlive them.
    person TEXT NOT NULL,
    -- The session for which its log is read; NULL: nobody reads it. A session that ends reads no more.
    reader_id INTEGER REFERENCES session (id) ON DELETE SET NULL,
    -- The action it was performed as: a form sent twice is one run.
    action TEXT NOT NULL UNIQUE,
    directory TEXT NOT NULL,
    script TEXT NOT NULL,
    -- Stands around the exit status at the end of its log.
    mark TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('sent', 'running', 'ended', 'failed', 'unknown', 'left')),
    -- The file on the VPS; NULL while KiwiVM has not named it.
    log TEXT,
    status INTEGER,
    began_at INTEGER NOT NULL,
    ended_at INTEGER
) STRICT;
CREATE INDEX run_vps ON run (vps_id, id);
CREATE INDEX run_reader ON run (reader_id) WHERE reader_id IS NOT NULL;

-- Commands with a name.
CREATE TABLE snippet (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- NULL: the team's.
    person_id INTEGER REFERENCES person (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX snippet_person ON snippet (person_id);
