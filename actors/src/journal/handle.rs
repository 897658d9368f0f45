//! The handle everybody holds: stage, wait for what is in flight, stop.

use std::sync::Arc;

use domain::ids::IncarnationId;
use storage::Database;
use tokio::sync::{mpsc, oneshot};

use super::task::{JournalTask, Note};
use super::{Admission, NotAdmitted, Permit, Reigns, Staged};
use crate::clock::Clock;
use crate::live::Feed;
use crate::metrics::Metrics;

/// The journal, as seen by item actors and operations. Cheap to clone.
#[derive(Clone)]
pub struct Journal {
    notes: mpsc::UnboundedSender<Note>,
    admission: Admission,
    reigns: Reigns,
}

/// What the journal is started with besides its database.
pub struct JournalParts {
    /// Commands that may be on their way at once.
    pub permits: usize,
    /// Whom to tell what was committed.
    pub feed: Feed,
    /// What is counted.
    pub metrics: Metrics,
}

/// The journal is without a database, or gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the journal has no database")]
pub struct JournalGone;

impl Journal {
    /// Starts the journal's thread, which connects and takes all shards by itself, now and after every loss.
    ///
    /// # Errors
    /// When the thread cannot be started.
    pub fn start(database: Database, parts: JournalParts, clock: &Arc<dyn Clock>) -> std::io::Result<Self> {
        let (notes, inbox) = mpsc::unbounded_channel();
        let JournalParts { permits, feed, metrics } = parts;
        let admission = Admission::new(permits, metrics.clone());
        let reigns = Reigns::default();
        let incarnation = IncarnationId::new(clock.fresh_id());
        let task = JournalTask {
            database,
            inbox,
            admission: admission.clone(),
            reigns: reigns.clone(),
            metrics,
            feed,
            incarnation,
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        std::thread::Builder::new()
            .name("journal".to_owned())
            .spawn(move || runtime.block_on(task.run()))?;
        Ok(Self {
            notes,
            admission,
            reigns,
        })
    }

    /// Takes a permit.
    ///
    /// # Errors
    /// See [`Admission::admit`].
    pub fn admit(&self) -> Result<Permit, NotAdmitted> {
        self.admission.admit()
    }

    /// The reigns this journal rules by.
    #[must_use]
    pub fn reigns(&self) -> &Reigns {
        &self.reigns
    }

    /// Whether commands are admitted.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.admission.is_open()
    }

    /// Puts a decided command in line. Its waiter hears after the commit.
    pub fn stage(&self, staged: Staged) {
        // Bounded by permits. When the journal is gone its waiter is dropped with it, which callers take as "ask again".
        let _gone = self.notes.send(Note::Append(staged));
    }

    /// Waits until everything staged so far is written or given up.
    ///
    /// # Errors
    /// When it cannot be known, because the database is away.
    pub async fn settle(&self) -> Result<(), JournalGone> {
        let (tell, told) = oneshot::channel();
        self.notes.send(Note::Settle(tell)).map_err(|_| JournalGone)?;
        told.await.map_err(|_| JournalGone)
    }

    /// Gives up what memory holds of every item, so that all reload: something they were loaded with has changed.
    pub async fn end_all_reigns(&self) -> Result<(), JournalGone> {
        let (tell, told) = oneshot::channel();
        self.notes.send(Note::EndAllReigns(tell)).map_err(|_| JournalGone)?;
        told.await.map_err(|_| JournalGone)
    }

    /// Admits nothing more, and waits for what was admitted.
    pub async fn shut_down(&self) {
        self.admission.close_for_good();
        // When there is no database there is nothing to wait for.
        let _settled = self.settle().await;
    }
}
