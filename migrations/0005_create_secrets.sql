-- The vault: which root key is current, the organizations' data keys wrapped by it, sealed secrets, and platform settings
-- with their history. docs/secrets.md says how they hang together.

-- The names of the root keys that wrap, the newest last; never a key. One rotation adds a name and, when nothing is wrapped
-- by it any more, takes the old one away.
CREATE TABLE root_keys (
    id       bytea PRIMARY KEY CHECK (length(id) = 16),
    ordinal  bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    taken_at timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT ON root_keys TO entrepot_app;
GRANT SELECT, INSERT, DELETE ON root_keys TO entrepot_engine;

-- `active` seals and opens, `retiring` only opens, `retired` is a name without a key: what it sealed is lost for good.
CREATE TABLE data_keys (
    org_id      uuid NOT NULL REFERENCES organizations (id),
    version     integer NOT NULL CHECK (version >= 1),
    state       text NOT NULL CHECK (state IN ('active', 'retiring', 'retired')),
    key_id      bytea NOT NULL CHECK (length(key_id) = 16),
    root_key_id bytea NOT NULL CHECK (length(root_key_id) = 16),
    wrapped     bytea CHECK (length(wrapped) = 48),
    nonce       bytea NOT NULL CHECK (length(nonce) = 12),
    created_at  timestamptz NOT NULL DEFAULT now(),
    retired_at  timestamptz,
    PRIMARY KEY (org_id, version),
    CHECK ((state = 'retired') = (wrapped IS NULL)),
    CHECK ((state = 'retired') = (retired_at IS NOT NULL))
);
CREATE UNIQUE INDEX data_keys_active ON data_keys (org_id) WHERE state = 'active';
ALTER TABLE data_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE data_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY own_org ON data_keys TO entrepot_app
    USING (org_id = (SELECT current_org())) WITH CHECK (org_id = (SELECT current_org()));
GRANT SELECT, INSERT ON data_keys TO entrepot_app;
GRANT UPDATE (state, root_key_id, wrapped, nonce, retired_at) ON data_keys TO entrepot_app;

-- One sealed secret of one row of another table. `hint` is what may be shown of it.
CREATE TABLE secrets (
    org_id       uuid NOT NULL,
    id           uuid NOT NULL,
    owner_table  text NOT NULL CHECK (length(owner_table) BETWEEN 1 AND 63),
    owner_row    uuid NOT NULL,
    owner_column text NOT NULL CHECK (length(owner_column) BETWEEN 1 AND 63),
    ciphertext   bytea NOT NULL CHECK (length(ciphertext) BETWEEN 17 AND 65536),
    nonce        bytea NOT NULL CHECK (length(nonce) = 12),
    key_version  integer NOT NULL,
    key_id       bytea NOT NULL CHECK (length(key_id) = 16),
    hint         text CHECK (length(hint) <= 4),
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, owner_table, owner_row, owner_column),
    FOREIGN KEY (org_id, key_version) REFERENCES data_keys (org_id, version)
);
CREATE INDEX secrets_key_version ON secrets (org_id, key_version);
ALTER TABLE secrets ENABLE ROW LEVEL SECURITY;
ALTER TABLE secrets FORCE ROW LEVEL SECURITY;
CREATE POLICY own_org ON secrets TO entrepot_app
    USING (org_id = (SELECT current_org())) WITH CHECK (org_id = (SELECT current_org()));
GRANT SELECT, INSERT, DELETE ON secrets TO entrepot_app;
GRANT UPDATE (ciphertext, nonce, key_version, key_id, hint, updated_at) ON secrets TO entrepot_app;

-- What is not secret of a provider's settings; the secrets are rows of `secrets` that name this row.
CREATE TABLE platform_settings (
    org_id     uuid NOT NULL REFERENCES organizations (id),
    id         uuid NOT NULL,
    provider   text NOT NULL CHECK (provider IN ('shopee', 'tiktok_shop', 'stripe', 'paypal', 'smtp')),
    fields     jsonb NOT NULL CHECK (jsonb_typeof(fields) = 'object'),
    status     text NOT NULL CHECK (status IN ('untested', 'working', 'failing')),
    problem    jsonb CHECK ((problem IS NULL) = (status <> 'failing')),
    tested_at  timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, provider)
);
ALTER TABLE platform_settings ENABLE ROW LEVEL SECURITY;
ALTER TABLE platform_settings FORCE ROW LEVEL SECURITY;
CREATE POLICY own_org ON platform_settings TO entrepot_app
    USING (org_id = (SELECT current_org())) WITH CHECK (org_id = (SELECT current_org()));
GRANT SELECT, INSERT, DELETE ON platform_settings TO entrepot_app;
GRANT UPDATE (fields, status, problem, tested_at, updated_at) ON platform_settings TO entrepot_app;

-- What became of them, and how each test went. Append-only for the program.
CREATE TABLE platform_setting_events (
    org_id   uuid NOT NULL REFERENCES organizations (id),
    id       uuid NOT NULL,
    provider text NOT NULL CHECK (provider IN ('shopee', 'tiktok_shop', 'stripe', 'paypal', 'smtp')),
    kind     text NOT NULL CHECK (kind IN ('saved', 'deleted', 'restored', 'tested')),
    status   text NOT NULL CHECK (status IN ('untested', 'working', 'failing')),
    problem  jsonb,
    at       timestamptz NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX platform_setting_events_provider ON platform_setting_events (org_id, provider, id);
ALTER TABLE platform_setting_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE platform_setting_events FORCE ROW LEVEL SECURITY;
CREATE POLICY own_org ON platform_setting_events TO entrepot_app
    USING (org_id = (SELECT current_org())) WITH CHECK (org_id = (SELECT current_org()));
GRANT SELECT, INSERT ON platform_setting_events TO entrepot_app;
