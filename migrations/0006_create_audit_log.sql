-- The audit log: one chain of hashes per organization, written in the transaction of the change it describes.
--
-- `canonical` is what was hashed, byte for byte (jsonb sorts keys its own way); the columns beside it are for reading and
-- searching, and the verifier compares the two. The app role may insert and read entries. It can move a head only to an
-- entry that follows from it, because the database checks that too. Nobody who serves may update or delete an entry.

CREATE TABLE audit_heads (
    org_id uuid PRIMARY KEY REFERENCES organizations (id),
    seq    bigint NOT NULL CHECK (seq >= 0),
    hash   bytea NOT NULL CHECK (length(hash) = 32)
) WITH (fillfactor = 50);
ALTER TABLE audit_heads ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_heads FORCE ROW LEVEL SECURITY;
CREATE POLICY own_org ON audit_heads TO entrepot_app
    USING (org_id = (SELECT current_org())) WITH CHECK (org_id = (SELECT current_org()));
CREATE POLICY engine_reads ON audit_heads FOR SELECT TO entrepot_engine USING (true);
GRANT SELECT, INSERT, UPDATE (seq, hash) ON audit_heads TO entrepot_app;
GRANT SELECT ON audit_heads TO entrepot_engine;

CREATE TABLE audit_entries (
    org_id       uuid NOT NULL REFERENCES organizations (id),
    seq          bigint NOT NULL CHECK (seq >= 1),
    at           timestamptz NOT NULL,
    actor_kind   text NOT NULL CHECK (actor_kind IN ('person', 'api_key', 'hub')),
    actor_id     uuid,
    action       text NOT NULL CHECK (length(action) BETWEEN 1 AND 100),
    subject_kind text NOT NULL CHECK (length(subject_kind) BETWEEN 1 AND 100),
    subject_id   text NOT NULL,
    before       jsonb,
    after        jsonb,
    why          text,
    from_address inet,
    request_id   text,
    prev_hash    bytea NOT NULL CHECK (length(prev_hash) = 32),
    hash         bytea NOT NULL,
    canonical    bytea NOT NULL,
    PRIMARY KEY (org_id, seq),
    CHECK ((actor_kind = 'hub') = (actor_id IS NULL)),
    CONSTRAINT audit_entries_hash CHECK (hash = sha256(prev_hash || canonical))
);
CREATE INDEX audit_entries_action ON audit_entries (org_id, action, seq);
CREATE INDEX audit_entries_actor ON audit_entries (org_id, actor_id, seq);
CREATE INDEX audit_entries_subject ON audit_entries (org_id, subject_kind, subject_id, seq);
CREATE INDEX audit_entries_at ON audit_entries (org_id, at, seq);
ALTER TABLE audit_entries ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_entries FORCE ROW LEVEL SECURITY;
CREATE POLICY own_org_reads ON audit_entries FOR SELECT TO entrepot_app USING (org_id = (SELECT current_org()));
CREATE POLICY own_org_appends ON audit_entries FOR INSERT TO entrepot_app WITH CHECK (org_id = (SELECT current_org()));
GRANT SELECT, INSERT ON audit_entries TO entrepot_app;

-- An entry follows from the head and becomes it: after the insert, so that row level security has spoken first.
CREATE FUNCTION audit_entry_becomes_head() RETURNS trigger
    LANGUAGE plpgsql SET search_path = entrepot, pg_temp
AS $$
BEGIN
    UPDATE audit_heads SET seq = NEW.seq, hash = NEW.hash
    WHERE org_id = NEW.org_id AND seq = NEW.seq - 1 AND hash = NEW.prev_hash;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'audit entry % does not follow from the head', NEW.seq
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER audit_entries_move_head AFTER INSERT ON audit_entries
    FOR EACH ROW EXECUTE FUNCTION audit_entry_becomes_head();

-- A head begins at nothing and moves one entry at a time.
CREATE FUNCTION audit_head_follows_entry() RETURNS trigger
    LANGUAGE plpgsql SET search_path = entrepot, pg_temp
AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.seq = 0 AND NEW.hash = decode(repeat('00', 32), 'hex') THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.org_id = OLD.org_id AND NEW.seq = OLD.seq + 1 AND EXISTS (
        SELECT FROM audit_entries e
        WHERE e.org_id = NEW.org_id AND e.seq = NEW.seq AND e.prev_hash = OLD.hash AND e.hash = NEW.hash
    ) THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'the audit head moves by entries only' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER audit_heads_follow_entries AFTER INSERT OR UPDATE ON audit_heads
    FOR EACH ROW EXECUTE FUNCTION audit_head_follows_entry();
