//! The loop: receive, write, answer; and when the database goes, take the shards back before believing anything.

use std::collections::HashSet;
use std::time::Duration;

use domain::ids::{IdMap, IncarnationId};
use domain::stock::{JournalEntry, Shard};
use storage::journal::{AppendError, Batch, CommandLine, Head, JournalConnection};
use storage::{Database, StorageError};
use tokio::sync::{mpsc, oneshot};
use tracing::{error, info, warn};

use super::staged::{Done, NotDone, Outcome, Staged};
use super::{Admission, Reigns};
use crate::clock::{pause, stopwatch};
use crate::live::Feed;
use crate::metrics::Metrics;

/// At most so many commands per transaction: beyond, latency grows and throughput does not.
const LARGEST_BATCH: usize = 4_096;
const FIRST_RECONNECT_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_RECONNECT_PAUSE: Duration = Duration::from_secs(1);

/// What the journal is told.
pub(super) enum Note {
    /// Write this.
    Append(Staged),
    /// Say when everything before this is settled.
    Settle(oneshot::Sender<()>),
    /// Make all items reload, after everything before this is settled.
    EndAllReigns(oneshot::Sender<()>),
}

/// The journal's own state. Runs on one thread; nothing here is shared but what the handles hold.
pub(super) struct JournalTask {
    pub(super) database: Database,
    pub(super) inbox: mpsc::UnboundedReceiver<Note>,
    pub(super) admission: Admission,
    pub(super) reigns: Reigns,
    pub(super) metrics: Metrics,
    pub(super) feed: Feed,
    pub(super) incarnation: IncarnationId,
}

/// A connection with the shards it owns.
struct Ownership {
    connection: JournalConnection,
    heads: IdMap<Shard, Head>,
}

/// How writing ended, when it did not simply succeed.
enum Broken {
    /// The way to the database is lost; these commands may or may not be written.
    InDoubt(Vec<Staged>),
}

impl JournalTask {
    /// Runs until every handle is gone.
    pub(super) async fn run(mut self) {
        let mut in_doubt = Vec::new();
        while let Some(ownership) = self.take_over(std::mem::take(&mut in_doubt)).await {
            self.admission.set_open(true);
            let broken = self.write_until_broken(ownership).await;
            self.admission.set_open(false);
            match broken {
                Some(Broken::InDoubt(staged)) => in_doubt = staged,
                None => return,
            }
        }
    }

    /// Connects, takes all shards, and settles what was in doubt. Refuses what arrives meanwhile. `None` when every
    /// handle is gone.
    async fn take_over(&mut self, mut in_doubt: Vec<Staged>) -> Option<Ownership> {
        let mut wait = FIRST_RECONNECT_PAUSE;
        loop {
            let attempt = tokio::spawn(take_all(self.database.clone(), self.incarnation));
            match self.refusing_until(attempt).await? {
                Ok(ownership) => {
                    self.reigns.end_all();
                    match settle_doubt(&ownership.connection, in_doubt).await {
                        Ok(()) => {
                            // What was in doubt and turned out written was not told; nor what another process wrote.
                            self.feed.lose_track();
                            info!("the journal owns its shards");
                            return Some(ownership);
                        }
                        Err(still_in_doubt) => in_doubt = still_in_doubt,
                    }
                }
                Err(error) => warn!(%error, "the journal cannot take its shards; trying again"),
            }
            self.refusing_until(tokio::spawn(pause(wait))).await?;
            wait = (wait * 2).min(LONGEST_RECONNECT_PAUSE);
        }
    }

    /// Waits for a task while telling everybody who comes that the journal is away. `None` when every handle is gone.
    async fn refusing_until<T>(&mut self, mut task: tokio::task::JoinHandle<T>) -> Option<T> {
        loop {
            tokio::select! {
                finished = &mut task => return finished.ok(),
                note = self.inbox.recv() => match note? {
                    Note::Append(staged) => staged.answer(Outcome::NotDone(NotDone::Unavailable)),
                    // Dropping the sender says "it cannot be known".
                    Note::Settle(_) | Note::EndAllReigns(_) => {}
                },
            }
        }
    }

