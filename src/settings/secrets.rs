//! Settings of the vault.

use std::path::PathBuf;
use std::sync::Arc;

use domain::secrets::SecretText;

use super::reader::Reader;

/// Where the root key is, and what tenants may name.
#[derive(Clone)]
pub struct SecretsSettings {
    /// The root key's file; `None` is the one in the data directory.
    pub root_key_file: Option<PathBuf>,
    /// The root key itself, instead of a file.
    pub root_key: Option<Arc<SecretText>>,
    /// Whether tenants may name mail servers in private networks.
    pub allow_private_smtp: bool,
    /// An authority to trust for mail servers.
    pub smtp_root_certificate: Option<PathBuf>,
}

/// Settings are printed when something goes wrong; the key is not.
impl std::fmt::Debug for SecretsSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SecretsSettings")
            .field("root_key_file", &self.root_key_file)
            .field("root_key_is_given", &self.root_key.is_some())
            .field("allow_private_smtp", &self.allow_private_smtp)
            .field("smtp_root_certificate", &self.smtp_root_certificate)
            .finish()
    }
}

impl SecretsSettings {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let given = |text: String| Some(text).filter(|text| !text.is_empty());
        let settings = Self {
            root_key_file: given(reader.text("secrets.root_key_file")).map(PathBuf::from),
            root_key: given(reader.text("secrets.root_key")).map(|key| Arc::new(SecretText::new(key))),
            allow_private_smtp: reader.one_of("secrets.allow_private_smtp", &["true", "false"]) == "true",
            smtp_root_certificate: given(reader.text("secrets.smtp_root_certificate")).map(PathBuf::from),
        };
        if settings.root_key.is_some() && settings.root_key_file.is_some() {
            reader.mistake(
                "secrets.root_key",
                "must not be given together with secrets.root_key_file",
            );
        }
        settings
    }
}
