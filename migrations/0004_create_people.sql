-- People, their sessions and what they may try; memberships and invitations, which are the tenants'; more about API keys.
--
-- People, sign-ups, password resets, sessions and attempts belong to no organization. Only entrepot_identity reaches them
-- (docs/decisions/011); entrepot_app sees name and address of its own organization's members and nothing else.

CREATE TABLE people (
    id              uuid PRIMARY KEY,
    email           text NOT NULL CHECK (length(email) BETWEEN 3 AND 254 AND email = lower(email)),
    name            text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    password_hash   text NOT NULL CHECK (password_hash LIKE '$argon2id$%'),
    password_set_at timestamptz NOT NULL,
    created_at      timestamptz NOT NULL
);
CREATE UNIQUE INDEX people_email ON people (email);

-- What a person is in an organization. location_ids: where they may change stock; null: everywhere.
CREATE TABLE memberships (
    org_id       uuid NOT NULL REFERENCES organizations (id),
    person_id    uuid NOT NULL REFERENCES people (id),
    role         text NOT NULL CHECK (role IN ('viewer', 'staff', 'manager', 'admin', 'owner')),
    location_ids uuid[] CHECK (cardinality(location_ids) BETWEEN 1 AND 1000),
    since        timestamptz NOT NULL,
    PRIMARY KEY (org_id, person_id)
);
CREATE INDEX memberships_person ON memberships (person_id);
ALTER TABLE memberships ENABLE ROW LEVEL SECURITY;
ALTER TABLE memberships FORCE ROW LEVEL SECURITY;
CREATE POLICY own_org ON memberships TO entrepot_app
    USING (org_id = (SELECT current_org())) WITH CHECK (org_id = (SELECT current_org()));
CREATE POLICY identity_reads ON memberships FOR SELECT TO entrepot_identity USING (true);
GRANT SELECT, INSERT, DELETE ON memberships TO entrepot_app;
GRANT UPDATE (role, location_ids) ON memberships TO entrepot_app;
GRANT SELECT (org_id, person_id, role, location_ids) ON memberships TO entrepot_identity;

ALTER TABLE people ENABLE ROW LEVEL SECURITY;
ALTER TABLE people FORCE ROW LEVEL SECURITY;
CREATE POLICY identity_all ON people TO entrepot_identity USING (true) WITH CHECK (true);
CREATE POLICY own_members ON people FOR SELECT TO entrepot_app
    USING (EXISTS (SELECT FROM memberships m WHERE m.org_id = (SELECT current_org()) AND m.person_id = people.id));
GRANT SELECT, INSERT ON people TO entrepot_identity;
GRANT UPDATE (name, password_hash, password_set_at) ON people TO entrepot_identity;
GRANT SELECT (id, email, name) ON people TO entrepot_app;

CREATE POLICY identity_reads ON organizations FOR SELECT TO entrepot_identity USING (true);
GRANT SELECT (id, name) ON organizations TO entrepot_identity;

-- Offers of membership. The token went out by mail and is here as a hash.
CREATE TABLE invitations (
    org_id       uuid NOT NULL REFERENCES organizations (id),
    id           uuid NOT NULL,
    email        text NOT NULL CHECK (length(email) BETWEEN 3 AND 254 AND email = lower(email)),
    role         text NOT NULL CHECK (role IN ('viewer', 'staff', 'manager', 'admin', 'owner')),
    location_ids uuid[] CHECK (cardinality(location_ids) BETWEEN 1 AND 1000),
    token_hash   bytea NOT NULL CHECK (length(token_hash) = 32),
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, email)
);
CREATE UNIQUE INDEX invitations_token_hash ON invitations (token_hash);
ALTER TABLE invitations ENABLE ROW LEVEL SECURITY;
ALTER TABLE invitations FORCE ROW LEVEL SECURITY;
CREATE POLICY own_org ON invitations TO entrepot_app
    USING (org_id = (SELECT current_org())) WITH CHECK (org_id = (SELECT current_org()));
