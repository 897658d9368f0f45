//! The closed list of permissions, each with the lowest role that has it.

use super::{PermissionSet, Role};

/// Declares the list: variant, word, lowest role, what it allows.
macro_rules! permissions {
    ($($(#[doc = $doc:literal])+ $name:ident $word:literal $lowest:ident)*) => {
        /// One thing that a role, an API key or a token may allow: `resource:action`. Words never change meaning; a bit's
        /// place may, because sets are stored as words.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Permission { $($(#[doc = $doc])+ $name,)* }

        impl Permission {
            /// Every permission, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The word in the API, in the database and in the documentation.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// The lowest role that has it; every role above has it too.
            #[must_use]
            pub const fn lowest_role(self) -> Role {
                match self { $(Self::$name => Role::$lowest,)* }
            }

            /// What it allows, for the documentation.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),+),)* }
            }
        }
    };
}

permissions! {
    /// Read items, levels, movements and locations.
    ReadStock "stock:read" Viewer
    /// Read checkouts.
    ReadCheckouts "checkouts:read" Viewer
    /// Reserve a basket, confirm it, release it.
    WriteCheckouts "checkouts:write" Staff
    /// Reserve single items, extend, confirm and release reservations.
    ReserveStock "stock:reserve" Staff
    /// Allocate units to order lines, deallocate them, ship them.
    AllocateStock "stock:allocate" Staff
    /// Expect, receive, count, adjust and transfer units.
    AdjustStock "stock:adjust" Staff
    /// Set reorder points, safety and backorder limits.
    ConfigureStock "stock:configure" Manager
    /// Create items and bundles, import products.
    WriteCatalog "catalog:write" Manager
    /// Create stock locations.
    WriteLocations "locations:write" Manager
    /// Read the organization's name, members and open invitations.
    ReadPeople "people:read" Viewer
    /// Invite people, up to one's own role, and take invitations back.
    InvitePeople "people:invite" Admin
    /// Change members' roles and limits, up to one's own role, and remove members.
    ChangePeople "people:change" Admin
    /// Rename the organization.
    WriteOrganization "organization:write" Owner
    /// List API keys; their secrets cannot be read by anybody.
    ReadKeys "keys:read" Admin
    /// Create API keys with at most one's own permissions.
    CreateKeys "keys:create" Admin
    /// Revoke API keys.
    RevokeKeys "keys:revoke" Admin
    /// See which platforms and gateways are set up, with secrets masked.
    ReadSettings "settings:read" Manager
    /// Enter, test and change the secrets and settings of platforms, gateways and mail.
    WriteSettings "settings:write" Admin
    /// Back settings up to an encrypted file and restore them.
    BackUpSettings "settings:backup" Owner
    /// Set up single sign-on for the organization.
    WriteSignOn "sso:write" Owner
    /// Search, export and verify the audit log.
    ReadAudit "audit:read" Admin
}

impl Permission {
    /// The permission with this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|known| known.word() == word)
    }

    /// The set that holds this one alone.
    #[must_use]
    pub const fn alone(self) -> PermissionSet {
        PermissionSet::NONE.with(self)
    }
}
