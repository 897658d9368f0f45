//! Starting and stopping: which databases the hub refuses to serve from and in which words, TLS on the way to Postgres, what
//! survives an orderly stop, and what a crash may leave in the data directory.

#![cfg(test)]

use std::collections::HashMap;
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use entrepot::settings::Settings;
use entrepot::wiring::prepare_database;
use kit::{TestApp, migrated_folder, remove_folder, until};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use serde_json::json;
use simulators::shoppers::load::{self, Plan, Shopper, Until};
use simulators::shoppers::{Method, Request, RequestBuffer};
use storage::{Database, DatabaseSettings, TlsMode, migrations, roles};
use uuid::Uuid;

/// Settings that name an external database.
fn external(url: &str) -> Settings {
    let pairs = [("ENTREPOT__DATABASE__URL".to_owned(), url.to_owned())];
    Settings::load(None, pairs.into_iter()).unwrap()
}

fn database(url: &str) -> Database {
    let settings = DatabaseSettings {
        url: url.to_owned(),
        tls: TlsMode::Disable,
        tls_root_certificate: None,
        pool_size: 2,
    };
    Database::new(&settings).unwrap()
}

/// What the hub says when it will not serve.
async fn refusal(url: &str) -> String {
    match prepare_database(&external(url)).await {
        Ok(_) => "it serves".to_owned(),
        Err(error) => format!("{error:#}"),
    }
}

#[tokio::test]
async fn a_login_that_row_level_security_does_not_hold_is_refused_in_clear_words() {
    let app = TestApp::start().await;
    app.admin_sql(
        "CREATE ROLE shop_owner LOGIN; GRANT entrepot_owner TO shop_owner;
         CREATE ROLE shop_heir LOGIN NOINHERIT; GRANT entrepot_owner, entrepot_app, entrepot_engine, entrepot_identity TO shop_heir;
         CREATE ROLE shop_bypass LOGIN BYPASSRLS; GRANT entrepot_app, entrepot_engine, entrepot_identity TO shop_bypass;
         CREATE ROLE shop_stranger LOGIN;
         CREATE ROLE shop_half LOGIN NOINHERIT; GRANT entrepot_app, entrepot_engine TO shop_half;
         CREATE ROLE shop_plain LOGIN NOINHERIT; GRANT entrepot_app, entrepot_engine, entrepot_identity TO shop_plain",
    )
    .await;
    for (login, words) in [
        ("entrepot_admin", "connects as a superuser"),
        ("shop_owner", "connects as an owner of the tables"),
        ("shop_heir", "connects as an owner of the tables"),
        ("shop_bypass", "connects with BYPASSRLS"),
        ("shop_stranger", "without the product's roles; run `entrepot migrate"),
        ("shop_half", "without the product's roles; run `entrepot migrate"),
        ("shop_plain", "it serves"),
    ] {
        let said = refusal(&app.admin_url.replace("entrepot_admin@", &format!("{login}@"))).await;
        assert!(said.contains(words), "{login}: {said}");
    }
    app.stop().await;
}

#[tokio::test]
async fn a_database_that_lacks_migrations_is_refused_with_the_command_to_run() {
    let app = TestApp::start().await;
    app.admin_sql("CREATE DATABASE shop").await;
    let admin_url = format!("{}/shop", app.admin_url.trim_end_matches("/entrepot"));
    let url = admin_url.replace("entrepot_admin@", "entrepot@");
    let said = refusal(&url).await;
    assert!(
        said.contains("create_organizations") && said.contains("run `entrepot migrate --admin-url"),
        "{said}"
    );
    // Two at once: one applies them, the other waits and finds nothing to do.
    let admin = database(&admin_url);
    let (one, two) = tokio::join!(
        migrations::run(&admin, Some("entrepot")),
        migrations::run(&admin, Some("entrepot"))
    );
    let (one, two) = (one.unwrap(), two.unwrap());
    assert!(one.is_empty() != two.is_empty(), "{one:?} {two:?}");
    assert_eq!(refusal(&url).await, "it serves");
    let client = kit::admin(&admin_url).await;
    client
        .batch_execute("UPDATE schema_migrations SET sql_digest = 'edited' WHERE version = 1")
        .await
        .unwrap();
    let said = refusal(&url).await;
    assert!(
        said.contains("create_organizations was edited after it was applied"),
        "{said}"
    );
    let newer = "UPDATE schema_migrations SET sql_digest = '', version = 9999 WHERE version = 1";
    client.batch_execute(newer).await.unwrap();
    let said = refusal(&url).await;
    assert!(said.contains("9999") && said.contains("run a newer program"), "{said}");
    app.stop().await;
}

#[tokio::test]
async fn on_a_new_machine_the_hub_makes_its_database_by_itself() {
    let app = TestApp::builder().from_nothing().start().await;
    let item = app.item("LAMP", 3).await;
    assert_eq!(app.totals(item).await["available"], 3);
    app.stop().await;
}

/// Remembers every checkout it was promised.
struct Buyer {
    name: usize,
    body: Vec<u8>,
    sent: u64,
    promised: Vec<Uuid>,
}

