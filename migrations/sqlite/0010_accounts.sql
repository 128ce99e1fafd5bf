-- Accounts that are made here: service accounts with their keys, notes, and names that people have elsewhere.

-- A service account is a program: it signs in nowhere, and a person answers for it.
ALTER TABLE users ADD COLUMN kind TEXT NOT NULL DEFAULT 'person' CHECK (kind IN ('person', 'service'));
ALTER TABLE users ADD COLUMN answerable_id TEXT REFERENCES users (id) ON DELETE SET NULL;
-- Ours, whoever manages the person.
ALTER TABLE users ADD COLUMN note TEXT;
CREATE INDEX users_service ON users (organization_id, search_key, id) WHERE kind = 'service';
CREATE INDEX users_answerable ON users (answerable_id);

-- What a service account calls the API with: shown once, kept as a hash.
CREATE TABLE api_keys (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    -- The first characters, for people to tell keys apart.
    prefix TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    -- A JSON array of strings.
    scopes TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT,
    last_used_at TEXT,
    revoked_at TEXT
) STRICT;
CREATE INDEX api_keys_user ON api_keys (user_id);

-- Names that people have elsewhere, compared exactly. origin is 'hand' or 'scim:<directory>'; search_key is what the search
-- box looks through.
CREATE TABLE identity_aliases (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    set_name TEXT NOT NULL,
    alias TEXT NOT NULL,
    search_key TEXT NOT NULL,
    origin TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX identity_aliases_alias ON identity_aliases (organization_id, set_name, alias);
CREATE INDEX identity_aliases_user ON identity_aliases (user_id);
CREATE INDEX identity_aliases_search ON identity_aliases (organization_id, search_key, user_id);

-- The schema under which the connection's provider sends them.
ALTER TABLE directories ADD COLUMN alias_schema TEXT NOT NULL DEFAULT 'urn:muster:params:scim:schemas:extension:2.0:User';
