-- Domains that organizations say are theirs. The record that proves it is a TXT record at the domain itself; challenge is what
-- stands behind "muster-verification=".
CREATE TABLE domains (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    -- Lower case, in the ASCII form of IDNA.
    name TEXT COLLATE "C" NOT NULL,
    challenge TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('pending', 'verified', 'lost')),
    -- Daily checks in a row to which the DNS answered without the record.
    misses BIGINT NOT NULL,
    -- What the last check found wrong, in words.
    problem TEXT COLLATE "C",
    added_at TEXT COLLATE "C" NOT NULL,
    verified_at TEXT COLLATE "C",
    lost_at TEXT COLLATE "C",
    checked_at TEXT COLLATE "C",
    -- When the next daily check is; only of verified ones.
    due_at TEXT COLLATE "C"
);
CREATE UNIQUE INDEX domains_name ON domains (organization_id, name);
-- Many may ask for a domain, one has it.
CREATE UNIQUE INDEX domains_verified ON domains (name) WHERE state = 'verified';
CREATE INDEX domains_due ON domains (due_at);
