//! The audit log and the program as processes: kill -9 in the middle of audited writes, what `entrepot audit log` says and
//! with which status, before and after somebody changed the log, and what an import leaves.

use std::collections::HashSet;
use std::process::Output;
use std::time::Duration;

use actors::clock::{Clock, SystemClock, stopwatch};
use serde_json::{Value, json};

use crate::harness::{Books, Home, Hub, program, turn, until_elapsed};

const KILLS: usize = 3;
const WRITERS: usize = 8;
const WRITING_FOR: Duration = Duration::from_millis(700);
const OFTEN: &[(&str, &str)] = &[("ENTREPOT__AUDIT__CHECKPOINT_INTERVAL_SECONDS", "1")];
const CATALOGUE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../config/samples/catalogue.csv");

/// Creates items until the hub is gone; the ids of those it said yes to.
async fn write(client: &mut simulators::shoppers::Client) -> Vec<String> {
    let mut created = Vec::new();
    loop {
        let body = json!({ "sku": SystemClock.fresh_id().to_string() }).to_string();
        let key = SystemClock.fresh_id().to_string();
        match client.post("/api/v1/stock/items", body.into_bytes(), Some(&key)).await {
            Ok(answer) if answer.status == 201 => {
                let item: Value = answer.json().unwrap();
                created.push(item["id"].as_str().unwrap().to_owned());
            }
            Ok(answer) => assert_eq!(answer.status, 503),
            Err(_) => return created,
        }
    }
}

fn run(home: &Home, arguments: &[&str]) -> Output {
    program(home).args(arguments).output().expect("the program runs")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

async fn subjects(books: &Books, action: &str) -> Vec<String> {
    let question = "SELECT subject_id FROM entrepot.audit_entries WHERE action = $1";
    let rows = books.admin.query(question, &[&action]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kills_leave_a_whole_log_and_the_command_says_with_its_status_whether_it_is_whole() {
    let _turn = turn().await;
    let home = Home::make().await;
    let mut acknowledged = Vec::new();
    for _ in 0..KILLS {
        let hub = Hub::start_with(&home, OFTEN).await;
        let writers = (0..WRITERS).map(|_| {
            let mut client = hub.client();
            tokio::spawn(async move { write(&mut client).await })
        });
        let writers: Vec<_> = writers.collect();
        until_elapsed(stopwatch(), WRITING_FOR).await;
        hub.kill();
        for writer in writers {
            acknowledged.extend(writer.await.unwrap());
        }
    }
    let _postgres = home.start_postgres().await;
    let books = Books::open(&home).await;
    let entries = subjects(&books, "item.create").await;
    let logged: HashSet<&String> = entries.iter().collect();
    let lost = acknowledged.iter().filter(|item| !logged.contains(item)).count();
    let items: i64 = books
        .admin
        .query_one("SELECT count(*) FROM entrepot.inventory_items", &[])
        .await
        .unwrap()
        .get(0);
    let clean = run(&home, &["audit", "log"]);
    println!(
        "audit log: kills={KILLS} acknowledged={} entries={} items={items} lost={lost}; {}",
        acknowledged.len(),
        entries.len(),
        said(&clean).lines().next().unwrap_or_default()
    );
    assert!(!acknowledged.is_empty());
    assert_eq!(lost, 0, "acknowledged and not in the log");
    assert_eq!(
        i64::try_from(entries.len()),
        Ok(items),
        "an item without its entry, or an entry without its item"
    );
    assert_eq!(clean.status.code(), Some(0), "{}", said(&clean));
    // The twin: one word changed by the superuser.
    let tamper = "UPDATE entrepot.audit_entries SET why = 'x' WHERE seq = 3";
    assert_eq!(books.admin.execute(tamper, &[]).await.unwrap(), 1);
    let tampered = run(&home, &["audit", "log"]);
    assert_eq!(tampered.status.code(), Some(2), "{}", said(&tampered));
    assert!(said(&tampered).contains("entry 3 was changed"), "{}", said(&tampered));
    let as_json: Value = serde_json::from_slice(&run(&home, &["audit", "log", "--json"]).stdout).unwrap();
    assert_eq!(as_json["is_clean"], false);
    assert_eq!(as_json["organizations"][0]["violation"]["kind"], "altered");
    // The journal is another matter, and its audit the same command as ever.
    assert_eq!(run(&home, &["audit"]).status.code(), Some(0));
    // Checkpoints without the key that signed them are no proof, and no verdict either.
    std::fs::remove_file(home.settings.audit_key_file()).unwrap();
    let keyless = run(&home, &["audit", "log"]);
    assert_eq!(keyless.status.code(), Some(1), "{}", said(&keyless));
    assert!(said(&keyless).contains("--key"), "{}", said(&keyless));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_leaves_one_entry_for_each_product_it_changed_and_none_the_second_time() {
    let _turn = turn().await;
    let home = Home::make().await;
    let _postgres = home.start_postgres().await;
    let books = Books::open(&home).await;
    let import = ["import", "products", CATALOGUE, "--currency", "MYR"];
    let dry = run(&home, &[import.as_slice(), &["--dry-run"]].concat());
    assert_eq!(dry.status.code(), Some(0), "{}", said(&dry));
    assert_eq!(
        subjects(&books, "product.import").await.len(),
        0,
        "a dry run changes nothing"
    );
    let first = run(&home, &import);
    assert_eq!(first.status.code(), Some(0), "{}", said(&first));
    let entries = subjects(&books, "product.import").await;
    let products: i64 = books
        .admin
        .query_one("SELECT count(*) FROM entrepot.products", &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(i64::try_from(entries.len()), Ok(products));
    let second = run(&home, &import);
    assert_eq!(second.status.code(), Some(0), "{}", said(&second));
    assert_eq!(subjects(&books, "product.import").await.len(), entries.len());
    // Without --currency the catalogue's stands, not the configured one: the same prices stay the same money.
    let unsaid = run(&home, &["import", "products", CATALOGUE]);
    assert_eq!(unsaid.status.code(), Some(0), "{}", said(&unsaid));
    assert!(said(&unsaid).contains("Prices were read as MYR."), "{}", said(&unsaid));
    assert_eq!(subjects(&books, "product.import").await.len(), entries.len());
    // A product that somebody changed by hand is put right, and the log says what it was and what it is.
    let change =
        "UPDATE entrepot.products SET title = 'By hand' WHERE id = (SELECT min(id::text)::uuid FROM entrepot.products)";
    assert_eq!(books.admin.execute(change, &[]).await.unwrap(), 1);
    assert_eq!(run(&home, &import).status.code(), Some(0));
    let question = "SELECT before ->> 'title', after ->> 'title' FROM entrepot.audit_entries ORDER BY seq DESC LIMIT 1";
    let row = books.admin.query_one(question, &[]).await.unwrap();
    let (before, after): (String, String) = (row.get(0), row.get(1));
    assert!(before == "By hand" && after != "By hand", "{before} → {after}");
    let verdict = run(&home, &["audit", "log"]);
    println!(
        "audit log: products={products}; {}",
        said(&verdict).lines().next().unwrap_or_default()
    );
    assert_eq!(verdict.status.code(), Some(0), "{}", said(&verdict));
}
