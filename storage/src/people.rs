//! People: who can sign in. Global, by address.

use domain::ids::PersonId;
use domain::people::EmailAddress;
use jiff::Timestamp;

use crate::{Identities, IdentityTx, StorageError};

const FIND_BY_EMAIL: &str = "SELECT id, email, name, password_hash FROM people WHERE email = $1";
const FIND: &str = "SELECT id, email, name, password_hash FROM people WHERE id = $1";
const INSERT: &str = "
    INSERT INTO people (id, email, name, password_hash, password_set_at, created_at)
    VALUES ($1, $2, $3, $4, CASE WHEN $4::text IS NULL THEN NULL ELSE $5::timestamptz END, $5)
    ON CONFLICT (email) DO NOTHING";
const UPDATE_NAME: &str = "UPDATE people SET name = $2 WHERE id = $1";
const UPDATE_PASSWORD: &str = "UPDATE people SET password_hash = $2, password_set_at = $3 WHERE id = $1";

/// Somebody who can sign in. No `Debug`: it holds the password's hash.
#[derive(Clone)]
pub struct Person {
    /// Their id.
    pub id: PersonId,
    /// Their verified address.
    pub email: String,
    /// What they are called.
    pub name: String,
    /// Their password's hash, in PHC form; none for somebody who only ever came by single sign-on.
    pub password_hash: Option<String>,
}

/// Who has this address.
///
/// # Errors
/// When the database cannot be reached.
pub async fn find_by_email(identities: &Identities, email: &EmailAddress) -> Result<Option<Person>, StorageError> {
    let rows = identities
        .query("looking a person up", FIND_BY_EMAIL, &[&email.as_str()])
        .await?;
    Ok(rows.first().map(from_row))
}

/// The person with this id.
///
/// # Errors
/// When the database cannot be reached.
pub async fn find(identities: &Identities, id: PersonId) -> Result<Option<Person>, StorageError> {
    let rows = identities.query("looking a person up", FIND, &[&id.uuid()]).await?;
    Ok(rows.first().map(from_row))
}

/// Adds a person; false when somebody has the address already.
///
/// # Errors
/// When the database cannot be reached.
pub async fn insert(tx: &IdentityTx, person: &Person, now: Timestamp) -> Result<bool, StorageError> {
    let Person {
        id,
        email,
        name,
        password_hash,
    } = person;
    let rows = tx
        .execute(
            "adding a person",
            INSERT,
            &[&id.uuid(), email, name, password_hash, &now],
        )
        .await?;
    Ok(rows == 1)
}

/// Renames a person.
///
/// # Errors
/// When the database cannot be reached.
pub async fn update_name(tx: &IdentityTx, id: PersonId, name: &str) -> Result<(), StorageError> {
    tx.execute("renaming a person", UPDATE_NAME, &[&id.uuid(), &name])
        .await
        .map(drop)
}

/// Sets a person's password.
///
/// # Errors
/// When the database cannot be reached.
pub async fn update_password(tx: &IdentityTx, id: PersonId, hash: &str, now: Timestamp) -> Result<(), StorageError> {
    tx.execute("setting a password", UPDATE_PASSWORD, &[&id.uuid(), &hash, &now])
        .await
        .map(drop)
}

fn from_row(row: &tokio_postgres::Row) -> Person {
    Person {
        id: PersonId::new(row.get(0)),
        email: row.get(1),
        name: row.get(2),
        password_hash: row.get(3),
    }
}
