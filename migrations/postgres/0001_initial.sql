-- The nouns of docs/ARCHITECTURE.md. Both databases have the same tables and columns; a test compares them.
-- Ids are UUIDv7 as text, moments are text of a fixed width in UTC, *_key columns hold the folded form that is compared.

CREATE TABLE installation (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    value TEXT COLLATE "C" NOT NULL
);

CREATE TABLE organizations (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    slug TEXT COLLATE "C" NOT NULL UNIQUE,
    name TEXT COLLATE "C" NOT NULL,
    home BOOLEAN NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    updated_at TEXT COLLATE "C" NOT NULL
);

-- A renamed slug redirects; it is never given to anybody else.
CREATE TABLE former_slugs (
    slug TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations (id) ON DELETE CASCADE
);

CREATE TABLE connections (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    provider TEXT COLLATE "C" NOT NULL CHECK (provider IN ('okta', 'entra', 'generic')),
    name TEXT COLLATE "C" NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    sign_in TEXT COLLATE "C" NOT NULL CHECK (sign_in IN ('off', 'draft', 'on')),
    sync_mode TEXT COLLATE "C" NOT NULL CHECK (sync_mode IN ('scim', 'on-sign-in', 'none')),
    -- What the admin typed: an Okta domain, an issuer or a metadata URL.
    address TEXT COLLATE "C",
    tenant_id TEXT COLLATE "C",
    client_id TEXT COLLATE "C",
    client_secret_sealed TEXT COLLATE "C",
    -- What discovery found, and what was wrong when it last failed.
    issuer TEXT COLLATE "C",
    metadata TEXT COLLATE "C",
    problem TEXT COLLATE "C",
    discovered_at TEXT COLLATE "C",
    created_at TEXT COLLATE "C" NOT NULL,
    updated_at TEXT COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX connections_name ON connections (organization_id, name_key);

CREATE TABLE directories (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    connection_id TEXT COLLATE "C" NOT NULL UNIQUE REFERENCES connections (id) ON DELETE CASCADE,
    label TEXT COLLATE "C" NOT NULL UNIQUE,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('off', 'on', 'paused')),
    first_request_at TEXT COLLATE "C",
    last_request_at TEXT COLLATE "C",
    last_error_at TEXT COLLATE "C",
    last_error TEXT COLLATE "C",
    created_at TEXT COLLATE "C" NOT NULL
);

CREATE TABLE directory_tokens (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    directory_id TEXT COLLATE "C" NOT NULL REFERENCES directories (id) ON DELETE CASCADE,
    name TEXT COLLATE "C" NOT NULL,
    -- The first characters, for people to tell tokens apart; the rest is kept as a SHA-256 only.
    prefix TEXT COLLATE "C" NOT NULL,
    hash TEXT COLLATE "C" NOT NULL UNIQUE,
    created_at TEXT COLLATE "C" NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    expires_at TEXT COLLATE "C",
    revoked_at TEXT COLLATE "C",
    last_used_at TEXT COLLATE "C"
);
CREATE INDEX directory_tokens_directory ON directory_tokens (directory_id);

