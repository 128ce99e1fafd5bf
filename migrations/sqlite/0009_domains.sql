-- Domains that organizations say are theirs. The record that proves it is a TXT record at the domain itself; challenge is what
-- stands behind "muster-verification=".
CREATE TABLE domains (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    -- Lower case, in the ASCII form of IDNA.
    name TEXT NOT NULL,
    challenge TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'verified', 'lost')),
    -- Daily checks in a row to which the DNS answered without the record.
    misses INTEGER NOT NULL,
    -- What the last check found wrong, in words.
    problem TEXT,
    added_at TEXT NOT NULL,
    verified_at TEXT,
    lost_at TEXT,
    checked_at TEXT,
    -- When the next daily check is; only of verified ones.
    due_at TEXT
) STRICT;
CREATE UNIQUE INDEX domains_name ON domains (organization_id, name);
-- Many may ask for a domain, one has it.
CREATE UNIQUE INDEX domains_verified ON domains (name) WHERE state = 'verified';
CREATE INDEX domains_due ON domains (due_at);
