//! Somebody can write to the database and has no key: every way of moving ciphertexts about is refused, and undoing it opens
//! them again, so it was the move that was refused. (That the refusal hangs on each part of the place is shown in
//! `actors/src/vault/cipher_tests.rs`, where a place without the part lets the move through.)

use domain::ids::OrgId;
use kit::TestApp;
use serde_json::json;
use storage::secrets::SecretOwner;

use super::{Beside, first_org, owner, put, trail};

const REFUSED: &str = "a sealed secret does not open at its place";
const RETIRED: &str = "a sealed secret's key has been destroyed";
/// What an attacker copies of a secret.
const SEALED: &str = "ciphertext = f.ciphertext, nonce = f.nonce, key_version = f.key_version, key_id = f.key_id";

/// Two rows with two columns in one organization, and the same in another.
async fn fill(app: &TestApp, beside: &Beside) -> (OrgId, OrgId) {
    let org = first_org(app).await;
    let other = OrgId::new(app.second_organization().await.id);
    let people = SecretOwner {
        table: "people",
        ..owner(1)
    };
    beside.seal(org, people, ("one", "of a person")).await;
    for org in [org, other] {
        for row in [1, 2] {
            beside.seal(org, owner(row), ("one", &format!("{org} {row} one"))).await;
            beside.seal(org, owner(row), ("two", &format!("{org} {row} two"))).await;
        }
    }
    (org, other)
}

/// Runs an attack, says what opening row 1 gives, and puts everything back.
async fn under(app: &TestApp, beside: &Beside, org: OrgId, attack: &str) -> Result<Vec<String>, String> {
    app.admin_sql(&format!(
        "CREATE TABLE kept_secrets AS TABLE secrets; CREATE TABLE kept_keys AS TABLE data_keys;
         ALTER TABLE secrets DROP CONSTRAINT secrets_org_id_key_version_fkey; {attack}"
    ))
    .await;
    let opened = beside.open(org, owner(1)).await;
    app.admin_sql(
        "DELETE FROM secrets; DELETE FROM data_keys;
         INSERT INTO data_keys SELECT * FROM kept_keys; INSERT INTO secrets SELECT * FROM kept_secrets;
         ALTER TABLE secrets ADD FOREIGN KEY (org_id, key_version) REFERENCES data_keys (org_id, version);
         DROP TABLE kept_secrets; DROP TABLE kept_keys",
    )
    .await;
    opened
}

fn refused() -> Result<Vec<String>, String> {
    Err(REFUSED.to_owned())
}

/// Ciphertexts of other places put into the first secret's row.
fn moves(org: OrgId, other: OrgId) -> Vec<(&'static str, String)> {
    let (row, row_2) = (owner(1).row, owner(2).row);
    let target = format!("s.org_id = '{org}' AND s.owner_row = '{row}' AND s.owner_column = 'one'");
    let target = format!("{target} AND s.owner_table = 'platform_settings'");
    let from = |table: &str, what: String| {
        format!("UPDATE secrets s SET {SEALED} FROM secrets f WHERE {target} AND f.owner_table = '{table}' AND {what}")
    };
    vec![
        (
            "another row",
            from(
                "platform_settings",
                format!("f.org_id = '{org}' AND f.owner_row = '{row_2}' AND f.owner_column = 'one'"),
            ),
        ),
        (
            "another column",
            from(
                "platform_settings",
                format!("f.org_id = '{org}' AND f.owner_row = '{row}' AND f.owner_column = 'two'"),
            ),
        ),
        (
            "another organization",
            from(
                "platform_settings",
                format!("f.org_id = '{other}' AND f.owner_row = '{row}' AND f.owner_column = 'one'"),
            ),
        ),
        // With the other organization's data key carried over too.
        (
            "another organization and its key",
            format!(
                "{}; UPDATE data_keys k SET key_id = f.key_id, wrapped = f.wrapped, nonce = f.nonce FROM data_keys f
             WHERE k.org_id = '{org}' AND f.org_id = '{other}'",
                from(
                    "platform_settings",
                    format!("f.org_id = '{other}' AND f.owner_row = '{row}' AND f.owner_column = 'one'")
                )
            ),
        ),
        (
            "another table",
            from(
                "people",
                format!("f.org_id = '{org}' AND f.owner_row = '{row}' AND f.owner_column = 'one'"),
            ),
        ),
    ]
}

/// The first secret's row, or its key, changed where it stands.
fn changes(org: OrgId) -> Vec<(&'static str, String)> {
    let row = owner(1).row;
    let target = format!("s.org_id = '{org}' AND s.owner_row = '{row}' AND s.owner_column = 'one'");
    let target = format!("{target} AND s.owner_table = 'platform_settings'");
    vec![
        (
            "a truncated tag",
            format!("UPDATE secrets s SET ciphertext = substr(ciphertext, 1, length(ciphertext) - 1) WHERE {target}"),
        ),
        (
            "a tag of one byte",
            format!("UPDATE secrets s SET ciphertext = substr(ciphertext, 1, length(ciphertext) - 15) WHERE {target}"),
        ),
        (
            "one bit",
            format!(
                "UPDATE secrets s SET ciphertext = set_bit(ciphertext, 0, 1 - get_bit(ciphertext, 0)) WHERE {target}"
            ),
        ),
        (
            "another nonce",
            format!("UPDATE secrets s SET nonce = '\\x000000000000000000000000' WHERE {target}"),
        ),
        (
            "another key's name",
            format!("UPDATE secrets s SET key_id = '\\x00000000000000000000000000000000' WHERE {target}"),
        ),
        (
            "the wrapped key changed",
            format!(
                "UPDATE data_keys SET wrapped = set_bit(wrapped, 0, 1 - get_bit(wrapped, 0)) WHERE org_id = '{org}'"
            ),
        ),
    ]
}

