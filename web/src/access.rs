//! Who may come in, as a type in every handler's signature: [`Staff<CanAdjustStock>`](Staff) and its like. A handler's
//! arguments say what it asks for, so that the route table can list it and a test can refuse a route that asks for nothing.

use std::marker::PhantomData;

use actix_web::dev::Payload;
use actix_web::http::header::USER_AGENT;
use actix_web::{FromRequest, HttpRequest, web};
use actors::operations::factors::Own;
use actors::operations::members::Decider;
use actors::operations::people::Visit;
use domain::access::{Permission, PermissionSet};
use domain::audit::{Actor, Trail};
use domain::ids::{LocationId, OrgId};
use futures_util::future::{FutureExt, LocalBoxFuture};

use crate::body::Body;
use crate::errors::{ApiError, Code};
use crate::idempotency_key::IdempotencyKey;
use crate::identity::{Identity, KnownSession, check_public, find_session, find_unnoted, identify};
use crate::provenance::{Provenance, TracedKey};
use crate::query::Query;
use crate::state::AppState;

/// What a route asks of whoever comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Nothing; it is on the list of public routes.
    Public,
    /// To be a person who is signed in.
    Person,
    /// To act for an organization, with any permission or none.
    Member,
    /// To act for an organization with this permission.
    Permission(Permission),
}

/// What [`Staff`] may be asked for; implemented by the unit types below.
pub trait Needs: 'static {
    /// What it is.
    const GUARD: Guard;
}

/// Declares the unit types: name and permission.
macro_rules! needs {
    ($($name:ident $permission:ident)*) => {$(
        #[doc = concat!("Needs [`Permission::", stringify!($permission), "`].")]
        #[derive(Clone, Copy, Debug)]
        pub struct $name;

        impl Needs for $name {
            const GUARD: Guard = Guard::Permission(Permission::$permission);
        }
    )*};
}

needs! {
    CanReadStock ReadStock
    CanReadCheckouts ReadCheckouts
    CanWriteCheckouts WriteCheckouts
    CanReserveStock ReserveStock
    CanAllocateStock AllocateStock
    CanAdjustStock AdjustStock
    CanConfigureStock ConfigureStock
    CanWriteCatalog WriteCatalog
    CanWriteLocations WriteLocations
    CanReadPeople ReadPeople
    CanInvitePeople InvitePeople
    CanChangePeople ChangePeople
    CanWriteOrganization WriteOrganization
    CanReadKeys ReadKeys
    CanCreateKeys CreateKeys
    CanRevokeKeys RevokeKeys
    CanReadSettings ReadSettings
    CanWriteSettings WriteSettings
    CanBackUpSettings BackUpSettings
    CanWriteSignOn WriteSignOn
    CanReadAudit ReadAudit
}

/// Needs to act for an organization, and nothing more.
#[derive(Clone, Copy, Debug)]
pub struct IsMember;

impl Needs for IsMember {
    const GUARD: Guard = Guard::Member;
}

/// A caller that acts for an organization and has what `P` needs.
#[derive(Clone, Debug)]
pub struct Staff<P> {
    /// Who.
    pub identity: Identity,
    needs: PhantomData<P>,
}

impl<P> Staff<P> {
    /// The organization it acts for.
    #[must_use]
    pub fn org(&self) -> OrgId {
        self.identity.caller.org
    }

    /// Refuses somebody whose membership is limited to other places; `None` is a place that the hub would choose.
    ///
    /// # Errors
    /// `outside_limits`.
    pub fn may_change(&self, location: Option<LocationId>) -> Result<(), ApiError> {
        let Some(limits) = &self.identity.locations else {
            return Ok(());
        };
        if location.is_some_and(|location| limits.contains(&location)) {
            Ok(())
        } else {
            Err(ApiError::new(Code::OutsideLimits))
        }
    }

    /// Refuses somebody whose membership is limited to places from giving anybody more than those; `None` is everywhere.
    ///
    /// # Errors
    /// `outside_limits`.
    pub fn may_give(&self, places: Option<&[LocationId]>) -> Result<(), ApiError> {
        match (&self.identity.locations, places) {
            (None, _) => Ok(()),
            (Some(limits), Some(places)) if places.iter().all(|place| limits.contains(place)) => Ok(()),
            (Some(_), _) => Err(ApiError::new(Code::OutsideLimits)),
        }
    }

    /// Whoever decides about others, for operations that do.
    pub(crate) fn decider(&self, at: &Provenance, state: &AppState) -> Decider {
        Decider {
            org: self.org(),
            reach: self.identity.reach,
            permissions: self.identity.permissions,
            trail: at.trail(&self.identity, state.people.clock.now()),
        }
    }
}

/// A person who is signed in, for what concerns themselves.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub(crate) session: storage::sessions::LiveSession,
    pub(crate) csrf_token: String,
    pub(crate) token_hash: [u8; 32],
    permissions: PermissionSet,
    provenance: Provenance,
}

impl SignedIn {
    /// The organization that the session acts for.
    #[must_use]
    pub fn org(&self) -> Option<OrgId> {
        self.session.membership.as_ref().map(|acting| acting.org)
    }

    /// What the session may do there.
    pub(crate) fn permissions(&self) -> PermissionSet {
        self.permissions
    }

    /// Whoever it is, for operations on what they sign in with.
    pub(crate) fn own<'a>(&self, trail: &'a Trail) -> Own<'a> {
        Own {
            person: self.session.person,
            org: self.org(),
            trail,
        }
    }

    /// What audit entries of this request begin with.
    pub(crate) fn trail(&self, state: &AppState) -> Trail {
        let actor = Actor::Person(self.session.person);
        self.provenance.trail_of(actor, state.people.clock.now())
    }
}

