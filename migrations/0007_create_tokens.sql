-- The tokens that a machine exchanges its API key for; and keys that have no limit.

-- requests_per_minute: null follows the settings, 0 is no limit. A shop's one key carries all its buyers.
ALTER TABLE api_keys
    DROP CONSTRAINT api_keys_requests_per_minute_check,
    ADD CONSTRAINT api_keys_requests_per_minute_check CHECK (requests_per_minute BETWEEN 0 AND 1000000);
UPDATE api_keys SET requests_per_minute = 0 WHERE name = 'bootstrap';

-- All tokens that descend from one exchange. Revoking it ends every one of them.
CREATE TABLE token_families (
    org_id          uuid NOT NULL REFERENCES organizations (id),
    id              uuid NOT NULL,
    api_key_id      uuid NOT NULL,
    scopes          text[] NOT NULL,
    created_at      timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL,
    revoked_at      timestamptz,
    revoked_because text CHECK (revoked_because IN ('asked', 'reused')),
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, api_key_id) REFERENCES api_keys (org_id, id),
    CHECK ((revoked_at IS NULL) = (revoked_because IS NULL))
);
CREATE INDEX token_families_key ON token_families (org_id, api_key_id);
ALTER TABLE token_families ENABLE ROW LEVEL SECURITY;
ALTER TABLE token_families FORCE ROW LEVEL SECURITY;
CREATE POLICY own_org ON token_families TO entrepot_app
    USING (org_id = (SELECT current_org())) WITH CHECK (org_id = (SELECT current_org()));
CREATE POLICY engine_reads ON token_families FOR SELECT TO entrepot_engine USING (true);
GRANT SELECT, INSERT, DELETE ON token_families TO entrepot_app;
GRANT UPDATE (revoked_at, revoked_because) ON token_families TO entrepot_app;
GRANT SELECT ON token_families TO entrepot_engine;

-- A refresh token is presented with its organization in it, so its hash need not be unique beyond. parent_hash is null for
-- the first of a family; a token has one child, ever.
CREATE TABLE refresh_tokens (
    org_id      uuid NOT NULL,
    secret_hash bytea NOT NULL CHECK (length(secret_hash) = 32),
    family_id   uuid NOT NULL,
    parent_hash bytea CHECK (length(parent_hash) = 32),
    issued_at   timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    used_at     timestamptz,
    PRIMARY KEY (org_id, secret_hash),
    UNIQUE (org_id, parent_hash),
    FOREIGN KEY (org_id, family_id) REFERENCES token_families (org_id, id) ON DELETE CASCADE
);
CREATE INDEX refresh_tokens_family ON refresh_tokens (org_id, family_id);
ALTER TABLE refresh_tokens ENABLE ROW LEVEL SECURITY;
ALTER TABLE refresh_tokens FORCE ROW LEVEL SECURITY;
CREATE POLICY own_org ON refresh_tokens TO entrepot_app
    USING (org_id = (SELECT current_org())) WITH CHECK (org_id = (SELECT current_org()));
GRANT SELECT, INSERT, DELETE ON refresh_tokens TO entrepot_app;
GRANT UPDATE (used_at) ON refresh_tokens TO entrepot_app;
