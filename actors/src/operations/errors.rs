//! How operations end badly. The web layer maps each to one public code; see `web/src/errors.rs`.

use domain::ids::ItemId;
use domain::platform_settings::{FieldProblem, Provider};
use domain::stock::Refusal;
use storage::StorageError;
use storage::checkouts::ReservationState;

use crate::journal::NotAdmitted;
use crate::vault::VaultError;

/// Why an operation did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum OperationError {
    /// A rule said no; the item and its numbers.
    #[error("item {item}: {refusal}")]
    Refused {
        /// Which item.
        item: ItemId,
        /// Why.
        refusal: Refusal,
    },
    /// The organization has no such item.
    #[error("no item {0}")]
    ItemUnknown(ItemId),
    /// The item is a bundle, which has no stock of its own.
    #[error("item {0} is a bundle")]
    ItemIsBundle(ItemId),
    /// The organization has no such checkout.
    #[error("no such checkout")]
    CheckoutUnknown,
    /// The checkout is over.
    #[error("the checkout is {0:?}")]
    CheckoutClosed(ReservationState),
    /// This very checkout was refused before, and what it held was given back.
    #[error("the checkout was refused before")]
    CheckoutRefusedBefore,
    /// The same command id came with something else before.
    #[error("this command id was used for another request")]
    CommandReused,
    /// The SKU belongs to another item.
    #[error("the SKU {0} is taken")]
    SkuTaken(String),
    /// The name belongs to another location.
    #[error("the name {0} is taken")]
    NameTaken(String),
    /// A bundle's component is unknown or a bundle itself.
    #[error("every component must be a plain item of this organization")]
    ComponentsUnusable,
    /// What was entered for a platform is not usable; everything that is wrong.
    #[error("{} fields are not usable", .0.len())]
    SettingsInvalid(Vec<FieldProblem>),
    /// Nothing was entered for this platform.
    #[error("nothing is entered for {}", .0.word())]
    SettingsUnknown(Provider),
    /// This platform's connection cannot be tested yet.
    #[error("connections with {} cannot be tested yet", .0.word())]
    NoConnectionTest(Provider),
    /// A backup file that does not open, or holds what this program does not know.
    #[error("{0}")]
    BackupUnreadable(&'static str),
    /// The hub has no root key to work with; why.
    #[error("{0}")]
    VaultClosed(String),
    /// What is sealed does not open where it stands.
    #[error("a sealed secret does not open at its place")]
    SecretRefused,
    /// Certainly no effect: too many commands are under way, or the database is away, or the hub is stopping.
    #[error(transparent)]
    NotAdmitted(#[from] NotAdmitted),
    /// Certainly no effect: more messages wait for this item than its mailbox holds.
    #[error("the item's mailbox is full")]
    MailboxFull,
    /// No answer within the time a caller waits. It may have happened; the same command id finds out.
    #[error("no answer in time; ask again with the same command id")]
    OutcomeUnknown,
    /// The command brought its item's actor down three times.
    #[error("the command is quarantined")]
    Quarantined,
    /// The database minds the command; asking again will not help.
    #[error("the command could not be written")]
    NotWritable,
    /// Something about people, their sessions or keys.
    #[error(transparent)]
    People(#[from] super::people::PeopleError),
    /// A sign-in by way of a provider came to nothing.
    #[error(transparent)]
    SignOn(#[from] crate::sso::SignOnError),
    /// The database could not be reached or misbehaved.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<VaultError> for OperationError {
    fn from(error: VaultError) -> Self {
        let said = error.to_string();
        match error {
            VaultError::Closed(_) | VaultError::RootKeyMissing(_) => Self::VaultClosed(said),
            VaultError::Refused | VaultError::Retired => Self::SecretRefused,
            VaultError::Storage(error) => error.into(),
        }
    }
}
