//! Data keys and root keys replaced again and again while others read and write.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use actors::clock::SystemClock;
use domain::ids::OrgId;
use entrepot::settings::Settings;
use entrepot::vault::{add_root_key, forget_old_root_keys, new_root_key};
use kit::TestApp;
use storage::{Engine, Identities};

use super::{Beside, first_org, owner, trail};

const ROWS: u128 = 20;
const COLUMNS: usize = 10;
const READERS: usize = 4;
/// 1,000 openings of rows with ten secrets: 10,000 decrypts.
const OPENINGS: usize = 1_000;

async fn fill(beside: &Beside, org: OrgId) {
    let tx = beside.tenants.begin(org).await.unwrap();
    for row in 1..=ROWS {
        for column in 0..COLUMNS {
            let secret = domain::secrets::SecretText::new(format!("{row} {column}"));
            beside
                .vault
                .seal(&tx, owner(row), (&format!("c{column}"), &secret))
                .await
                .unwrap();
        }
    }
    tx.commit().await.unwrap();
}

/// Opens rows until there were enough openings; every secret must be there and right.
async fn read(beside: Arc<Beside>, org: OrgId, done: Arc<AtomicUsize>) -> Vec<String> {
    let mut errors = Vec::new();
    loop {
        let opening = done.fetch_add(1, Ordering::SeqCst);
        if opening >= OPENINGS {
            return errors;
        }
        let row = opening as u128 % ROWS + 1;
        let expected: Vec<String> = (0..COLUMNS).map(|column| format!("{row} {column}")).collect();
        match beside.open(org, owner(row)).await {
            Ok(opened) if opened == expected => {}
            Ok(opened) => errors.push(format!("row {row}: {opened:?}")),
            Err(error) => errors.push(format!("row {row}: {error}")),
        }
    }
}

fn settings(app: &TestApp) -> Settings {
    let pairs = [("ENTREPOT__DATA_DIR".to_owned(), app.folder.display().to_string())];
    Settings::load(None, pairs.into_iter()).unwrap()
}

/// Replaces the root key as the command does, until there were enough openings; how often.
async fn replace_root_keys(app: &TestApp, done: &AtomicUsize) -> usize {
    let mut replaced = 0;
    while done.load(Ordering::SeqCst) < OPENINGS {
        let settings = settings(app);
        let new = app.folder.join(format!("root-key-{replaced}"));
        new_root_key(&new, &SystemClock).unwrap();
        add_root_key(&settings, &new).unwrap();
        let rotator = Beside::of(app).await;
        let engine = Engine::new(&app.database).unwrap();
        let identities = Identities::new(&app.database).unwrap();
        let rotating = rotator.vault.rotate_root_key(&rotator.tenants, &identities, &engine);
        rotating.await.unwrap();
        forget_old_root_keys(&settings).unwrap();
        replaced += 1;
    }
    replaced
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_decrypts_while_data_keys_and_root_keys_are_replaced_meet_no_error() {
    let app = TestApp::start().await;
    let org = first_org(&app).await;
    let beside = Arc::new(Beside::of(&app).await);
    fill(&beside, org).await;
    let done = Arc::new(AtomicUsize::new(0));
    let readers: Vec<_> = (0..READERS)
        .map(|_| tokio::spawn(read(Arc::clone(&beside), org, Arc::clone(&done))))
        .collect();
    let is_over = Arc::new(AtomicBool::new(false));
    // Another process rotates data keys, a third one root keys; a fourth enters secrets of a new row.
    let rotating = {
        let (rotator, is_over) = (Beside::of(&app).await, Arc::clone(&is_over));
        tokio::spawn(async move {
            let mut rotations = 0;
            while !is_over.load(Ordering::SeqCst) {
                rotator
                    .vault
                    .rotate_data_key(&rotator.tenants, org, &trail())
                    .await
                    .unwrap();
                rotations += 1;
            }
            rotations
        })
    };
    let writing = {
        let (writer, is_over) = (Beside::of(&app).await, Arc::clone(&is_over));
        tokio::spawn(async move {
            let mut writes = 0;
            while !is_over.load(Ordering::SeqCst) {
                writer
                    .seal(org, owner(999), ("written", &format!("write {writes}")))
                    .await;
                assert_eq!(writer.open(org, owner(999)).await.unwrap(), [format!("write {writes}")]);
                writes += 1;
            }
            writes
        })
    };
    let root_rotations = replace_root_keys(&app, &done).await;
    let mut errors = Vec::new();
    for reader in readers {
        errors.extend(reader.await.unwrap());
    }
    is_over.store(true, Ordering::SeqCst);
    let (rotations, writes) = (rotating.await.unwrap(), writing.await.unwrap());
    println!(
        "{} decrypts, {} errors; {rotations} data key rotations, {root_rotations} root key rotations, {writes} writes",
        OPENINGS * COLUMNS,
        errors.len()
    );
    assert!(errors.is_empty(), "{} errors, the first: {}", errors.len(), errors[0]);
    assert!(
        rotations >= 2 && root_rotations >= 2 && writes >= 2,
        "{rotations} {root_rotations} {writes}"
    );
    // Only one data key is left, and only the newest root key opens it.
    let client = app.admin().await;
    let question = "SELECT count(*) FILTER (WHERE wrapped IS NOT NULL), count(*) FROM data_keys";
    let row = client.query_one(question, &[]).await.unwrap();
    assert_eq!((row.get::<_, i64>(0), row.get::<_, i64>(1)), (1, rotations as i64 + 1));
    let roots: i64 = client
        .query_one("SELECT count(*) FROM root_keys", &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(roots, 1);
    app.stop().await;
}

#[tokio::test]
async fn a_rotation_that_was_cut_short_is_finished_by_the_next() {
    let app = TestApp::start().await;
    let org = first_org(&app).await;
    let beside = Beside::of(&app).await;
    fill(&beside, org).await;
    // As after a crash between the steps: the new key is there, some secrets are sealed with it.
    let tx = beside.tenants.begin(org).await.unwrap();
    storage::data_keys::begin_retiring(&tx).await.unwrap();
    tx.commit().await.unwrap();
    beside.seal(org, owner(1), ("c0", "1 0")).await;
    let rotated = beside
        .vault
        .rotate_data_key(&beside.tenants, org, &trail())
        .await
        .unwrap();
    assert_eq!((rotated.secrets, rotated.destroyed), (199, 1));
    for row in 1..=ROWS {
        assert_eq!(beside.open(org, owner(row)).await.unwrap().len(), COLUMNS);
    }
    app.stop().await;
}
