//! Connecting: one set of settings, three roles, TLS when asked for.

use std::time::Duration;

use rustls::RootCertStore;
use rustls_pki_types::{CertificateDer, pem::PemObject};
use tokio_postgres::{Client, Config, Connection, NoTls, Socket, tls::MakeTlsConnect};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::errors::StorageError;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// A backstop: no transaction of ours waits for its client this long.
const IDLE_IN_TRANSACTION_MS: u32 = 10_000;

/// Whether the way to Postgres is encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TlsMode {
    /// Plain; for unix sockets and trusted hosts only.
    #[default]
    Disable,
    /// Encrypted, with the server's certificate and name verified.
    VerifyFull,
}

/// Where the database is and how to reach it.
#[derive(Clone, Debug)]
pub struct DatabaseSettings {
    /// `postgres://user:password@host/database` of a login that is a member of all product roles.
    pub url: String,
    /// Encryption.
    pub tls: TlsMode,
    /// A PEM file with the authority to trust, instead of the machine's own store.
    pub tls_root_certificate: Option<std::path::PathBuf>,
    /// Connections for requests.
    pub pool_size: usize,
}

/// The product's roles: what a connection may touch follows from the one it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// The login itself; for set-up.
    Login,
    /// A tenant's rows, under row level security.
    App,
    /// The journal and key look-up.
    Engine,
    /// People, their sessions, and who is a member of what.
    Identity,
}

/// A database that connections can be made to.
#[derive(Clone)]
pub struct Database {
    config: Config,
    tls: Option<MakeRustlsConnect>,
    pool_size: usize,
}

impl Database {
    /// Checks the settings; connects to nothing yet.
    pub fn new(settings: &DatabaseSettings) -> Result<Self, StorageError> {
        let mut config: Config = settings
            .url
            .parse()
            .map_err(|error| StorageError::Settings(format!("database.url: {error}")))?;
        config.connect_timeout(CONNECT_TIMEOUT).application_name("entrepot");
        let tls = match settings.tls {
            TlsMode::Disable => None,
            TlsMode::VerifyFull => {
                config.ssl_mode(tokio_postgres::config::SslMode::Require);
                Some(rustls_connector(settings.tls_root_certificate.as_deref())?)
            }
        };
        Ok(Self {
            config,
            tls,
            pool_size: settings.pool_size,
        })
    }

    pub(crate) fn pool_size(&self) -> usize {
        self.pool_size
    }

    /// The configuration of a connection that takes `role`: set in the start-up packet, so that even `RESET ALL` and
    /// `DISCARD ALL` come back to it.
    pub(crate) fn config_for(&self, role: Role) -> Config {
        let mut config = self.config.clone();
        let role = match role {
            Role::Login => String::new(),
            Role::App => " -c role=entrepot_app".to_owned(),
            Role::Engine => " -c role=entrepot_engine".to_owned(),
            Role::Identity => " -c role=entrepot_identity".to_owned(),
        };
        config.options(format!(
            "-c search_path=entrepot -c idle_in_transaction_session_timeout={IDLE_IN_TRANSACTION_MS}{role}"
        ));
        config
    }

    pub(crate) fn tls(&self) -> Option<MakeRustlsConnect> {
        self.tls.clone()
    }

    /// Opens one connection and drives it in a task of the current runtime; server notices go to `on_notice`.
    pub(crate) async fn connect(
        &self,
        role: Role,
        on_notice: impl FnMut(&tokio_postgres::error::DbError) + Send + 'static,
    ) -> Result<Client, StorageError> {
        let config = self.config_for(role);
        match self.tls() {
            Some(tls) => open(&config, tls, on_notice).await,
            None => open(&config, NoTls, on_notice).await,
        }
    }
}

async fn open<T>(
    config: &Config,
    tls: T,
    on_notice: impl FnMut(&tokio_postgres::error::DbError) + Send + 'static,
) -> Result<Client, StorageError>
where
    T: MakeTlsConnect<Socket>,
    T::Stream: Send + 'static,
{
    let (client, connection) = config
        .connect(tls)
        .await
        .map_err(|error| StorageError::Unavailable(format!("connecting: {}", chain(&error))))?;
    tokio::spawn(drive(connection, on_notice));
    Ok(client)
}

/// Runs the connection until it ends. The client notices an ended connection by itself.
async fn drive<S, T>(
    mut connection: Connection<S, T>,
    mut on_notice: impl FnMut(&tokio_postgres::error::DbError) + Send,
) where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
    T: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    while let Some(Ok(message)) = std::future::poll_fn(|cx| connection.poll_message(cx)).await {
        if let tokio_postgres::AsyncMessage::Notice(notice) = message {
            on_notice(&notice);
        }
    }
}

/// An error with its causes: the driver's own words end before the reason.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}

fn rustls_connector(root: Option<&std::path::Path>) -> Result<MakeRustlsConnect, StorageError> {
    let mut roots = RootCertStore::empty();
    let unreadable = |error: String| StorageError::Settings(format!("database.tls_root_certificate: {error}"));
    match root {
        Some(path) => {
            for certificate in CertificateDer::pem_file_iter(path).map_err(|error| unreadable(error.to_string()))? {
                let certificate = certificate.map_err(|error| unreadable(error.to_string()))?;
                roots.add(certificate).map_err(|error| unreadable(error.to_string()))?;
            }
        }
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    if roots.is_empty() {
        return Err(unreadable("no certificate authority found".to_owned()));
    }
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| StorageError::Settings(format!("TLS: {error}")))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}
