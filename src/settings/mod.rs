//! Settings: `config/default.toml`, then a file, then `ENTREPOT__…` variables; typed, and every mistake listed at once.

mod edges;
mod live;
mod people;
mod reader;
mod secrets;
mod sign_in;
mod sources;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use actors::StockSettings;
use actors::people::PeopleSettings;
use actors::sso::ProviderSettings;
use actors::tokens::TokenSettings;
use domain::money::Currency;
use storage::{DatabaseSettings, TlsMode};
use tracing_subscriber::EnvFilter;
use web::{EdgeSettings, HttpServerSettings, LiveSettings};

use reader::Reader;
pub use reader::{Mistake, Mistakes};
pub use secrets::SecretsSettings;

/// Everything that can be set.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the embedded database and the bootstrap key live.
    pub data_dir: PathBuf,
    /// How to listen.
    pub server: HttpServerSettings,
    /// How to meet the world.
    pub edges: EdgeSettings,
    /// How live sockets are bounded.
    pub live: LiveSettings,
    /// How tokens are issued.
    pub tokens: TokenSettings,
    /// An external database; `None` runs the embedded one.
    pub database: Option<DatabaseSettings>,
    /// Connections for requests, wherever the database is.
    pub pool_size: usize,
    /// How many times an embedded database that dies is started again.
    pub embedded_restarts: u32,
    /// How the stock engine is sized.
    pub stock: StockSettings,
    /// How people sign in.
    pub people: PeopleSettings,
    /// By way of whom they may.
    pub sign_in: Vec<ProviderSettings>,
    /// How often repair loops run.
    pub repair_interval: Duration,
    /// The currency of imported prices.
    pub currency: Currency,
    /// The organization created in an empty database.
    pub bootstrap_organization: String,
    /// Its first API key; `None` makes one.
    pub bootstrap_api_key: Option<String>,
    /// Where the root key is, and what tenants may name.
    pub secrets: SecretsSettings,
    /// How the audit log is signed.
    pub audit: AuditSettings,
    /// How to log.
    pub log: LogSettings,
    /// Whether letters that are files are shown in the browser. Nobody can set it: it is a demo's.
    pub shows_mails: bool,
}

/// How the audit log is signed.
#[derive(Clone, Debug)]
pub struct AuditSettings {
    /// Where checkpoints are kept; `None`: in the data directory.
    pub checkpoint_folder: Option<PathBuf>,
    /// How often chains that grew are signed.
    pub checkpoint_interval: Duration,
}

impl AuditSettings {
    fn read(reader: &mut Reader) -> Self {
        let folder = Some(reader.text("audit.checkpoint_folder")).filter(|path| !path.is_empty());
        let seconds = reader.number("audit.checkpoint_interval_seconds", 1, 3_600) as u64;
        Self {
            checkpoint_folder: folder.map(PathBuf::from),
            checkpoint_interval: Duration::from_secs(seconds),
        }
    }
}

/// How to log.
#[derive(Clone, Debug)]
pub struct LogSettings {
    /// JSON lines instead of text.
    pub is_json: bool,
    /// As in `RUST_LOG`.
    pub filter: String,
}

impl Settings {
    /// Reads all sources. `file` is the one named on the command line.
    ///
    /// # Errors
    /// Every mistake in every source, each with its key.
    pub fn load(file: Option<&Path>, environment: impl Iterator<Item = (String, String)>) -> Result<Self, Mistakes> {
        let mut mistakes = Mistakes::default();
        let values = sources::merge(file, environment, &mut mistakes);
        let mut reader = Reader::new(values, mistakes);
        let settings = Self::read(&mut reader);
        reader.finish(settings)
    }

    /// The file of the key that signs audit checkpoints.
    #[must_use]
    pub fn audit_key_file(&self) -> PathBuf {
        self.data_dir.join("audit-signing-key")
    }

    /// Where audit checkpoints are kept.
    #[must_use]
    pub fn checkpoint_folder(&self) -> PathBuf {
        let configured = self.audit.checkpoint_folder.clone();
        configured.unwrap_or_else(|| self.data_dir.join("audit-checkpoints"))
    }

