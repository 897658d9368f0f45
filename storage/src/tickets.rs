//! Tickets: what waits for its second half, once and not for long. A ticket's kind is part of its name: one of another kind is
//! none.

use domain::ids::PersonId;
use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use crate::{Identities, IdentityTx, StorageError};

const DELETE_EXPIRED: &str = "DELETE FROM tickets WHERE expires_at <= $1";
const INSERT: &str = "
    INSERT INTO tickets (token_hash, kind, person_id, state, expires_at) VALUES ($1, $2, $3, $4, $5)";
const FIND: &str = "SELECT person_id FROM tickets WHERE token_hash = $1 AND kind = $2 AND expires_at > $3";
const SET_STATE: &str = "
    UPDATE tickets SET state = $4 WHERE token_hash = $1 AND kind = $2 AND expires_at > $3 RETURNING person_id";
const TAKE_STATE: &str = "
    WITH known AS (SELECT token_hash, person_id, state FROM tickets
        WHERE token_hash = $1 AND kind = $2 AND expires_at > $3 FOR UPDATE)
    UPDATE tickets t SET state = NULL FROM known WHERE t.token_hash = known.token_hash
    RETURNING known.person_id, known.state";
const TAKE: &str = "
    DELETE FROM tickets WHERE token_hash = $1 AND kind = $2 AND expires_at > $3 RETURNING person_id, state";
const DELETE_OF_KIND: &str = "DELETE FROM tickets WHERE person_id = $1 AND kind = $2";
const DELETE_OF_PERSON: &str = "DELETE FROM tickets WHERE person_id = $1";

/// What a ticket is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TicketKind {
    /// The password, or a provider's word, was right; the second factor is missing.
    SecondFactor,
    /// A passkey is to sign somebody in, who is not known yet.
    PasskeySignIn,
    /// A passkey is to be added.
    PasskeyRegistration,
    /// Somebody who is signed in is to prove it again.
    PasskeyProof,
    /// A new address is to be confirmed.
    EmailChange,
}

impl TicketKind {
    const fn word(self) -> &'static str {
        match self {
            Self::SecondFactor => "second_factor",
            Self::PasskeySignIn => "passkey_sign_in",
            Self::PasskeyRegistration => "passkey_registration",
            Self::PasskeyProof => "passkey_proof",
            Self::EmailChange => "email_change",
        }
    }
}

/// A new ticket.
#[derive(Clone, Debug)]
pub struct NewTicket<'a> {
    /// What for.
    pub kind: TicketKind,
    /// Whose; nobody's while it is not known who signs in.
    pub person: Option<PersonId>,
    /// What the second half is held against.
    pub state: Option<&'a Value>,
    /// Until when.
    pub expires_at: Timestamp,
}

/// How a ticket is named when it comes back.
#[derive(Clone, Copy, Debug)]
pub struct TicketName<'a> {
    /// What for.
    pub kind: TicketKind,
    /// Its hash.
    pub hash: &'a [u8; 32],
    /// When it came back.
    pub now: Timestamp,
}

/// A ticket that came back.
#[derive(Clone, Debug)]
pub struct Ticket {
    /// Whose.
    pub person: Option<PersonId>,
    /// What the second half is held against.
    pub state: Option<Value>,
}

/// Keeps a ticket, and forgets those that ran out.
///
/// # Errors
/// When the database cannot be reached.
pub async fn insert(
    tx: &IdentityTx,
    hash: &[u8; 32],
    ticket: &NewTicket<'_>,
    now: Timestamp,
) -> Result<(), StorageError> {
    tx.execute("forgetting tickets", DELETE_EXPIRED, &[&now]).await?;
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 5] = [
        &hash.as_slice(),
        &ticket.kind.word(),
        &ticket.person.map(PersonId::uuid),
        &ticket.state,
        &ticket.expires_at,
    ];
    tx.execute("keeping a ticket", INSERT, &values).await.map(drop)
}

/// Whose ticket this is, unless it ran out. It stays.
///
/// # Errors
/// When the database cannot be reached.
pub async fn find(identities: &Identities, name: TicketName<'_>) -> Result<Option<PersonId>, StorageError> {
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 3] = [&name.hash.as_slice(), &name.kind.word(), &name.now];
    let rows = identities.query("looking a ticket up", FIND, &values).await?;
    Ok(rows.first().and_then(person_in))
}

/// Gives a ticket something to hold its second half against; whose it is, unless it ran out.
///
/// # Errors
/// When the database cannot be reached.
pub async fn set_state(
    identities: &Identities,
    name: TicketName<'_>,
    state: &Value,
) -> Result<Option<PersonId>, StorageError> {
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 4] =
        [&name.hash.as_slice(), &name.kind.word(), &name.now, &state];
    let rows = identities.query("adding to a ticket", SET_STATE, &values).await?;
    Ok(rows.first().and_then(person_in))
}

/// Takes what a ticket holds out of it, whatever comes of it: nobody answers the same challenge twice. The ticket stays.
///
/// # Errors
/// When the database cannot be reached.
pub async fn take_state(identities: &Identities, name: TicketName<'_>) -> Result<Option<Ticket>, StorageError> {
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 3] = [&name.hash.as_slice(), &name.kind.word(), &name.now];
    let rows = identities.query("emptying a ticket", TAKE_STATE, &values).await?;
    Ok(rows.first().map(from_row))
}

/// Uses a ticket up, whatever comes of it.
///
/// # Errors
/// When the database cannot be reached.
pub async fn take(identities: &Identities, name: TicketName<'_>) -> Result<Option<Ticket>, StorageError> {
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 3] = [&name.hash.as_slice(), &name.kind.word(), &name.now];
    let rows = identities.query("using a ticket up", TAKE, &values).await?;
    Ok(rows.first().map(from_row))
}

/// Uses a ticket up together with what it is for.
///
/// # Errors
/// When the database cannot be reached.
pub async fn take_within(tx: &IdentityTx, name: TicketName<'_>) -> Result<Option<Ticket>, StorageError> {
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 3] = [&name.hash.as_slice(), &name.kind.word(), &name.now];
    let rows = tx.query("using a ticket up", TAKE, &values).await?;
    Ok(rows.first().map(from_row))
}

/// Makes a person's tickets of one kind useless.
///
/// # Errors
/// When the database cannot be reached.
pub async fn delete_of_kind(tx: &IdentityTx, person: PersonId, kind: TicketKind) -> Result<(), StorageError> {
    tx.execute("forgetting tickets", DELETE_OF_KIND, &[&person.uuid(), &kind.word()])
        .await
        .map(drop)
}

/// Makes all of a person's tickets useless: what they were got with is no longer true.
///
/// # Errors
/// When the database cannot be reached.
pub async fn delete_of_person(tx: &IdentityTx, person: PersonId) -> Result<(), StorageError> {
    tx.execute("forgetting tickets", DELETE_OF_PERSON, &[&person.uuid()])
        .await
        .map(drop)
}

fn person_in(row: &tokio_postgres::Row) -> Option<PersonId> {
    row.get::<_, Option<Uuid>>(0).map(PersonId::new)
}

fn from_row(row: &tokio_postgres::Row) -> Ticket {
    Ticket {
        person: person_in(row),
        state: row.get(1),
    }
}
