//! How operations on people end badly.

use domain::access::{Permission, RoleRefused};
use domain::people::PasswordRefused;
use jiff::Timestamp;

/// Why not. Nothing here tells whether somebody has an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PeopleError {
    /// No such account, or not its password; never which of the two.
    #[error("address and password do not belong together")]
    SignInRefused,
    /// Too early for another try.
    #[error("too many tries; try again in {seconds} s")]
    TooManyTries {
        /// How long to wait.
        seconds: i64,
    },
    /// The password is too short, too long or too well known.
    #[error(transparent)]
    Password(#[from] PasswordRefused),
    /// The token was used, ran out, was taken back, or never was.
    #[error("the link was used before, ran out, was taken back, or is incomplete")]
    LinkUnusable,
    /// A rule about roles said no.
    #[error(transparent)]
    Role(#[from] RoleRefused),
    /// A key may not do what its maker may not.
    #[error("a key cannot have {word}, which its maker has not", word = .0.word())]
    Exceeds(Permission),
    /// A key must not work longer than the key that makes it.
    #[error("a key cannot work longer than its maker, which ends at {0}")]
    Outlives(Timestamp),
    /// A key must not ask more often than the key that makes it.
    #[error("a key cannot ask more often than its maker: {0} requests a minute")]
    Outpaces(i32),
    /// A key that follows the settings makes keys that do so too: its own limit may be below what they allow.
    #[error("a key without a limit of its own makes keys without one")]
    OwnLimit,
    /// The text is no e-mail address.
    #[error("that is no e-mail address")]
    EmailUnusable,
    /// The name is empty, too long, or not on one line.
    #[error("a name is 1 to 200 characters on one line")]
    NameUnusable,
    /// The invited person is a member already.
    #[error("somebody with this address is a member already")]
    MemberAlready,
    /// A limit names a place that is not there.
    #[error("the organization has no such location")]
    LocationUnknown,
    /// There is no such thing in this organization, or of this person.
    #[error("no such {0}")]
    Unknown(&'static str),
    /// The code is wrong, or was used before; never which.
    #[error("the code is wrong, or was used before")]
    CodeRefused,
    /// The ticket was used, ran out, is somebody else's, or never was.
    #[error("the ticket was used before, ran out, or is not yours")]
    TicketUnusable,
    /// The passkey's answer does not prove what it must.
    #[error("the passkey was not accepted")]
    PasskeyRefused,
    /// The public address has no name, and passkeys are bound to one.
    #[error("this hub's public address is no name, and passkeys are bound to one")]
    PasskeysUnavailable,
    /// There is one already, or as many as there may be.
    #[error("{0}")]
    FactorExists(&'static str),
    /// It is the last way to sign in.
    #[error("it is your last way to sign in")]
    LastWayIn,
    /// Too many passwords are being hashed.
    #[error("too many passwords are being checked")]
    Busy,
    /// The hash function failed.
    #[error("hashing a password failed")]
    HashFailed,
}