    fn read(reader: &mut Reader) -> Self {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        let or_cores = |count: usize| if count == 0 { cores } else { count };
        let data_dir = reader.text("data_dir");
        let pool_size = reader.number("database.pool_size", 1, 1_000);
        let server = HttpServerSettings {
            address: reader
                .parsed("server.address", "an address such as 127.0.0.1:8080", |text| {
                    text.parse().ok()
                })
                .unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080))),
            workers: or_cores(reader.number("server.workers", 0, 1_024)),
            max_connections: reader.number("server.max_connections", 1, 1_000_000),
            stop_within: Duration::from_secs(reader.number("server.stop_within_seconds", 0, 9) as u64),
        };
        let stock = StockSettings {
            journal_permits: reader.number("stock.journal_permits", 1, 1_000_000),
            mailbox_capacity: reader.number("stock.mailbox_capacity", 1, 1_000_000),
            answer_within: Duration::from_millis(reader.number("stock.answer_within_ms", 10, 60_000) as u64),
            live_messages_kept: reader.number("live.messages_kept", 16, 1_000_000),
            idle_after: Duration::from_secs(reader.number("stock.idle_after_seconds", 1, 86_400) as u64),
        };
        let edges = edges::read(reader);
        let tokens = edges::read_tokens(reader, &edges);
        let repair_seconds = reader.number("stock.repair_interval_seconds", 1, 3_600) as u64;
        let data_dir = if data_dir.is_empty() {
            default_data_dir()
        } else {
            PathBuf::from(data_dir)
        };
        let local = || format!("http://localhost:{}", server.address.port());
        let public_url = edges.public_url.clone().unwrap_or_else(local);
        Self {
            people: people::read(reader, &data_dir, public_url),
            sign_in: sign_in::read(reader),
            data_dir,
            server,
            edges,
            live: live::read(reader),
            tokens,
            database: read_database(reader, pool_size),
            pool_size,
            embedded_restarts: u32::try_from(reader.number("database.embedded_restarts", 0, 1_000)).unwrap_or_default(),
            stock,
            repair_interval: Duration::from_secs(repair_seconds),
            currency: reader
                .parsed("catalog.currency", "three capital letters such as SGD", |text| {
                    Currency::parse(text).ok()
                })
                .or_else(|| Currency::parse("USD").ok())
                .unwrap_or_else(unreachable_currency),
            bootstrap_organization: reader.text_of("bootstrap.organization", 1, 200),
            bootstrap_api_key: Some(reader.text_of("bootstrap.api_key", 0, 200)).filter(|key| !key.is_empty()),
            secrets: SecretsSettings::read(reader),
            audit: AuditSettings::read(reader),
            log: LogSettings {
                is_json: reader.one_of("log.format", &["text", "json"]) == "json",
                filter: reader
                    .parsed("log.filter", "a filter such as info or warn,web=debug", |text| {
                        EnvFilter::try_new(text).ok().map(|_| text.to_owned())
                    })
                    .unwrap_or_default(),
            },
            shows_mails: false,
        }
    }
}

#[expect(clippy::unreachable, reason = "USD is three capital letters")]
fn unreachable_currency() -> Currency {
    unreachable!("USD is a currency")
}

fn read_database(reader: &mut Reader, pool_size: usize) -> Option<DatabaseSettings> {
    let url = reader.text("database.url");
    let tls = match reader.one_of("database.tls", &["disable", "verify-full"]).as_str() {
        "verify-full" => TlsMode::VerifyFull,
        _ => TlsMode::Disable,
    };
    let root = reader.text("database.tls_root_certificate");
    if url.is_empty() {
        return None;
    }
    let tls_root_certificate = Some(root).filter(|path| !path.is_empty()).map(PathBuf::from);
    let settings = DatabaseSettings {
        url,
        tls,
        tls_root_certificate,
        pool_size,
    };
    if let Err(error) = storage::Database::new(&settings) {
        reader.mistake("database.url", error.to_string());
    }
    Some(settings)
}

