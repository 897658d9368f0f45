-- Organizations (tenants), their bootstrap API keys, and answers kept for repeated requests.
--
-- Every table that holds a tenant's rows has org_id, row level security enabled AND forced, and one policy per role:
--   entrepot_app     sees the organization named in app.org_id, and nothing when none is named
--   entrepot_engine  runs the journal and looks keys up; its policies name the tables it needs
-- The tables belong to entrepot_owner, which nobody logs in as.

CREATE FUNCTION current_org() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('app.org_id', true), '')::uuid;

CREATE TABLE organizations (
    id         uuid PRIMARY KEY,
    name       text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    created_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE organizations ENABLE ROW LEVEL SECURITY;
ALTER TABLE organizations FORCE ROW LEVEL SECURITY;
CREATE POLICY own_org ON organizations TO entrepot_app
    USING (id = (SELECT current_org())) WITH CHECK (id = (SELECT current_org()));
CREATE POLICY engine_reads ON organizations FOR SELECT TO entrepot_engine USING (true);
GRANT SELECT, INSERT, UPDATE ON organizations TO entrepot_app;
GRANT SELECT ON organizations TO entrepot_engine;

-- The secret itself is shown once and never stored; 256 random bits need no slow hash.
CREATE TABLE api_keys (
    org_id      uuid NOT NULL REFERENCES organizations (id),
    id          uuid NOT NULL,
    name        text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    secret_hash bytea NOT NULL CHECK (length(secret_hash) = 32),
    created_at  timestamptz NOT NULL DEFAULT now(),
    revoked_at  timestamptz,
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX api_keys_secret_hash ON api_keys (secret_hash);
ALTER TABLE api_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY own_org ON api_keys TO entrepot_app
    USING (org_id = (SELECT current_org())) WITH CHECK (org_id = (SELECT current_org()));
CREATE POLICY engine_reads ON api_keys FOR SELECT TO entrepot_engine USING (true);
GRANT SELECT, INSERT, UPDATE ON api_keys TO entrepot_app;
GRANT SELECT ON api_keys TO entrepot_engine;

-- Answers to POSTs that do not go through the journal (which remembers its own commands), written in the transaction
-- of their effect.
CREATE TABLE idempotent_answers (
    org_id      uuid NOT NULL REFERENCES organizations (id),
    command_id  uuid NOT NULL,
    fingerprint bigint NOT NULL,
    status      smallint NOT NULL,
    body        jsonb NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, command_id)
);
ALTER TABLE idempotent_answers ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotent_answers FORCE ROW LEVEL SECURITY;
CREATE POLICY own_org ON idempotent_answers TO entrepot_app
    USING (org_id = (SELECT current_org())) WITH CHECK (org_id = (SELECT current_org()));
GRANT SELECT, INSERT ON idempotent_answers TO entrepot_app;
