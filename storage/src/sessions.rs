//! Sessions: signed-in browsers, found by the hash of their token.

use std::sync::Arc;

use domain::access::Role;
use domain::ids::{LocationId, OrgId, PersonId, SessionId};
use jiff::Timestamp;
use uuid::Uuid;

use crate::memberships::{locations, role};
use crate::{Identities, IdentityTx, StorageError};

const FIND: &str = "
    SELECT s.id, s.person_id, s.last_seen_at, s.expires_at, s.see_as, m.org_id, m.role, m.location_ids
    FROM sessions s LEFT JOIN memberships m ON m.org_id = s.acting_for AND m.person_id = s.person_id
    WHERE s.token_hash = $1";
/// Many sessions by id, with their tokens' hashes: one query for all open sockets.
const LIST_LIVE: &str = "
    SELECT s.id, s.person_id, s.last_seen_at, s.expires_at, s.see_as, m.org_id, m.role, m.location_ids, s.token_hash
    FROM sessions s LEFT JOIN memberships m ON m.org_id = s.acting_for AND m.person_id = s.person_id
    WHERE s.id = ANY($1)";
const LIST: &str = "
    SELECT id, address, user_agent, created_at, last_seen_at, expires_at FROM sessions
    WHERE person_id = $1 AND expires_at > $2 AND last_seen_at > $3 ORDER BY last_seen_at DESC, id";
const INSERT: &str = "
    INSERT INTO sessions (id, token_hash, person_id, acting_for, address, user_agent, created_at, last_seen_at, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)";
const TOUCH: &str = "UPDATE sessions SET last_seen_at = $2 WHERE id = $1 AND last_seen_at < $2";
const SWITCH: &str = "
    UPDATE sessions SET token_hash = $3, acting_for = $4, see_as = NULL WHERE id = $1 AND token_hash = $2";
const SEE_AS: &str = "UPDATE sessions SET see_as = $2 WHERE id = $1";
const DELETE: &str = "DELETE FROM sessions WHERE person_id = $1 AND id = $2";
const DELETE_OTHERS: &str = "DELETE FROM sessions WHERE person_id = $1 AND id IS DISTINCT FROM $2";
const DELETE_EXPIRED: &str = "DELETE FROM sessions WHERE expires_at <= $1 OR last_seen_at <= $2";

/// A session as a request needs it, with what its person is in the organization it acts for.
#[derive(Clone, Debug)]
pub struct LiveSession {
    /// Its id.
    pub id: SessionId,
    /// Whose.
    pub person: PersonId,
    /// The last request, to the minute.
    pub last_seen_at: Timestamp,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
    /// Narrowed to this role.
    pub see_as: Option<Role>,
    /// What the person is in the organization that the session acts for; none when it acts for none, or no longer a member.
    pub membership: Option<ActingMembership>,
}

/// What a person is in the organization that their session acts for.
#[derive(Clone, Debug)]
pub struct ActingMembership {
    /// Which one.
    pub org: OrgId,
    /// What they are.
    pub role: Role,
    /// Where they may change stock; none: everywhere.
    pub locations: Option<Arc<[LocationId]>>,
}

/// A new session.
#[derive(Clone, Debug)]
pub struct NewSession<'a> {
    /// Its id.
    pub id: SessionId,
    /// Whose.
    pub person: PersonId,
    /// The organization it acts for.
    pub acting_for: Option<OrgId>,
    /// Where it was begun.
    pub address: &'a str,
    /// With what.
    pub user_agent: &'a str,
    /// When.
    pub now: Timestamp,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
}

/// A session as its person sees it.
#[derive(Clone, Debug)]
pub struct SessionSummary {
    /// Its id.
    pub id: SessionId,
    /// Where it was begun.
    pub address: String,
    /// With what.
    pub user_agent: String,
    /// When.
    pub created_at: Timestamp,
    /// The last request, to the minute.
    pub last_seen_at: Timestamp,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
}

/// The session whose token has this hash, ended by time or not.
///
/// # Errors
/// When the database cannot be reached.
pub async fn find(identities: &Identities, token_hash: &[u8; 32]) -> Result<Option<LiveSession>, StorageError> {
    let rows = identities
        .query("looking a session up", FIND, &[&token_hash.as_slice()])
        .await?;
    rows.first().map(live_session).transpose()
}

/// Those of these sessions that exist, each with the hash of its token.
///
/// # Errors
/// When the database cannot be reached.
pub async fn list_live(
    identities: &Identities,
    ids: &[SessionId],
) -> Result<Vec<([u8; 32], LiveSession)>, StorageError> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let rows = identities.query("looking sessions up", LIST_LIVE, &[&ids]).await?;
    let hashed = |row: &tokio_postgres::Row| {
        let hash = row.get::<_, &[u8]>(8).try_into();
        let hash = hash.map_err(|_| StorageError::Unexpected("a session's hash of another length".to_owned()))?;
        Ok((hash, live_session(row)?))
    };
    rows.iter().map(hashed).collect()
}

