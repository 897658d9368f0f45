//! Five ways to tamper with the log as the database's superuser, each seen by the API and by the command, each beside its
//! untampered twin: the same log a moment before, and the same log put back.

use domain::audit::{Hash, Link, Record};
use domain::ids::OrgId;
use kit::{TestApp, until};
use storage::{Tenants, audit_log};

use super::create_items;

/// Superusers need to switch the database's own guards off first: the foreign rows, the triggers that move the head.
const UNGUARDED: &str = "SET session_replication_role = replica;
    ALTER TABLE audit_entries DROP CONSTRAINT IF EXISTS audit_entries_hash;";
const KEEP: &str = "CREATE TABLE kept_entries AS TABLE audit_entries; CREATE TABLE kept_heads AS TABLE audit_heads";
const PUT_BACK: &str = "SET session_replication_role = replica;
    DELETE FROM audit_entries; INSERT INTO audit_entries TABLE kept_entries;
    DELETE FROM audit_heads; INSERT INTO audit_heads TABLE kept_heads;
    DROP TABLE kept_entries; DROP TABLE kept_heads";

/// An app with seven entries, the last of them under a signed checkpoint. Clean: the twin.
async fn stage() -> TestApp {
    let app = TestApp::builder().unaudited().start().await;
    create_items(&app, &["A", "B", "C", "D", "E", "F"]).await;
    until("the last entry is signed", async || signed_up_to(&app).await == Some(7)).await;
    assert_eq!(said(&app).await, None);
    app.admin_sql(KEEP).await;
    app
}

async fn signed_up_to(app: &TestApp) -> Option<i64> {
    let checkpoints = app.checkpoints();
    let org = *checkpoints.organizations().unwrap().first()?;
    let signed = checkpoints.of(org).await.unwrap();
    signed.last().map(|checkpoint| checkpoint.head.seq)
}

/// The violation, the same by every way of asking.
async fn said(app: &TestApp) -> Option<String> {
    let verdict = app.log_verdict().await;
    assert_eq!(verdict.is_clean, verdict.violation.is_none());
    let served = app.get("/api/v1/audit-log/verify").send().await.ok(200);
    assert_eq!(served["is_clean"], verdict.is_clean);
    let violation = served["violation"].as_str().map(str::to_owned);
    if let Some(violation) = &violation {
        assert!(verdict.violation.unwrap().ends_with(violation), "{violation}");
    }
    violation
}

/// Puts the log back and demands that it is clean again: it was the tampering that was seen, and nothing else.
async fn put_back(app: TestApp) {
    app.admin_sql(PUT_BACK).await;
    assert_eq!(said(&app).await, None);
    app.stop().await;
}

#[tokio::test]
async fn an_update_is_detected_in_every_column() {
    let app = stage().await;
    for column in [
        "at = at + interval '1 second'",
        "actor_kind = 'person'",
        "actor_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa'",
        "action = 'item.delete'",
        "subject_kind = 'location'",
        "subject_id = 'another'",
        "before = '{}'",
        "after = jsonb_set(after, '{title}', '\"Another\"')",
        "after = NULL",
        "why = 'because'",
        "from_address = '192.0.2.1'",
        "request_id = NULL",
    ] {
        let update = format!("{UNGUARDED} UPDATE audit_entries SET {column} WHERE seq = 3");
        app.admin_sql(&update).await;
        let violation = said(&app).await.unwrap_or_default();
        assert_eq!(
            violation, "entry 3 was changed: it does not say what was hashed when it was written",
            "{column}"
        );
        app.admin_sql(&format!("{PUT_BACK}; {KEEP}")).await;
    }
    for (column, broken) in [("prev_hash", 3), ("hash", 3)] {
        let update =
            format!("{UNGUARDED} UPDATE audit_entries SET {column} = decode(repeat('aa', 32), 'hex') WHERE seq = 3");
        app.admin_sql(&update).await;
        let violation = said(&app).await.unwrap_or_default();
        assert!(
            violation.starts_with(&format!("entry {broken} does not follow")),
            "{column}: {violation}"
        );
        app.admin_sql(&format!("{PUT_BACK}; {KEEP}")).await;
    }
    put_back(app).await;
}

