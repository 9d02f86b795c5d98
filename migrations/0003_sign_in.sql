-- Second factors, links that let somebody in, and what a person is told.

-- The last time this session's person proved who they are.
ALTER TABLE session ADD COLUMN proved_at INTEGER NOT NULL DEFAULT 0;
-- A proof gives the session a new token. The one before serves requests that were under way.
ALTER TABLE session ADD COLUMN former_token_hash BLOB;
ALTER TABLE session ADD COLUMN renewed_at INTEGER NOT NULL DEFAULT 0;
-- The browser it began in: a cookie could be left out by whoever wants to be another one.
ALTER TABLE session ADD COLUMN device_id INTEGER;
CREATE INDEX session_former_token ON session (former_token_hash) WHERE former_token_hash IS NOT NULL;

-- The password was right; the second factor is still to come. It opens nothing.
CREATE TABLE pending_sign_in (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- SHA-256 of the token in a cookie of its own.
    token_hash BLOB NOT NULL UNIQUE,
    person_id INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    -- The hash that the password was checked against: a change in between ends it.
    password_hash TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- A person's authenticator app.
CREATE TABLE totp (
    person_id INTEGER PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE,
    -- version ‖ master key id ‖ nonce ‖ ciphertext, bound to this row.
    sealed_seed BLOB NOT NULL,
    -- The newest time step whose code was taken: no code works twice.
    last_step INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- Wrong codes of a person in a row; a right one forgets them. It survives a restart.
ALTER TABLE person ADD COLUMN code_tries INTEGER NOT NULL DEFAULT 0;
ALTER TABLE person ADD COLUMN code_tried_at INTEGER NOT NULL DEFAULT 0;

-- Ten codes for the day the second factor is lost. Each has 80 random bits: SHA-256 hides it.
CREATE TABLE recovery_code (
    person_id INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    code_hash BLOB NOT NULL,
    used_at INTEGER,
    PRIMARY KEY (person_id, code_hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE passkey (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    person_id INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    -- What the person calls it.
    name TEXT NOT NULL,
    credential_id BLOB NOT NULL UNIQUE,
    -- The public key and its counter, as JSON. Nothing in it is secret.
    credential TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT;
CREATE INDEX passkey_person ON passkey (person_id);

-- A browser in which a person has signed in before.
CREATE TABLE device (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    person_id INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    -- SHA-256 of the token in a cookie of its own.
    token_hash BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    UNIQUE (person_id, token_hash)
) STRICT;

-- A link with which an invited person comes in, or somebody chooses a new password. It works once.
CREATE TABLE link (
    -- One at a time: a new one ends the one before.
    person_id INTEGER PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE,
    -- SHA-256 of the token in the link.
    token_hash BLOB NOT NULL UNIQUE,
    ends_at INTEGER NOT NULL
) STRICT;

-- What a person is told on the next page, until they have read it.
CREATE TABLE notice (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    person_id INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    -- The message `notice-…` says it.
    what TEXT NOT NULL,
    -- JSON object: what the message is told.
    details TEXT NOT NULL DEFAULT '{}',
    created_at INTEGER NOT NULL,
    -- The session and the browser that caused it, when they are known. No number is ever used twice.
    session_id INTEGER,
    device_id INTEGER,
    -- The newest browser that the person had signed in with by then.
    newest_device_id INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX notice_person ON notice (person_id);

-- Which session is told what. Whoever broke in must neither read the warning nor put it away: it is
-- told in the browsers that were known before and did not cause it. Where there is none, in the one that
-- caused it, in its next session; and in new ones only when no browser is left that was known.
CREATE VIEW notice_told AS
    SELECT notice.id, what, details, notice.created_at, session.id AS session_id
    FROM notice JOIN session ON session.person_id = notice.person_id
    WHERE session.id IS NOT notice.session_id
      AND ((session.device_id <= newest_device_id AND session.device_id IS NOT notice.device_id)
           OR NOT EXISTS (SELECT 1 FROM device
                          WHERE device.person_id = notice.person_id AND device.id <= newest_device_id
                            AND device.id IS NOT session.device_id));

-- What admins decide for the whole panel, in its pages.
CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