CREATE POLICY identity_reads ON invitations FOR SELECT TO entrepot_identity USING (true);
GRANT SELECT, INSERT, DELETE ON invitations TO entrepot_app;
GRANT SELECT (org_id, id, email, role, token_hash, expires_at) ON invitations TO entrepot_identity;

-- Sign-ups that wait for their mail to be answered. The person comes to be when it is.
CREATE TABLE sign_ups (
    token_hash        bytea PRIMARY KEY CHECK (length(token_hash) = 32),
    email             text NOT NULL,
    name              text NOT NULL,
    organization_name text NOT NULL,
    password_hash     text NOT NULL CHECK (password_hash LIKE '$argon2id$%'),
    expires_at        timestamptz NOT NULL
);
CREATE INDEX sign_ups_expiry ON sign_ups (expires_at);
ALTER TABLE sign_ups ENABLE ROW LEVEL SECURITY;
ALTER TABLE sign_ups FORCE ROW LEVEL SECURITY;
CREATE POLICY identity_all ON sign_ups TO entrepot_identity USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE ON sign_ups TO entrepot_identity;

CREATE TABLE password_resets (
    token_hash bytea PRIMARY KEY CHECK (length(token_hash) = 32),
    person_id  uuid NOT NULL REFERENCES people (id),
    expires_at timestamptz NOT NULL
);
CREATE INDEX password_resets_person ON password_resets (person_id);
ALTER TABLE password_resets ENABLE ROW LEVEL SECURITY;
ALTER TABLE password_resets FORCE ROW LEVEL SECURITY;
CREATE POLICY identity_all ON password_resets TO entrepot_identity USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE ON password_resets TO entrepot_identity;

-- Signed-in browsers. acting_for names the organization the person works in; whether they are a member is asked of
-- memberships at every look-up, so nothing here needs to be told when a membership ends.
CREATE TABLE sessions (
    id           uuid PRIMARY KEY,
    token_hash   bytea NOT NULL CHECK (length(token_hash) = 32),
    person_id    uuid NOT NULL REFERENCES people (id),
    acting_for   uuid,
    see_as       text CHECK (see_as IN ('viewer', 'staff', 'manager', 'admin', 'owner')),
    address      text NOT NULL CHECK (length(address) <= 64),
    user_agent   text NOT NULL CHECK (length(user_agent) <= 300),
    created_at   timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL
);
CREATE UNIQUE INDEX sessions_token_hash ON sessions (token_hash);
CREATE INDEX sessions_person ON sessions (person_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);
ALTER TABLE sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE sessions FORCE ROW LEVEL SECURITY;
CREATE POLICY identity_all ON sessions TO entrepot_identity USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE ON sessions TO entrepot_identity;
GRANT UPDATE (token_hash, acting_for, see_as, last_seen_at) ON sessions TO entrepot_identity;

-- Tries that did not succeed, per account, per address and per pair of them; subject is a digest, so that no address of
-- anybody who merely tried is kept in clear.
CREATE TABLE attempts (
    subject bytea PRIMARY KEY CHECK (length(subject) = 32),
    failed  bigint NOT NULL CHECK (failed >= 0),
    last_at timestamptz NOT NULL
);
CREATE INDEX attempts_age ON attempts (last_at);
ALTER TABLE attempts ENABLE ROW LEVEL SECURITY;
ALTER TABLE attempts FORCE ROW LEVEL SECURITY;
CREATE POLICY identity_all ON attempts TO entrepot_identity USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON attempts TO entrepot_identity;

-- permissions: null is everything, as before this migration.
ALTER TABLE api_keys
    ADD COLUMN permissions text[],
    ADD COLUMN expires_at timestamptz,
    ADD COLUMN last_used_at timestamptz,
    ADD COLUMN requests_per_minute integer CHECK (requests_per_minute BETWEEN 1 AND 1000000),
    ADD COLUMN made_by uuid;
