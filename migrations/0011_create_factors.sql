-- Second factors and passkeys, and what waits for its second half: a ticket. All of it is a person's and no organization's, so
-- only entrepot_identity reaches it.

-- One secret of the authenticator app each, sealed by the root key for its row (docs/decisions/014). It counts once it is
-- confirmed; last_step is the last time step whose code was taken, so that none is taken twice.
CREATE TABLE totp_secrets (
    person_id    uuid PRIMARY KEY REFERENCES people (id),
    ciphertext   bytea NOT NULL CHECK (length(ciphertext) BETWEEN 17 AND 256),
    nonce        bytea NOT NULL CHECK (length(nonce) = 12),
    root_key_id  bytea NOT NULL CHECK (length(root_key_id) = 16),
    last_step    bigint NOT NULL CHECK (last_step >= 0),
    created_at   timestamptz NOT NULL,
    confirmed_at timestamptz
);
CREATE INDEX totp_secrets_root_key ON totp_secrets (root_key_id);
ALTER TABLE totp_secrets ENABLE ROW LEVEL SECURITY;
ALTER TABLE totp_secrets FORCE ROW LEVEL SECURITY;
CREATE POLICY identity_all ON totp_secrets TO entrepot_identity USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE ON totp_secrets TO entrepot_identity;
GRANT UPDATE (ciphertext, nonce, root_key_id, last_step, confirmed_at) ON totp_secrets TO entrepot_identity;

-- Codes for somebody who lost the rest; a row is gone when its code was used.
CREATE TABLE recovery_codes (
    person_id uuid NOT NULL REFERENCES people (id),
    code_hash bytea NOT NULL CHECK (length(code_hash) = 32),
    PRIMARY KEY (person_id, code_hash)
);
ALTER TABLE recovery_codes ENABLE ROW LEVEL SECURITY;
ALTER TABLE recovery_codes FORCE ROW LEVEL SECURITY;
CREATE POLICY identity_all ON recovery_codes TO entrepot_identity USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE ON recovery_codes TO entrepot_identity;

-- credential is the public key with its counter, as webauthn-rs keeps it.
CREATE TABLE passkeys (
    id            uuid PRIMARY KEY,
    person_id     uuid NOT NULL REFERENCES people (id),
    credential_id bytea NOT NULL CHECK (length(credential_id) BETWEEN 1 AND 1023),
    credential    jsonb NOT NULL CHECK (jsonb_typeof(credential) = 'object'),
    name          text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    created_at    timestamptz NOT NULL,
    last_used_at  timestamptz
);
CREATE UNIQUE INDEX passkeys_credential ON passkeys (credential_id);
CREATE INDEX passkeys_person ON passkeys (person_id);
ALTER TABLE passkeys ENABLE ROW LEVEL SECURITY;
ALTER TABLE passkeys FORCE ROW LEVEL SECURITY;
CREATE POLICY identity_all ON passkeys TO entrepot_identity USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE ON passkeys TO entrepot_identity;
GRANT UPDATE (credential, name, last_used_at) ON passkeys TO entrepot_identity;

-- What waits for its second half, once and not for long. state: a passkey's challenge, or the new address.
CREATE TABLE tickets (
    token_hash bytea PRIMARY KEY CHECK (length(token_hash) = 32),
    kind       text NOT NULL CHECK (kind IN ('second_factor', 'passkey_sign_in', 'passkey_registration', 'passkey_proof', 'email_change')),
    person_id  uuid REFERENCES people (id),
    state      jsonb,
    expires_at timestamptz NOT NULL,
    CHECK ((person_id IS NULL) = (kind = 'passkey_sign_in'))
);
CREATE INDEX tickets_person ON tickets (person_id);
CREATE INDEX tickets_expiry ON tickets (expires_at);
ALTER TABLE tickets ENABLE ROW LEVEL SECURITY;
ALTER TABLE tickets FORCE ROW LEVEL SECURITY;
CREATE POLICY identity_all ON tickets TO entrepot_identity USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE ON tickets TO entrepot_identity;
GRANT UPDATE (state) ON tickets TO entrepot_identity;

GRANT UPDATE (email) ON people TO entrepot_identity;
-- A person's secret is sealed by the root key that is current.
GRANT SELECT ON root_keys TO entrepot_identity;
