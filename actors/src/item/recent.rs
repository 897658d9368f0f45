//! Commands done lately, so that a repeat is known without asking the database.
//!
//! Two generations bound the memory: when the young one is full, the old one is forgotten. What is forgotten here is
//! still caught by the journal's unique index, only more slowly.

use domain::ids::{CommandId, IdSet};
use jiff::{SignedDuration, Timestamp};

/// Commands per generation: 16 bytes each, so at most some 10 MB for the hottest item, and nothing for a cold one.
const GENERATION: usize = 262_144;
/// How far ahead a caller's clock may be without a forgotten repeat being taken for a new command.
const CLOCK_SKEW: SignedDuration = SignedDuration::from_mins(10);

/// A set that forgets the oldest half of itself, and knows since when it remembers everything.
pub(super) struct RecentCommands {
    young: IdSet<CommandId>,
    /// `None` while everything since ever is remembered, which is so for nearly all items: then it costs a word.
    forgetting: Option<Box<Forgetting>>,
}

struct Forgetting {
    old: IdSet<CommandId>,
    young_since: Timestamp,
    complete_since: Option<Timestamp>,
}

impl RecentCommands {
    /// What was loaded, which is everything since `complete_since`.
    pub(super) fn starting_with(loaded: IdSet<CommandId>, complete_since: Option<Timestamp>) -> Self {
        let forgetting = |since| Forgetting {
            old: IdSet::default(),
            young_since: since,
            complete_since: Some(since),
        };
        Self {
            young: loaded,
            forgetting: complete_since.map(forgetting).map(Box::new),
        }
    }

    pub(super) fn contains(&self, command: CommandId) -> bool {
        self.young.contains(&command) || self.forgetting.as_ref().is_some_and(|past| past.old.contains(&command))
    }

    /// Whether a command that is not contained may have been done before, and forgotten.
    pub(super) fn may_have_forgotten(&self, command: CommandId) -> bool {
        let Some(since) = self.forgetting.as_ref().and_then(|past| past.complete_since) else {
            return false;
        };
        // A UUIDv7 says when it was made; its maker's clock may be ahead of ours.
        let made_at = command
            .made_at()
            .and_then(|made_at| made_at.checked_sub(CLOCK_SKEW).ok());
        made_at.is_none_or(|made_at| made_at <= since)
    }

    pub(super) fn remember(&mut self, command: CommandId, now: Timestamp) {
        if self.young.len() >= GENERATION {
            let old = std::mem::take(&mut self.young);
            let complete_since = self.forgetting.take().map(|past| past.young_since);
            self.forgetting = Some(Box::new(Forgetting {
                old,
                young_since: now,
                complete_since,
            }));
        }
        self.young.insert(command);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn the_newest_commands_are_remembered_and_memory_is_bounded() {
        let id = |n: usize| CommandId::new(Uuid::from_u128(n as u128));
        let now = Timestamp::UNIX_EPOCH;
        let mut recent = RecentCommands::starting_with(IdSet::from_iter([id(usize::MAX)]), None);
        assert!(!recent.may_have_forgotten(id(7)));
        (0..3 * GENERATION).for_each(|n| recent.remember(id(n), now));
        assert!((2 * GENERATION..3 * GENERATION).all(|n| recent.contains(id(n))));
        assert!(!recent.contains(id(0)) && !recent.contains(id(usize::MAX)));
        let old = recent.forgetting.as_ref().map_or(0, |past| past.old.len());
        assert!(recent.young.len() + old <= 2 * GENERATION);
        assert!(
            recent.may_have_forgotten(id(7)),
            "an id that does not say when it was made may be an old one"
        );
    }

    #[test]
    fn an_id_made_after_everything_forgotten_is_certainly_new() {
        let since = Timestamp::from_second(1_800_000_000).unwrap();
        let recent = RecentCommands::starting_with(IdSet::default(), Some(since));
        let made = |seconds: u64| {
            let time = uuid::Timestamp::from_unix(uuid::NoContext, 1_800_000_000 + seconds, 0);
            CommandId::new(Uuid::new_v7(time))
        };
        assert!(recent.may_have_forgotten(made(0)) && recent.may_have_forgotten(made(500)));
        assert!(!recent.may_have_forgotten(made(700)));
    }
}
