//! Sets of permissions: one machine word, so that checking one costs a request nothing.

use super::{Permission, Role};

/// A set of permissions. Only ever narrowed on its way to a handler: by a key's scopes, by "see as role".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct PermissionSet(u64);

const _: () = assert!(Permission::ALL.len() <= u64::BITS as usize, "a set is one machine word");

impl PermissionSet {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// Everything that exists in one organization.
    pub const ALL: Self = Self((1 << Permission::ALL.len()) - 1);

    /// What a role may do.
    #[must_use]
    pub fn of_role(role: Role) -> Self {
        let granted = Permission::ALL.iter().filter(|one| one.lowest_role() <= role);
        granted.fold(Self::NONE, |set, one| set.with(*one))
    }

    /// The set named by these words.
    ///
    /// # Errors
    /// The first word that names no permission.
    pub fn parse<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<Self, &'a str> {
        let mut set = Self::NONE;
        for word in words {
            set = set.with(Permission::parse(word).ok_or(word)?);
        }
        Ok(set)
    }

    /// This set and one more.
    #[must_use]
    pub const fn with(self, permission: Permission) -> Self {
        Self(self.0 | 1 << permission as u8)
    }

    /// Whether the permission is in it.
    #[must_use]
    pub const fn has(self, permission: Permission) -> bool {
        self.0 & 1 << permission as u8 != 0
    }

    /// What is in both.
    #[must_use]
    pub const fn narrowed_to(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether `other` has everything that is in this set.
    #[must_use]
    pub const fn is_within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// The highest role whose every permission is in it: whoever has no more than this set makes nobody who may do more.
    #[must_use]
    pub fn reach(self) -> Role {
        let within = |role: &&Role| Self::of_role(**role).is_within(self);
        Role::ALL.iter().rev().find(within).copied().unwrap_or(Role::Viewer)
    }

    /// What is in it, in the order of the documentation.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(move |one| self.has(*one))
    }

    /// Its words, in the order of the documentation: how a set is stored and shown.
    #[must_use]
    pub fn words(self) -> Vec<&'static str> {
        self.iter().map(Permission::word).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_do_all_that_the_role_below_may_and_something_more() {
        for pair in Role::ALL.windows(2) {
            let (lower, higher) = (PermissionSet::of_role(pair[0]), PermissionSet::of_role(pair[1]));
            assert!(lower.is_within(higher) && lower != higher, "{pair:?}");
        }
        assert_eq!(PermissionSet::of_role(Role::Owner), PermissionSet::ALL);
        let viewer = PermissionSet::of_role(Role::Viewer);
        assert!(
            viewer.iter().all(|one| one.word().ends_with(":read")),
            "{:?}",
            viewer.words()
        );
    }

    #[test]
    fn words_are_resource_and_action_are_unique_and_lead_back_to_the_set() {
        for permission in Permission::ALL {
            let (resource, action) = permission.word().split_once(':').unwrap();
            assert!(!resource.is_empty() && !action.is_empty());
            assert_eq!(
                Permission::parse(permission.word()),
                Some(*permission),
                "a word is there twice"
            );
        }
        let set = PermissionSet::of_role(Role::Manager);
        assert_eq!(PermissionSet::parse(set.words()), Ok(set));
        assert_eq!(PermissionSet::parse(["stock:read", "stock:steal"]), Err("stock:steal"));
    }

    #[test]
    fn narrowing_never_widens() {
        for a in Role::ALL {
            for b in Role::ALL {
                let (a, b) = (PermissionSet::of_role(*a), PermissionSet::of_role(*b));
                let both = a.narrowed_to(b);
                assert!(both.is_within(a) && both.is_within(b));
            }
        }
    }

    #[test]
    fn a_set_holds_what_was_put_in_and_nothing_else() {
        let set = Permission::ReadStock.alone().with(Permission::ReadAudit);
        assert_eq!(set.words(), ["stock:read", "audit:read"]);
        assert!(!set.has(Permission::AdjustStock) && !set.is_within(PermissionSet::of_role(Role::Viewer)));
        assert!(PermissionSet::NONE.is_within(PermissionSet::NONE));
        assert_eq!(PermissionSet::ALL.iter().count(), Permission::ALL.len());
    }
}
