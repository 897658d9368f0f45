//! Argon2id: on the blocking pool, as many at once as there are cores, and only so many waiting.

use std::sync::Arc;

use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version, password_hash::phc::PasswordHash};
use domain::people::MAX_PASSWORD_CHARS;
use storage::people::NO_PASSWORD;
use tokio::sync::Semaphore;

use crate::operations::OperationError;
use crate::operations::people::PeopleError;

/// OWASP's first choice for Argon2id, in KiB.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// 19 MiB each: a flood of sign-ins must not become a flood of memory.
const MOST_WAITING: usize = 32;
/// Hashes and compares passwords.
#[derive(Clone)]
pub struct Passwords {
    waiting: Arc<Semaphore>,
    at_work: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self {
            waiting: Arc::new(Semaphore::new(MOST_WAITING)),
            at_work: Arc::new(Semaphore::new(cores)),
        }
    }
}

impl Passwords {
    /// The hash to keep, in PHC form.
    ///
    /// # Errors
    /// [`PeopleError::Busy`] when too many wait.
    pub async fn hash(&self, password: &str, salt: [u8; 32]) -> Result<String, OperationError> {
        let password = password.to_owned();
        self.work(move || {
            let hash = hasher()?.hash_password_with_salt(password.as_bytes(), &salt[..16]).ok();
            hash.map(|hash: PasswordHash| hash.to_string())
        })
        .await?
        .ok_or_else(|| PeopleError::HashFailed.into())
    }

    /// Whether the password is the one with this hash; takes as long when there is none, so that time does not tell. One that
    /// is longer than any can be is not, and costs no work.
    ///
    /// # Errors
    /// [`PeopleError::Busy`] when too many wait.
    pub(crate) async fn is_right(&self, password: &str, hash: Option<&str>) -> Result<bool, OperationError> {
        if password.chars().count() > MAX_PASSWORD_CHARS {
            return Ok(false);
        }
        let (password, hash) = (password.to_owned(), hash.unwrap_or(NO_PASSWORD).to_owned());
        self.work(move || {
            hasher().is_some_and(|hasher| hasher.verify_password(password.as_bytes(), hash.as_str()).is_ok())
        })
        .await
    }

    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, OperationError> {
        let _place = self.waiting.try_acquire().map_err(|_| PeopleError::Busy)?;
        let turn = Arc::clone(&self.at_work)
            .acquire_owned()
            .await
            .map_err(|_| PeopleError::Busy)?;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(turn);
            done
        });
        done.await.map_err(|_| PeopleError::HashFailed.into())
    }
}

fn hasher() -> Option<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).ok()?;
    Some(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hash_names_its_parameters_and_knows_its_password_only() {
        let passwords = Passwords::default();
        let hash = passwords.hash("correct horse battery", [7; 32]).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(passwords.is_right("correct horse battery", Some(&hash)).await.unwrap());
        assert!(!passwords.is_right("correct horse batterx", Some(&hash)).await.unwrap());
        assert!(!passwords.is_right("", None).await.unwrap());
    }

    #[tokio::test]
    async fn nobodys_hash_is_hashed_like_anybodys() {
        assert!(
            PasswordHash::new(NO_PASSWORD).is_ok(),
            "an unreadable hash is refused without the work"
        );
    }

    #[tokio::test]
    async fn more_than_may_wait_are_sent_away() {
        let passwords = Passwords::default();
        let _all = passwords
            .waiting
            .acquire_many(u32::try_from(MOST_WAITING).unwrap())
            .await
            .unwrap();
        let refused = passwords.is_right("correct horse battery", None).await.unwrap_err();
        assert!(matches!(refused, OperationError::People(PeopleError::Busy)));
    }
}
