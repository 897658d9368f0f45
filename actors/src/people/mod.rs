//! What operations on people, sessions, memberships and keys work with: the way to their rows, passwords, and the post.

mod attempts;
mod passkeys;
mod passwords;
mod recovery_codes;
mod tokens;
mod totp;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use storage::{Database, Identities, StorageError, Tenants};

use crate::clock::Clock;
use crate::mail::{MailError, MailSettings, Post};
pub(crate) use attempts::{Kind, Try, begin_try, forgive};
pub use passkeys::Passkeys;
pub(crate) use passkeys::{Answer, Challenge};
pub use passwords::Passwords;
pub(crate) use recovery_codes::{fresh_codes, hash_of_code};
pub(crate) use tokens::Token;
pub(crate) use totp::Authenticator;
pub use totp::Enrolment;

/// How people sign in here.
#[derive(Clone, Debug)]
pub struct PeopleSettings {
    /// Where browsers find the hub, without a slash at the end: what links in mails begin with.
    pub public_url: String,
    /// A session nobody uses ends after so long.
    pub session_idle: SignedDuration,
    /// Any session ends after so long.
    pub session_longest: SignedDuration,
    /// How mail leaves.
    pub mail: MailSettings,
}

/// Everything operations on people need. Cheap to clone.
#[derive(Clone)]
pub struct People {
    /// The way to a tenant's rows.
    pub tenants: Tenants,
    /// The way to people and sessions.
    pub identities: Identities,
    /// Time, ids, secrets.
    pub clock: Arc<dyn Clock>,
    /// Hashing, a few at a time.
    pub passwords: Passwords,
    /// Challenges for passkeys.
    pub passkeys: Passkeys,
    /// Mail.
    pub post: Post,
    /// How people sign in here.
    pub settings: Arc<PeopleSettings>,
}

/// People cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum PeopleStartError {
    /// The database settings are unusable.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The mail settings are unusable.
    #[error(transparent)]
    Mail(#[from] MailError),
}

impl People {
    /// Starts the post. Must be called inside a runtime.
    ///
    /// # Errors
    /// When the settings are unusable.
    pub fn start(
        database: &Database,
        tenants: Tenants,
        clock: Arc<dyn Clock>,
        settings: PeopleSettings,
    ) -> Result<Self, PeopleStartError> {
        Ok(Self {
            tenants,
            identities: Identities::new(database)?,
            post: Post::start(&settings.mail, Arc::clone(&clock))?,
            clock,
            passkeys: Passkeys::at(&settings.public_url),
            passwords: Passwords::default(),
            settings: Arc::new(settings),
        })
    }

    /// Sends what is still to be sent and lets the connections go.
    pub async fn shut_down(&self) {
        self.post.finish().await;
        self.identities.close();
    }

    /// A link for a mail. What is secret stands behind the `#`, which browsers send to nobody.
    pub(crate) fn link(&self, page: &str, token: &Token) -> String {
        format!("{}/{page}#token={}", self.settings.public_url, token.secret())
    }

    /// So long from now.
    pub(crate) fn after(&self, duration: SignedDuration) -> Timestamp {
        self.clock.now().checked_add(duration).unwrap_or(Timestamp::MAX)
    }
}
