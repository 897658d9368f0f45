//! Tokens of machines: the keys that sign them, the signed form, and the secrets they are refreshed by. The operations on
//! them are in `operations::tokens`; the rules in `domain::tokens`.

mod jws;
mod secrets;
mod signing_keys;

use std::path::Path;
use std::sync::Arc;

use domain::tokens::Expected;
use jiff::SignedDuration;
use storage::{Engine, Tenants};

use crate::Stock;
use crate::clock::Clock;

pub use jws::{TokenRefused, is_access_token};
pub(crate) use jws::{open, seal};
pub(crate) use secrets::ChildKey;
pub use secrets::RefreshSecret;
pub use signing_keys::{KeyFolderError, SigningKeys};

/// The name of the API as a receiver of tokens.
const AUDIENCE: &str = "entrepot-api";

/// How tokens are issued.
#[derive(Clone, Debug)]
pub struct TokenSettings {
    /// The hub's name as an issuer: its public address.
    pub issuer: String,
    /// How long one key signs.
    pub rotate_after: SignedDuration,
}

/// Everything the operations on tokens need. Cheap to clone.
#[derive(Clone)]
pub struct Tokens {
    pub(crate) keys: Arc<SigningKeys>,
    pub(crate) child_key: Arc<ChildKey>,
    pub(crate) expected: Arc<Expected>,
    pub(crate) tenants: Tenants,
    pub(crate) engine: Engine,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Tokens {
    /// Reads the keys below `folder`, and makes those that are missing.
    ///
    /// # Errors
    /// When the folder cannot be read or written, or holds something that is no key.
    pub fn open(stock: &Stock, folder: &Path, settings: &TokenSettings) -> Result<Self, KeyFolderError> {
        let clock = Arc::clone(&stock.clock);
        Ok(Self {
            keys: Arc::new(SigningKeys::open(folder, &*clock, settings.rotate_after)?),
            child_key: Arc::new(ChildKey::open(folder, &*clock)?),
            expected: Arc::new(Expected {
                issuer: settings.issuer.clone(),
                audience: AUDIENCE.to_owned(),
            }),
            tenants: stock.tenants.clone(),
            engine: stock.engine.clone(),
            clock,
        })
    }
}
