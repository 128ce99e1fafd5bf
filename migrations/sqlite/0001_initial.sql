-- The nouns of docs/ARCHITECTURE.md. Both databases have the same tables and columns; a test compares them.
-- Ids are UUIDv7 as text, moments are text of a fixed width in UTC, *_key columns hold the folded form that is compared.

CREATE TABLE installation (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE organizations (
    id TEXT NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    home INTEGER NOT NULL CHECK (home IN (0, 1)),
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;

-- A renamed slug redirects; it is never given to anybody else.
CREATE TABLE former_slugs (
    slug TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE
) STRICT;

CREATE TABLE connections (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    provider TEXT NOT NULL CHECK (provider IN ('okta', 'entra', 'generic')),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    sign_in TEXT NOT NULL CHECK (sign_in IN ('off', 'draft', 'on')),
    sync_mode TEXT NOT NULL CHECK (sync_mode IN ('scim', 'on-sign-in', 'none')),
    -- What the admin typed: an Okta domain, an issuer or a metadata URL.
    address TEXT,
    tenant_id TEXT,
    client_id TEXT,
    client_secret_sealed TEXT,
    -- What discovery found, and what was wrong when it last failed.
    issuer TEXT,
    metadata TEXT,
    problem TEXT,
    discovered_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX connections_name ON connections (organization_id, name_key);

CREATE TABLE directories (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    connection_id TEXT NOT NULL UNIQUE REFERENCES connections (id) ON DELETE CASCADE,
    label TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('off', 'on', 'paused')),
    first_request_at TEXT,
    last_request_at TEXT,
    last_error_at TEXT,
    last_error TEXT,
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE directory_tokens (
    id TEXT NOT NULL PRIMARY KEY,
    directory_id TEXT NOT NULL REFERENCES directories (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    -- The first characters, for people to tell tokens apart; the rest is kept as a SHA-256 only.
    prefix TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL,
    created_by TEXT NOT NULL,
    expires_at TEXT,
    revoked_at TEXT,
    last_used_at TEXT
) STRICT;
CREATE INDEX directory_tokens_directory ON directory_tokens (directory_id);

CREATE TABLE users (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    -- 'local', 'directory:<id>' or 'sign-in:<connection>'.
    source TEXT NOT NULL,
    user_name TEXT NOT NULL,
    user_name_key TEXT NOT NULL,
    external_id TEXT,
    display_name TEXT NOT NULL,
    given_name TEXT,
    family_name TEXT,
    -- The primary address; all of them are in user_emails.
    email TEXT,
    email_key TEXT,
    title TEXT,
    department TEXT,
    -- Folded name, userName and address: what the search box looks through.
    search_key TEXT NOT NULL,
    level TEXT NOT NULL CHECK (level IN ('owner', 'admin', 'member')),
    operator INTEGER NOT NULL CHECK (operator IN (0, 1)),
    -- Two facts decide access: the IdP's, and ours.
    idp_active INTEGER NOT NULL CHECK (idp_active IN (0, 1)),
    suspended_at TEXT,
    suspended_by TEXT,
    suspended_reason TEXT,
    deleted_at TEXT,
    -- The SCIM resource as it is answered, without groups and meta.
    document TEXT NOT NULL,
    version INTEGER NOT NULL,
    last_sign_in_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX users_user_name ON users (organization_id, source, user_name_key) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX users_external_id ON users (organization_id, source, external_id) WHERE deleted_at IS NULL;
CREATE INDEX users_source ON users (organization_id, source, id);
CREATE INDEX users_email ON users (organization_id, email_key);
CREATE INDEX users_updated ON users (organization_id, source, updated_at);
CREATE INDEX users_search ON users (organization_id, search_key, id);

CREATE TABLE user_emails (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    value_key TEXT NOT NULL,
    PRIMARY KEY (user_id, position)
) STRICT;
CREATE INDEX user_emails_value ON user_emails (value_key, user_id);

CREATE TABLE groups (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    -- 'local' or 'directory:<id>'.
    source TEXT NOT NULL,
    display_name TEXT NOT NULL,
    display_name_key TEXT NOT NULL,
    external_id TEXT,
    document TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX groups_display_name ON groups (organization_id, source, display_name_key);
CREATE INDEX groups_external_id ON groups (organization_id, source, external_id);
CREATE INDEX groups_source ON groups (organization_id, source, id);

-- One row a membership, with an index each way. A member is a user or a group; source says whose the membership is.
CREATE TABLE memberships (
    group_id TEXT NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
    member_id TEXT NOT NULL,
    member_kind TEXT NOT NULL CHECK (member_kind IN ('user', 'group')),
    source TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (group_id, member_id)
) STRICT;
CREATE INDEX memberships_member ON memberships (member_id, group_id);

CREATE TABLE roles (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    -- What the product asks for. Made from the name once; renaming never changes it.
    key TEXT NOT NULL,
    description TEXT NOT NULL,
    -- A JSON array of strings.
    permissions TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX roles_name ON roles (organization_id, name_key);
CREATE UNIQUE INDEX roles_key ON roles (organization_id, key);

-- One reason why a role is held: by a user directly, or by a group and through it by its members.
CREATE TABLE grants (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    role_id TEXT NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    user_id TEXT REFERENCES users (id) ON DELETE CASCADE,
    group_id TEXT REFERENCES groups (id) ON DELETE CASCADE,
    -- 'direct' or 'scim:<directory>' for a user's, 'group' for a group's.
    origin TEXT NOT NULL,
    expires_at TEXT,
    reason TEXT,
    granted_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    CHECK ((user_id IS NULL) <> (group_id IS NULL))
) STRICT;
CREATE UNIQUE INDEX grants_user ON grants (user_id, role_id, origin) WHERE user_id IS NOT NULL;
CREATE UNIQUE INDEX grants_group ON grants (group_id, role_id) WHERE group_id IS NOT NULL;
CREATE INDEX grants_role ON grants (role_id);

-- Who may sign in as whom; sign-in reads this table only.
CREATE TABLE identities (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    connection_id TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    -- Set by the first sign-in, or by promotion above member: from then on the link does not follow externalId.
    pinned_at TEXT,
    -- A later externalId, waiting for somebody's confirmation.
    pending_subject TEXT,
    created_at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX identities_subject ON identities (connection_id, issuer, subject);
CREATE INDEX identities_user ON identities (user_id);

CREATE TABLE passwords (
    user_id TEXT NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    hash TEXT NOT NULL,
    changed_at TEXT NOT NULL
) STRICT;

CREATE TABLE recovery_codes (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    hash TEXT NOT NULL,
    used_at TEXT,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX recovery_codes_user ON recovery_codes (user_id);

-- A browser's session, before sign-in without a user. The id is kept as a hash: a copy of this table opens nothing.
CREATE TABLE sessions (
    id_hash TEXT NOT NULL PRIMARY KEY,
    user_id TEXT REFERENCES users (id) ON DELETE CASCADE,
    connection_id TEXT REFERENCES connections (id) ON DELETE CASCADE,
    data TEXT NOT NULL,
    address TEXT,
    user_agent TEXT,
    created_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    expires_at TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expires ON sessions (expires_at);

-- The one append-only log. position orders it for readers: nothing ever appears behind a position that was seen.
CREATE TABLE events (
    id TEXT NOT NULL PRIMARY KEY,
    position INTEGER UNIQUE,
    organization_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    at TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id TEXT,
    actor_name TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    subject_name TEXT NOT NULL,
    before TEXT,
    after TEXT
) STRICT;
CREATE INDEX events_organization ON events (organization_id, id);
CREATE INDEX events_subject ON events (subject_id, id);
CREATE INDEX events_unsequenced ON events (id) WHERE position IS NULL;
