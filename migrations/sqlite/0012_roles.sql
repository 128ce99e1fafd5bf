-- Grants with an end, groups that are roles, and levels through groups.

-- Which grants have ended, and which will soon.
CREATE INDEX grants_expires ON grants (expires_at, id) WHERE expires_at IS NOT NULL;

-- Every pushed group is a role.
ALTER TABLE directories ADD COLUMN groups_are_roles INTEGER NOT NULL DEFAULT 0 CHECK (groups_are_roles IN (0, 1));
-- The role that the group owns. An offered group is a role that no group owns yet, as its directory sees it: it has no members.
ALTER TABLE groups ADD COLUMN role_id TEXT REFERENCES roles (id) ON DELETE SET NULL;
ALTER TABLE groups ADD COLUMN offered INTEGER NOT NULL DEFAULT 0 CHECK (offered IN (0, 1));
CREATE INDEX groups_role ON groups (role_id) WHERE role_id IS NOT NULL;

-- Groups whose people are admins while they are in them.
CREATE TABLE level_mappings (
    group_id TEXT NOT NULL PRIMARY KEY REFERENCES groups (id) ON DELETE CASCADE,
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    level TEXT NOT NULL CHECK (level IN ('admin')),
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX level_mappings_organization ON level_mappings (organization_id);