#[tokio::test]
async fn ciphertexts_moved_between_rows_columns_tables_and_organizations_are_refused() {
    let app = TestApp::start().await;
    let beside = Beside::of(&app).await;
    let (org, other) = fill(&app, &beside).await;
    let intact: Result<_, String> = Ok(vec![format!("{org} 1 one"), format!("{org} 1 two")]);
    assert_eq!(beside.open(org, owner(1)).await, intact);
    for (what, attack) in moves(org, other).into_iter().chain(changes(org)) {
        assert_eq!(under(&app, &beside, org, &attack).await, refused(), "{what}");
        assert_eq!(beside.open(org, owner(1)).await, intact, "after {what}");
    }
    assert!(beside.vault.metrics().refused.get() >= 11);
    app.stop().await;
}

#[tokio::test]
async fn a_key_version_rolled_back_is_refused_before_and_after_the_old_key_is_gone() {
    let app = TestApp::start().await;
    let beside = Beside::of(&app).await;
    let (org, _) = fill(&app, &beside).await;
    app.admin_sql("CREATE TABLE old_secrets AS TABLE secrets; CREATE TABLE old_keys AS TABLE data_keys")
        .await;
    let rotated = beside
        .vault
        .rotate_data_key(&beside.tenants, org, &trail())
        .await
        .unwrap();
    assert_eq!((rotated.secrets, rotated.destroyed), (5, 1));
    let intact: Result<_, String> = Ok(vec![format!("{org} 1 one"), format!("{org} 1 two")]);
    assert_eq!(beside.open(org, owner(1)).await, intact);
    // The new ciphertext is said to be of the old version.
    let relabelled = format!("UPDATE secrets SET key_version = 1 WHERE org_id = '{org}'");
    assert_eq!(under(&app, &beside, org, &relabelled).await, Err(RETIRED.to_owned()));
    // The old key is put back for it, by somebody who kept a copy of the table: another name, so it is not even tried.
    let revived = format!(
        "UPDATE data_keys k SET state = 'retiring', retired_at = NULL, wrapped = o.wrapped, nonce = o.nonce FROM old_keys o
         WHERE k.org_id = o.org_id AND k.version = o.version AND k.org_id = '{org}'; {relabelled}"
    );
    assert_eq!(under(&app, &beside, org, &revived).await, refused());
    // The old ciphertext is put back: its key is gone.
    let replayed = format!(
        "UPDATE secrets s SET {SEALED} FROM old_secrets f WHERE s.id = f.id AND s.org_id = f.org_id AND s.org_id = '{org}'"
    );
    assert_eq!(under(&app, &beside, org, &replayed).await, Err(RETIRED.to_owned()));
    assert_eq!(beside.open(org, owner(1)).await, intact);
    app.stop().await;
}

#[tokio::test]
async fn the_api_says_that_a_secret_was_tampered_with_and_gives_nothing_out() {
    let app = TestApp::start().await;
    let _saved = put(
        &app,
        &app.api_key,
        "stripe",
        json!({ "secret_key": "sk_live", "webhook_secret": "whsec" }),
    )
    .await
    .ok(200);
    app.admin_sql(
        "UPDATE secrets s SET ciphertext = f.ciphertext, nonce = f.nonce FROM secrets f
         WHERE s.owner_column = 'secret_key' AND f.owner_column = 'webhook_secret'",
    )
    .await;
    let body = json!({ "passphrase": "correct horse battery" });
    let answer = app.post("/api/v1/platform-settings/backup").json(body).send().await;
    let _refused = answer.problem(500, "secret_refused");
    let _refused = app
        .post("/api/v1/data-keys/rotate")
        .send()
        .await
        .problem(500, "secret_refused");
    // The rotation that stopped there has made a new key, and that is on record.
    let begun = app.get("/api/v1/audit-log?action=data_key.begin_rotation").send().await;
    assert_eq!(begun.ok(200)["entries"].as_array().map(Vec::len), Some(1));
    let metrics = app.get("/metrics").send().await.text();
    assert!(metrics.contains("entrepot_vault_refused_total 2"), "{metrics}");
    // Entering it again mends it.
    let _saved = put(&app, &app.api_key, "stripe", json!({ "secret_key": "sk_live" }))
        .await
        .ok(200);
    let rotated = app.post("/api/v1/data-keys/rotate").send().await.ok(200);
    assert_eq!(rotated["destroyed"], 1);
    app.stop().await;
}
