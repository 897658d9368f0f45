//! What proofs stand for, remembered for some seconds by the proofs' hashes; known or not, so that a flood of wrong ones stays
//! off the database.
//!
//! Forgetting holds at once on this node, also for what is being looked up at that moment: its answer may be from before the
//! change, so it is kept under the reign that was when it was asked for, and is worth nothing when that has ended.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use moka::sync::Cache;

/// Proofs remembered at once.
const MOST: u64 = 100_000;

/// When a question was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Asked(u64);

/// The memory of one kind of proof. Cheap to clone; clones share it.
#[derive(Clone)]
pub(crate) struct Remembered<T: Clone + Send + Sync + 'static> {
    known: Cache<[u8; 32], (Asked, Option<T>)>,
    reign: Arc<AtomicU64>,
}

impl<T: Clone + Send + Sync + 'static> Remembered<T> {
    /// One that believes an answer for so long: what changed on another node is known here after that.
    pub(crate) fn for_at_most(time: Duration) -> Self {
        Self {
            known: Cache::builder().max_capacity(MOST).time_to_live(time).build(),
            reign: Arc::default(),
        }
    }

    /// What is remembered: nothing, or that the proof is known, or that it is not.
    pub(crate) fn get(&self, hash: &[u8; 32]) -> Option<Option<T>> {
        let (asked, known) = self.known.get(hash)?;
        (asked == self.ask()).then_some(known)
    }

    /// To be called before the database is asked.
    pub(crate) fn ask(&self) -> Asked {
        Asked(self.reign.load(Ordering::SeqCst))
    }

    /// Keeps an answer to what was asked then.
    pub(crate) fn keep(&self, asked: Asked, hash: [u8; 32], answer: Option<T>) {
        self.known.insert(hash, (asked, answer));
    }

    /// Forgets one.
    pub(crate) fn forget(&self, hash: &[u8; 32]) {
        self.known.invalidate(hash);
    }

    /// Forgets all, and answers that are still under way.
    pub(crate) fn forget_all(&self) {
        self.reign.fetch_add(1, Ordering::SeqCst);
        self.known.invalidate_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: [u8; 32] = [7; 32];

    fn remembered() -> Remembered<&'static str> {
        Remembered::for_at_most(Duration::from_secs(60))
    }

    #[test]
    fn an_answer_that_was_under_way_when_all_was_forgotten_is_not_believed() {
        let memory = remembered();
        let asked = memory.ask();
        // The database answers, somebody signs out, and only then is the answer kept.
        memory.forget_all();
        memory.keep(asked, HASH, Some("signed in"));
        assert_eq!(memory.get(&HASH), None);
        memory.keep(memory.ask(), HASH, None);
        assert_eq!(
            memory.get(&HASH),
            Some(None),
            "that somebody is unknown is remembered too"
        );
    }

    #[test]
    fn what_is_kept_is_found_by_all_clones_until_it_is_forgotten() {
        let (one, two) = {
            let memory = remembered();
            (memory.clone(), memory)
        };
        one.keep(one.ask(), HASH, Some("signed in"));
        assert_eq!(two.get(&HASH), Some(Some("signed in")));
        two.forget(&HASH);
        assert_eq!(one.get(&HASH), None);
        one.keep(one.ask(), HASH, Some("signed in"));
        two.forget_all();
        assert_eq!(one.get(&HASH), None);
    }
}