impl Shopper for Buyer {
    fn next(&mut self, request: &mut RequestBuffer) {
        self.sent += 1;
        let key = format!("buyer-{}-{}", self.name, self.sent);
        let checkout = Request::new(Method::Post, "/api/v1/checkouts");
        request.write(&Request {
            idempotency_key: Some(&key),
            body: &self.body,
            ..checkout
        });
    }

    fn seen(&mut self, status: u16, body: &[u8]) {
        if status == 201 {
            let checkout: serde_json::Value = serde_json::from_slice(body).unwrap();
            self.promised.push(checkout["id"].as_str().unwrap().parse().unwrap());
        }
    }

    fn lost(&mut self) {}
}

#[tokio::test]
async fn an_orderly_stop_under_load_is_quick_and_loses_nothing_that_was_promised() {
    let mut app = TestApp::builder().system_clock().start().await;
    let item = app.item("LAMP", 1_000_000).await;
    let body = json!({ "lines": [{ "item_id": item, "quantity": 1 }] }).to_string();
    let buyer = |name: usize| Buyer {
        name,
        body: body.clone().into_bytes(),
        sent: 0,
        promised: Vec::new(),
    };
    let plan = Plan::new(
        app.address,
        app.api_key.clone(),
        Until::Elapsed(Duration::from_secs(60)),
    );
    let load = load::start(plan, (0..64).map(buyer).collect()).unwrap();
    until("the sale is on", async || {
        app.totals(item).await["reserved"].as_i64() > Some(500)
    })
    .await;
    let took = app.restart_after(|_| {}).await;
    load.stop();
    let (_, buyers) = load.finish().await.unwrap();
    assert!(took <= Duration::from_secs(10), "stopping took {took:?}");
    let promised: Vec<Uuid> = buyers.into_iter().flat_map(|buyer| buyer.promised).collect();
    let question = "SELECT reservation_id, count(*) FROM stock_movements WHERE kind = 'reserved' GROUP BY 1";
    let rows = app.admin().await.query(question, &[]).await.unwrap();
    let kept: HashMap<Uuid, i64> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    let lost = promised.iter().filter(|id| kept.get(*id) != Some(&1)).count();
    assert!(promised.len() > 500 && lost == 0, "{lost} of {} lost", promised.len());
    app.stop().await;
}

#[tokio::test]
async fn a_pid_file_that_names_somebody_else_does_not_keep_the_database_from_starting() {
    let mut app = TestApp::start().await;
    let item = app.item("LAMP", 3).await;
    for pid in [std::process::id(), 1, 4_194_303] {
        let leave_behind = |folder: &Path| {
            let cluster = folder.join("postgres");
            let words = format!(
                "{pid}\n{}\n1767225600\n5432\n{}/run\n\n",
                cluster.display(),
                folder.display()
            );
            fs::write(cluster.join("postmaster.pid"), words).unwrap();
        };
        let _took = app.restart_after(leave_behind).await;
        assert_eq!(app.totals(item).await["on_hand"], 3, "pid {pid}");
    }
    app.stop().await;
}

/// A Postgres of its own that speaks TLS on 127.0.0.1 and refuses whoever does not.
struct TlsPostgres {
    folder: PathBuf,
    server: Child,
    port: u16,
    authority: PathBuf,
    wrong_authority: PathBuf,
}

impl TlsPostgres {
    /// A copy of a migrated cluster, with trust in place of passwords: what is tested is the way there.
    fn start() -> Self {
        let folder = migrated_folder();
        let cluster = folder.join("postgres");
        let authority = write_certificates(&folder, &cluster);
        let wrong_authority = folder.join("wrong.pem");
        fs::write(&wrong_authority, new_authority().0).unwrap();
        fs::write(cluster.join("pg_hba.conf"), "hostssl all all 127.0.0.1/32 trust\n").unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = Command::new("postgres");
        if !Command::new("postgres")
            .arg("--version")
            .output()
            .is_ok_and(|output| output.status.success())
        {
            command = Command::new("/usr/lib/postgresql/15/bin/postgres");
        }
        command
            .arg("-D")
            .arg(&cluster)
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        for setting in [
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "ssl=on",
            "ssl_cert_file=server.pem",
            "ssl_key_file=server.key",
        ] {
            command.args(["-c", setting]);
        }
        command.args(["-c", &format!("port={port}")]);
        let (user, group) = owner_of(&cluster);
        command.uid(user).gid(group);
        let server = command.spawn().unwrap();
        Self {
            folder,
            server,
            port,
            authority,
            wrong_authority,
        }
    }

    fn url(&self) -> String {
        format!("postgresql://entrepot@127.0.0.1:{}/entrepot", self.port)
    }

    async fn login(&self, url: &str, tls: TlsMode, authority: &Path) -> Result<(), String> {
        let settings = DatabaseSettings {
            url: url.to_owned(),
            tls,
            tls_root_certificate: Some(authority.to_owned()),
            pool_size: 2,
        };
        let database = Database::new(&settings).map_err(|error| error.to_string())?;
        roles::check_login(&database).await.map_err(|error| error.to_string())
    }
}

