//! The catalogue keeps the rules of tenancy: questions whose every answer is a fault, unless it is listed with a reason.

use kit::TestApp;
use tokio_postgres::Client;

use super::{Faults, SHARED, none};

type Exempt = &'static [(&'static str, &'static str)];

/// One rule: what is wrong, the question whose rows are the faults, and what may be so, with the reason.
struct Rule {
    fault: &'static str,
    question: &'static str,
    exempt: Exempt,
}

const NOTHING: Exempt = &[];
const UNIQUES: Exempt = &[
    ("organizations_pkey", "it is the tenant"),
    (
        "api_keys_secret_hash",
        "a key is looked up before its organization is known",
    ),
    ("stock_movements_pkey", "(shard, seq) numbers the journal"),
    ("journal_shards_pkey", "shards hold items of all organizations"),
    ("schema_migrations_pkey", "the schema is everybody's"),
    ("people_pkey", "a person may be a member of several organizations"),
    (
        "people_email",
        "somebody who signs in has no organization yet; sign-in and sign-up answer uniformly",
    ),
    ("external_identities_pkey", "an external identity is a person's"),
    (
        "external_identities_subject",
        "whom a provider means is looked up before anybody is known; only the provider names subjects",
    ),
    ("sessions_pkey", "a session is a person's"),
    (
        "sessions_token_hash",
        "a session is looked up before its person is known",
    ),
    (
        "invitations_token_hash",
        "an invitation is looked up before its organization is known",
    ),
    (
        "password_resets_pkey",
        "a reset is looked up before its person is known",
    ),
    ("sign_on_starts_pkey", "a sign-in begins before its person is known"),
    ("sign_ups_pkey", "a sign-up has no organization yet"),
    ("totp_secrets_pkey", "an authenticator app is a person's"),
    ("recovery_codes_pkey", "recovery codes are a person's"),
    ("passkeys_pkey", "a passkey is a person's"),
    ("passkeys_credential", "a passkey signs in before its person is known"),
    ("tickets_pkey", "a ticket is looked up before its person is known"),
    ("attempts_pkey", "guessing is counted before anybody is known"),
    (
        "root_keys_pkey",
        "a root key is the hub's; tenants may not insert its name",
    ),
];
const FOREIGN_KEYS: Exempt = &[
    ("memberships_person_id_fkey", "a person is nobody's"),
    ("external_identities_person_id_fkey", "people belong to no organization"),
    ("sessions_person_id_fkey", "a person is nobody's"),
    ("password_resets_person_id_fkey", "a person is nobody's"),
    ("totp_secrets_person_id_fkey", "a person is nobody's"),
    ("recovery_codes_person_id_fkey", "a person is nobody's"),
    ("passkeys_person_id_fkey", "a person is nobody's"),
    ("tickets_person_id_fkey", "a person is nobody's"),
];
/// Tables without row level security.
const OPEN: Exempt = &[
    ("journal_shards", "only the engine has rights on it"),
    (
        "schema_migrations",
        "everybody may read it, nobody who serves may write it",
    ),
    (
        "root_keys",
        "names of the hub's keys: tenants may read them, and only the engine may add one or take one away",
    ),
];
/// Shared tables on which the app role has rights.
const SHARED_WITH_APP: Exempt = &[
    ("schema_migrations", "it is read at the start"),
    (
        "people",
        "names and addresses of members of the organization named; see `own_members`",
    ),
    (
        "root_keys",
        "a new data key is wrapped by the newest root key; a name says nothing of a tenant",
    ),
];
const POLICIES: Exempt = &[(
    "people.own_members",
    "a person's row has no organization; the policy asks memberships",
)];