    /// Writes batch after batch until the connection is lost (`Some`) or every handle is gone (`None`).
    async fn write_until_broken(&mut self, mut ownership: Ownership) -> Option<Broken> {
        let mut notes = Vec::with_capacity(LARGEST_BATCH);
        loop {
            if self.inbox.recv_many(&mut notes, LARGEST_BATCH).await == 0 {
                return None;
            }
            let mut group = Vec::with_capacity(notes.len());
            let mut settled = Vec::new();
            let mut ends_reigns = false;
            for note in notes.drain(..) {
                match note {
                    Note::Append(staged) => group.push(staged),
                    Note::Settle(tell) => settled.push(tell),
                    Note::EndAllReigns(tell) => {
                        ends_reigns = true;
                        settled.push(tell);
                    }
                }
            }
            if let Err(broken) = self.write(&mut ownership, group).await {
                return Some(broken);
            }
            self.admission.report();
            if ends_reigns {
                self.reigns.end_all();
            }
            for tell in settled {
                let _gone = tell.send(());
            }
        }
    }

    /// Writes a group in one transaction, or, when Postgres minds its content, in halves until the culprit is alone.
    async fn write(&mut self, ownership: &mut Ownership, group: Vec<Staged>) -> Result<(), Broken> {
        let mut todo = vec![group];
        while let Some(group) = todo.pop() {
            let (group, first_seqs, batch) = self.lay_out(ownership, group);
            if batch.is_empty() {
                group.into_iter().for_each(|staged| staged.answer(Outcome::DoneBefore));
                continue;
            }
            let started = stopwatch();
            match ownership.connection.append(&batch).await {
                Ok(()) => {
                    let took = started.elapsed();
                    self.metrics.commit_seconds.observe(took.as_secs_f64());
                    ownership
                        .heads
                        .extend(batch.heads_after().map(|head| (head.shard, head)));
                    self.say_done(group, &first_seqs, took);
                }
                Err(AppendError::Rejected(why)) if group.len() > 1 => {
                    warn!(why, commands = group.len(), "a batch was rejected; sorting it out");
                    todo.extend(self.sort_out(&ownership.connection, group).await?);
                }
                Err(error) => self.give_up(ownership, group, error).await?,
            }
        }
        Ok(())
    }

    /// Answers what was done before and gives the rest back to be written; when nothing was, two halves, so that the
    /// culprit ends up alone.
    async fn sort_out(&self, connection: &JournalConnection, group: Vec<Staged>) -> Result<Vec<Vec<Staged>>, Broken> {
        let Ok(done) = find_done(connection, &group).await else {
            return Err(Broken::InDoubt(group));
        };
        if done.is_empty() {
            let mut first = group;
            let second = first.split_off(first.len() / 2);
            return Ok(vec![second, first]);
        }
        let was_done = |staged: &Staged| staged.entries.iter().any(|entry| done.contains(&line_of(entry)));
        let (repeats, rest): (Vec<Staged>, Vec<Staged>) = group.into_iter().partition(was_done);
        for staged in repeats {
            // What its item decided afterwards rests on an effect that did not happen again.
            self.reigns.end(staged.shard);
            staged.answer(Outcome::DoneBefore);
        }
        Ok(vec![rest])
    }

    /// Lays a group out as a batch. What was decided under an ended reign is answered and left out.
    fn lay_out(&self, ownership: &Ownership, group: Vec<Staged>) -> (Vec<Staged>, Vec<i64>, Batch) {
        let mut batch = Batch::new();
        let mut kept = Vec::with_capacity(group.len());
        let mut first_seqs = Vec::with_capacity(group.len());
        for staged in group {
            let head = ownership.heads.get(&staged.shard).copied();
            let Some(head) = head.filter(|_| staged.reign == self.reigns.current(staged.shard)) else {
                staged.answer(Outcome::NotDone(NotDone::Stale));
                continue;
            };
            let seqs = staged.entries.iter().map(|entry| batch.push(head, entry));
            first_seqs.push(seqs.min().unwrap_or(head.seq));
            kept.push(staged);
        }
        (kept, first_seqs, batch)
    }

    fn say_done(&self, group: Vec<Staged>, first_seqs: &[i64], took: Duration) {
        let mut movements: u64 = 0;
        let mut told = self.feed.open(took);
        for (mut staged, first_seq) in group.into_iter().zip(first_seqs) {
            if let Some(told) = &mut told {
                told.note(&staged, *first_seq);
            }
            let entries = std::mem::take(&mut staged.entries);
            movements += entries.len() as u64;
            let outcome = if entries.is_empty() {
                Outcome::DoneBefore
            } else {
                Outcome::Done(Done {
                    shard: staged.shard,
                    first_seq: *first_seq,
                    entries,
                })
            };
            staged.answer(outcome);
        }
        if let Some(told) = told {
            self.feed.tell(told);
        }
        self.metrics.movements.inc_by(movements);
        self.metrics.batches.inc();
        self.metrics
            .batch_movements
            .observe(f64::from(u32::try_from(movements).unwrap_or(u32::MAX)));
    }

