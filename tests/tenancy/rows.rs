//! Every table × select, insert, update, delete × own rows, another's, and nobody named, as each role that serves. Rows are
//! made from the catalogue's types, alike for both tenants down to their ids.

use kit::TestApp;
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;
use uuid::Uuid;

use super::{Faults, SHARED, none, owner_column, tables};

/// What the engine may do across tenants, and why. Anything else it can do is a fault.
const ENGINE: &[(&str, &[&str], &str)] = &[
    ("organizations", &["selects"], "operators' commands list them"),
    (
        "api_keys",
        &["selects"],
        "a key is looked up before its organization is known",
    ),
    ("token_families", &["selects"], "so is the family of an access token"),
    ("stock_locations", &["selects"], "items are loaded with their locations"),
    (
        "inventory_items",
        &["selects", "updates"],
        "items are loaded, and the journal writes their limits",
    ),
    ("bundle_components", &["selects"], "bundles are loaded"),
    (
        "stock_levels",
        &["selects", "updates", "inserts"],
        "the journal writes them",
    ),
    ("stock_movements", &["selects", "inserts"], "the journal appends them"),
    (
        "stock_allocations",
        &["selects", "updates", "deletes", "inserts"],
        "the journal keeps them",
    ),
    (
        "audit_heads",
        &["selects"],
        "checkpoints of all organizations are signed",
    ),
    (
        "checkout_closings",
        &["selects"],
        "the repair loop finds what was cut short",
    ),
];

/// The same for the role that finds out who asks.
const IDENTITY: &[(&str, &[&str], &str)] = &[
    ("organizations", &["selects"], "a person's organizations are named"),
    (
        "memberships",
        &["selects"],
        "what a person may do is found before the organization is named",
    ),
    ("invitations", &["selects"], "an invitation is looked up by its token"),
];

/// Tables that must be among those tried, or the catalogue is read wrongly.
const TRIED: &[&str] = &[
    "organizations",
    "api_keys",
    "stock_levels",
    "stock_movements",
    "stock_allocations",
    "memberships",
    "invitations",
    "data_keys",
    "secrets",
    "platform_settings",
    "platform_setting_events",
    "audit_heads",
    "audit_entries",
    "token_families",
    "refresh_tokens",
];

/// A table to try, and the two tenants whose rows are in it.
struct Trial<'a> {
    client: &'a Client,
    table: &'a str,
    whose: &'a str,
    /// Columns that can be written.
    columns: Vec<String>,
    own: Uuid,
    foreign: Uuid,
}