#[tokio::test]
async fn an_update_that_hashes_anew_is_detected() {
    let app = stage().await;
    let mut links = links(&app).await;
    links[2].record.why = Some("as if it had been so".to_owned());
    links[2] = Link::after(links[2].prev, links[2].record.clone());
    write(&app, &links[2..3]).await;
    let violation = said(&app).await.unwrap();
    assert_eq!(
        violation,
        "entry 4 does not follow from the one before it: one of them was replaced"
    );
    // The whole rest hashed anew: a chain without fault, and not the one that was signed.
    for n in 3..links.len() {
        links[n] = Link::after(links[n - 1].hash, links[n].record.clone());
    }
    write(&app, &links[2..]).await;
    app.admin_sql(&format!(
        "{UNGUARDED} UPDATE audit_heads h SET hash = e.hash FROM audit_entries e WHERE e.org_id = h.org_id AND e.seq = h.seq"
    ))
    .await;
    let violation = said(&app).await.unwrap();
    assert!(violation.starts_with("the history forked: entry "), "{violation}");
    put_back(app).await;
}

#[tokio::test]
async fn a_deleted_entry_is_detected() {
    let app = stage().await;
    app.admin_sql(&format!("{UNGUARDED} DELETE FROM audit_entries WHERE seq = 3"))
        .await;
    assert_eq!(said(&app).await.unwrap(), "entry 3 is gone: after 2 comes 4");
    // The ones behind it moved up, so that no number is missing.
    app.admin_sql(&format!(
        "{UNGUARDED} UPDATE audit_entries SET seq = seq - 1 WHERE seq > 3; UPDATE audit_heads SET seq = seq - 1"
    ))
    .await;
    let violation = said(&app).await.unwrap();
    assert_eq!(
        violation,
        "entry 3 was written as number 4: entries were put in another order"
    );
    put_back(app).await;
}

#[tokio::test]
async fn a_cut_tail_is_detected() {
    let app = stage().await;
    app.admin_sql(&format!("{UNGUARDED} DELETE FROM audit_entries WHERE seq > 4"))
        .await;
    assert!(
        said(&app)
            .await
            .unwrap()
            .starts_with("the tail is cut: the chain ends at 4")
    );
    // With the head set back it is a chain without fault, but for the checkpoint.
    app.admin_sql(&format!("{UNGUARDED} {HEAD_BACK_TO_4}")).await;
    let without = entrepot::audit_log::verify_all(&app.database, None).await.unwrap();
    assert!(without.is_clean, "no chain shows a cut tail by itself");
    let violation = said(&app).await.unwrap();
    let expected = "the tail is cut: the chain ends at 4, and a signed checkpoint of ";
    assert!(
        violation.starts_with(expected) && violation.ends_with("covers 7"),
        "{violation}"
    );
    // The whole log of the organization, head and all.
    app.admin_sql(&format!(
        "{UNGUARDED} DELETE FROM audit_entries; DELETE FROM audit_heads"
    ))
    .await;
    assert!(
        said(&app)
            .await
            .unwrap()
            .starts_with("the tail is cut: the chain ends at 0")
    );
    put_back(app).await;
}

const HEAD_BACK_TO_4: &str = "UPDATE audit_heads h SET seq = 4, hash = e.hash FROM audit_entries e
    WHERE e.org_id = h.org_id AND e.seq = 4";

#[tokio::test]
async fn entries_in_another_order_are_detected() {
    let app = stage().await;
    let swap = "UPDATE audit_entries SET seq = 1000 WHERE seq = 3; UPDATE audit_entries SET seq = 3 WHERE seq = 4;
        UPDATE audit_entries SET seq = 4 WHERE seq = 1000";
    app.admin_sql(&format!("{UNGUARDED} {swap}")).await;
    let violation = said(&app).await.unwrap();
    assert_eq!(
        violation,
        "entry 3 was written as number 4: entries were put in another order"
    );
    put_back(app).await;
}

