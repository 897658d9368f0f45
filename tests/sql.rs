//! The SQL against a real database: every statement of `storage` is planned as the role that uses it, the catalogue keeps
//! the rules of tenancy, and no tenant reaches another's rows. Each check has a twin with the fault planted.

#![cfg(test)]

use std::fs;
use std::path::{Path, PathBuf};

use kit::{TestApp, workspace};
use serde_json::json;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Error};
use uuid::Uuid;

/// Set-up runs these as the owner; everything else must work as one of the two roles that serve.
const SET_UP: &[&str] = &["migrations.rs", "roles.rs"];
/// Uniques that do not lead with the organization, and why.
const UNIQUES: &[(&str, &str)] = &[
    (
        "api_keys_secret_hash",
        "a key is looked up before its organization is known",
    ),
    ("stock_movements_pkey", "(shard, seq) numbers the journal"),
];
/// Tables that belong to no tenant, and why.
const SHARED: &[(&str, &str)] = &[
    ("journal_shards", "shards hold items of all organizations"),
    ("root_keys", "names of keys, which wrap every organization's data keys"),
    ("schema_migrations", "the schema is everybody's"),
];

/// One `const NAME: &str` of `storage` that is a statement.
struct Statement {
    place: String,
    sql: String,
    is_set_up: bool,
}

fn statements() -> Vec<Statement> {
    let mut found = Vec::new();
    let mut folders = vec![workspace().join("storage/src")];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if name.ends_with(".rs") && !name.starts_with("baseline") && !name.starts_with("synthetic") {
                found.extend(statements_of(&path, SET_UP.contains(&name.as_str())));
            }
        }
    }
    found
}

fn statements_of(path: &Path, is_set_up: bool) -> Vec<Statement> {
    let file = syn::parse_file(&fs::read_to_string(path).unwrap()).unwrap();
    let constants = file.items.into_iter().filter_map(|item| {
        let syn::Item::Const(constant) = item else { return None };
        Some((constant.ident.to_string(), text_of(&constant.expr, path)?))
    });
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    constants
        .filter(|(_, sql)| is_statement(sql))
        .map(|(constant, sql)| Statement {
            place: format!("{name}: {constant}"),
            sql,
            is_set_up,
        })
        .collect()
}

/// The text of a literal or of an `include_str!`.
fn text_of(expression: &syn::Expr, path: &Path) -> Option<String> {
    if let syn::Expr::Lit(syn::ExprLit {
        lit: syn::Lit::Str(text),
        ..
    }) = expression
    {
        return Some(text.value());
    }
    let syn::Expr::Macro(call) = expression else {
        return None;
    };
    if !call.mac.path.is_ident("include_str") {
        return None;
    }
    let relative: syn::LitStr = call.mac.parse_body().unwrap();
    let included: PathBuf = path.parent().unwrap().join(relative.value());
    Some(fs::read_to_string(included).unwrap())
}

fn is_statement(sql: &str) -> bool {
    let first = sql
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with("--"));
    let verb = first
        .and_then(|line| line.split_whitespace().next())
        .unwrap_or_default();
    ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"].contains(&verb)
}

/// Plans a statement as `role`, which checks its names, its types and the role's rights (preparing alone checks no rights).
async fn plan(client: &Client, role: &str, sql: &str) -> Result<(), Error> {
    client
        .batch_execute(&format!("SET ROLE {role}; DEALLOCATE ALL"))
        .await?;
    let parameters = client.prepare(sql).await?.params().len();
    client.batch_execute(&format!("PREPARE planned AS {sql}")).await?;
    let arguments = if parameters == 0 {
        String::new()
    } else {
        format!("({})", vec!["NULL"; parameters].join(", "))
    };
    client
        .batch_execute(&format!("EXPLAIN EXECUTE planned{arguments}"))
        .await
}

async fn plan_as_any(client: &Client, statement: &Statement) -> Result<(), String> {
    let mut said = Vec::new();
    let owner = statement.is_set_up.then_some("entrepot_owner");
    for role in ["entrepot_app", "entrepot_engine"].into_iter().chain(owner) {
        match plan(client, role, &statement.sql).await {
            Ok(()) => return Ok(()),
            Err(error) => said.push(format!(
                "{role}: {}",
                error.as_db_error().map_or(error.to_string(), ToString::to_string)
            )),
        }
    }
    Err(format!("{}: {}", statement.place, said.join("; ")))
}

