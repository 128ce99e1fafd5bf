-- The brake: not too many people lose access by a directory's calls at once, unless an owner agrees.

-- Since when somebody has been let in: when they were made, or came back.
ALTER TABLE users ADD COLUMN active_since TEXT COLLATE "C" NOT NULL DEFAULT '';
UPDATE users SET active_since = created_at;

-- A directory has a row as soon as its calls took access from somebody, or its limits were changed. Locked from the moment
-- at which a call is counted until it is kept. What closed it: how many would have lost access, how many may, of how many.
-- places: how many were given in the line of what waits; none is given twice.
CREATE TABLE brakes (
    directory_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES directories (id) ON DELETE CASCADE,
    is_on BOOLEAN NOT NULL DEFAULT TRUE,
    least BIGINT NOT NULL DEFAULT 10,
    percent BIGINT NOT NULL DEFAULT 20,
    closed_at TEXT COLLATE "C",
    closed_lost BIGINT,
    closed_allowed BIGINT,
    closed_active BIGINT,
    places BIGINT NOT NULL DEFAULT 0
);

-- Who lost access of late, each once. No reference to the person: it would lock their row, while whoever holds that row
-- waits for the brake.
CREATE TABLE brake_losses (
    directory_id TEXT COLLATE "C" NOT NULL REFERENCES brakes (directory_id) ON DELETE CASCADE,
    user_id TEXT COLLATE "C" NOT NULL,
    at TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (directory_id, user_id)
);
CREATE INDEX brake_losses_at ON brake_losses (directory_id, at);

-- Requests that were refused and wait for an owner, in the order of place. fingerprint: of a PATCH, its body's; a PUT or a
-- DELETE has one twin, whatever it says. later: what was let through about the same resource afterwards. revision grows
-- with every change of the row. failure: why it could not be released.
CREATE TABLE brake_changes (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    directory_id TEXT COLLATE "C" NOT NULL REFERENCES brakes (directory_id) ON DELETE CASCADE,
    place BIGINT NOT NULL,
    method TEXT COLLATE "C" NOT NULL CHECK (method IN ('POST', 'PUT', 'PATCH', 'DELETE')),
    endpoint TEXT COLLATE "C" NOT NULL,
    resource_id TEXT COLLATE "C" NOT NULL,
    fingerprint TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    later TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL,
    times BIGINT NOT NULL,
    first_asked_at TEXT COLLATE "C" NOT NULL,
    last_asked_at TEXT COLLATE "C" NOT NULL,
    failure TEXT COLLATE "C"
);
CREATE UNIQUE INDEX brake_changes_twin ON brake_changes (directory_id, resource_id, method, fingerprint);
CREATE UNIQUE INDEX brake_changes_place ON brake_changes (directory_id, place);

-- From whom a change would take access.
CREATE TABLE brake_people (
    change_id TEXT COLLATE "C" NOT NULL REFERENCES brake_changes (id) ON DELETE CASCADE,
    user_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (change_id, user_id)
);
