//! Live tests of what an organization entered: does the other side take it? One implementation per provider; marketplaces'
//! and gateways' arrive with their adapters, and until then asking for one is refused.

mod bounded;
mod encrypted;
mod smtp;

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::platform_settings::{ConnectionProblem, Provider};
use domain::secrets::SecretText;
use futures_util::future::BoxFuture;
use tokio::sync::{Semaphore, SemaphorePermit};

pub use smtp::{SmtpConnectionTest, SmtpRules};

/// Everything entered for one provider, with its secrets open.
pub struct Entered {
    /// What is not secret.
    pub plain: BTreeMap<String, String>,
    /// What is.
    pub secrets: BTreeMap<String, SecretText>,
}

impl Entered {
    /// A field that is not secret.
    #[must_use]
    pub fn plain(&self, name: &str) -> Option<&str> {
        self.plain.get(name).map(String::as_str)
    }

    /// A secret.
    #[must_use]
    pub fn secret(&self, name: &str) -> Option<&SecretText> {
        self.secrets.get(name)
    }
}

/// Tries whether the other side takes what was entered. Changes nothing there, ends within half a minute, and says what
/// happened in words of ours: nothing that the other side said may be in them.
pub trait ConnectionTest: Send + Sync {
    /// Whose settings it can test.
    fn provider(&self) -> Provider;

    /// Runs it.
    fn run<'a>(&'a self, entered: &'a Entered) -> BoxFuture<'a, Result<(), ConnectionProblem>>;
}

/// Tests under way at once, whoever asks: each waits for a stranger for up to half a minute.
pub const TESTS_AT_ONCE: usize = 8;

/// All tests there are. Clones share the turns.
#[derive(Clone)]
pub struct ConnectionTests {
    tests: Vec<Arc<dyn ConnectionTest>>,
    turns: Arc<Semaphore>,
}

impl Default for ConnectionTests {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

impl ConnectionTests {
    /// These.
    #[must_use]
    pub fn new(tests: Vec<Arc<dyn ConnectionTest>>) -> Self {
        Self {
            tests,
            turns: Arc::new(Semaphore::new(TESTS_AT_ONCE)),
        }
    }

    /// A turn to test. `None`: enough others are at it.
    #[must_use]
    pub(crate) fn turn(&self) -> Option<SemaphorePermit<'_>> {
        self.turns.try_acquire().ok()
    }

    /// The provider's, if it exists yet.
    #[must_use]
    pub fn find(&self, provider: Provider) -> Option<&dyn ConnectionTest> {
        let found = self.tests.iter().find(|test| test.provider() == provider);
        found.map(AsRef::as_ref)
    }
}