CREATE TABLE users (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    -- 'local', 'directory:<id>' or 'sign-in:<connection>'.
    source TEXT COLLATE "C" NOT NULL,
    user_name TEXT COLLATE "C" NOT NULL,
    user_name_key TEXT COLLATE "C" NOT NULL,
    external_id TEXT COLLATE "C",
    display_name TEXT COLLATE "C" NOT NULL,
    given_name TEXT COLLATE "C",
    family_name TEXT COLLATE "C",
    -- The primary address; all of them are in user_emails.
    email TEXT COLLATE "C",
    email_key TEXT COLLATE "C",
    title TEXT COLLATE "C",
    department TEXT COLLATE "C",
    -- Folded name, userName and address: what the search box looks through.
    search_key TEXT COLLATE "C" NOT NULL,
    level TEXT COLLATE "C" NOT NULL CHECK (level IN ('owner', 'admin', 'member')),
    operator BOOLEAN NOT NULL,
    -- Two facts decide access: the IdP's, and ours.
    idp_active BOOLEAN NOT NULL,
    suspended_at TEXT COLLATE "C",
    suspended_by TEXT COLLATE "C",
    suspended_reason TEXT COLLATE "C",
    deleted_at TEXT COLLATE "C",
    -- The SCIM resource as it is answered, without groups and meta.
    document TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    last_sign_in_at TEXT COLLATE "C",
    created_at TEXT COLLATE "C" NOT NULL,
    updated_at TEXT COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX users_user_name ON users (organization_id, source, user_name_key) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX users_external_id ON users (organization_id, source, external_id) WHERE deleted_at IS NULL;
CREATE INDEX users_source ON users (organization_id, source, id);
CREATE INDEX users_email ON users (organization_id, email_key);
CREATE INDEX users_updated ON users (organization_id, source, updated_at);
CREATE INDEX users_search ON users (organization_id, search_key, id);

CREATE TABLE user_emails (
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    value_key TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (user_id, position)
);
CREATE INDEX user_emails_value ON user_emails (value_key, user_id);

CREATE TABLE groups (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    -- 'local' or 'directory:<id>'.
    source TEXT COLLATE "C" NOT NULL,
    display_name TEXT COLLATE "C" NOT NULL,
    display_name_key TEXT COLLATE "C" NOT NULL,
    external_id TEXT COLLATE "C",
    document TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    updated_at TEXT COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX groups_display_name ON groups (organization_id, source, display_name_key);
CREATE INDEX groups_external_id ON groups (organization_id, source, external_id);
CREATE INDEX groups_source ON groups (organization_id, source, id);

-- One row a membership, with an index each way. A member is a user or a group; source says whose the membership is.
CREATE TABLE memberships (
    group_id TEXT COLLATE "C" NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
    member_id TEXT COLLATE "C" NOT NULL,
    member_kind TEXT COLLATE "C" NOT NULL CHECK (member_kind IN ('user', 'group')),
    source TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (group_id, member_id)
);
CREATE INDEX memberships_member ON memberships (member_id, group_id);

CREATE TABLE roles (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    name TEXT COLLATE "C" NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    -- What the product asks for. Made from the name once; renaming never changes it.
    key TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C" NOT NULL,
    -- A JSON array of strings.
    permissions TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    updated_at TEXT COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX roles_name ON roles (organization_id, name_key);
CREATE UNIQUE INDEX roles_key ON roles (organization_id, key);

-- One reason why a role is held: by a user directly, or by a group and through it by its members.
CREATE TABLE grants (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    role_id TEXT COLLATE "C" NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    user_id TEXT COLLATE "C" REFERENCES users (id) ON DELETE CASCADE,
    group_id TEXT COLLATE "C" REFERENCES groups (id) ON DELETE CASCADE,
    -- 'direct' or 'scim:<directory>' for a user's, 'group' for a group's.
    origin TEXT COLLATE "C" NOT NULL,
    expires_at TEXT COLLATE "C",
    reason TEXT COLLATE "C",
    granted_by TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    CHECK ((user_id IS NULL) <> (group_id IS NULL))
);
CREATE UNIQUE INDEX grants_user ON grants (user_id, role_id, origin) WHERE user_id IS NOT NULL;
CREATE UNIQUE INDEX grants_group ON grants (group_id, role_id) WHERE group_id IS NOT NULL;
CREATE INDEX grants_role ON grants (role_id);

-- Who may sign in as whom; sign-in reads this table only.
CREATE TABLE identities (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    connection_id TEXT COLLATE "C" NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    issuer TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    -- Set by the first sign-in, or by promotion above member: from then on the link does not follow externalId.
    pinned_at TEXT COLLATE "C",
    -- A later externalId, waiting for somebody's confirmation.
    pending_subject TEXT COLLATE "C",
    created_at TEXT COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX identities_subject ON identities (connection_id, issuer, subject);
CREATE INDEX identities_user ON identities (user_id);

CREATE TABLE passwords (
    user_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    hash TEXT COLLATE "C" NOT NULL,
    changed_at TEXT COLLATE "C" NOT NULL
);

CREATE TABLE recovery_codes (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    hash TEXT COLLATE "C" NOT NULL,
    used_at TEXT COLLATE "C",
    created_at TEXT COLLATE "C" NOT NULL
);
CREATE INDEX recovery_codes_user ON recovery_codes (user_id);

-- A browser's session, before sign-in without a user. The id is kept as a hash: a copy of this table opens nothing.
CREATE TABLE sessions (
    id_hash TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id TEXT COLLATE "C" REFERENCES users (id) ON DELETE CASCADE,
    connection_id TEXT COLLATE "C" REFERENCES connections (id) ON DELETE CASCADE,
    data TEXT COLLATE "C" NOT NULL,
    address TEXT COLLATE "C",
    user_agent TEXT COLLATE "C",
    created_at TEXT COLLATE "C" NOT NULL,
    last_seen_at TEXT COLLATE "C" NOT NULL,
    expires_at TEXT COLLATE "C" NOT NULL
);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expires ON sessions (expires_at);

-- The one append-only log. position orders it for readers: nothing ever appears behind a position that was seen.
CREATE TABLE events (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    position BIGINT UNIQUE,
    organization_id TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    at TEXT COLLATE "C" NOT NULL,
    actor_kind TEXT COLLATE "C" NOT NULL,
    actor_id TEXT COLLATE "C",
    actor_name TEXT COLLATE "C" NOT NULL,
    subject_kind TEXT COLLATE "C" NOT NULL,
    subject_id TEXT COLLATE "C" NOT NULL,
    subject_name TEXT COLLATE "C" NOT NULL,
    before TEXT COLLATE "C",
    after TEXT COLLATE "C"
);
CREATE INDEX events_organization ON events (organization_id, id);
CREATE INDEX events_subject ON events (subject_id, id);
CREATE INDEX events_unsequenced ON events (id) WHERE position IS NULL;
