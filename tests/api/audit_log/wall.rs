//! What the database itself refuses to the roles that serve.

use kit::TestApp;
use tokio_postgres::error::SqlState;

use super::create_items;

/// What a statement of this role is refused for, with the first organization named.
async fn refusal(app: &TestApp, role: &str, sql: &str) -> Option<SqlState> {
    let client = app.admin().await;
    let org: uuid::Uuid = client
        .query_one("SELECT id FROM organizations", &[])
        .await
        .unwrap()
        .get(0);
    let begin = format!("BEGIN; SET LOCAL ROLE {role}; SET LOCAL app.org_id = '{org}'");
    client.batch_execute(&begin).await.unwrap();
    let refused = client.batch_execute(sql).await.err();
    client.batch_execute("ROLLBACK").await.unwrap();
    refused.map(|error| error.code().cloned().unwrap())
}

#[tokio::test]
async fn no_role_that_serves_can_change_or_remove_an_entry() {
    let app = TestApp::start().await;
    create_items(&app, &["A", "B"]).await;
    for role in ["entrepot_app", "entrepot_engine"] {
        for sql in [
            "UPDATE audit_entries SET why = 'x'",
            "DELETE FROM audit_entries",
            "TRUNCATE audit_entries",
            "DELETE FROM audit_heads",
            "UPDATE audit_heads SET org_id = org_id",
            "ALTER TABLE audit_entries DISABLE TRIGGER ALL",
            "SET session_replication_role = replica",
        ] {
            let refused = refusal(&app, role, sql).await;
            assert_eq!(refused, Some(SqlState::INSUFFICIENT_PRIVILEGE), "{role}: {sql}");
        }
    }
    assert_eq!(
        refusal(&app, "entrepot_app", "SELECT why FROM audit_entries").await,
        None
    );
    app.stop().await;
}

#[tokio::test]
async fn the_app_role_moves_the_head_by_entries_that_follow_from_it_and_no_other_way() {
    let app = TestApp::start().await;
    create_items(&app, &["A", "B"]).await;
    let insert = |seq: &str, prev: &str, hash: &str| {
        format!(
            "INSERT INTO audit_entries (org_id, seq, at, actor_kind, action, subject_kind, subject_id, prev_hash, hash, canonical)
             SELECT org_id, {seq}, now(), 'hub', 'x', 'x', 'x', {prev}, {hash}, 'x' FROM audit_heads"
        )
    };
    let follows = insert("seq + 1", "hash", "sha256(hash || 'x')");
    assert_eq!(refusal(&app, "entrepot_app", &follows).await, None, "the twin");
    for sql in [
        insert("seq + 2", "hash", "sha256(hash || 'x')"),
        insert("seq + 1", "sha256('x')", "sha256(sha256('x') || 'x')"),
        "UPDATE audit_heads SET seq = seq - 1".to_owned(),
        "UPDATE audit_heads SET seq = seq + 1".to_owned(),
        "UPDATE audit_heads SET hash = sha256('x')".to_owned(),
        "UPDATE audit_heads SET seq = 0, hash = decode(repeat('00', 32), 'hex')".to_owned(),
    ] {
        let refused = refusal(&app, "entrepot_app", &sql).await.unwrap();
        assert_eq!(refused, SqlState::INTEGRITY_CONSTRAINT_VIOLATION, "{sql}");
    }
    let wrong_hash = insert("seq + 1", "hash", "sha256('x')");
    assert_eq!(
        refusal(&app, "entrepot_app", &wrong_hash).await,
        Some(SqlState::CHECK_VIOLATION)
    );
    app.stop().await;
}
