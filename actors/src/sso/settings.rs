//! What the operator says about a provider.

use std::sync::Arc;

use domain::secrets::SecretText;

/// One provider, as `[sign_in.<name>]` describes it.
#[derive(Clone)]
pub struct ProviderSettings {
    /// Its name in paths and in the log.
    pub name: String,
    /// What people read on the button.
    pub title: String,
    /// Who it is: the address that its discovery document stands below, and that its tokens name.
    pub issuer: String,
    /// What it calls the hub.
    pub client_id: String,
    /// What the hub proves itself with; none for a public client.
    pub client_secret: Option<Arc<SecretText>>,
    /// What is asked for besides `openid`.
    pub scopes: Vec<String>,
    /// Only verified addresses of these domains come in; none: all.
    pub email_domains: Vec<String>,
}

/// Settings are printed when something goes wrong; the secret is not.
impl std::fmt::Debug for ProviderSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProviderSettings")
            .field("name", &self.name)
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .field("has_secret", &self.client_secret.is_some())
            .field("scopes", &self.scopes)
            .field("email_domains", &self.email_domains)
            .finish_non_exhaustive()
    }
}

/// The issuer of a well-known kind of provider, from what its operator knows of it: the domain of their tenant and, for
/// Keycloak, the realm. None for a kind that is unknown, or takes its issuer as it is.
#[must_use]
pub fn issuer(kind: &str, domain: &str, realm: &str) -> Option<String> {
    match kind {
        "google" => Some("https://accounts.google.com".to_owned()),
        // Auth0's issuer ends with a slash, and is compared byte for byte.
        "auth0" => Some(format!("https://{domain}/")),
        "clerk" => Some(format!("https://{domain}")),
        "keycloak" => Some(format!("https://{domain}/realms/{realm}")),
        _ => None,
    }
}