fn live_session(row: &tokio_postgres::Row) -> Result<LiveSession, StorageError> {
    let membership = match row.get::<_, Option<Uuid>>(5) {
        None => None,
        Some(org) => Some(ActingMembership {
            org: OrgId::new(org),
            role: role(row.get(6))?,
            locations: locations(row.get(7)).map(Arc::from),
        }),
    };
    Ok(LiveSession {
        id: SessionId::new(row.get(0)),
        person: PersonId::new(row.get(1)),
        last_seen_at: row.get(2),
        expires_at: row.get(3),
        see_as: row.get::<_, Option<&str>>(4).map(role).transpose()?,
        membership,
    })
}

/// A person's sessions that live at `now`, last seen after `seen_after`; the newest first.
///
/// # Errors
/// When the database cannot be reached.
pub async fn list(
    identities: &Identities,
    person: PersonId,
    now: Timestamp,
    seen_after: Timestamp,
) -> Result<Vec<SessionSummary>, StorageError> {
    let rows = identities
        .query("listing sessions", LIST, &[&person.uuid(), &now, &seen_after])
        .await?;
    let summary = |row: &tokio_postgres::Row| SessionSummary {
        id: SessionId::new(row.get(0)),
        address: row.get(1),
        user_agent: row.get(2),
        created_at: row.get(3),
        last_seen_at: row.get(4),
        expires_at: row.get(5),
    };
    Ok(rows.iter().map(summary).collect())
}

/// Begins a session.
///
/// # Errors
/// When the database cannot be reached.
pub async fn insert(tx: &IdentityTx, session: &NewSession<'_>, token_hash: &[u8; 32]) -> Result<(), StorageError> {
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 8] = [
        &session.id.uuid(),
        &token_hash.as_slice(),
        &session.person.uuid(),
        &session.acting_for.map(OrgId::uuid),
        &session.address,
        &session.user_agent,
        &session.now,
        &session.expires_at,
    ];
    tx.execute("beginning a session", INSERT, &values).await.map(drop)
}

/// Notes that the session was used.
///
/// # Errors
/// When the database cannot be reached.
pub async fn touch(identities: &Identities, id: SessionId, now: Timestamp) -> Result<(), StorageError> {
    identities
        .execute("noting a session's use", TOUCH, &[&id.uuid(), &now])
        .await
        .map(drop)
}

/// Lets the session act for another organization, under a new token in the place of the old one; it sees as nobody else there.
/// False when the old token is dead already: of two that switch with one cookie, one gets a new one.
///
/// # Errors
/// When the database cannot be reached.
pub async fn switch(
    tx: &IdentityTx,
    id: SessionId,
    (old, new): (&[u8; 32], &[u8; 32]),
    org: OrgId,
) -> Result<bool, StorageError> {
    let rows = tx
        .execute(
            "switching a session",
            SWITCH,
            &[&id.uuid(), &old.as_slice(), &new.as_slice(), &org.uuid()],
        )
        .await?;
    Ok(rows == 1)
}

/// Narrows the session to a role, or no longer.
///
/// # Errors
/// When the database cannot be reached.
pub async fn see_as(tx: &IdentityTx, id: SessionId, role: Option<Role>) -> Result<(), StorageError> {
    tx.execute("narrowing a session", SEE_AS, &[&id.uuid(), &role.map(Role::word)])
        .await
        .map(drop)
}

/// Ends one of a person's sessions; false when they have no such.
///
/// # Errors
/// When the database cannot be reached.
pub async fn delete(tx: &IdentityTx, person: PersonId, id: SessionId) -> Result<bool, StorageError> {
    let rows = tx
        .execute("ending a session", DELETE, &[&person.uuid(), &id.uuid()])
        .await?;
    Ok(rows == 1)
}

/// Ends all of a person's sessions but one.
///
/// # Errors
/// When the database cannot be reached.
pub async fn delete_others(tx: &IdentityTx, person: PersonId, but: Option<SessionId>) -> Result<u64, StorageError> {
    tx.execute(
        "ending sessions",
        DELETE_OTHERS,
        &[&person.uuid(), &but.map(SessionId::uuid)],
    )
    .await
}

/// Forgets sessions that ended by time.
///
/// # Errors
/// When the database cannot be reached.
pub async fn delete_expired(
    identities: &Identities,
    now: Timestamp,
    seen_before: Timestamp,
) -> Result<u64, StorageError> {
    identities
        .execute("forgetting sessions", DELETE_EXPIRED, &[&now, &seen_before])
        .await
}
