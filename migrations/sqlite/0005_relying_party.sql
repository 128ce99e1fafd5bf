-- How Muster shows a provider's token endpoint who it is; empty for the way that the provider offers.
ALTER TABLE connections ADD COLUMN client_authentication TEXT
    CHECK (client_authentication IN ('client_secret_basic', 'client_secret_post', 'private_key_jwt'));

-- Keys of ours, for private_key_jwt: the newest signs; a former one stays published for a day.
CREATE TABLE client_keys (
    id TEXT NOT NULL PRIMARY KEY,
    connection_id TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    -- A JSON Web Key.
    public_key TEXT NOT NULL,
    private_key_sealed TEXT NOT NULL,
    created_at TEXT NOT NULL,
    retired_at TEXT
) STRICT;
CREATE INDEX client_keys_connection ON client_keys (connection_id, id);

-- What the provider calls the session (sid): its logout tokens name it.
ALTER TABLE sessions ADD COLUMN provider_session TEXT;
CREATE INDEX sessions_provider ON sessions (connection_id, provider_session);

-- Logout tokens that were obeyed, by the hash of their jti: each is good for one logout.
CREATE TABLE used_logout_tokens (
    connection_id TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    jti_hash TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    PRIMARY KEY (connection_id, jti_hash)
) STRICT;
CREATE INDEX used_logout_tokens_expires ON used_logout_tokens (expires_at);