    /// A group that was not written, or may not have been.
    async fn give_up(
        &mut self,
        ownership: &mut Ownership,
        group: Vec<Staged>,
        cause: AppendError,
    ) -> Result<(), Broken> {
        self.metrics.batch_failures.inc();
        let shards: HashSet<Shard> = group.iter().map(|staged| staged.shard).collect();
        match cause {
            AppendError::InDoubt(why) => {
                warn!(
                    why,
                    commands = group.len(),
                    "a batch is in doubt; taking the shards back to find out"
                );
                Err(Broken::InDoubt(group))
            }
            AppendError::Fenced => {
                warn!(
                    shards = shards.len(),
                    "fenced: another process owned these shards; taking them back"
                );
                let shards: Vec<Shard> = shards.into_iter().collect();
                let Ok(heads) = ownership.connection.take(&shards, self.incarnation).await else {
                    return Err(Broken::InDoubt(group));
                };
                ownership.heads.extend(heads.into_iter().map(|head| (head.shard, head)));
                self.feed.lose_track();
                self.end_reigns(&shards, group, NotDone::Stale);
                Ok(())
            }
            AppendError::NotWritten(why) => {
                error!(why, commands = group.len(), "the database could not take a batch");
                let shards: Vec<Shard> = shards.into_iter().collect();
                self.end_reigns(&shards, group, NotDone::Unavailable);
                Ok(())
            }
            AppendError::Rejected(why) => {
                let shards: Vec<Shard> = shards.into_iter().collect();
                shards.iter().for_each(|shard| self.reigns.end(*shard));
                self.answer_rejected(&ownership.connection, group, &why).await
            }
        }
    }

    fn end_reigns(&self, shards: &[Shard], group: Vec<Staged>, why: NotDone) {
        shards.iter().for_each(|shard| self.reigns.end(*shard));
        group
            .into_iter()
            .for_each(|staged| staged.answer(Outcome::NotDone(why)));
    }

    /// A command that Postgres minds when it stands alone was done before, or is wrong in a way no retry mends.
    async fn answer_rejected(
        &self,
        connection: &JournalConnection,
        group: Vec<Staged>,
        why: &str,
    ) -> Result<(), Broken> {
        let Ok(done) = find_done(connection, &group).await else {
            return Err(Broken::InDoubt(group));
        };
        for staged in group {
            if staged.entries.iter().any(|entry| done.contains(&line_of(entry))) {
                staged.answer(Outcome::DoneBefore);
            } else {
                error!(why, "a command was rejected by the database");
                staged.answer(Outcome::Failed);
            }
        }
        Ok(())
    }
}

/// Connects and takes every shard.
async fn take_all(database: Database, incarnation: IncarnationId) -> Result<Ownership, StorageError> {
    let mut connection = JournalConnection::open(&database).await?;
    let shards: Vec<Shard> = Shard::all().collect();
    let heads = connection.take(&shards, incarnation).await?;
    Ok(Ownership {
        connection,
        heads: heads.into_iter().map(|head| (head.shard, head)).collect(),
    })
}

/// After the shards were taken, which waited for any transaction in flight, the journal's word is final.
async fn settle_doubt(connection: &JournalConnection, in_doubt: Vec<Staged>) -> Result<(), Vec<Staged>> {
    if in_doubt.is_empty() {
        return Ok(());
    }
    let Ok(done) = find_done(connection, &in_doubt).await else {
        return Err(in_doubt);
    };
    info!(commands = in_doubt.len(), written = done.len(), "the doubt is settled");
    for staged in in_doubt {
        let is_done = staged.entries.iter().any(|entry| done.contains(&line_of(entry)));
        // A repeat waiting behind its original has no entries; its caller asks again and gets the final word.
        let outcome = if is_done {
            Outcome::DoneBefore
        } else {
            Outcome::NotDone(NotDone::Stale)
        };
        staged.answer(outcome);
    }
    Ok(())
}

async fn find_done(connection: &JournalConnection, group: &[Staged]) -> Result<HashSet<CommandLine>, StorageError> {
    let wanted: Vec<CommandLine> = group.iter().flat_map(|staged| &staged.entries).map(line_of).collect();
    Ok(connection.find_lines(&wanted).await?.into_iter().collect())
}

/// What the journal holds at most once.
fn line_of(entry: &JournalEntry) -> CommandLine {
    (entry.key.org, entry.command, entry.line)
}
