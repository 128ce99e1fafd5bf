-- What the inspector keeps of each SCIM call: without passwords and tokens, bodies cut at 64 KiB.
CREATE TABLE scim_requests (
    id TEXT NOT NULL PRIMARY KEY,
    directory_id TEXT NOT NULL REFERENCES directories (id) ON DELETE CASCADE,
    at TEXT NOT NULL,
    duration_us INTEGER NOT NULL,
    -- Of the token that was brought; empty when it is none of the directory's.
    token_prefix TEXT,
    user_agent TEXT NOT NULL,
    method TEXT NOT NULL,
    -- Below the base URL.
    path TEXT NOT NULL,
    query TEXT,
    status INTEGER NOT NULL,
    scim_type TEXT,
    reason TEXT,
    advice TEXT,
    request_body TEXT,
    request_bytes INTEGER NOT NULL,
    request_truncated INTEGER NOT NULL CHECK (request_truncated IN (0, 1)),
    response_body TEXT,
    response_bytes INTEGER NOT NULL,
    response_truncated INTEGER NOT NULL CHECK (response_truncated IN (0, 1)),
    -- What it came to, in words.
    understood TEXT NOT NULL,
    -- The names of what was sent and not taken, as a JSON array.
    ignored TEXT NOT NULL,
    -- The user or group that it is about.
    resource_id TEXT
) STRICT;
CREATE INDEX scim_requests_directory ON scim_requests (directory_id, id);

-- How many calls are kept and for how long, and how many were answered without being kept.
ALTER TABLE directories ADD COLUMN records_kept INTEGER NOT NULL DEFAULT 10000;
ALTER TABLE directories ADD COLUMN record_days INTEGER NOT NULL DEFAULT 30;
ALTER TABLE directories ADD COLUMN reads_dropped INTEGER NOT NULL DEFAULT 0;
ALTER TABLE directories ADD COLUMN strangers_dropped INTEGER NOT NULL DEFAULT 0;