/// A system's place for a service, a person's place for a person.
fn default_data_dir() -> PathBuf {
    let is_root = std::env::var_os("HOME").is_none_or(|home| home == "/root");
    match std::env::var_os("XDG_DATA_HOME").filter(|_| !is_root) {
        Some(home) => PathBuf::from(home).join("entrepot"),
        None if is_root => PathBuf::from("/var/lib/entrepot"),
        None => std::env::home_dir().unwrap_or_default().join(".local/share/entrepot"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(variables: &[(&str, &str)]) -> Result<Settings, Vec<String>> {
        let environment = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Settings::load(None, environment)
            .map_err(|mistakes| mistakes.0.iter().map(|mistake| mistake.to_string()).collect())
    }

    #[test]
    fn the_defaults_are_complete_and_right() {
        let settings = load(&[]).unwrap();
        assert_eq!(settings.server.address.to_string(), "127.0.0.1:8080");
        assert!(settings.database.is_none() && settings.server.workers >= 1);
    }

    #[test]
    fn every_mistake_is_listed_at_once_with_its_key_and_source() {
        let mistakes = load(&[
            ("ENTREPOT__SERVER__ADDRESS", "nowhere"),
            ("ENTREPOT__SERVER__WORKERS", "-1"),
            ("ENTREPOT__STOCK__MAILBOX_CAPACITY", "many"),
            ("ENTREPOT__STOCK__MAILBOX_CAPACTIY", "12"),
            ("ENTREPOT__DATABASE__TLS", "maybe"),
            ("ENTREPOT__CATALOG__CURRENCY", "dollars"),
            ("ENTREPOT__DATABASE__URL", "mysql://x"),
        ])
        .unwrap_err();
        assert_eq!(mistakes.len(), 7, "{mistakes:#?}");
        let said = mistakes.join("\n");
        for part in [
            "server.address",
            "server.workers",
            "stock.mailbox_capacity",
            "did you mean stock.mailbox_capacity",
            "database.tls",
            "catalog.currency",
            "database.url",
            "ENTREPOT__SERVER__WORKERS",
        ] {
            assert!(said.contains(part), "{part} is missing in\n{said}");
        }
    }

    /// What is said about a file with this text.
    fn said_of(name: &str, text: &str) -> String {
        let file = std::env::temp_dir().join(format!("entrepot-settings-{name}-{}.toml", std::process::id()));
        std::fs::write(&file, text).unwrap();
        let said = Settings::load(Some(&file), std::iter::empty()).unwrap_err().to_string();
        std::fs::remove_file(&file).unwrap();
        said
    }

    #[test]
    fn a_number_for_a_folder_a_filter_that_filters_nothing_and_broken_toml_are_named() {
        let said = said_of(
            "kinds",
            "data_dir = 5\n[mail]\nfrom = true\n[log]\nfilter = \"web=loud\"\n",
        );
        for part in [
            "3 mistakes",
            "data_dir (",
            "must be a text in quotes, not 5",
            "mail.from (",
            "log.filter (",
            "not \"web=loud\"",
        ] {
            assert!(said.contains(part), "{part} is missing in\n{said}");
        }
        let said = said_of("syntax", "data_dir = \"/tmp\"\n\n[server\naddress = 1\n");
        assert!(said.contains("line 3 (") && said.contains("not TOML"), "{said}");
    }

    #[test]
    fn a_variable_with_single_underscores_is_told_what_it_means_and_another_programs_is_left_alone() {
        let mistakes = load(&[
            ("ENTREPOT_SERVER_ADDRESS", "0.0.0.0:8080"),
            ("ENTREPOT_LOG__FILTER", "debug"),
            ("ENTREPOT_ADMIN_URL", "postgresql://…"),
            ("SERVER_ADDRESS", "0.0.0.0:1"),
        ])
        .unwrap_err();
        assert_eq!(mistakes.len(), 2, "{mistakes:#?}");
        let said = mistakes.join("\n");
        assert!(
            said.contains("ENTREPOT__SERVER__ADDRESS?") && said.contains("ENTREPOT__LOG__FILTER?"),
            "{said}"
        );
    }

    #[test]
    fn a_variable_wins_over_a_file_and_a_file_over_the_default() {
        let file = std::env::temp_dir().join(format!("entrepot-settings-{}.toml", std::process::id()));
        std::fs::write(&file, "[server]\naddress = \"127.0.0.1:1\"\nworkers = 3\n").unwrap();
        let environment = [("ENTREPOT__SERVER__ADDRESS".to_owned(), "127.0.0.1:2".to_owned())];
        let settings = Settings::load(Some(&file), environment.into_iter()).unwrap();
        std::fs::remove_file(&file).unwrap();
        assert_eq!((settings.server.address.port(), settings.server.workers), (2, 3));
    }
}
