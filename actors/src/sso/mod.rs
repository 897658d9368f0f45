//! Single sign-on: OpenID Connect providers that the settings name, what they publish of themselves, and what they say of a
//! person. `operations::sign_on` decides what follows from it; nothing here knows people or sessions.
//!
//! What a provider says is believed only when its signature, issuer, audience, time and nonce are right. Calls to providers
//! are bounded in time and size, follow no redirect, and hold no lock while they wait.

mod bounded_client;
mod errors;
mod provider;
mod round_trip;
mod settings;
mod verification;

use std::sync::Arc;

use crate::clock::Clock;
use bounded_client::BoundedClient;
pub use errors::SignOnError;
pub use provider::{Provider, Vouched};
pub use round_trip::RoundTrip;
pub use settings::{ProviderSettings, issuer};

/// All providers. Cheap to clone.
#[derive(Clone, Default)]
pub struct SignOn {
    providers: Arc<[Provider]>,
}

/// Providers cannot be called from this machine.
#[derive(Debug, thiserror::Error)]
pub enum SignOnStartError {
    /// TLS is not to be had.
    #[error("single sign-on: TLS: {0}")]
    Tls(#[from] rustls::Error),
    /// The HTTP client does not start.
    #[error("single sign-on: {0}")]
    Client(#[from] reqwest::Error),
    /// A provider's settings make no address.
    #[error("single sign-on: sign_in.{0} makes no usable address")]
    Address(String),
}

impl SignOn {
    /// Makes providers ready; nobody is called yet. `public_url` is where browsers find the hub: they come back there, whatever
    /// a request says about its host.
    ///
    /// # Errors
    /// When the settings or this machine's TLS are unusable.
    pub fn new(
        settings: Vec<ProviderSettings>,
        public_url: &str,
        clock: &Arc<dyn Clock>,
    ) -> Result<Self, SignOnStartError> {
        if settings.is_empty() {
            return Ok(Self::default());
        }
        let client = BoundedClient::new()?;
        let provider = |settings: ProviderSettings| {
            let name = settings.name.clone();
            let made = Provider::new(settings, public_url, client.clone(), Arc::clone(clock));
            made.ok_or(SignOnStartError::Address(name))
        };
        let providers = settings.into_iter().map(provider).collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            providers: providers.into(),
        })
    }

    /// All of them, in the settings' order.
    #[must_use]
    pub fn providers(&self) -> &[Provider] {
        &self.providers
    }

    /// The one with this name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Provider> {
        self.providers.iter().find(|provider| provider.name() == name)
    }
}
