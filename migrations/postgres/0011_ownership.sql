-- Whose people are. take_over_local: whether the directory sees local members and admins, and may take them over.
ALTER TABLE directories ADD COLUMN take_over_local BOOLEAN NOT NULL DEFAULT TRUE;
CREATE INDEX directories_organization ON directories (organization_id);

-- Local people whom a directory asked for, with what it sent: what an admin decides about.
CREATE TABLE adoptions (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    directory_id TEXT COLLATE "C" NOT NULL REFERENCES directories (id) ON DELETE CASCADE,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    user_name TEXT COLLATE "C" NOT NULL,
    external_id TEXT COLLATE "C",
    email TEXT COLLATE "C",
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('pending', 'confirmed', 'done', 'declined')),
    asked_at TEXT COLLATE "C" NOT NULL,
    decided_by TEXT COLLATE "C",
    decided_by_name TEXT COLLATE "C",
    decided_at TEXT COLLATE "C"
);
CREATE UNIQUE INDEX adoptions_person ON adoptions (directory_id, user_id);
CREATE INDEX adoptions_organization ON adoptions (organization_id, state, id);
CREATE INDEX adoptions_user ON adoptions (user_id);

-- When a person came from another connection; empty once the directory has sent them itself.
ALTER TABLE users ADD COLUMN moved_at TEXT COLLATE "C";
-- The deleted person whose history goes on in this one.
ALTER TABLE users ADD COLUMN formerly_id TEXT COLLATE "C";
CREATE INDEX users_deleted_external_id ON users (organization_id, source, external_id) WHERE deleted_at IS NOT NULL;
CREATE INDEX users_deleted_user_name ON users (organization_id, source, user_name_key) WHERE deleted_at IS NOT NULL;

-- What a directory gave, to be taken back when it goes.
CREATE INDEX grants_origin ON grants (organization_id, origin);
