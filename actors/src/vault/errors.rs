//! How the vault says no.

use domain::secrets::KeyId;
use storage::StorageError;

use super::cipher::DoesNotOpen;

/// Why a secret was not sealed or opened. Never holds any part of one.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The hub has no root key to work with.
    #[error("the vault is closed: {0}")]
    Closed(String),
    /// The database's keys are wrapped by a root key that is not at hand.
    #[error("the vault is closed: the database wants the root key {0}, which is not in the root key file or setting")]
    RootKeyMissing(KeyId),
    /// What is stored does not open where it stands: it was moved, changed or rolled back.
    #[error("a sealed secret does not open at its place")]
    Refused,
    /// It was sealed with a key that has been destroyed.
    #[error("a sealed secret's key has been destroyed")]
    Retired,
    /// The database could not be reached or misbehaved.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<DoesNotOpen> for VaultError {
    fn from(_: DoesNotOpen) -> Self {
        Self::Refused
    }
}
