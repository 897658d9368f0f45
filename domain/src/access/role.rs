//! The five roles, and the rules of giving and taking them.

/// What a person is in an organization, from the least to the most: the order is the rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Looks and changes nothing.
    Viewer,
    /// Works with stock and checkouts.
    Staff,
    /// Decides about catalogue, locations and limits too.
    Manager,
    /// Decides about people, keys and settings too.
    Admin,
    /// May do everything. An organization always has one.
    Owner,
}

/// Why a role may not be given, changed or taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RoleRefused {
    /// Nobody gives a role above their own, or touches a member who stands above them.
    #[error("the role {yours} cannot give or take the role {theirs}", yours = .yours.word(), theirs = .theirs.word())]
    AboveYours {
        /// The role of the one who asks.
        yours: Role,
        /// The role that is out of reach.
        theirs: Role,
    },
    /// An organization without an owner could never have one again.
    #[error("the last owner cannot leave or become less")]
    LastOwner,
}

impl Role {
    /// Every role, the least first.
    pub const ALL: &'static [Self] = &[Self::Viewer, Self::Staff, Self::Manager, Self::Admin, Self::Owner];

    /// The word in the API and in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Staff => "staff",
            Self::Manager => "manager",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// The role with this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.word() == word)
    }

    /// Whether somebody of this role may give `role` to another, or take it.
    ///
    /// # Errors
    /// [`RoleRefused::AboveYours`].
    pub fn reaches(self, role: Self) -> Result<(), RoleRefused> {
        if role <= self {
            Ok(())
        } else {
            Err(RoleRefused::AboveYours {
                yours: self,
                theirs: role,
            })
        }
    }

    /// Whether a member may stop being of this role, among so many owners (the member included).
    ///
    /// # Errors
    /// [`RoleRefused::LastOwner`].
    pub fn may_end(self, owners: i64) -> Result<(), RoleRefused> {
        if self == Self::Owner && owners <= 1 {
            Err(RoleRefused::LastOwner)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_reaches_above_their_own_role() {
        for yours in Role::ALL {
            for theirs in Role::ALL {
                assert_eq!(yours.reaches(*theirs).is_ok(), theirs <= yours, "{yours:?} {theirs:?}");
            }
        }
        let said = Role::Admin.reaches(Role::Owner).unwrap_err().to_string();
        assert_eq!(said, "the role admin cannot give or take the role owner");
    }

    #[test]
    fn only_the_last_owner_must_stay() {
        assert_eq!(Role::Owner.may_end(1), Err(RoleRefused::LastOwner));
        assert_eq!(Role::Owner.may_end(2), Ok(()));
        assert_eq!(Role::Admin.may_end(1), Ok(()));
    }

    #[test]
    fn words_lead_back_to_roles() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.word()), Some(*role));
        }
        assert_eq!(Role::parse("root"), None);
    }
}
