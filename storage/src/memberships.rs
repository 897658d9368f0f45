//! Memberships: what a person is in an organization.

use domain::access::Role;
use domain::ids::{LocationId, OrgId, PersonId};
use jiff::Timestamp;
use tokio_postgres::Row;
use uuid::Uuid;

use crate::{Identities, StorageError, TenantTx};

const LIST: &str = "
    SELECT m.person_id, m.role, m.location_ids, p.email, p.name, m.since
    FROM memberships m JOIN people p ON p.id = m.person_id WHERE m.org_id = $1 ORDER BY m.since, m.person_id";
const LOCK_ALL: &str = "
    SELECT person_id, role, location_ids FROM memberships WHERE org_id = $1 ORDER BY person_id FOR UPDATE";
const LOCK: &str = "
    SELECT person_id, role, location_ids FROM memberships WHERE org_id = $1 AND person_id = $2 FOR SHARE";
const INSERT: &str = "
    INSERT INTO memberships (org_id, person_id, role, location_ids, since) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (org_id, person_id) DO NOTHING";
const UPDATE: &str = "UPDATE memberships SET role = $3, location_ids = $4 WHERE org_id = $1 AND person_id = $2";
const DELETE: &str = "DELETE FROM memberships WHERE org_id = $1 AND person_id = $2";
const LIST_OF_PERSON: &str = "
    SELECT o.id, o.name, m.role FROM memberships m JOIN organizations o ON o.id = m.org_id
    WHERE m.person_id = $1 ORDER BY o.name, o.id";

/// What a person is, and where they may change stock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// Who.
    pub person: PersonId,
    /// What they are.
    pub role: Role,
    /// Where they may change stock; none: everywhere.
    pub locations: Option<Vec<LocationId>>,
}

/// A membership with the person's name and address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// What they are.
    pub membership: Membership,
    /// Their address.
    pub email: String,
    /// Their name.
    pub name: String,
    /// Since when.
    pub since: Timestamp,
}

/// An organization that a person is a member of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnOrganization {
    /// Its id.
    pub id: OrgId,
    /// Its name.
    pub name: String,
    /// What the person is there.
    pub role: Role,
}

/// The members, the longest-standing first.
///
/// # Errors
/// When the database cannot be reached.
pub async fn list(tx: &TenantTx) -> Result<Vec<Member>, StorageError> {
    let rows = tx.query("listing members", LIST, &[&tx.org().uuid()]).await?;
    rows.iter()
        .map(|row| {
            Ok(Member {
                membership: from_row(row)?,
                email: row.get(3),
                name: row.get(4),
                since: row.get(5),
            })
        })
        .collect()
}

/// All memberships, locked until the transaction ends: two owners who leave at once wait for each other.
///
/// # Errors
/// When the database cannot be reached.
pub async fn lock_all(tx: &TenantTx) -> Result<Vec<Membership>, StorageError> {
    let rows = tx.query("locking memberships", LOCK_ALL, &[&tx.org().uuid()]).await?;
    rows.iter().map(from_row).collect()
}

/// What somebody is, which they stay until the transaction ends; none when they are no member.
///
/// # Errors
/// When the database cannot be reached.
pub async fn lock(tx: &TenantTx, person: PersonId) -> Result<Option<Membership>, StorageError> {
    let rows = tx
        .query("locking a membership", LOCK, &[&tx.org().uuid(), &person.uuid()])
        .await?;
    rows.first().map(from_row).transpose()
}

/// Makes a person a member; false when they are one.
///
/// # Errors
/// When the database cannot be reached.
pub async fn insert(tx: &TenantTx, membership: &Membership, now: Timestamp) -> Result<bool, StorageError> {
    let locations = uuids(membership.locations.as_deref());
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 5] = [
        &tx.org().uuid(),
        &membership.person.uuid(),
        &membership.role.word(),
        &locations,
        &now,
    ];
    let rows = tx.execute("adding a member", INSERT, &values).await?;
    Ok(rows == 1)
}

/// Changes what a member is and where they may change stock.
///
/// # Errors
/// When the database cannot be reached.
pub async fn update(tx: &TenantTx, membership: &Membership) -> Result<(), StorageError> {
    let locations = uuids(membership.locations.as_deref());
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 4] = [
        &tx.org().uuid(),
        &membership.person.uuid(),
        &membership.role.word(),
        &locations,
    ];
    tx.execute("changing a member", UPDATE, &values).await.map(drop)
}

/// Ends a membership.
///
/// # Errors
/// When the database cannot be reached.
pub async fn delete(tx: &TenantTx, person: PersonId) -> Result<(), StorageError> {
    tx.execute("removing a member", DELETE, &[&tx.org().uuid(), &person.uuid()])
        .await
        .map(drop)
}

/// The organizations that a person is a member of, by name.
///
/// # Errors
/// When the database cannot be reached.
pub async fn list_of_person(identities: &Identities, person: PersonId) -> Result<Vec<OwnOrganization>, StorageError> {
    let rows = identities
        .query("listing a person's organizations", LIST_OF_PERSON, &[&person.uuid()])
        .await?;
    rows.iter()
        .map(|row| {
            Ok(OwnOrganization {
                id: OrgId::new(row.get(0)),
                name: row.get(1),
                role: role(row.get(2))?,
            })
        })
        .collect()
}

/// The role behind a stored word.
pub(crate) fn role(word: &str) -> Result<Role, StorageError> {
    Role::parse(word).ok_or_else(|| StorageError::Unexpected(format!("there is no role {word}")))
}

/// Locations as they are stored.
pub(crate) fn uuids(locations: Option<&[LocationId]>) -> Option<Vec<Uuid>> {
    locations.map(|ids| ids.iter().map(|id| id.uuid()).collect())
}

/// Locations as they are used.
pub(crate) fn locations(ids: Option<Vec<Uuid>>) -> Option<Vec<LocationId>> {
    ids.map(|ids| ids.into_iter().map(LocationId::new).collect())
}

fn from_row(row: &Row) -> Result<Membership, StorageError> {
    Ok(Membership {
        person: PersonId::new(row.get(0)),
        role: role(row.get(1))?,
        locations: locations(row.get(2)),
    })
}
