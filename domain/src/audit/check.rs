//! Walking a stored chain: pure, one link at a time, whatever its length.

use std::collections::VecDeque;

use super::canonical::seq_in;
use super::chain::{Checkpoint, Head, Link};
use super::violation::ChainViolation;

/// What a chain without violation amounts to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct ChainSummary {
    /// Entries walked.
    pub entries: i64,
    /// Signed checkpoints that agreed.
    pub checkpoints: u64,
}

/// One walk.
#[derive(Clone, Debug)]
pub struct ChainCheck {
    head: Head,
    /// In order of their numbers.
    checkpoints: VecDeque<Checkpoint>,
    summary: ChainSummary,
}

impl ChainCheck {
    /// Begins at the chain's beginning. `checkpoints` are this chain's, with signatures that were verified, in any order.
    #[must_use]
    pub fn new(mut checkpoints: Vec<Checkpoint>) -> Self {
        checkpoints.sort_by_key(|checkpoint| checkpoint.head.seq);
        Self {
            head: Head::GENESIS,
            checkpoints: checkpoints.into(),
            summary: ChainSummary::default(),
        }
    }

    /// Where the walk stands.
    #[must_use]
    pub fn head(&self) -> Head {
        self.head
    }

    /// How far the walk came.
    #[must_use]
    pub fn summary(&self) -> ChainSummary {
        self.summary
    }

    /// Takes the next link, in order of the stored numbers.
    ///
    /// # Errors
    /// What is wrong with it. The walk is over then.
    pub fn observe(&mut self, link: &Link) -> Result<(), ChainViolation> {
        let seq = link.record.seq;
        let expected = self.head.seq + 1;
        if seq != expected {
            return Err(ChainViolation::Gap { expected, found: seq });
        }
        match seq_in(&link.canonical) {
            Some(written_as) if written_as != seq => return Err(ChainViolation::Moved { seq, written_as }),
            Some(_) | None => {}
        }
        if link.record.canonical() != link.canonical {
            return Err(ChainViolation::Altered { seq });
        }
        if link.prev != self.head.hash || link.prev.followed_by(&link.canonical) != link.hash {
            return Err(ChainViolation::Broken { seq });
        }
        self.head = Head { seq, hash: link.hash };
        self.summary.entries += 1;
        self.pass_checkpoints()
    }

    /// Holds the checkpoints of this number to the entry just walked.
    fn pass_checkpoints(&mut self) -> Result<(), ChainViolation> {
        while let Some(checkpoint) = self.checkpoints.pop_front_if(|next| next.head.seq <= self.head.seq) {
            if checkpoint.head != self.head {
                return Err(ChainViolation::Forked {
                    seq: checkpoint.head.seq,
                    at: checkpoint.at,
                });
            }
            self.summary.checkpoints += 1;
        }
        Ok(())
    }

    /// Ends the walk: `stored` is what the database says the head is, read no earlier than the last link.
    ///
    /// # Errors
    /// When the chain does not end there, or a checkpoint says it went on.
    pub fn finish(&self, stored: Head) -> Result<(), ChainViolation> {
        let found = self.head.seq;
        if let Some(checkpoint) = self.checkpoints.back() {
            return Err(ChainViolation::CheckpointAhead {
                expected: checkpoint.head.seq,
                found,
                at: checkpoint.at,
            });
        }
        if stored.seq != found {
            return Err(ChainViolation::TailCut {
                expected: stored.seq,
                found,
            });
        }
        if stored.hash != self.head.hash {
            return Err(ChainViolation::HeadDiffers { seq: found });
        }
        Ok(())
    }
}
