-- What opens a directory: tokens that are sent as they are, and the secrets of its OAuth client, which are exchanged for
-- access tokens.
ALTER TABLE directory_tokens ADD COLUMN kind TEXT NOT NULL DEFAULT 'bearer' CHECK (kind IN ('bearer', 'client-secret'));

-- Given out by the token endpoint for an hour. secret_id is empty where an identity provider's assertion was exchanged.
CREATE TABLE access_tokens (
    hash TEXT NOT NULL PRIMARY KEY,
    directory_id TEXT NOT NULL REFERENCES directories (id) ON DELETE CASCADE,
    secret_id TEXT REFERENCES directory_tokens (id) ON DELETE CASCADE,
    prefix TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    revoked_at TEXT
) STRICT;
CREATE INDEX access_tokens_directory ON access_tokens (directory_id, secret_id);
CREATE INDEX access_tokens_secret ON access_tokens (secret_id);
CREATE INDEX access_tokens_expires ON access_tokens (expires_at);

-- Whose assertions are exchanged: workload identity federation with a tenant of Microsoft Entra ID. audience is exactly
-- what the assertion must name.
CREATE TABLE federations (
    directory_id TEXT NOT NULL PRIMARY KEY REFERENCES directories (id) ON DELETE CASCADE,
    tenant_id TEXT NOT NULL,
    application_id TEXT NOT NULL,
    audience TEXT NOT NULL,
    subject TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    last_used_at TEXT
) STRICT;

-- Assertions that were exchanged, by the hash of their jti: each is good for one exchange.
CREATE TABLE used_assertions (
    directory_id TEXT NOT NULL REFERENCES directories (id) ON DELETE CASCADE,
    jti_hash TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    PRIMARY KEY (directory_id, jti_hash)
) STRICT;
CREATE INDEX used_assertions_expires ON used_assertions (expires_at);
