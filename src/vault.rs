//! Where the root key comes from, and the vault that it opens.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use actors::clock::Clock;
use actors::connections::{ConnectionTests, SmtpConnectionTest, SmtpRules};
use actors::vault::{RootKeyError, RootKeySource, RootKeys, Vault, VaultError, write_file};
use anyhow::{Context, bail};
use domain::secrets::KeyMaterial;
use storage::{Engine, root_keys};
use tracing::{error, warn};

use crate::settings::Settings;

const ROOT_KEY_FILE: &str = "root-key";

/// Where the settings say that root keys are.
#[must_use]
pub fn root_key_source(settings: &Settings) -> RootKeySource {
    match &settings.secrets.root_key {
        Some(key) => RootKeySource::Setting(Arc::clone(key)),
        None => RootKeySource::File(root_key_file(settings)),
    }
}

fn root_key_file(settings: &Settings) -> PathBuf {
    let named = settings.secrets.root_key_file.clone();
    named.unwrap_or_else(|| settings.data_dir.join(ROOT_KEY_FILE))
}

/// The vault. Without its root key it stays closed, loudly, and the hub goes on selling.
///
/// # Errors
/// When the database cannot be reached, or the first root key cannot be written.
pub async fn open_vault(settings: &Settings, engine: &Engine, clock: &Arc<dyn Clock>) -> anyhow::Result<Vault> {
    make_first_key(settings, engine, &**clock).await?;
    let opened = match RootKeys::open(root_key_source(settings)) {
        Ok(roots) => Vault::open_with(roots, engine, Arc::clone(clock)).await,
        Err(unusable) => Err(VaultError::Closed(unusable.to_string())),
    };
    match opened {
        Ok(vault) => Ok(vault),
        Err(VaultError::Storage(broken)) => Err(broken.into()),
        Err(closed) => {
            error!(error = %closed, "secrets can be neither sealed nor opened; see docs/secrets.md");
            Ok(Vault::closed(&closed.to_string(), Arc::clone(clock)))
        }
    }
}

/// Makes a root key in the data directory when nobody gave one and the database has never seen one.
async fn make_first_key(settings: &Settings, engine: &Engine, clock: &dyn Clock) -> anyhow::Result<()> {
    let path = root_key_file(settings);
    let is_ours_to_make = settings.secrets.root_key.is_none() && settings.secrets.root_key_file.is_none();
    if !is_ours_to_make || path.exists() || root_keys::find_current_now(engine).await?.is_some() {
        return Ok(());
    }
    std::fs::create_dir_all(&settings.data_dir).context("creating the data directory")?;
    new_root_key(&path, clock)?;
    warn!(
        root_key_file = %path.display(),
        "made the root key. KEEP A COPY of this file away from the database's backups: without it, keys and passwords \
         entered into the hub cannot be read again, by anybody"
    );
    Ok(())
}

/// Makes a root key in a new file.
///
/// # Errors
/// When the file is there already or cannot be written.
pub fn new_root_key(path: &Path, clock: &dyn Clock) -> anyhow::Result<()> {
    if path.exists() {
        bail!("{} exists; a root key is never overwritten", path.display());
    }
    write_file(path, &[Arc::new(KeyMaterial::new(clock.fresh_secret()))])?;
    Ok(())
}

/// Puts a new root key before those in the hub's root key file, so that every hub that reads the file knows both.
///
/// # Errors
/// When the root key is not in a file, or one of the files cannot be read or written.
pub fn add_root_key(settings: &Settings, new_key_file: &Path) -> anyhow::Result<()> {
    if settings.secrets.root_key.is_some() {
        bail!(
            "the root key is in secrets.root_key: put the new one there, before the old one and a comma, and restart"
        );
    }
    let path = root_key_file(settings);
    let mut keys = RootKeySource::File(path.clone()).read()?;
    let new = RootKeySource::File(new_key_file.to_owned()).read()?;
    let new = new.first().context("the new file holds no key")?;
    keys.retain(|key| key.id() != new.id());
    keys.insert(0, Arc::clone(new));
    write_file(&path, &keys)?;
    Ok(())
}

/// Leaves the first root key alone in the file: nothing needs the others any more.
///
/// # Errors
/// When the file cannot be read or written.
pub fn forget_old_root_keys(settings: &Settings) -> Result<(), RootKeyError> {
    let path = root_key_file(settings);
    let keys = RootKeySource::File(path.clone()).read()?;
    let newest: Vec<_> = keys.into_iter().take(1).collect();
    write_file(&path, &newest)
}

/// The tests of connections that exist.
///
/// # Errors
/// When the extra authority's file cannot be read.
pub fn connection_tests(settings: &Settings) -> anyhow::Result<ConnectionTests> {
    let extra_root = match &settings.secrets.smtp_root_certificate {
        Some(path) => Some(std::fs::read(path).with_context(|| format!("reading {}", path.display()))?),
        None => None,
    };
    let rules = SmtpRules {
        allow_private: settings.secrets.allow_private_smtp,
        extra_root,
        within: None,
    };
    Ok(ConnectionTests::new(vec![Arc::new(SmtpConnectionTest::new(rules))]))
}
