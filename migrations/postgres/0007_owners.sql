-- Local sign-in: the second factor, links that are good once, and when a break-glass owner last proved to get in.

-- Codes of an authenticator app (RFC 6238). last_step is the step of the last code that was taken: each is good once.
CREATE TABLE second_factors (
    user_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    secret_sealed TEXT COLLATE "C" NOT NULL,
    last_step BIGINT NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL
);

-- Invitations and lost passwords: one for each person, the newest. created_by is empty for the command line.
CREATE TABLE single_use_links (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE,
    purpose TEXT COLLATE "C" NOT NULL CHECK (purpose IN ('invitation', 'lost-password')),
    hash TEXT COLLATE "C" NOT NULL UNIQUE,
    created_by TEXT COLLATE "C" REFERENCES users (id) ON DELETE CASCADE,
    created_at TEXT COLLATE "C" NOT NULL,
    expires_at TEXT COLLATE "C" NOT NULL
);
CREATE INDEX single_use_links_created_by ON single_use_links (created_by);

-- When a break-glass owner last signed in with the password kept here.
ALTER TABLE users ADD COLUMN drilled_at TEXT COLLATE "C";

-- Empty: as soon as a connection's sign-in is on.
ALTER TABLE organizations ADD COLUMN sso_required BOOLEAN;
