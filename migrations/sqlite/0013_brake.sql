-- The brake: not too many people lose access by a directory's calls at once, unless an owner agrees.

-- Since when somebody has been let in: when they were made, or came back.
ALTER TABLE users ADD COLUMN active_since TEXT NOT NULL DEFAULT '';
UPDATE users SET active_since = created_at;

-- A directory has a row as soon as its calls took access from somebody, or its limits were changed. Locked from the moment
-- at which a call is counted until it is kept. What closed it: how many would have lost access, how many may, of how many.
-- places: how many were given in the line of what waits; none is given twice.
CREATE TABLE brakes (
    directory_id TEXT NOT NULL PRIMARY KEY REFERENCES directories (id) ON DELETE CASCADE,
    is_on INTEGER NOT NULL DEFAULT 1 CHECK (is_on IN (0, 1)),
    least INTEGER NOT NULL DEFAULT 10,
    percent INTEGER NOT NULL DEFAULT 20,
    closed_at TEXT,
    closed_lost INTEGER,
    closed_allowed INTEGER,
    closed_active INTEGER,
    places INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Who lost access of late, each once. No reference to the person: it would lock their row, while whoever holds that row
-- waits for the brake.
CREATE TABLE brake_losses (
    directory_id TEXT NOT NULL REFERENCES brakes (directory_id) ON DELETE CASCADE,
    user_id TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (directory_id, user_id)
) STRICT;
CREATE INDEX brake_losses_at ON brake_losses (directory_id, at);

-- Requests that were refused and wait for an owner, in the order of place. fingerprint: of a PATCH, its body's; a PUT or a
-- DELETE has one twin, whatever it says. later: what was let through about the same resource afterwards. revision grows
-- with every change of the row. failure: why it could not be released.
CREATE TABLE brake_changes (
    id TEXT NOT NULL PRIMARY KEY,
    directory_id TEXT NOT NULL REFERENCES brakes (directory_id) ON DELETE CASCADE,
    place INTEGER NOT NULL,
    method TEXT NOT NULL CHECK (method IN ('POST', 'PUT', 'PATCH', 'DELETE')),
    endpoint TEXT NOT NULL,
    resource_id TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    body TEXT NOT NULL,
    later TEXT NOT NULL,
    revision INTEGER NOT NULL,
    times INTEGER NOT NULL,
    first_asked_at TEXT NOT NULL,
    last_asked_at TEXT NOT NULL,
    failure TEXT
) STRICT;
CREATE UNIQUE INDEX brake_changes_twin ON brake_changes (directory_id, resource_id, method, fingerprint);
CREATE UNIQUE INDEX brake_changes_place ON brake_changes (directory_id, place);

-- From whom a change would take access.
CREATE TABLE brake_people (
    change_id TEXT NOT NULL REFERENCES brake_changes (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL,
    PRIMARY KEY (change_id, user_id)
) STRICT;
