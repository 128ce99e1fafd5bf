-- Grants with an end, groups that are roles, and levels through groups.

-- Which grants have ended, and which will soon.
CREATE INDEX grants_expires ON grants (expires_at, id) WHERE expires_at IS NOT NULL;

-- Every pushed group is a role.
ALTER TABLE directories ADD COLUMN groups_are_roles BOOLEAN NOT NULL DEFAULT FALSE;
-- The role that the group owns. An offered group is a role that no group owns yet, as its directory sees it: it has no members.
ALTER TABLE groups ADD COLUMN role_id TEXT COLLATE "C" REFERENCES roles (id) ON DELETE SET NULL;
ALTER TABLE groups ADD COLUMN offered BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX groups_role ON groups (role_id) WHERE role_id IS NOT NULL;

-- Groups whose people are admins while they are in them.
CREATE TABLE level_mappings (
    group_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES groups (id) ON DELETE CASCADE,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    level TEXT COLLATE "C" NOT NULL CHECK (level IN ('admin')),
    created_by TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL
);
CREATE INDEX level_mappings_organization ON level_mappings (organization_id);