impl Trial<'_> {
    async fn count(&self, org: Uuid) -> u64 {
        let question = format!("SELECT count(*) FROM {} WHERE {} = $1", self.table, self.whose);
        let count: i64 = self.client.query_one(&question, &[&org]).await.unwrap().get(0);
        count.try_into().unwrap()
    }

    /// What a statement of `role` does when `org` is named (or none): rows touched, or `None` when it has no right to.
    async fn touched(&self, role: &str, org: Option<Uuid>, sql: &str) -> Option<u64> {
        let org = org.map(|org| org.to_string()).unwrap_or_default();
        let begin = format!("SAVEPOINT before; SET LOCAL ROLE {role}; SET LOCAL app.org_id = '{org}'");
        self.client.batch_execute(&begin).await.unwrap();
        let outcome = self.client.execute(sql, &[]).await;
        self.client.batch_execute("ROLLBACK TO SAVEPOINT before").await.unwrap();
        match outcome {
            Ok(rows) => Some(rows),
            Err(error) if error.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) => None,
            // The row was let through and met its twin.
            Err(error) if error.code().is_some_and(|code| code.code().starts_with("23")) => Some(1),
            Err(error) => panic!("{sql}: {error:?}"),
        }
    }

    /// A column that the role may change; any, when there is none.
    async fn changeable(&self, role: &str) -> String {
        let question = "SELECT attname::text FROM pg_attribute WHERE attrelid = ('entrepot.' || $1::text)::regclass
            AND attname = ANY($3) AND has_column_privilege($2, attrelid, attnum, 'UPDATE')
            ORDER BY attname = $4 DESC LIMIT 1";
        let parameters: [&(dyn tokio_postgres::types::ToSql + Sync); 4] =
            [&self.table, &role, &self.columns, &self.whose];
        let row = self.client.query_opt(question, &parameters).await.unwrap();
        row.map_or_else(|| self.whose.to_owned(), |row| row.get(0))
    }

    /// The four verbs on the rows of `org`.
    async fn verbs(&self, role: &str, org: Uuid) -> Vec<(&'static str, String)> {
        let (table, whose) = (self.table, self.whose);
        let column = self.changeable(role).await;
        let row = format!("SELECT row_to_json(t)::text FROM {table} t WHERE {whose} = $1 LIMIT 1");
        let row: String = self.client.query_one(&row, &[&org]).await.unwrap().get(0);
        let (row, columns) = (row.replace('\'', "''"), self.columns.join(", "));
        vec![
            (
                "selects",
                format!("SELECT {whose} FROM {table} WHERE {whose} = '{org}'"),
            ),
            (
                "updates",
                format!("UPDATE {table} SET {column} = {column} WHERE {whose} = '{org}'"),
            ),
            ("deletes", format!("DELETE FROM {table} WHERE {whose} = '{org}'")),
            (
                "inserts",
                format!(
                    "INSERT INTO {table} ({columns}) SELECT {columns} FROM json_populate_record(NULL::{table}, '{row}')"
                ),
            ),
        ]
    }

    /// Everything the app role can do in `own`'s name, or in nobody's, to rows that are not `own`'s; and what it cannot see
    /// of its own.
    async fn leaks_of_app(&self) -> Faults {
        let (role, table) = ("entrepot_app", self.table);
        let mut faults = Faults::new();
        for (verb, sql) in self.verbs(role, self.foreign).await {
            for named in [Some(self.own), None] {
                let rows = self.touched(role, named, &sql).await.unwrap_or_default();
                if rows > 0 {
                    faults.push(format!("{table}: with {named:?} named, {verb} {rows} foreign rows"));
                }
            }
        }
        for (verb, sql) in self.verbs(role, self.own).await {
            if self.touched(role, None, &sql).await.unwrap_or_default() > 0 {
                faults.push(format!("{table}: with nobody named, {verb} rows"));
            }
        }
        let everything = format!("SELECT {} FROM {table}", self.whose);
        let seen = self.touched(role, Some(self.own), &everything).await;
        let mine = self.count(self.own).await;
        if seen.is_some_and(|seen| seen != mine) {
            faults.push(format!("{table}: {seen:?} of {mine} own rows are seen"));
        }
        let (whose, own, foreign) = (self.whose, self.own, self.foreign);
        let moves = format!("UPDATE {table} SET {whose} = '{foreign}' WHERE {whose} = '{own}'");
        if self.touched(role, Some(own), &moves).await.unwrap_or_default() > 0 {
            faults.push(format!("{table}: rows can be given to another tenant"));
        }
        faults
    }

    /// What a role that works across tenants can do and is not listed for, and the reverse.
    async fn leaks_of(&self, role: &str, listed: &[(&str, &[&str], &str)]) -> Faults {
        let listed = listed.iter().find(|(table, _, _)| *table == self.table);
        let listed = listed.map_or(&[][..], |(_, verbs, _)| verbs);
        let mut faults = Faults::new();
        for (verb, sql) in self.verbs(role, self.foreign).await {
            let can = self.touched(role, None, &sql).await.unwrap_or_default() > 0;
            if can != listed.contains(&verb) {
                let is = if can { "it does" } else { "it does not" };
                faults.push(format!(
                    "{}: {role} `{verb}`: {is}, and the list says otherwise",
                    self.table
                ));
            }
        }
        faults
    }

    async fn may_select(&self) -> bool {
        let everything = format!("SELECT {} FROM {}", self.whose, self.table);
        self.touched("entrepot_app", Some(self.own), &everything)
            .await
            .is_some()
    }

    /// Plants a fault, and says so when nobody notices.
    async fn missed(&self, plant: &str) -> Option<String> {
        let plant = plant.replace("{table}", self.table);
        self.client
            .batch_execute(&format!("SAVEPOINT planted; {plant}"))
            .await
            .unwrap();
        let is_missed = self.leaks_of_app().await.is_empty();
        self.client
            .batch_execute("ROLLBACK TO SAVEPOINT planted")
            .await
            .unwrap();
        is_missed.then(|| format!("nobody misses: {plant}"))
    }
}