impl Drop for TlsPostgres {
    fn drop(&mut self) {
        let pid = i32::try_from(self.server.id()).unwrap();
        let _asked = Command::new("kill").args(["-INT", &pid.to_string()]).status();
        let _ended = self.server.wait();
        remove_folder(&self.folder);
    }
}

fn owner_of(path: &Path) -> (u32, u32) {
    use std::os::unix::fs::MetadataExt as _;
    let metadata = fs::metadata(path).unwrap();
    (metadata.uid(), metadata.gid())
}

/// A certificate authority: its certificate in PEM, and what signs.
fn new_authority() -> (String, Issuer<'static, KeyPair>) {
    let mut parameters = CertificateParams::new(Vec::<String>::new()).unwrap();
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let certificate = parameters.self_signed(&key).unwrap();
    (certificate.pem(), Issuer::new(parameters, key))
}

/// The server's certificate and key where Postgres looks, and the authority's beside the cluster.
fn write_certificates(folder: &Path, cluster: &Path) -> PathBuf {
    let (authority, issuer) = new_authority();
    let key = KeyPair::generate().unwrap();
    let names = vec!["127.0.0.1".to_owned(), "db.example.com".to_owned()];
    let certificate = CertificateParams::new(names).unwrap().signed_by(&key, &issuer).unwrap();
    let (user, group) = owner_of(cluster);
    for (name, text) in [("server.pem", certificate.pem()), ("server.key", key.serialize_pem())] {
        let path = cluster.join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        chown(&path, Some(user), Some(group)).unwrap();
    }
    let path = folder.join("authority.pem");
    fs::write(&path, authority).unwrap();
    path
}

#[tokio::test]
async fn the_way_to_the_database_can_be_encrypted_and_its_certificate_is_verified() {
    let server = TlsPostgres::start();
    let url = server.url();
    let connect = async || server.login(&url, TlsMode::VerifyFull, &server.authority).await;
    until("the server answers over TLS", async || connect().await.is_ok()).await;
    let refused = server
        .login(&url, TlsMode::VerifyFull, &server.wrong_authority)
        .await
        .unwrap_err();
    assert!(refused.contains("certificate"), "{refused}");
    let port = server.port;
    let named = |host: &str| format!("host={host} hostaddr=127.0.0.1 port={port} user=entrepot dbname=entrepot");
    server
        .login(&named("db.example.com"), TlsMode::VerifyFull, &server.authority)
        .await
        .expect("its name");
    let refused = server
        .login(&named("other.example.com"), TlsMode::VerifyFull, &server.authority)
        .await
        .unwrap_err();
    assert!(refused.contains("certificate"), "{refused}");
    let refused = server
        .login(&url, TlsMode::Disable, &server.authority)
        .await
        .unwrap_err();
    assert!(refused.contains("no encryption"), "{refused}");
    // The whole hub on it: pools, journal and audit take the same way.
    let app = TestApp::builder()
        .set("DATABASE__URL", &url)
        .set("DATABASE__TLS", "verify-full")
        .set("DATABASE__TLS_ROOT_CERTIFICATE", server.authority.display())
        .start()
        .await;
    let item = app.item("LAMP", 3).await;
    let body = json!({ "lines": [{ "item_id": item, "quantity": 4 }] });
    let refused = app
        .post("/api/v1/checkouts")
        .json(body)
        .send()
        .await
        .problem(409, "out_of_stock");
    assert_eq!(refused["available"], 3);
    app.stop().await;
}

#[tokio::test]
async fn a_pid_file_that_names_another_clusters_server_does_not_keep_the_database_from_starting() {
    let other = TestApp::start().await;
    let pid_file = other.folder.join("postgres/postmaster.pid");
    let foreign = fs::read_to_string(pid_file).unwrap();
    let pid = foreign.lines().next().unwrap().to_owned();
    let mut app = TestApp::start().await;
    let leave_behind = |folder: &Path| {
        let cluster = folder.join("postgres");
        let words = format!(
            "{pid}\n{}\n1767225600\n5432\n{}/run\n\n",
            cluster.display(),
            folder.display()
        );
        fs::write(cluster.join("postmaster.pid"), words).unwrap();
    };
    let _took = app.restart_after(leave_behind).await;
    app.stop().await;
    other.stop().await;
}

#[tokio::test]
async fn an_app_whose_books_were_cooked_does_not_pass_the_audit_that_ends_every_test() {
    let app = TestApp::builder().unaudited().start().await;
    let item = app.item("LAMP", 3).await;
    app.audit().await;
    app.admin_sql(&format!("UPDATE stock_levels SET on_hand = 4 WHERE item_id = '{item}'"))
        .await;
    let verdict = app.verdict().await;
    assert!(
        !verdict.is_clean && verdict.in_words().contains("VIOLATION"),
        "{}",
        verdict.in_words()
    );
    app.stop().await;
}
