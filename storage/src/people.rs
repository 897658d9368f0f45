//! People: who can sign in. Global, by address.

use domain::ids::PersonId;
use domain::people::EmailAddress;
use jiff::Timestamp;

use crate::{Identities, IdentityTx, StorageError};

const FIND_BY_EMAIL: &str = "SELECT id, email, name, password_hash FROM people WHERE email = $1";
const FIND: &str = "SELECT id, email, name, password_hash FROM people WHERE id = $1";
const INSERT: &str = "
    INSERT INTO people (id, email, name, password_hash, password_set_at, created_at) VALUES ($1, $2, $3, $4, $5, $5)
    ON CONFLICT (email) DO NOTHING";
const UPDATE_NAME: &str = "UPDATE people SET name = $2 WHERE id = $1";
const UPDATE_PASSWORD: &str = "UPDATE people SET password_hash = $2, password_set_at = $3 WHERE id = $1";
const CHANGE_PASSWORD: &str = "
    UPDATE people SET password_hash = $2, password_set_at = $3 WHERE id = $1 AND password_hash = $4";
/// Waits for whoever is changing the password, and then compares with what they made of it.
const LOCK_PASSWORD: &str = "SELECT FROM people WHERE id = $1 AND password_hash = $2 FOR SHARE";
const UPDATE_EMAIL: &str = "
    UPDATE people SET email = $2 WHERE id = $1 AND NOT EXISTS (SELECT FROM people WHERE email = $2)";
const HAS_PASSWORD: &str = "SELECT password_hash <> $2 FROM people WHERE id = $1 FOR UPDATE";

/// The hash of somebody who has no password: nothing hashes to it, and comparing with it takes as long as with any other.
pub const NO_PASSWORD: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Somebody who can sign in. No `Debug`: it holds the password's hash.
#[derive(Clone)]
pub struct Person {
    /// Their id.
    pub id: PersonId,
    /// Their verified address.
    pub email: String,
    /// What they are called.
    pub name: String,
    /// Their password's hash, in PHC form.
    pub password_hash: String,
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

/// Sets a person's password in the place of the one with the hash `verified`; false when it was changed since it was read.
///
/// # Errors
/// When the database cannot be reached.
pub async fn change_password(
    tx: &IdentityTx,
    id: PersonId,
    (verified, hash): (&str, &str),
    now: Timestamp,
) -> Result<bool, StorageError> {
    let rows = tx
        .execute(
            "changing a password",
            CHANGE_PASSWORD,
            &[&id.uuid(), &hash, &now, &verified],
        )
        .await?;
    Ok(rows == 1)
}

/// Keeps the password as it is until the transaction ends; false when it is no longer the one with the hash `verified`. Checking
/// a password takes long enough for somebody to change it meanwhile, and what was proved must still hold when it is acted upon.
///
/// # Errors
/// When the database cannot be reached.
pub async fn lock_password(tx: &IdentityTx, id: PersonId, verified: &str) -> Result<bool, StorageError> {
    let rows = tx
        .query("comparing a password's hash", LOCK_PASSWORD, &[&id.uuid(), &verified])
        .await?;
    Ok(rows.len() == 1)
}

/// Moves a person to another address; false when somebody has it.
///
/// # Errors
/// When the database cannot be reached.
pub async fn update_email(tx: &IdentityTx, id: PersonId, email: &str) -> Result<bool, StorageError> {
    match tx
        .execute("changing an address", UPDATE_EMAIL, &[&id.uuid(), &email])
        .await
    {
        Ok(rows) => Ok(rows == 1),
        // Somebody signed up with it at the same moment.
        Err(error) if error.violated_unique().is_some() => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether the person has a password. The row stays locked, so that two ways in are not taken away at once.
///
/// # Errors
/// When the database cannot be reached.
pub async fn lock_has_password(tx: &IdentityTx, id: PersonId) -> Result<bool, StorageError> {
    let rows = tx
        .query("looking at a password", HAS_PASSWORD, &[&id.uuid(), &NO_PASSWORD])
        .await?;
    Ok(rows.first().is_some_and(|row| row.get(0)))
}

fn from_row(row: &tokio_postgres::Row) -> Person {
    Person {
        id: PersonId::new(row.get(0)),
        email: row.get(1),
        name: row.get(2),
        password_hash: row.get(3),
    }
}
