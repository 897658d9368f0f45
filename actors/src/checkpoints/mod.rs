//! Signed checkpoints of the audit chains, kept in a second place: what a cut tail or a rewritten history cannot agree with.
//!
//! [`Keeper`] signs the head of every chain that grew, as a C2SP signed note, and appends it to a file per organization.
//! [`Checkpoints`] reads them back for the verifier. Whoever can write the database cannot write these files, if the
//! operator put them elsewhere; that is the whole point.

mod folder;
mod keeper;
mod key;
mod note;

use std::path::PathBuf;

use domain::audit::Checkpoint;
use domain::ids::OrgId;

pub use folder::CheckpointError;
pub use keeper::Keeper;
pub use key::{HubKey, KeyError, VerifierKey};
pub use note::{Notes, read_notes, write_note};

/// Where checkpoints lie and whose signature they must have.
#[derive(Clone, Debug)]
pub struct Checkpoints {
    /// One file per organization.
    pub folder: PathBuf,
    /// The hub's public key.
    pub key: VerifierKey,
}

impl Checkpoints {
    /// All checkpoints of an organization, their signatures verified.
    ///
    /// # Errors
    /// When the file cannot be read, or a note in it is not the hub's.
    pub async fn of(&self, org: OrgId) -> Result<Vec<Checkpoint>, CheckpointError> {
        let checkpoints = self.clone();
        let read = move || folder::read(&checkpoints.folder, org, &checkpoints.key);
        tokio::task::spawn_blocking(read)
            .await
            .map_err(|_| CheckpointError::Cancelled)?
    }

    /// The organizations that have checkpoints.
    ///
    /// # Errors
    /// When the folder cannot be read; one that is not there holds none.
    pub fn organizations(&self) -> Result<Vec<OrgId>, CheckpointError> {
        folder::organizations(&self.folder)
    }
}
