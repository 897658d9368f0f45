//! The proof that no tenant meets another: in the catalogue, in every table by every verb, and on every route. What is
//! tried comes from the catalogue, the route table and the OpenAPI document, so that new tables and routes join by
//! themselves; each check is a function that returns what is wrong, and has a twin with the fault planted.

#![cfg(test)]

mod catalogue;
mod neighbours;
mod rows;
mod shape;
mod side_by_side;

use tokio_postgres::Client;

/// Everything that is wrong, in words.
type Faults = Vec<String>;

#[track_caller]
fn none(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

/// Tables that belong to no tenant, and why.
const SHARED: &[(&str, &str)] = &[
    ("journal_shards", "shards hold items of all organizations"),
    ("schema_migrations", "the schema is everybody's"),
    ("people", "a person may be a member of several organizations"),
    ("sessions", "a session is a person's, who may switch organizations"),
    ("password_resets", "a password is a person's"),
    ("external_identities", "a provider's name for somebody is a person's"),
    ("sign_on_starts", "a sign-in begins before anybody is known"),
    (
        "sign_ups",
        "an organization does not exist before its sign-up is confirmed",
    ),
    ("attempts", "guessing is counted before anybody is known"),
    (
        "root_keys",
        "root keys wrap the data keys of all organizations; only their names are here",
    ),
];

/// The column that says whose a row is.
async fn owner_column(client: &Client, table: &str) -> Option<&'static str> {
    let question = "SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = ('entrepot.' || $1::text)::regclass
        AND attname = 'org_id' AND NOT attisdropped)";
    let has_org_id: bool = client.query_one(question, &[&table]).await.unwrap().get(0);
    match table {
        "organizations" => Some("id"),
        _ if has_org_id => Some("org_id"),
        _ => None,
    }
}

/// Every table of the product.
async fn tables(client: &Client) -> Vec<String> {
    let question = "SELECT relname::text FROM pg_class
        WHERE relnamespace = 'entrepot'::regnamespace AND relkind IN ('r', 'p') ORDER BY 1";
    let rows = client.query(question, &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}
