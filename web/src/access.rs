//! Who may come in, as a type in every handler's signature: [`Staff<CanAdjustStock>`](Staff) and its like. A handler's
//! arguments say what it asks for, so that the route table can list it and a test can refuse a route that asks for nothing.

use std::marker::PhantomData;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use domain::access::Permission;
use domain::ids::OrgId;
use futures_util::future::{FutureExt, LocalBoxFuture};

use crate::body::Body;
use crate::errors::{ApiError, Code};
use crate::idempotency_key::IdempotencyKey;
use crate::identity::{Identity, identify};
use crate::provenance::{Provenance, TracedKey};
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
    {T} web::Query<T>;
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
#[expect(
    clippy::needless_pass_by_value,
    reason = "a handler is a function, and its type is what matters"
)]
pub fn guard_of<Arguments, Handler: Guarded<Arguments>>(_handler: Handler) -> Option<Guard> {
    Handler::GUARD
}