#[tokio::test]
async fn a_fork_after_a_restore_is_detected_and_never_signed_over() {
    let app = stage().await;
    // An older backup is restored, and the hub goes on from there as if nothing had been.
    app.admin_sql(&format!(
        "{UNGUARDED} DELETE FROM audit_entries WHERE seq > 4; {HEAD_BACK_TO_4}"
    ))
    .await;
    create_items(&app, &["G", "H", "I", "J"]).await;
    let without = entrepot::audit_log::verify_all(&app.database, None).await.unwrap();
    assert!(without.is_clean, "each history is whole in itself");
    let violation = said(&app).await.unwrap();
    assert!(violation.starts_with("the history forked: entry "), "{violation}");
    // Rounds pass, and the fork is not signed: the checkpoint of the seventh entry stays the last.
    let mut rounds = tokio::time::interval(std::time::Duration::from_millis(700));
    for _ in 0..4 {
        rounds.tick().await;
    }
    assert_eq!(signed_up_to(&app).await, Some(7));
    assert!(said(&app).await.is_some());
    put_back(app).await;
}

#[tokio::test]
async fn a_checkpoint_that_the_hub_did_not_sign_is_detected() {
    let app = stage().await;
    let checkpoints = app.checkpoints();
    let org = checkpoints.organizations().unwrap()[0];
    let file = checkpoints.folder.join(format!("{org}.notes"));
    let notes = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, notes.replace("\n7\n", "\n6\n")).unwrap();
    let violation = said(&app).await.unwrap();
    assert!(violation.contains("this hub's key did not sign"), "{violation}");
    std::fs::write(&file, notes).unwrap();
    put_back(app).await;
}

/// The chain of the only organization.
async fn links(app: &TestApp) -> Vec<Link> {
    let org = app.checkpoints().organizations().unwrap()[0];
    let tx = Tenants::new(&app.database).unwrap().begin(org).await.unwrap();
    let links = audit_log::list_links(&tx, 0, 1_000).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(links[0].prev, Hash::GENESIS);
    links
}

/// Writes links over those of the same numbers, hashes and all.
async fn write(app: &TestApp, links: &[Link]) {
    let client = app.admin().await;
    client.batch_execute(UNGUARDED).await.unwrap();
    for link in links {
        let Record { seq, why, .. } = &link.record;
        let (prev, hash) = (link.prev.bytes().as_slice(), link.hash.bytes().as_slice());
        let update = "UPDATE audit_entries SET why = $2, canonical = $3, prev_hash = $4, hash = $5 WHERE seq = $1";
        let rows = client.execute(update, &[seq, why, &link.canonical, &prev, &hash]).await;
        assert_eq!(rows.unwrap(), 1);
    }
}

#[tokio::test]
async fn a_new_key_signs_nothing_over_the_notes_of_the_old_one_and_other_chains_all_the_same() {
    let mut app = stage().await;
    let old = app.checkpoints();
    let org = old.organizations().unwrap()[0];
    let file = old.folder.join(format!("{org}.notes"));
    app.restart_after(|folder| std::fs::remove_file(folder.join("audit-signing-key")).unwrap())
        .await;
    let notes = std::fs::read_to_string(&file).unwrap();
    create_items(&app, &["G"]).await;
    let other = OrgId::new(app.second_organization().await.id);
    until("the other chain is signed with the new key", async || {
        app.checkpoints().of(other).await.is_ok_and(|signed| !signed.is_empty())
    })
    .await;
    assert_eq!(std::fs::read_to_string(&file).unwrap(), notes);
    assert!(said(&app).await.unwrap().contains("this hub's key did not sign"));
    // The old public key still proves what it signed.
    assert_eq!(old.of(org).await.unwrap().last().unwrap().head.seq, 7);
    app.stop().await;
}
