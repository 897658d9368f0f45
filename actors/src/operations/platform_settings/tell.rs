//! Owners and admins hear of every change: whoever gets in and points a platform's keys elsewhere must not be the only one who
//! knows.

use domain::access::Role;
use storage::{TenantTx, memberships, organizations};

use super::Means;
use crate::mail::Letter;
use crate::operations::OperationError;

/// Who is to be told, and whose settings they are.
pub(super) struct Circle {
    organization: String,
    addresses: Vec<String>,
}

/// Reads who is to be told, in the transaction of the change.
pub(super) async fn circle(tx: &TenantTx) -> Result<Circle, OperationError> {
    let members = memberships::list(tx).await?;
    let deciding = members
        .into_iter()
        .filter(|member| member.membership.role >= Role::Admin);
    Ok(Circle {
        organization: organizations::get_name(tx).await?,
        addresses: deciding.map(|member| member.email).collect(),
    })
}

/// Tells them, once the change is committed. Names platforms and never a field.
pub(super) fn tell(means: &Means<'_>, circle: &Circle, (platforms, what): (&[&str], &str)) {
    let platforms = platforms.join(", ");
    for address in &circle.addresses {
        let letter = Letter::settings_changed(
            address,
            &circle.organization,
            &format!("The settings for {platforms} were {what}."),
        );
        means.post.send(letter);
    }
}