/// A value of this type, alike for everybody; with salt, one tenant's own.
fn value(kind: &str, salt: Option<Uuid>) -> String {
    let number = if salt.is_some() { 2 } else { 1 };
    let word = salt.map_or("x".to_owned(), |salt| salt.simple().to_string());
    match kind {
        "uuid" => format!("'{}'", salt.unwrap_or(Uuid::from_u128(7))),
        "text" | "varchar" | "bpchar" | "citext" | "name" => format!("'{word}'"),
        "bool" => "true".to_owned(),
        "int2" | "int4" | "int8" | "numeric" | "float4" | "float8" => number.to_string(),
        "timestamptz" | "timestamp" | "date" => "now()".to_owned(),
        "interval" => "interval '1 second'".to_owned(),
        "bytea" => format!("decode(md5('{word}'), 'hex')"),
        "json" | "jsonb" => "'{}'".to_owned(),
        "inet" | "cidr" => "'192.0.2.1'".to_owned(),
        array if array.starts_with('_') => "'{}'".to_owned(),
        other => panic!("a column of type {other} is new: give it a value here"),
    }
}

/// Columns that can be written, with their types.
async fn columns(client: &Client, table: &str) -> Vec<(String, String)> {
    let question = "SELECT a.attname::text, t.typname::text FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
        WHERE a.attrelid = ('entrepot.' || $1::text)::regclass AND a.attnum > 0 AND NOT a.attisdropped
          AND a.attgenerated = '' AND a.attidentity <> 'a' ORDER BY a.attnum";
    let rows = client.query(question, &[&table]).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

/// Puts a row of this tenant into the table unless there is one. Inside the trial's transaction checks are gone and foreign
/// keys asleep: what is tried is who may touch a row, not whether it makes sense.
async fn put_row(client: &Client, table: &str, whose: &str, org: Uuid) {
    let count = format!("SELECT count(*) FROM {table} WHERE {whose} = $1");
    let count: i64 = client.query_one(&count, &[&org]).await.unwrap().get(0);
    if count > 0 {
        return;
    }
    let columns = columns(client, table).await;
    for salt in [None, Some(org)] {
        let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
        let values: Vec<String> = columns
            .iter()
            .map(|(name, kind)| {
                if name == whose {
                    format!("'{org}'")
                } else {
                    value(kind, salt)
                }
            })
            .collect();
        let sql = format!(
            "INSERT INTO {table} ({}) VALUES ({})",
            names.join(", "),
            values.join(", ")
        );
        client.batch_execute("SAVEPOINT put").await.unwrap();
        match client.batch_execute(&sql).await {
            Ok(()) => return,
            // Unique beyond the tenant: its own value then. The catalogue's test lists such uniques with their reasons.
            Err(error) if salt.is_none() && error.code() == Some(&SqlState::UNIQUE_VIOLATION) => {
                client.batch_execute("ROLLBACK TO SAVEPOINT put").await.unwrap();
            }
            Err(error) => panic!("{sql}: {error:?}"),
        }
    }
}

/// Begins a transaction in which every tenant's table has rows of both.
async fn lay_out(client: &Client, orgs: [Uuid; 2]) {
    client
        .batch_execute("BEGIN; SET LOCAL session_replication_role = replica")
        .await
        .unwrap();
    drop_checks(client).await;
    for table in tables(client).await {
        if let Some(whose) = owner_column(client, &table).await {
            for org in orgs {
                put_row(client, &table, whose, org).await;
            }
        }
    }
}

/// Made-up values are tried, not whether they make sense.
async fn drop_checks(client: &Client) {
    let checks = "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) FROM pg_constraint
        WHERE connamespace = 'entrepot'::regnamespace AND contype = 'c' AND conrelid <> 0";
    for row in client.query(checks, &[]).await.unwrap() {
        client.batch_execute(row.get(0)).await.unwrap();
    }
}

#[tokio::test]
async fn no_tenant_reaches_anothers_rows_in_any_table_by_any_verb_and_every_hole_is_found() {
    let app = TestApp::start().await;
    let other = app.second_organization().await;
    let client = app.admin().await;
    let question = "SELECT org_id FROM stock_locations WHERE id = $1";
    let own: Uuid = client.query_one(question, &[&app.location()]).await.unwrap().get(0);
    let foreign = other.id;
    lay_out(&client, [own, foreign]).await;
    let (mut found, mut missed, mut tried) = (Faults::new(), Faults::new(), Vec::new());
    let tables = tables(&client).await;
    for table in &tables {
        let Some(whose) = owner_column(&client, table).await else {
            if !SHARED.iter().any(|(shared, _)| shared == table) {
                found.push(format!("{table} is nobody's"));
            }
            continue;
        };
        let columns = columns(&client, table)
            .await
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        tried.push(table.as_str());
        let trial = Trial {
            client: &client,
            table,
            whose,
            columns,
            own,
            foreign,
        };
        for org in [own, foreign] {
            assert!(trial.count(org).await > 0, "{table} has no row of {org} to try");
        }
        found.extend(trial.leaks_of_app().await);
        found.extend(trial.leaks_of("entrepot_engine", ENGINE).await);
        found.extend(trial.leaks_of("entrepot_identity", IDENTITY).await);
        if trial.may_select().await {
            missed.extend(trial.missed("ALTER TABLE {table} DISABLE ROW LEVEL SECURITY").await);
            missed.extend(trial.missed("CREATE POLICY planted ON {table} USING (true)").await);
            missed.extend(
                trial
                    .missed("CREATE POLICY planted ON {table} USING (current_org() IS NULL)")
                    .await,
            );
        }
    }
    none(&found);
    none(&missed);
    let missing: Vec<&&str> = TRIED.iter().filter(|table| !tried.contains(table)).collect();
    assert!(missing.is_empty(), "{missing:?} are not tried");
    client.batch_execute("ROLLBACK").await.unwrap();
    app.stop().await;
}

#[tokio::test]
async fn a_tenant_sees_its_own_members_of_the_people_that_are_nobodys() {
    let app = TestApp::start().await;
    let other = app.second_organization().await;
    let client = app.admin().await;
    let question = "SELECT org_id FROM stock_locations WHERE id = $1";
    let own: Uuid = client.query_one(question, &[&app.location()]).await.unwrap().get(0);
    let (ann, bob) = (Uuid::from_u128(1), Uuid::from_u128(2));
    client
        .batch_execute("BEGIN; SET LOCAL session_replication_role = replica")
        .await
        .unwrap();
    drop_checks(&client).await;
    for (person, org) in [(ann, own), (bob, other.id)] {
        let columns = columns(&client, "people").await;
        let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
        let values: Vec<String> = columns
            .iter()
            .map(|(name, kind)| {
                if name == "id" {
                    format!("'{person}'")
                } else {
                    value(kind, Some(person))
                }
            })
            .collect();
        let sql = format!(
            "INSERT INTO people ({}) VALUES ({})",
            names.join(", "),
            values.join(", ")
        );
        client.batch_execute(&sql).await.unwrap();
        let sql = format!(
            "INSERT INTO memberships (org_id, person_id, role, since) VALUES ('{org}', '{person}', 'staff', now())"
        );
        client.batch_execute(&sql).await.unwrap();
    }
    let seen = async |named: Option<Uuid>| -> Vec<Uuid> {
        let named = named.map(|org| org.to_string()).unwrap_or_default();
        let begin = format!("SAVEPOINT before; SET LOCAL ROLE entrepot_app; SET LOCAL app.org_id = '{named}'");
        client.batch_execute(&begin).await.unwrap();
        let rows = client.query("SELECT id FROM people", &[]).await.unwrap();
        client.batch_execute("ROLLBACK TO SAVEPOINT before").await.unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    };
    assert_eq!(
        (seen(Some(own)).await, seen(Some(other.id)).await),
        (vec![ann], vec![bob])
    );
    assert_eq!(seen(None).await, Vec::<Uuid>::new());
    client
        .batch_execute("ALTER POLICY own_members ON people USING (true)")
        .await
        .unwrap();
    assert_eq!(seen(Some(own)).await.len(), 2, "the twin: nobody misses the policy");
    client.batch_execute("ROLLBACK").await.unwrap();
    app.stop().await;
}
