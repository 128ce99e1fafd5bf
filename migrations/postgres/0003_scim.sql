-- What answers filters: a row for each value of a managed resource, with the key that it is compared by
-- (muster_scim::index). Keys may be long; head is their beginning, which fits into an index.
CREATE TABLE attribute_values (
    directory_id TEXT COLLATE "C" NOT NULL REFERENCES directories (id) ON DELETE CASCADE,
    kind TEXT COLLATE "C" NOT NULL,
    resource_id TEXT COLLATE "C" NOT NULL,
    path TEXT COLLATE "C" NOT NULL,
    element BIGINT NOT NULL,
    head TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C"
);
CREATE INDEX attribute_values_resource ON attribute_values (resource_id, path);
CREATE INDEX attribute_values_key ON attribute_values (directory_id, kind, path, head, resource_id);
DROP TABLE user_emails;

ALTER TABLE users ADD COLUMN display_name_key TEXT COLLATE "C" NOT NULL DEFAULT '';
CREATE INDEX groups_updated ON groups (organization_id, source, updated_at);

-- The members of custom resource types.
CREATE TABLE resources (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    directory_id TEXT COLLATE "C" NOT NULL REFERENCES directories (id) ON DELETE CASCADE,
    kind TEXT COLLATE "C" NOT NULL,
    external_id TEXT COLLATE "C",
    document TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    updated_at TEXT COLLATE "C" NOT NULL
);
CREATE INDEX resources_directory ON resources (directory_id, kind, id);
CREATE INDEX resources_updated ON resources (directory_id, kind, updated_at);

-- An organization's own schemas and resource types, as the JSON of RFC 7643 sections 6 and 7. name is a schema's URN or a
-- resource type's name.
CREATE TABLE schema_documents (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('schema', 'resource-type')),
    name TEXT COLLATE "C" NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX schema_documents_name ON schema_documents (organization_id, kind, name_key);

-- A directory's settings. restore_leavers: a create that means a deactivated person brings them back.
-- most_members_shown: above it a group's PATCH is answered by 204. create_unmatched: a PATCH's value path that matches
-- nothing creates what it describes. offers_roles: Okta's entitlements flavour.
ALTER TABLE directories ADD COLUMN restore_leavers BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE directories ADD COLUMN most_members_shown BIGINT NOT NULL DEFAULT 1000;
ALTER TABLE directories ADD COLUMN create_unmatched BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE directories ADD COLUMN offers_roles BOOLEAN NOT NULL DEFAULT FALSE;

-- Whether an identity provider may assign the role to people.
ALTER TABLE roles ADD COLUMN idp_assignable BOOLEAN NOT NULL DEFAULT FALSE;
