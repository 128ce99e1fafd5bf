-- What the inspector keeps of each SCIM call: without passwords and tokens, bodies cut at 64 KiB.
CREATE TABLE scim_requests (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    directory_id TEXT COLLATE "C" NOT NULL REFERENCES directories (id) ON DELETE CASCADE,
    at TEXT COLLATE "C" NOT NULL,
    duration_us BIGINT NOT NULL,
    -- Of the token that was brought; empty when it is none of the directory's.
    token_prefix TEXT COLLATE "C",
    user_agent TEXT COLLATE "C" NOT NULL,
    method TEXT COLLATE "C" NOT NULL,
    -- Below the base URL.
    path TEXT COLLATE "C" NOT NULL,
    query TEXT COLLATE "C",
    status BIGINT NOT NULL,
    scim_type TEXT COLLATE "C",
    reason TEXT COLLATE "C",
    advice TEXT COLLATE "C",
    request_body TEXT COLLATE "C",
    request_bytes BIGINT NOT NULL,
    request_truncated BOOLEAN NOT NULL,
    response_body TEXT COLLATE "C",
    response_bytes BIGINT NOT NULL,
    response_truncated BOOLEAN NOT NULL,
    -- What it came to, in words.
    understood TEXT COLLATE "C" NOT NULL,
    -- The names of what was sent and not taken, as a JSON array.
    ignored TEXT COLLATE "C" NOT NULL,
    -- The user or group that it is about.
    resource_id TEXT COLLATE "C"
);
CREATE INDEX scim_requests_directory ON scim_requests (directory_id, id);

-- How many calls are kept and for how long, and how many were answered without being kept.
ALTER TABLE directories ADD COLUMN records_kept BIGINT NOT NULL DEFAULT 10000;
ALTER TABLE directories ADD COLUMN record_days BIGINT NOT NULL DEFAULT 30;
ALTER TABLE directories ADD COLUMN reads_dropped BIGINT NOT NULL DEFAULT 0;
ALTER TABLE directories ADD COLUMN strangers_dropped BIGINT NOT NULL DEFAULT 0;
