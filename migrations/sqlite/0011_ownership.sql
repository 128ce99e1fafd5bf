-- Whose people are. take_over_local: whether the directory sees local members and admins, and may take them over.
ALTER TABLE directories ADD COLUMN take_over_local INTEGER NOT NULL DEFAULT 1 CHECK (take_over_local IN (0, 1));
CREATE INDEX directories_organization ON directories (organization_id);

-- Local people whom a directory asked for, with what it sent: what an admin decides about.
CREATE TABLE adoptions (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    directory_id TEXT NOT NULL REFERENCES directories (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    user_name TEXT NOT NULL,
    external_id TEXT,
    email TEXT,
    state TEXT NOT NULL CHECK (state IN ('pending', 'confirmed', 'done', 'declined')),
    asked_at TEXT NOT NULL,
    decided_by TEXT,
    decided_by_name TEXT,
    decided_at TEXT
) STRICT;
CREATE UNIQUE INDEX adoptions_person ON adoptions (directory_id, user_id);
CREATE INDEX adoptions_organization ON adoptions (organization_id, state, id);
CREATE INDEX adoptions_user ON adoptions (user_id);

-- When a person came from another connection; empty once the directory has sent them itself.
ALTER TABLE users ADD COLUMN moved_at TEXT;
-- The deleted person whose history goes on in this one.
ALTER TABLE users ADD COLUMN formerly_id TEXT;
CREATE INDEX users_deleted_external_id ON users (organization_id, source, external_id) WHERE deleted_at IS NOT NULL;
CREATE INDEX users_deleted_user_name ON users (organization_id, source, user_name_key) WHERE deleted_at IS NOT NULL;

-- What a directory gave, to be taken back when it goes.
CREATE INDEX grants_origin ON grants (organization_id, origin);
