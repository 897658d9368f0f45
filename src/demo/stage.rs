//! The stage: a hub with a database of its own, begun anew every time, with the sample catalogue in it.

use std::fs::{File, TryLockError};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;

use actors::clock::{SystemClock, stopwatch};
use actors::mail::MailWay;
use actors::operations::products::{ImportOptions, import};
use anyhow::{Context, bail};
use storage::embedded::{EmbeddedPostgres, EmbeddedSettings};
use storage::{Database, Engine, organizations};

use super::screen::Screen;
use super::words::step;
use crate::settings::Settings;
use crate::wiring::{Hub, ensure_organization, prepare_database};

const CATALOGUE: &[u8] = include_bytes!("../../config/samples/catalogue.csv");
/// What a demo leaves in its folder; nothing else in there is ever removed.
const LEFTOVERS: [&str; 4] = ["postgres", "run", "audit-checkpoints", MAIL];
const MAIL: &str = "mail";

/// A hub that serves a catalogue. Taken down by [`Stage::strike`].
pub(super) struct Stage {
    /// Where buyers find it.
    pub(super) address: SocketAddr,
    /// The key of its only organization.
    pub(super) api_key: String,
    /// For the audit.
    pub(super) database: Database,
    hub: Hub,
    /// Held while the demo runs: two of them would take each other's database away.
    _only_one: File,
}

impl Stage {
    /// Removes an earlier demo's database and builds everything anew.
    pub(super) async fn build(settings: &Settings, screen: &mut Screen) -> anyhow::Result<Self> {
        let mut own = settings.clone();
        own.data_dir = settings.data_dir.join("demo");
        own.database = None;
        own.audit.checkpoint_folder = None;
        // A demo writes to nobody.
        own.people.mail.way = MailWay::Files(own.data_dir.join(MAIL));
        own.shows_mails = true;
        own.bootstrap_organization = "Entrepot's demo".to_owned();
        let only_one = lock(&settings.data_dir)?;
        let built = match build(&mut own, screen).await {
            Ok(built) => built,
            Err(error) => {
                stop_database(&own).await?;
                return Err(error);
            }
        };
        let (hub, database, api_key) = built;
        let listening = hub.addresses.first().copied().context("the hub listens nowhere")?;
        Ok(Self {
            address: reachable(listening),
            api_key,
            database,
            hub,
            _only_one: only_one,
        })
    }

    /// Stops the hub and its database. What was sold stays to be looked at until the next demo.
    pub(super) async fn strike(self) -> anyhow::Result<()> {
        self.hub.stop().await
    }
}

async fn build(own: &mut Settings, screen: &mut Screen) -> anyhow::Result<(Hub, Database, String)> {
    let started = stopwatch();
    clear(own).await?;
    let clock = Arc::new(SystemClock);
    let prepared = prepare_database(own).await?;
    let api_key = ensure_organization(&prepared.database, own, &*clock).await?;
    let api_key = api_key.context("an earlier demo's database could not be removed")?;
    let database = prepared.database.clone();
    let place = format!("a Postgres of its own in {}", own.data_dir.display());
    screen.say(&step("database", &place, started.elapsed()));

    let is_taken = use_a_free_port(own);
    let hub = Hub::start(prepared, own, clock).await?;
    if let Some(listening) = hub.addresses.first() {
        let address = reachable(*listening);
        let note = match is_taken {
            Some(wanted) => format!("http://{address} ({wanted} is taken)"),
            None => format!("http://{address}"),
        };
        screen.say(&step("hub", &note, started.elapsed()));
    }
    match fill(&hub, own, &database).await {
        Ok(catalogue) => screen.say(&step("catalogue", &catalogue, started.elapsed())),
        Err(error) => {
            hub.stop().await?;
            return Err(error);
        }
    }
    Ok((hub, database, api_key))
}

/// Imports the sample catalogue; what it was, in words.
async fn fill(hub: &Hub, own: &Settings, database: &Database) -> anyhow::Result<String> {
    let all = organizations::list(&Engine::new(database)?).await?;
    let options = ImportOptions {
        org: all.first().context("the demo's organization is missing")?.id,
        currency: own.currency,
        is_dry_run: false,
    };
    let report = import(&hub.stock, CATALOGUE, options, |_| {}).await?;
    if report.products_failed > 0 {
        bail!("the sample catalogue has mistakes: {:?}", report.problems.first());
    }
    Ok(format!(
        "{} products with {} variants imported",
        report.products_read, report.variants
    ))
}

/// At most one demo per data directory. The lock goes with the process, however that ends.
fn lock(data_dir: &Path) -> anyhow::Result<File> {
    std::fs::create_dir_all(data_dir).with_context(|| format!("creating {}", data_dir.display()))?;
    let path = data_dir.join("demo.lock");
    let file = File::create(&path).with_context(|| format!("writing {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => bail!(
            "a demo is running in {} already; end it with Ctrl-C, or set ENTREPOT__DATA_DIR to another folder",
            data_dir.display()
        ),
        Err(TryLockError::Error(error)) => Err(error).with_context(|| format!("locking {}", path.display())),
    }
}

/// Removes what an earlier demo left.
async fn clear(own: &Settings) -> anyhow::Result<()> {
    stop_database(own).await?;
    for leftover in LEFTOVERS {
        let path = own.data_dir.join(leftover);
        match std::fs::remove_dir_all(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("removing an earlier demo's {}", path.display()));
            }
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

/// Stops the demo's database if one runs: an earlier demo may have been killed, and a database outlives its hub.
async fn stop_database(own: &Settings) -> anyhow::Result<()> {
    if !own.data_dir.join("postgres/postmaster.pid").exists() {
        return Ok(());
    }
    let settings = EmbeddedSettings {
        data_dir: own.data_dir.clone(),
        pool_size: own.pool_size,
    };
    let stopping = move || match EmbeddedPostgres::start(&settings) {
        Ok(found) => found.stop(),
        // What does not even start does not run: its pid file is a dead server's.
        Err(_) => Ok(()),
    };
    Ok(tokio::task::spawn_blocking(stopping).await??)
}

/// Lets the system choose a port when the one that is set is taken, and hands back the address that is taken.
fn use_a_free_port(own: &mut Settings) -> Option<SocketAddr> {
    let wanted = own.server.address;
    match TcpListener::bind(wanted) {
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            own.server.address.set_port(0);
            Some(wanted)
        }
        // Any other trouble is told when the hub meets it.
        Ok(_) | Err(_) => None,
    }
}

/// "Everywhere" is where a server listens, not where a client connects.
fn reachable(mut listening: SocketAddr) -> SocketAddr {
    if listening.ip().is_unspecified() {
        listening.set_ip(match listening.ip() {
            IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
        });
    }
    listening
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hub_that_listens_everywhere_is_reached_on_this_machine() {
        let on = |text: &str| reachable(text.parse().unwrap()).to_string();
        assert_eq!(on("0.0.0.0:8080"), "127.0.0.1:8080");
        assert_eq!(on("[::]:8080"), "[::1]:8080");
        assert_eq!(on("10.0.0.7:80"), "10.0.0.7:80");
    }

    #[test]
    fn the_second_demo_in_one_data_directory_is_refused_while_the_first_runs() {
        let folder = std::env::temp_dir().join(format!("entrepot-demo-lock-{}", std::process::id()));
        let first = lock(&folder).unwrap();
        assert!(lock(&folder).unwrap_err().to_string().contains("is running"));
        drop(first);
        lock(&folder).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