const RULES: &[Rule] = &[
    Rule {
        fault: "belongs to no organization; give it org_id, or list it in SHARED with a reason",
        question: "SELECT relname::text FROM pg_class c WHERE relnamespace = 'entrepot'::regnamespace AND relkind IN ('r', 'p')
            AND relname <> 'organizations' AND NOT EXISTS (SELECT FROM pg_attribute a
                WHERE a.attrelid = c.oid AND a.attname = 'org_id' AND a.attnotnull)",
        exempt: SHARED,
    },
    Rule {
        fault: "has no row level security, enabled and forced",
        question: "SELECT relname::text FROM pg_class WHERE relnamespace = 'entrepot'::regnamespace AND relkind IN ('r', 'p')
            AND NOT (relrowsecurity AND relforcerowsecurity)",
        exempt: OPEN,
    },
    Rule {
        fault: "has no policy",
        question: "SELECT relname::text FROM pg_class c WHERE relnamespace = 'entrepot'::regnamespace AND relkind IN ('r', 'p')
            AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid)",
        exempt: OPEN,
    },
    Rule {
        fault: "is a policy for the app role or everybody that is not `org_id = (SELECT current_org())`",
        question: "SELECT format('%s.%s', c.relname, p.polname) FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
            CROSS JOIN LATERAL (SELECT format('(%s = ( SELECT current_org() AS current_org))',
                CASE c.relname WHEN 'organizations' THEN 'id' ELSE 'org_id' END) AS rule) r
            WHERE c.relnamespace = 'entrepot'::regnamespace
              AND NOT p.polroles <@ ARRAY['entrepot_engine'::regrole::oid, 'entrepot_identity'::regrole::oid]
              AND NOT (coalesce(pg_get_expr(p.polqual, p.polrelid), r.rule) = r.rule
                   AND coalesce(pg_get_expr(p.polwithcheck, p.polrelid), r.rule) = r.rule
                   AND (p.polqual IS NOT NULL OR p.polwithcheck IS NOT NULL))",
        exempt: POLICIES,
    },
    Rule {
        fault: "is a unique that does not lead with org_id, and so tells a tenant about others",
        question: "SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
            LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
            WHERE i.indisunique AND c.relnamespace = 'entrepot'::regnamespace AND a.attname IS DISTINCT FROM 'org_id'",
        exempt: UNIQUES,
    },
    Rule {
        fault: "is a foreign key that does not lead with org_id on both sides",
        question: "SELECT k.conname::text FROM pg_constraint k
            JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
            JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = k.confkey[1]
            WHERE k.contype = 'f' AND k.connamespace = 'entrepot'::regnamespace AND NOT (a.attname = 'org_id'
              AND (b.attname = 'org_id' OR k.confrelid = 'organizations'::regclass))",
        exempt: FOREIGN_KEYS,
    },
    Rule {
        fault: "is a view or a foreign table, which reads with its owner's rights",
        question: "SELECT relname::text FROM pg_class WHERE relnamespace = 'entrepot'::regnamespace AND (relkind IN ('m', 'f')
            OR relkind = 'v' AND NOT coalesce('security_invoker=true' = ANY(reloptions), false))",
        exempt: NOTHING,
    },
    Rule {
        fault: "is a function without a search_path of its own",
        question: "SELECT proname::text FROM pg_proc p WHERE pronamespace = 'entrepot'::regnamespace AND prosqlbody IS NULL
            AND NOT EXISTS (SELECT FROM unnest(p.proconfig) AS setting WHERE setting LIKE 'search_path=%')",
        exempt: NOTHING,
    },
    Rule {
        fault: "is a function that runs with its owner's rights and no search_path of its own",
        question: "SELECT proname::text FROM pg_proc p WHERE pronamespace = 'entrepot'::regnamespace AND prosecdef
            AND NOT EXISTS (SELECT FROM unnest(p.proconfig) AS setting WHERE setting LIKE 'search_path=%')",
        exempt: NOTHING,
    },
    Rule {
        fault: "runs with its owner's rights; say here why it must",
        question: "SELECT proname::text FROM pg_proc WHERE pronamespace = 'entrepot'::regnamespace AND prosecdef",
        exempt: NOTHING,
    },
    Rule {
        fault: "is not owned by entrepot_owner",
        question: "SELECT relname::text FROM pg_class WHERE relnamespace = 'entrepot'::regnamespace
            AND relkind IN ('r', 'p', 'v', 'm', 'S') AND relowner <> 'entrepot_owner'::regrole",
        exempt: NOTHING,
    },
    Rule {
        fault: "is append-only, and yet somebody but its owner may change it",
        question: "SELECT format('%s by %s', c.relname, r.rolname) FROM pg_class c CROSS JOIN pg_roles r
            WHERE c.relnamespace = 'entrepot'::regnamespace AND c.relname IN ('stock_movements', 'audit_entries')
              AND NOT r.rolsuper AND r.oid <> c.relowner AND r.rolname NOT LIKE 'pg\\_%'
              AND (has_table_privilege(r.oid, c.oid, 'UPDATE, DELETE, TRUNCATE')
                   OR has_any_column_privilege(r.oid, c.oid, 'UPDATE'))",
        exempt: NOTHING,
    },
    Rule {
        fault: "may be truncated, referred to or given triggers by a role that serves: neither asks a policy",
        question: "SELECT format('%s by %s', c.relname, r.role) FROM pg_class c
            CROSS JOIN (VALUES ('entrepot_app'), ('entrepot_engine'), ('entrepot_identity')) AS r (role)
            WHERE c.relnamespace = 'entrepot'::regnamespace AND c.relkind IN ('r', 'p')
              AND has_table_privilege(r.role, c.oid, 'TRUNCATE, REFERENCES, TRIGGER')",
        exempt: NOTHING,
    },
    Rule {
        fault: "is nobody's, and yet the app role has rights on it",
        question: "SELECT relname::text FROM pg_class c WHERE relnamespace = 'entrepot'::regnamespace AND relkind IN ('r', 'p')
            AND relname <> 'organizations'
            AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'org_id')
            AND (has_table_privilege('entrepot_app', c.oid, 'SELECT, INSERT, UPDATE, DELETE')
                 OR has_any_column_privilege('entrepot_app', c.oid, 'SELECT, INSERT, UPDATE'))",
        exempt: SHARED_WITH_APP,
    },
    Rule {
        fault: "is open to everybody",
        question: "SELECT c.relname::text FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) AS entry
            WHERE c.relnamespace = 'entrepot'::regnamespace AND entry.grantee = 0",
        exempt: NOTHING,
    },
    Rule {
        fault: "is a role that serves and that policies do not bind",
        question: "SELECT rolname::text FROM pg_roles r WHERE rolname IN ('entrepot_app', 'entrepot_engine', 'entrepot_identity')
            AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcanlogin
                 OR pg_has_role(r.oid, 'entrepot_owner', 'MEMBER'))",
        exempt: NOTHING,
    },
];

