-- Signing in by way of somebody else: who a provider says a person is, and sign-ins that wait for the provider's answer.
--
-- Both belong to no organization; only entrepot_identity reaches them, like people and sessions.

-- Somebody who came by way of a provider may have no password.
ALTER TABLE people
    ALTER COLUMN password_hash DROP NOT NULL,
    ALTER COLUMN password_set_at DROP NOT NULL;

-- A provider's name for a person. (issuer, subject) never changes and is never given to somebody else; an address may be.
CREATE TABLE external_identities (
    id           uuid PRIMARY KEY,
    issuer       text NOT NULL CHECK (length(issuer) BETWEEN 1 AND 500),
    subject      text NOT NULL CHECK (length(subject) BETWEEN 1 AND 255),
    person_id    uuid NOT NULL REFERENCES people (id),
    email        text NOT NULL CHECK (length(email) BETWEEN 3 AND 254 AND email = lower(email)),
    linked_at    timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX external_identities_subject ON external_identities (issuer, subject);
CREATE INDEX external_identities_person ON external_identities (person_id);
ALTER TABLE external_identities ENABLE ROW LEVEL SECURITY;
ALTER TABLE external_identities FORCE ROW LEVEL SECURITY;
CREATE POLICY identity_all ON external_identities TO entrepot_identity USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE ON external_identities TO entrepot_identity;
GRANT UPDATE (last_used_at) ON external_identities TO entrepot_identity;

-- Sign-ins under way. What proves that the browser that comes back is the one that left is in its cookie; here is a hash.
CREATE TABLE sign_on_starts (
    state_hash bytea PRIMARY KEY CHECK (length(state_hash) = 32),
    provider   text NOT NULL CHECK (length(provider) BETWEEN 1 AND 32),
    return_to  text NOT NULL CHECK (length(return_to) BETWEEN 1 AND 1000),
    expires_at timestamptz NOT NULL
);
CREATE INDEX sign_on_starts_expiry ON sign_on_starts (expires_at);
ALTER TABLE sign_on_starts ENABLE ROW LEVEL SECURITY;
ALTER TABLE sign_on_starts FORCE ROW LEVEL SECURITY;
CREATE POLICY identity_all ON sign_on_starts TO entrepot_identity USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE ON sign_on_starts TO entrepot_identity;
