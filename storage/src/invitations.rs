//! Invitations: offers of membership that wait to be accepted.

use domain::access::Role;
use domain::ids::{InvitationId, LocationId, OrgId};
use jiff::Timestamp;
use tokio_postgres::Row;

use crate::memberships::{locations, role, uuids};
use crate::{Identities, StorageError, TenantTx};

const LIST: &str = "
    SELECT id, email, role, location_ids, expires_at FROM invitations WHERE org_id = $1 ORDER BY created_at, id";
const INSERT: &str = "
    INSERT INTO invitations (org_id, id, email, role, location_ids, token_hash, created_at, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const DELETE_OF_EMAIL: &str = "DELETE FROM invitations WHERE org_id = $1 AND email = $2";
const DELETE: &str = "
    DELETE FROM invitations WHERE org_id = $1 AND id = $2 RETURNING id, email, role, location_ids, expires_at";
const FIND: &str = "
    SELECT i.org_id, i.id, i.email, i.role, o.name FROM invitations i JOIN organizations o ON o.id = i.org_id
    WHERE i.token_hash = $1 AND i.expires_at > $2";
const FIND_OF_EMAIL: &str = "
    SELECT i.org_id, i.id, i.email, i.role, o.name FROM invitations i JOIN organizations o ON o.id = i.org_id
    WHERE i.email = $1 AND i.expires_at > $2 ORDER BY i.id LIMIT 1";
const HAS_MEMBER: &str = "
    SELECT EXISTS (SELECT FROM memberships m JOIN people p ON p.id = m.person_id WHERE m.org_id = $1 AND p.email = $2)";

/// An open invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// Who is invited.
    pub email: String,
    /// What they will be.
    pub role: Role,
    /// Where they may change stock; none: everywhere.
    pub locations: Option<Vec<LocationId>>,
    /// Until when they can accept.
    pub expires_at: Timestamp,
}

/// An invitation as whoever has its token sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Where to.
    pub org: OrgId,
    /// Its id.
    pub id: InvitationId,
    /// Who is invited.
    pub email: String,
    /// What they will be.
    pub role: Role,
    /// What the organization is called.
    pub organization_name: String,
}

/// Invitations not accepted yet, the oldest first; those that ran out too.
///
/// # Errors
/// When the database cannot be reached.
pub async fn list(tx: &TenantTx) -> Result<Vec<Invitation>, StorageError> {
    let rows = tx.query("listing invitations", LIST, &[&tx.org().uuid()]).await?;
    rows.iter().map(from_row).collect()
}

/// Keeps an invitation in the place of an earlier one to the same address.
///
/// # Errors
/// When the database cannot be reached.
pub async fn insert(
    tx: &TenantTx,
    invitation: &Invitation,
    token_hash: &[u8; 32],
    now: Timestamp,
) -> Result<(), StorageError> {
    let (org, what) = (tx.org().uuid(), "keeping an invitation");
    tx.execute(what, DELETE_OF_EMAIL, &[&org, &invitation.email]).await?;
    let locations = uuids(invitation.locations.as_deref());
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 8] = [
        &org,
        &invitation.id.uuid(),
        &invitation.email,
        &invitation.role.word(),
        &locations,
        &token_hash.as_slice(),
        &now,
        &invitation.expires_at,
    ];
    tx.execute(what, INSERT, &values).await.map(drop)
}

/// Takes an invitation away, accepted or withdrawn; none when somebody was first.
///
/// # Errors
/// When the database cannot be reached.
pub async fn delete(tx: &TenantTx, id: InvitationId) -> Result<Option<Invitation>, StorageError> {
    let rows = tx
        .query("ending an invitation", DELETE, &[&tx.org().uuid(), &id.uuid()])
        .await?;
    rows.first().map(from_row).transpose()
}

/// The invitation whose token has this hash, unless it ran out.
///
/// # Errors
/// When the database cannot be reached.
pub async fn find(
    identities: &Identities,
    token_hash: &[u8; 32],
    now: Timestamp,
) -> Result<Option<Offer>, StorageError> {
    let rows = identities
        .query("looking an invitation up", FIND, &[&token_hash.as_slice(), &now])
        .await?;
    rows.first().map(offer).transpose()
}

/// The oldest invitation to this address that did not run out, from whatever organization.
///
/// # Errors
/// When the database cannot be reached.
pub async fn find_of_email(
    identities: &Identities,
    email: &str,
    now: Timestamp,
) -> Result<Option<Offer>, StorageError> {
    let rows = identities
        .query("looking an invitation up", FIND_OF_EMAIL, &[&email, &now])
        .await?;
    rows.first().map(offer).transpose()
}

fn offer(row: &Row) -> Result<Offer, StorageError> {
    Ok(Offer {
        org: OrgId::new(row.get(0)),
        id: InvitationId::new(row.get(1)),
        email: row.get(2),
        role: role(row.get(3))?,
        organization_name: row.get(4),
    })
}

/// Whether somebody with this address is a member already.
///
/// # Errors
/// When the database cannot be reached.
pub async fn has_member(tx: &TenantTx, email: &str) -> Result<bool, StorageError> {
    let rows = tx
        .query("looking a member up", HAS_MEMBER, &[&tx.org().uuid(), &email])
        .await?;
    Ok(rows.first().is_some_and(|row| row.get(0)))
}

fn from_row(row: &Row) -> Result<Invitation, StorageError> {
    Ok(Invitation {
        id: InvitationId::new(row.get(0)),
        email: row.get(1),
        role: role(row.get(2))?,
        locations: locations(row.get(3)),
        expires_at: row.get(4),
    })
}
