-- What a member may do, VPS by VPS. An admin needs no grant.

CREATE TABLE grant (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    person_id INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    -- One VPS, or all that carry a tag; both NULL: every VPS, also those to come.
    vps_id INTEGER REFERENCES vps (id) ON DELETE CASCADE,
    tag TEXT COLLATE NOCASE,
    level TEXT NOT NULL CHECK (level IN ('view', 'operate', 'manage')),
    shell INTEGER NOT NULL CHECK (shell IN (0, 1)),
    -- From then on it gives nothing; NULL: it has no end.
    ends_at INTEGER,
    created_at INTEGER NOT NULL,
    CHECK (vps_id IS NULL OR tag IS NULL)
) STRICT;
-- One person has one grant for one thing: giving it again changes it.
CREATE UNIQUE INDEX grant_scope ON grant (person_id, coalesce(vps_id, 0), coalesce(tag, ''));

-- The grants, each as the VPSes it is for. vps_id is NULL where it is for every VPS.
CREATE VIEW granted AS
    SELECT id AS grant_id, person_id, vps_id, level, shell, ends_at FROM grant WHERE tag IS NULL
    UNION ALL
    SELECT grant.id, person_id, tag.vps_id, level, shell, ends_at
    FROM grant JOIN tag ON tag.name = grant.tag;

-- What members could do on every VPS so far they keep, until an admin decides otherwise.
INSERT INTO grant (person_id, level, shell, created_at)
    SELECT id, level, shell, created_at FROM person WHERE role = 'member';
ALTER TABLE person DROP COLUMN level;
ALTER TABLE person DROP COLUMN shell;

-- When the person chose a password; NULL: invited, and not here yet.
ALTER TABLE person ADD COLUMN joined_at INTEGER;
UPDATE person SET joined_at = created_at;

-- While it stands nobody can make a call that destroys.
ALTER TABLE vps ADD COLUMN is_protected INTEGER NOT NULL DEFAULT 0 CHECK (is_protected IN (0, 1));
