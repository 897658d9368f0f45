//! A person's own account: coming, proving the address, forgetting and changing the password.

mod change_email;
mod change_password;
mod confirm_email;
mod errors;
mod forgot;
mod remove_password;
mod rename;
mod reset;
mod sign_up;
mod verify;

pub use change_email::change_email;
pub use change_password::change_password;
pub use confirm_email::confirm_email;
pub use errors::PeopleError;
pub use forgot::forgot;
pub use remove_password::remove_password;
pub use rename::rename;
pub use reset::reset;
pub use sign_up::{NewSignUp, sign_up};
pub use verify::verify;

use std::net::IpAddr;

use domain::audit::{Actor, Entry, Trail};
use domain::ids::OrgId;
use domain::people::{EmailAddress, is_usable_name};
use jiff::Timestamp;
use storage::{IdentityTx, audit_log};

use super::OperationError;

/// A browser at the door: from where, under which request, with what.
#[derive(Clone, Debug)]
pub struct Visit {
    /// The address it was asked from.
    pub from: Option<IpAddr>,
    /// The request, as callers quote it.
    pub request_id: Option<String>,
    /// What the browser says it is, cut to 300 characters.
    pub user_agent: String,
}

impl Visit {
    /// What this visit's entries begin with, once it is known who came.
    #[must_use]
    pub fn trail(&self, at: Timestamp, actor: Actor) -> Trail {
        Trail {
            at,
            actor,
            from: self.from,
            request_id: self.request_id.clone(),
        }
    }
}

/// The address in a request.
pub(crate) fn parse_email(text: &str) -> Result<EmailAddress, OperationError> {
    EmailAddress::parse(text).ok_or_else(|| PeopleError::EmailUnusable.into())
}

/// The name in a request, trimmed.
pub(crate) fn parse_name(text: &str) -> Result<String, OperationError> {
    let name = text.trim();
    if is_usable_name(name) {
        Ok(name.to_owned())
    } else {
        Err(PeopleError::NameUnusable.into())
    }
}

/// Ends a transaction on a person's own account, with an entry in the log of the organization they act for. (Somebody who is a
/// member of none has no log to be in.)
pub(crate) async fn commit_recorded(tx: IdentityTx, org: Option<OrgId>, entry: &Entry) -> Result<(), OperationError> {
    commit_all_recorded(tx, org, std::slice::from_ref(entry)).await
}

/// The same with several entries, in their order.
pub(crate) async fn commit_all_recorded(
    tx: IdentityTx,
    org: Option<OrgId>,
    entries: &[Entry],
) -> Result<(), OperationError> {
    let Some(org) = org else {
        return Ok(tx.commit().await?);
    };
    let tx = tx.narrow_to(org).await?;
    for entry in entries {
        audit_log::append(&tx, entry).await?;
    }
    Ok(tx.commit().await?)
}
