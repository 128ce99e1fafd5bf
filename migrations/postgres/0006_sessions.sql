-- How long sessions last, in minutes: since the last request, and since the sign-in. Asked at every request.
ALTER TABLE organizations ADD COLUMN member_idle_minutes BIGINT NOT NULL DEFAULT 480;
ALTER TABLE organizations ADD COLUMN member_absolute_minutes BIGINT NOT NULL DEFAULT 1440;
ALTER TABLE organizations ADD COLUMN admin_idle_minutes BIGINT NOT NULL DEFAULT 60;
ALTER TABLE organizations ADD COLUMN admin_absolute_minutes BIGINT NOT NULL DEFAULT 720;

-- id names a session in lists and addresses and opens nothing. Those from before have none: people sign in once more.
DELETE FROM sessions;
ALTER TABLE sessions ADD COLUMN id TEXT COLLATE "C" NOT NULL;
CREATE UNIQUE INDEX sessions_id ON sessions (id);
-- When a session ends follows from its two moments and the organization's lifetimes.
DROP INDEX sessions_expires;
ALTER TABLE sessions DROP COLUMN expires_at;

-- Sessions that were ended, for a day: a browser that still brings its cookie is told why it is signed out.
CREATE TABLE ended_sessions (
    id_hash TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    ended_at TEXT COLLATE "C" NOT NULL
);
CREATE INDEX ended_sessions_user ON ended_sessions (user_id);
CREATE INDEX ended_sessions_ended ON ended_sessions (ended_at);

-- Sign-in from a terminal: what the person agreed to, kept by the hash of the code that their browser carried there.
CREATE TABLE cli_codes (
    hash TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    connection_id TEXT COLLATE "C" REFERENCES connections (id) ON DELETE CASCADE,
    challenge TEXT COLLATE "C" NOT NULL,
    redirect_uri TEXT COLLATE "C" NOT NULL,
    device TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    expires_at TEXT COLLATE "C" NOT NULL,
    used_at TEXT COLLATE "C"
);
CREATE INDEX cli_codes_user ON cli_codes (user_id);
CREATE INDEX cli_codes_connection ON cli_codes (connection_id);
CREATE INDEX cli_codes_expires ON cli_codes (expires_at);

-- What a terminal got for its code. code_hash: a code that comes twice ends what it was exchanged for.
CREATE TABLE cli_tokens (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    hash TEXT COLLATE "C" NOT NULL UNIQUE,
    code_hash TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    connection_id TEXT COLLATE "C" REFERENCES connections (id) ON DELETE CASCADE,
    device TEXT COLLATE "C" NOT NULL,
    address TEXT COLLATE "C",
    created_at TEXT COLLATE "C" NOT NULL,
    last_used_at TEXT COLLATE "C",
    expires_at TEXT COLLATE "C" NOT NULL
);
CREATE INDEX cli_tokens_user ON cli_tokens (user_id);
CREATE INDEX cli_tokens_connection ON cli_tokens (connection_id);
CREATE INDEX cli_tokens_code ON cli_tokens (code_hash);
CREATE INDEX cli_tokens_expires ON cli_tokens (expires_at);