impl FromRequest for SignedIn {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let provenance = Provenance::from_request(request, payload).into_inner();
        let state = request.app_data::<web::Data<AppState>>().cloned();
        let request = request.clone();
        async move {
            let state = state.ok_or_else(|| ApiError::new(Code::Unauthenticated))?;
            let known: KnownSession = find_session(&state, &request).await?;
            known.charge(&state, &request)?;
            Ok(Self {
                permissions: known.permissions(),
                session: known.session,
                csrf_token: known.csrf_token,
                token_hash: known.token_hash,
                provenance: provenance?,
            })
        }
        .boxed_local()
    }
}

/// A person who is signed in, and an open page of theirs that asks by itself: no use of the session.
#[derive(Clone, Debug)]
pub struct OpenPage {
    pub(crate) session: storage::sessions::LiveSession,
}

impl FromRequest for OpenPage {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let state = request.app_data::<web::Data<AppState>>().cloned();
        let request = request.clone();
        async move {
            let state = state.ok_or_else(|| ApiError::new(Code::Unauthenticated))?;
            let known = find_unnoted(&state, &request).await?;
            known.charge(&state, &request)?;
            Ok(Self { session: known.session })
        }
        .boxed_local()
    }
}

impl Asks for OpenPage {
    const GUARD: Option<Guard> = Some(Guard::Person);
}

/// Anybody, known or not: a route with it is on the list of public ones. A browser must not be sent by another site.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// Where they come from.
    pub visit: Visit,
}

impl FromRequest for Visitor {
    type Error = ApiError;
    type Future = std::future::Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        std::future::ready(visitor(request, payload))
    }
}

/// As much of a browser's description as is kept.
const USER_AGENT_CHARS: usize = 300;

fn visitor(request: &HttpRequest, payload: &mut Payload) -> Result<Visitor, ApiError> {
    let state = request.app_data::<web::Data<AppState>>();
    let state = state.ok_or_else(|| ApiError::new(Code::Internal))?;
    check_public(request, &state.origins)?;
    let (from, request_id) = Provenance::from_request(request, payload).into_inner()?.parts();
    let user_agent = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok());
    let kept = user_agent.unwrap_or_default().chars().filter(|c| !c.is_control());
    Ok(Visitor {
        visit: Visit {
            from,
            request_id: Some(request_id),
            user_agent: kept.take(USER_AGENT_CHARS).collect(),
        },
    })
}

/// Anybody may come: what is presented in the body is the proof. Such a route is on the list of public routes.
#[derive(Clone, Copy, Debug)]
pub struct Anybody;

impl FromRequest for Anybody {
    type Error = ApiError;
    type Future = std::future::Ready<Result<Self, ApiError>>;

    fn from_request(_: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(Ok(Self))
    }
}

impl Asks for Anybody {
    const GUARD: Option<Guard> = Some(Guard::Public);
}

impl<P: Needs> FromRequest for Staff<P> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let identity = identify(request);
        async move {
            let identity = identity.await?;
            match P::GUARD {
                Guard::Permission(needed) if !identity.permissions.has(needed) => {
                    Err(ApiError::new(Code::Forbidden).with("permission", needed.word()))
                }
                Guard::Permission(_) | Guard::Member | Guard::Person | Guard::Public => Ok(Self {
                    identity,
                    needs: PhantomData,
                }),
            }
        }
        .boxed_local()
    }
}

/// What one argument of a handler asks for. Every type that a handler takes says so.
pub trait Asks {
    /// What it asks for; `None` for what reads the request and lets anybody in.
    const GUARD: Option<Guard>;
}

impl<P: Needs> Asks for Staff<P> {
    const GUARD: Option<Guard> = Some(P::GUARD);
}

impl Asks for SignedIn {
    const GUARD: Option<Guard> = Some(Guard::Person);
}

impl Asks for Visitor {
    const GUARD: Option<Guard> = Some(Guard::Public);
}

/// Declares arguments that let anybody in.
macro_rules! asks_nothing {
    ($({$($parameter:ident)?} $name:ty;)*) => {
        $(impl$(<$parameter>)? Asks for $name {
            const GUARD: Option<Guard> = None;
        })*
    };
}

asks_nothing! {
    {} web::Data<AppState>;
    {T} web::Path<T>;
    {T} Query<T>;
    {T} Body<T>;
    {} IdempotencyKey;
    {} HttpRequest;
    {} Provenance;
    {} TracedKey;
}

/// A handler whose arguments say what they ask for.
pub trait Guarded<Arguments> {
    /// What a caller must be: what exactly one of the arguments asks for. `None` is a mistake in the handler.
    const GUARD: Option<Guard>;
}

/// What the only argument that asks for something asks for.
const fn only(asked: &[Option<Guard>]) -> Option<Guard> {
    let mut found = None;
    let mut rest = asked;
    while let [first, tail @ ..] = rest {
        if first.is_some() {
            if found.is_some() {
                return None;
            }
            found = *first;
        }
        rest = tail;
    }
    found
}

/// Implements [`Guarded`] for handlers of so many arguments.
macro_rules! guarded {
    ($($argument:ident)*) => {
        impl<Handler, Answer, $($argument: Asks),*> Guarded<($($argument,)*)> for Handler
        where
            Handler: Fn($($argument),*) -> Answer,
        {
            const GUARD: Option<Guard> = only(&[$($argument::GUARD),*]);
        }
    };
}

guarded! { A }
guarded! { A B }
guarded! { A B C }
guarded! { A B C D }

/// What a handler asks for; see [`Guarded`].
pub fn guard_of<Arguments, Handler: Guarded<Arguments>>(_handler: Handler) -> Option<Guard> {
    Handler::GUARD
}