pub(crate) async fn faults(client: &Client) -> Faults {
    let mut faults = Faults::new();
    for rule in RULES {
        let rows = client.query(rule.question, &[]).await;
        for row in rows.unwrap_or_else(|error| panic!("{}: {error:?}", rule.fault)) {
            let name: String = row.get(0);
            let name = name.trim_start_matches("entrepot.").to_owned();
            if !rule.exempt.iter().any(|(known, _)| name == *known) {
                faults.push(format!("{name} {}", rule.fault));
            }
        }
    }
    faults
}

/// Whatever is on a list is really there, or the list rots.
async fn stale_exemptions(client: &Client) -> Faults {
    let mut faults = Faults::new();
    for rule in RULES {
        let rows = client.query(rule.question, &[]).await.unwrap();
        let found: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        for (name, _) in rule.exempt {
            if !found.iter().any(|known| known.trim_start_matches("entrepot.") == *name) {
                faults.push(format!("{name} is exempt and need not be: {}", rule.fault));
            }
        }
    }
    faults
}

/// Faults to plant, each of which must be found.
const PLANTS: &[&str] = &[
    "ALTER TABLE stock_levels NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE stock_levels DISABLE ROW LEVEL SECURITY",
    "DROP POLICY own_org ON products",
    "CREATE POLICY planted ON products USING (true)",
    "CREATE POLICY planted ON products TO entrepot_app USING (true)",
    "CREATE POLICY planted ON products FOR INSERT TO entrepot_app WITH CHECK (true)",
    "ALTER POLICY own_org ON products WITH CHECK (true)",
    "ALTER POLICY own_org ON products USING (org_id = (SELECT current_org()) OR handle = 'public')",
    "ALTER POLICY own_org ON products TO PUBLIC USING (org_id IS NOT NULL)",
    "CREATE UNIQUE INDEX planted ON stock_locations (name)",
    "CREATE UNIQUE INDEX planted ON stock_locations (lower(name))",
    "CREATE TABLE planted (org_id uuid NOT NULL, PRIMARY KEY (org_id)); ALTER TABLE planted OWNER TO entrepot_owner",
    "CREATE TABLE planted (id integer); ALTER TABLE planted OWNER TO entrepot_owner;
     ALTER TABLE planted ENABLE ROW LEVEL SECURITY; ALTER TABLE planted FORCE ROW LEVEL SECURITY;
     CREATE POLICY everybody ON planted TO entrepot_engine USING (true)",
    "ALTER TABLE variants ADD UNIQUE (id); ALTER TABLE inventory_items ADD FOREIGN KEY (variant_id) REFERENCES variants (id)",
    "CREATE VIEW planted AS SELECT sku FROM inventory_items; ALTER VIEW planted OWNER TO entrepot_owner",
    "CREATE MATERIALIZED VIEW planted AS SELECT sku FROM inventory_items;
     ALTER MATERIALIZED VIEW planted OWNER TO entrepot_owner",
    "CREATE FUNCTION planted() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE FUNCTION planted() RETURNS int LANGUAGE sql SECURITY DEFINER RETURN 1",
    "ALTER TABLE stock_levels OWNER TO entrepot_engine",
    "GRANT UPDATE ON stock_movements TO entrepot_engine",
    "GRANT UPDATE (reason) ON stock_movements TO entrepot_app",
    "GRANT DELETE ON stock_movements TO entrepot_app",
    "GRANT TRUNCATE ON products TO entrepot_app",
    "GRANT SELECT ON products TO PUBLIC",
    "GRANT SELECT ON sessions TO entrepot_app",
    "GRANT INSERT (id) ON people TO entrepot_app; GRANT SELECT ON attempts TO entrepot_app",
    "ALTER ROLE entrepot_app BYPASSRLS",
    "GRANT entrepot_owner TO entrepot_app",
];

#[tokio::test]
async fn the_catalogue_keeps_tenants_apart_and_every_planted_fault_is_found() {
    let app = TestApp::start().await;
    let client = app.admin().await;
    none(&faults(&client).await);
    none(&stale_exemptions(&client).await);
    let mut missed = Faults::new();
    for plant in PLANTS {
        client.batch_execute(&format!("BEGIN; {plant}")).await.unwrap();
        if faults(&client).await.is_empty() {
            missed.push(format!("nobody misses: {plant}"));
        }
        client.batch_execute("ROLLBACK").await.unwrap();
    }
    none(&missed);
    app.stop().await;
}
