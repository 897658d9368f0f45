//! Signing in: always a new token. Unknown accounts cost the same time and get the same answer.

use domain::audit::{Actor, Subject};
use domain::ids::{OrgId, PersonId, SessionId};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use storage::sessions::{self, NewSession};
use storage::{IdentityTx, StorageError, attempts, memberships, people as stored};

use super::{Begun, SignIn, ask};
use crate::operations::OperationError;
use crate::operations::people::{PeopleError, Visit, commit_recorded, parse_email};
use crate::people::{Kind, People, Token, begin_try};

/// What is forgotten about tries anyhow; see `domain::people::Attempts`.
const TRIES_KEPT: SignedDuration = SignedDuration::from_hours(24);

/// Signs somebody in, or asks for their second factor. The session acts for the first of their organizations, by name.
///
/// # Errors
/// [`PeopleError::SignInRefused`], [`PeopleError::TooManyTries`].
pub async fn begin(people: &People, visit: &Visit, email: &str, password: &str) -> Result<SignIn, OperationError> {
    let email = parse_email(email)?;
    let counted = begin_try(people, Kind::Password, &email, visit.from).await?;
    let known = stored::find_by_email(&people.identities, &email).await?;
    let hash = known.as_ref().map(|person| person.password_hash.as_str());
    let is_right = people.passwords.is_right(password, hash).await?;
    let person = known.filter(|_| is_right).ok_or(PeopleError::SignInRefused)?;
    let session = prepare_first(people, visit, person.id).await?;
    let tx = people.identities.begin().await?;
    if !stored::lock_password(&tx, person.id, &person.password_hash).await? {
        tx.commit().await?;
        return Err(PeopleError::SignInRefused.into());
    }
    let trail = visit.trail(session.now, Actor::Person(person.id));
    if let Some(asked) = ask(people, &tx, person.id).await? {
        let entry = trail.entry("session.ask_second_factor", Subject::new("person", person.id));
        commit_recorded(tx, session.org, &entry).await?;
        counted.succeeded(people).await;
        return Ok(SignIn::SecondFactor(asked));
    }
    session.insert(&tx).await?;
    let entry = trail.entry("session.begin", Subject::new("session", session.id));
    commit_recorded(tx, session.org, &entry).await?;
    counted.succeeded(people).await;
    Ok(SignIn::Begun(session.begun()))
}

/// A session for the first of a person's organizations, by name. Made before the transaction that stores it is begun: one that
/// waits for another connection while it holds one could wait for itself.
pub(crate) async fn prepare_first(people: &People, visit: &Visit, person: PersonId) -> Result<Prepared, StorageError> {
    let mine = memberships::list_of_person(&people.identities, person).await?;
    forget_old(people).await?;
    Ok(prepare(people, visit, person, mine.first().map(|first| first.id)))
}

/// Begins a session for somebody who proved who they are by other means than the password alone, in the transaction of the
/// proof; `how` they did, for the log.
pub(crate) async fn begin_with(
    visit: &Visit,
    (tx, session): (IdentityTx, Prepared),
    how: &'static str,
) -> Result<Begun, OperationError> {
    session.insert(&tx).await?;
    let trail = visit.trail(session.now, Actor::Person(session.person));
    let entry = trail
        .entry("session.begin", Subject::new("session", session.id))
        .after(json!({ "by": how }));
    commit_recorded(tx, session.org, &entry).await?;
    Ok(session.begun())
}

/// A session to be stored with whatever else happens.
pub(crate) struct Prepared {
    token: Token,
    id: SessionId,
    person: PersonId,
    org: Option<OrgId>,
    address: String,
    user_agent: String,
    now: Timestamp,
    expires_at: Timestamp,
}

/// Makes a new token and id for a session of this person.
pub(crate) fn prepare(people: &People, visit: &Visit, person: PersonId, org: Option<OrgId>) -> Prepared {
    Prepared {
        token: Token::fresh(&*people.clock),
        id: SessionId::new(people.clock.fresh_id()),
        person,
        org,
        address: visit
            .from
            .map(|from| from.to_canonical().to_string())
            .unwrap_or_default(),
        user_agent: visit.user_agent.clone(),
        now: people.clock.now(),
        expires_at: people.after(people.settings.session_longest),
    }
}

impl Prepared {
    /// Its id, which is no secret.
    pub(crate) fn id(&self) -> SessionId {
        self.id
    }

    /// What it acts for.
    pub(crate) fn org(&self) -> Option<OrgId> {
        self.org
    }

    /// Stores it.
    pub(crate) async fn insert(&self, tx: &IdentityTx) -> Result<(), StorageError> {
        let session = NewSession {
            id: self.id,
            person: self.person,
            acting_for: self.org,
            address: &self.address,
            user_agent: &self.user_agent,
            now: self.now,
            expires_at: self.expires_at,
        };
        sessions::insert(tx, &session, &self.token.hash()).await
    }

    /// What its browser gets.
    pub(crate) fn begun(&self) -> Begun {
        Begun {
            token: self.token.secret().to_owned(),
            session: self.id,
            person: self.person,
            org: self.org,
            expires_at: self.expires_at,
        }
    }
}

/// Sessions and tries that ended by time go when somebody signs in: no loop of their own.
pub(crate) async fn forget_old(people: &People) -> Result<(), StorageError> {
    let now = people.clock.now();
    let before = |duration: SignedDuration| now.checked_sub(duration).unwrap_or(Timestamp::MIN);
    let _ended = sessions::delete_expired(&people.identities, now, before(people.settings.session_idle)).await?;
    let _forgotten = attempts::delete_older(&people.identities, before(TRIES_KEPT)).await?;
    Ok(())
}