#[tokio::test]
async fn every_statement_can_be_planned_by_the_role_that_uses_it() {
    let app = TestApp::start().await;
    let client = app.admin().await;
    let statements = statements();
    assert!(statements.len() > 30, "only {} statements found", statements.len());
    let mut faults = Vec::new();
    for statement in &statements {
        faults.extend(plan_as_any(&client, statement).await.err());
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    for planted in [
        "SELECT no_such_column FROM stock_levels",
        "DELETE FROM stock_movements WHERE org_id = $1",
        "UPDATE stock_movements SET quantity = $1",
        "INSERT INTO schema_migrations (version, name, sql_digest) VALUES ($1, $2, $3)",
    ] {
        let statement = Statement {
            place: String::new(),
            sql: planted.to_owned(),
            is_set_up: false,
        };
        assert!(plan_as_any(&client, &statement).await.is_err(), "{planted}");
    }
    app.stop().await;
}

/// One question about the catalogue; every row of its answer is a fault.
const TENANCY_RULES: &[(&str, &str)] = &[
    ("belongs to no organization; give it org_id or list it in SHARED", "
        SELECT c.relname::text FROM pg_class c WHERE c.relnamespace = 'entrepot'::regnamespace AND c.relkind IN ('r', 'p')
          AND c.relname <> 'organizations'
          AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'org_id' AND a.attnotnull)"),
    ("has no row level security, enabled and forced", "
        SELECT c.relname::text FROM pg_class c WHERE c.relnamespace = 'entrepot'::regnamespace AND c.relkind IN ('r', 'p')
          AND NOT (c.relrowsecurity AND c.relforcerowsecurity)"),
    ("has no policy", "
        SELECT c.relname::text FROM pg_class c WHERE c.relnamespace = 'entrepot'::regnamespace AND c.relkind IN ('r', 'p')
          AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid)"),
    ("is a unique that does not lead with org_id", "
        SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
        WHERE i.indisunique AND c.relnamespace = 'entrepot'::regnamespace AND a.attname <> 'org_id'
          AND c.relname <> 'organizations'"),
    ("is a foreign key that does not lead with org_id", "
        SELECT k.conname::text FROM pg_constraint k
        JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
        WHERE k.contype = 'f' AND k.connamespace = 'entrepot'::regnamespace AND a.attname <> 'org_id'"),
    ("is a view, which reads with its owner's rights", "
        SELECT c.relname::text FROM pg_class c WHERE c.relnamespace = 'entrepot'::regnamespace
          AND (c.relkind = 'm' OR c.relkind = 'v'
               AND NOT coalesce('security_invoker=true' = ANY(c.reloptions), false))"),
    ("is a function without a search_path of its own", "
        SELECT p.proname::text FROM pg_proc p WHERE p.pronamespace = 'entrepot'::regnamespace AND p.prosqlbody IS NULL
          AND NOT EXISTS (SELECT FROM unnest(p.proconfig) AS setting WHERE setting LIKE 'search_path=%')"),
    ("runs with its owner's rights", "
        SELECT p.proname::text FROM pg_proc p WHERE p.pronamespace = 'entrepot'::regnamespace AND p.prosecdef"),
    ("is not owned by entrepot_owner", "
        SELECT c.relname::text FROM pg_class c WHERE c.relnamespace = 'entrepot'::regnamespace
          AND c.relkind IN ('r', 'p', 'v', 'm') AND c.relowner <> 'entrepot_owner'::regrole"),
];

async fn catalogue_faults(client: &Client) -> Vec<String> {
    let mut faults = Vec::new();
    for (fault, question) in TENANCY_RULES {
        for row in client.query(*question, &[]).await.unwrap() {
            let name: String = row.get(0);
            let name = name.trim_start_matches("entrepot.").to_owned();
            let is_shared = SHARED
                .iter()
                .any(|(table, _)| name == *table || name == format!("{table}_pkey"));
            if !is_shared && !UNIQUES.iter().any(|(unique, _)| name == *unique) {
                faults.push(format!("{name} {fault}"));
            }
        }
    }
    faults
}

#[tokio::test]
async fn the_catalogue_keeps_tenants_apart() {
    let app = TestApp::start().await;
    let client = app.admin().await;
    let none: Vec<String> = Vec::new();
    assert_eq!(catalogue_faults(&client).await, none);
    for planted in [
        "ALTER TABLE stock_levels NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE stock_levels DISABLE ROW LEVEL SECURITY",
        "DROP POLICY own_org ON products",
        "CREATE UNIQUE INDEX planted ON stock_locations (name)",
        "CREATE TABLE planted (org_id uuid NOT NULL, PRIMARY KEY (org_id)); ALTER TABLE planted OWNER TO entrepot_owner",
        "CREATE TABLE planted (id integer); ALTER TABLE planted OWNER TO entrepot_owner;
         ALTER TABLE planted ENABLE ROW LEVEL SECURITY; ALTER TABLE planted FORCE ROW LEVEL SECURITY;
         CREATE POLICY everybody ON planted USING (true)",
        "ALTER TABLE variants ADD UNIQUE (id); ALTER TABLE inventory_items ADD FOREIGN KEY (variant_id) REFERENCES variants (id)",
        "CREATE VIEW planted AS SELECT sku FROM inventory_items; ALTER VIEW planted OWNER TO entrepot_owner",
        "CREATE FUNCTION planted() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE FUNCTION planted() RETURNS int LANGUAGE sql SECURITY DEFINER RETURN 1",
        "ALTER TABLE stock_levels OWNER TO entrepot_engine",
    ] {
        client.batch_execute(&format!("BEGIN; {planted}")).await.unwrap();
        assert_ne!(catalogue_faults(&client).await, none, "{planted}");
        client.batch_execute("ROLLBACK").await.unwrap();
    }
    app.stop().await;
}

/// Tables with tenants' rows and the column that says whose.
async fn tenant_tables(client: &Client) -> Vec<(String, &'static str)> {
    let question = "
        SELECT c.relname::text FROM pg_class c WHERE c.relnamespace = 'entrepot'::regnamespace AND c.relkind IN ('r', 'p')
          AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'org_id') ORDER BY 1";
    let rows = client.query(question, &[]).await.unwrap();
    let tables = rows.iter().map(|row| (row.get(0), "org_id"));
    tables.chain([("organizations".to_owned(), "id")]).collect()
}

/// Rows of both organizations in every table, the way they get there.
async fn fill(app: &TestApp, api_key: &str, location: Uuid) -> Uuid {
    let post = async |path: &str, body: serde_json::Value| {
        let answer = app
            .post(path)
            .api_key(api_key)
            .key(Uuid::from_u128(1))
            .json(body)
            .send()
            .await;
        assert!(answer.status() < 300, "{}", answer.text());
        answer.json()
    };
    let create = async |body| {
        app.post("/api/v1/stock/items")
            .api_key(api_key)
            .json(body)
            .send()
            .await
            .ok(201)["id"]
            .clone()
    };
    let lamp = create(json!({ "sku": "LAMP" })).await;
    let components = json!([{ "item_id": lamp, "quantity": 2 }]);
    let _kept = post(
        "/api/v1/stock/items",
        json!({ "sku": "PAIR", "components": components }),
    )
    .await;
    let command = async |name: &str, body| {
        let path = format!("/api/v1/stock/commands/{name}");
        let _done = app.post(&path).api_key(api_key).json(body).send().await.ok(200);
    };
    command(
        "count",
        json!({ "item_id": lamp, "location_id": location, "counted": 10 }),
    )
    .await;
    command("reserve", json!({ "item_id": lamp, "quantity": 1 })).await;
    command(
        "allocate",
        json!({ "item_id": lamp, "order_line_id": location, "quantity": 1 }),
    )
    .await;
    let settings = app.call("PUT", "/api/v1/platform-settings/stripe").api_key(api_key);
    let settings = settings.json(json!({ "fields": { "secret_key": "sk_live" } }));
    let _saved = settings.send().await.ok(200);
    let client = app.admin().await;
    let question = "SELECT org_id FROM stock_locations WHERE id = $1";
    let org: Uuid = client.query_one(question, &[&location]).await.unwrap().get(0);
    let catalogue = format!(
        "INSERT INTO products VALUES ('{org}', '{location}', 'lamp', 'Lamp', '', '', '', '{{}}', true, '{{}}');
         INSERT INTO variants (org_id, id, product_id, sku, option_values, barcode, grams, requires_shipping, is_taxable, position)
         VALUES ('{org}', '{location}', '{location}', 'LAMP', '{{}}', '', 0, true, true, 1);
         INSERT INTO product_images VALUES ('{org}', '{location}', 'https://example.com/lamp.png', '', 1);
         INSERT INTO checkout_closings (org_id, checkout_id, how, command_id, fingerprint)
         VALUES ('{org}', '{location}', 'confirm', '{location}', 0)"
    );
    client.batch_execute(&catalogue).await.unwrap();
    org
}

/// What a statement of the app role does when `org` is named (or none): rows touched, or refused for lack of rights.
async fn touched(client: &Client, org: Option<Uuid>, sql: &str) -> Option<u64> {
    let org = org.map(|org| org.to_string()).unwrap_or_default();
    let begin = format!("SAVEPOINT before; SET LOCAL ROLE entrepot_app; SET LOCAL app.org_id = '{org}'");
    client.batch_execute(&begin).await.unwrap();
    let outcome = client.execute(sql, &[]).await;
    client.batch_execute("ROLLBACK TO SAVEPOINT before").await.unwrap();
    match outcome {
        Ok(rows) => Some(rows),
        Err(error) if error.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) => None,
        // The row was let through and met itself, or what it refers to.
        Err(error) if error.code().is_some_and(|code| code.code().starts_with("23")) => Some(1),
        Err(error) => panic!("{sql}: {error:?}"),
    }
}

/// A column the app role may change, if there is one.
async fn changeable(client: &Client, table: &str) -> Option<String> {
    let question = "
        SELECT attname::text FROM pg_attribute WHERE attrelid = ('entrepot.' || $1::text)::regclass AND attnum > 0
          AND NOT attisdropped AND has_column_privilege('entrepot_app', attrelid, attnum, 'UPDATE') LIMIT 1";
    client
        .query_opt(question, &[&table])
        .await
        .unwrap()
        .map(|row| row.get(0))
}

/// Everything the app role can do in `own`'s name, or in nobody's, to rows that are not `own`'s.
async fn leaks(client: &Client, (table, whose): (&str, &str), own: Uuid, foreign: Uuid) -> Vec<String> {
    let mut leaks = Vec::new();
    let count = async |org: Uuid| -> i64 {
        let question = format!("SELECT count(*) FROM {table} WHERE {whose} = $1");
        client.query_one(&question, &[&org]).await.unwrap().get(0)
    };
    let (mine, theirs) = (count(own).await, count(foreign).await);
    assert!(mine > 0 && theirs > 0, "{table} has no rows to try: fill it");
    let column = changeable(client, table).await.unwrap_or_else(|| whose.to_owned());
    let row = format!("SELECT row_to_json(t)::text FROM {table} t WHERE {whose} = $1 LIMIT 1");
    let row: String = client.query_one(&row, &[&foreign]).await.unwrap().get(0);
    let row = row.replace('\'', "''");
    let attempts = [
        (
            "selects",
            format!("SELECT {whose} FROM {table} WHERE {whose} <> '{own}'"),
            0,
        ),
        (
            "updates",
            format!("UPDATE {table} SET {column} = {column} WHERE {whose} <> '{own}'"),
            0,
        ),
        ("deletes", format!("DELETE FROM {table} WHERE {whose} <> '{own}'"), 0),
        (
            "inserts",
            format!("INSERT INTO {table} SELECT r.* FROM json_populate_record(NULL::{table}, '{row}') AS r"),
            0,
        ),
    ];
    for (verb, sql, allowed) in attempts {
        for org in [Some(own), None] {
            let rows = touched(client, org, &sql).await.unwrap_or_default();
            if rows > allowed {
                leaks.push(format!("{table}: with {org:?} named, {verb} {rows} foreign rows"));
            }
        }
    }
    let everything = touched(client, None, &format!("SELECT {whose} FROM {table}")).await;
    let own_rows = touched(client, Some(own), &format!("SELECT {whose} FROM {table}")).await;
    if everything.unwrap_or_default() > 0 {
        leaks.push(format!("{table}: rows are seen with no organization named"));
    }
    if own_rows != Some(u64::try_from(mine).unwrap()) {
        leaks.push(format!("{table}: {own_rows:?} of {mine} own rows are seen"));
    }
    leaks
}

#[tokio::test]
async fn no_tenant_reaches_anothers_rows_in_any_table_by_any_verb() {
    let app = TestApp::start().await;
    let other = app.second_organization().await;
    let own = fill(&app, &app.api_key, app.location()).await;
    let foreign = fill(&app, &other.api_key, other.location).await;
    let client = app.admin().await;
    let tables = tenant_tables(&client).await;
    let mut found = Vec::new();
    client.batch_execute("BEGIN").await.unwrap();
    for (table, whose) in &tables {
        found.extend(leaks(&client, (table, whose), own, foreign).await);
    }
    assert!(found.is_empty(), "\n{}", found.join("\n"));
    for (table, whose) in &tables {
        let planted = format!("SAVEPOINT planted; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY");
        client.batch_execute(&planted).await.unwrap();
        assert!(
            !leaks(&client, (table, whose), own, foreign).await.is_empty(),
            "{planted}"
        );
        client.batch_execute("ROLLBACK TO SAVEPOINT planted").await.unwrap();
    }
    client.batch_execute("ROLLBACK").await.unwrap();
    // The catalogue was filled past the API, where nobody keeps a journal of it.
    app.stop().await;
}
