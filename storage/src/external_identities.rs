//! External identities: what providers of single sign-on call a person. Global, by issuer and subject.

use domain::ids::{ExternalIdentityId, PersonId};
use jiff::Timestamp;
use tokio_postgres::Row;

use crate::{Identities, IdentityTx, StorageError};

const FIND: &str = "
    SELECT id, issuer, subject, person_id, email, linked_at, last_used_at
    FROM external_identities WHERE issuer = $1 AND subject = $2";
const LIST: &str = "
    SELECT id, issuer, subject, person_id, email, linked_at, last_used_at
    FROM external_identities WHERE person_id = $1 ORDER BY linked_at, id";
const LOCK_ALL: &str = "
    SELECT id, issuer, subject, person_id, email, linked_at, last_used_at
    FROM external_identities WHERE person_id = $1 ORDER BY id FOR UPDATE";
const INSERT: &str = "
    INSERT INTO external_identities (id, issuer, subject, person_id, email, linked_at, last_used_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (issuer, subject) DO NOTHING";
const TOUCH: &str = "UPDATE external_identities SET last_used_at = $2 WHERE id = $1";
const DELETE: &str = "DELETE FROM external_identities WHERE person_id = $1 AND id = $2 RETURNING issuer";

/// What a provider calls a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalIdentity {
    /// Its id here.
    pub id: ExternalIdentityId,
    /// The provider, as it calls itself.
    pub issuer: String,
    /// The person, as the provider calls them; never another's.
    pub subject: String,
    /// Whom it lets in.
    pub person: PersonId,
    /// The verified address that it was linked by.
    pub email: String,
    /// Since when.
    pub linked_at: Timestamp,
    /// The last sign-in with it.
    pub last_used_at: Timestamp,
}

/// Whom the provider means.
///
/// # Errors
/// When the database cannot be reached.
pub async fn find(
    identities: &Identities,
    issuer: &str,
    subject: &str,
) -> Result<Option<ExternalIdentity>, StorageError> {
    let rows = identities
        .query("looking an external identity up", FIND, &[&issuer, &subject])
        .await?;
    Ok(rows.first().map(from_row))
}

/// A person's external identities, the oldest first.
///
/// # Errors
/// When the database cannot be reached.
pub async fn list(identities: &Identities, person: PersonId) -> Result<Vec<ExternalIdentity>, StorageError> {
    let rows = identities
        .query("listing external identities", LIST, &[&person.uuid()])
        .await?;
    Ok(rows.iter().map(from_row).collect())
}

/// The same, locked until the transaction ends: two that are unlinked at once wait for each other.
///
/// # Errors
/// When the database cannot be reached.
pub async fn lock_all(tx: &IdentityTx, person: PersonId) -> Result<Vec<ExternalIdentity>, StorageError> {
    let rows = tx
        .query("locking external identities", LOCK_ALL, &[&person.uuid()])
        .await?;
    Ok(rows.iter().map(from_row).collect())
}

/// Links an identity to its person; false when it is linked already.
///
/// # Errors
/// When the database cannot be reached.
pub async fn insert(tx: &IdentityTx, identity: &ExternalIdentity) -> Result<bool, StorageError> {
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 7] = [
        &identity.id.uuid(),
        &identity.issuer,
        &identity.subject,
        &identity.person.uuid(),
        &identity.email,
        &identity.linked_at,
        &identity.last_used_at,
    ];
    let rows = tx.execute("linking an external identity", INSERT, &values).await?;
    Ok(rows == 1)
}

/// Notes a sign-in; false when the identity was unlinked meanwhile.
///
/// # Errors
/// When the database cannot be reached.
pub async fn touch(tx: &IdentityTx, id: ExternalIdentityId, now: Timestamp) -> Result<bool, StorageError> {
    let rows = tx
        .execute("noting an external identity's use", TOUCH, &[&id.uuid(), &now])
        .await?;
    Ok(rows == 1)
}

/// Unlinks one of a person's identities; its issuer, or none when they have no such.
///
/// # Errors
/// When the database cannot be reached.
pub async fn delete(tx: &IdentityTx, person: PersonId, id: ExternalIdentityId) -> Result<Option<String>, StorageError> {
    let rows = tx
        .query("unlinking an external identity", DELETE, &[&person.uuid(), &id.uuid()])
        .await?;
    Ok(rows.first().map(|row| row.get(0)))
}

fn from_row(row: &Row) -> ExternalIdentity {
    ExternalIdentity {
        id: ExternalIdentityId::new(row.get(0)),
        issuer: row.get(1),
        subject: row.get(2),
        person: PersonId::new(row.get(3)),
        email: row.get(4),
        linked_at: row.get(5),
        last_used_at: row.get(6),
    }
}
