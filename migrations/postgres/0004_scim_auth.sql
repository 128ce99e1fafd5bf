-- What opens a directory: tokens that are sent as they are, and the secrets of its OAuth client, which are exchanged for
-- access tokens.
ALTER TABLE directory_tokens ADD COLUMN kind TEXT COLLATE "C" NOT NULL DEFAULT 'bearer' CHECK (kind IN ('bearer', 'client-secret'));

-- Given out by the token endpoint for an hour. secret_id is empty where an identity provider's assertion was exchanged.
CREATE TABLE access_tokens (
    hash TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    directory_id TEXT COLLATE "C" NOT NULL REFERENCES directories (id) ON DELETE CASCADE,
    secret_id TEXT COLLATE "C" REFERENCES directory_tokens (id) ON DELETE CASCADE,
    prefix TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    expires_at TEXT COLLATE "C" NOT NULL,
    revoked_at TEXT COLLATE "C"
);
CREATE INDEX access_tokens_directory ON access_tokens (directory_id, secret_id);
CREATE INDEX access_tokens_secret ON access_tokens (secret_id);
CREATE INDEX access_tokens_expires ON access_tokens (expires_at);

-- Whose assertions are exchanged: workload identity federation with a tenant of Microsoft Entra ID. audience is exactly
-- what the assertion must name.
CREATE TABLE federations (
    directory_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES directories (id) ON DELETE CASCADE,
    tenant_id TEXT COLLATE "C" NOT NULL,
    application_id TEXT COLLATE "C" NOT NULL,
    audience TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    updated_at TEXT COLLATE "C" NOT NULL,
    last_used_at TEXT COLLATE "C"
);

-- Assertions that were exchanged, by the hash of their jti: each is good for one exchange.
CREATE TABLE used_assertions (
    directory_id TEXT COLLATE "C" NOT NULL REFERENCES directories (id) ON DELETE CASCADE,
    jti_hash TEXT COLLATE "C" NOT NULL,
    expires_at TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (directory_id, jti_hash)
);
CREATE INDEX used_assertions_expires ON used_assertions (expires_at);
