//! Commands done lately, so that a repeat is known without asking the database.
//!
//! Two generations bound the memory: when the young one is full, the old one is forgotten. What is forgotten here is
//! still caught by the journal's unique index, only more slowly.

use std::collections::HashSet;

use domain::ids::CommandId;

/// Commands per generation: 16 bytes each, so at most some 10 MB for the hottest item, and nothing for a cold one.
const GENERATION: usize = 262_144;

/// A set that forgets the oldest half of itself.
pub(super) struct RecentCommands {
    young: HashSet<CommandId>,
    old: HashSet<CommandId>,
}

impl RecentCommands {
    pub(super) fn starting_with(loaded: HashSet<CommandId>) -> Self {
        Self {
            young: HashSet::new(),
            old: loaded,
        }
    }

    pub(super) fn contains(&self, command: CommandId) -> bool {
        self.young.contains(&command) || self.old.contains(&command)
    }

    pub(super) fn remember(&mut self, command: CommandId) {
        if self.young.len() >= GENERATION {
            self.old = std::mem::take(&mut self.young);
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
        let mut recent = RecentCommands::starting_with([id(usize::MAX)].into());
        (0..3 * GENERATION).for_each(|n| recent.remember(id(n)));
        assert!((2 * GENERATION..3 * GENERATION).all(|n| recent.contains(id(n))));
        assert!(!recent.contains(id(0)) && !recent.contains(id(usize::MAX)));
        assert!(recent.young.len() + recent.old.len() <= 2 * GENERATION);
    }
}
