//! The loop that signs: no input, a full comparison of all heads with what was signed last, the same path after a crash as
//! on any other day.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use domain::audit::{Checkpoint, Head};
use domain::ids::OrgId;
use storage::{Engine, StorageError, Tenants, audit_log};
use tracing::{debug, error, warn};

use super::Checkpoints;
use super::folder::{self, CheckpointError};
use super::key::HubKey;
use super::note::write_note;
use crate::Stock;
use crate::clock::Clock;

/// Why a round was cut short.
#[derive(Debug, thiserror::Error)]
enum RoundError {
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
}

/// What was signed, and what contradicts it.
#[derive(Debug, Default)]
struct Known {
    last: HashMap<OrgId, Head>,
    contradicted: HashSet<OrgId>,
}

/// Signs the heads of chains that grew.
pub struct Keeper {
    engine: Engine,
    tenants: Tenants,
    clock: Arc<dyn Clock>,
    folder: PathBuf,
    key: Arc<HubKey>,
    known: Known,
}

impl Keeper {
    /// Signs with `key` into `folder`.
    #[must_use]
    pub fn new(stock: &Stock, folder: PathBuf, key: HubKey) -> Self {
        Self {
            engine: stock.engine.clone(),
            tenants: stock.tenants.clone(),
            clock: Arc::clone(&stock.clock),
            folder,
            key: Arc::new(key),
            known: Known::default(),
        }
    }

    /// Where its checkpoints are, and how to verify them.
    #[must_use]
    pub fn checkpoints(&self) -> Checkpoints {
        Checkpoints {
            folder: self.folder.clone(),
            key: self.key.verifier().clone(),
        }
    }

    /// Runs until the runtime ends or `stop` speaks; signs once more before it goes.
    pub async fn run(mut self, interval: Duration, mut stop: tokio::sync::oneshot::Receiver<()>) {
        let mut rounds = tokio::time::interval(interval);
        loop {
            let is_last = tokio::select! {
                _ = rounds.tick() => false,
                _ = &mut stop => true,
            };
            match self.round().await {
                Ok(signed) => debug!(signed, "audit checkpoint round"),
                Err(error) => warn!(%error, "an audit checkpoint round was cut short; the next one goes on"),
            }
            if is_last {
                return;
            }
        }
    }

    /// One round; how many heads were signed.
    async fn round(&mut self) -> Result<usize, RoundError> {
        let mut signed = 0;
        for (org, head) in audit_log::list_heads(&self.engine).await? {
            let last = match self.last(org).await {
                Ok(last) => last,
                // Another key's notes: the other chains are signed all the same.
                Err(RoundError::Checkpoint(error @ CheckpointError::Forged { .. })) => {
                    self.contradict(org, &error.to_string());
                    continue;
                }
                Err(error) => return Err(error),
            };
            if last == Some(head) || head == Head::GENESIS && last.is_none() {
                continue;
            }
            if self.follows(org, last, head).await? {
                self.sign(org, head).await?;
                signed += 1;
            } else {
                self.contradict(org, "the chain does not continue its last signed checkpoint");
            }
        }
        Ok(signed)
    }

    /// Says once that a chain is no longer signed, and why.
    fn contradict(&mut self, org: OrgId, why: &str) {
        if self.known.contradicted.insert(org) {
            error!(%org, why, "the audit log is not signed; run `entrepot audit log`");
        }
    }

    /// The head signed last: remembered, or read from the file.
    async fn last(&mut self, org: OrgId) -> Result<Option<Head>, RoundError> {
        if let Some(head) = self.known.last.get(&org) {
            return Ok(Some(*head));
        }
        let (folder, key) = (self.folder.clone(), self.key.verifier().clone());
        let last = blocking(move || folder::read_last(&folder, org, &key)).await?;
        let head = last.map(|checkpoint| checkpoint.head);
        self.known.last.extend(head.map(|head| (org, head)));
        Ok(head)
    }

    /// Whether what was signed last is still part of the chain. A forked history is not signed over.
    async fn follows(&self, org: OrgId, last: Option<Head>, head: Head) -> Result<bool, RoundError> {
        let Some(last) = last else {
            return Ok(true);
        };
        if head.seq <= last.seq {
            return Ok(false);
        }
        let tx = self.tenants.begin(org).await?;
        let link = audit_log::list_links(&tx, last.seq - 1, 1).await?.pop();
        tx.commit().await?;
        Ok(link.is_some_and(|link| link.record.seq == last.seq && link.hash == last.hash))
    }

    async fn sign(&mut self, org: OrgId, head: Head) -> Result<(), RoundError> {
        let checkpoint = Checkpoint {
            org,
            head,
            at: self.clock.now(),
        };
        let note = write_note(&checkpoint, &self.key);
        let folder = self.folder.clone();
        blocking(move || folder::append(&folder, org, &note)).await?;
        self.known.last.insert(org, head);
        Ok(())
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, CheckpointError> + Send + 'static,
) -> Result<T, CheckpointError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| CheckpointError::Cancelled)?
}
