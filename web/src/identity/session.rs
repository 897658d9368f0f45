//! Browsers: the session in the `__Host-` cookie, looked up by hash in a memory of 4 seconds or the database.
//!
//! The cookie is `Secure` always. On plain HTTP browsers keep it for `localhost` only (Chrome and Firefox do, Safari does not);
//! anywhere else the hub belongs behind TLS.

use actix_web::http::header::{AUTHORIZATION, CACHE_CONTROL, COOKIE, SET_COOKIE};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use actors::operations::sessions::{Begun, SignIn};
use actors::unguessable;
use domain::access::PermissionSet;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use storage::sessions::{self, LiveSession};
use utoipa::ToSchema;
use uuid::Uuid;

use super::browser::{check_write, csrf_token};
use crate::edges::{Charged, RouteClass, class_of};
use crate::errors::{ApiError, Code};
use crate::state::AppState;

const NAME: &str = "__Host-entrepot";
/// Has the browser forget the cookie.
pub(crate) const NO_COOKIE: &str = "__Host-entrepot=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0";
/// How exactly it is known when a session was last used.
const NOTED_EVERY: SignedDuration = SignedDuration::from_secs(60);

/// Has the browser keep the session until it is closed, or ended here.
pub(crate) fn cookie(token: &str) -> String {
    format!("{NAME}={token}; Path=/; Secure; HttpOnly; SameSite=Lax")
}

/// A session that proved itself.
#[derive(Clone, Debug)]
pub(crate) struct KnownSession {
    /// What is known of it.
    pub(crate) session: LiveSession,
    /// What its writes carry.
    pub(crate) csrf_token: String,
    /// What its token is known by.
    pub(crate) token_hash: [u8; 32],
}

impl KnownSession {
    /// Takes one request of its person's share.
    pub(crate) fn charge(&self, state: &AppState, request: &HttpRequest) -> Result<(), ApiError> {
        let class = class_of(request.method(), request.path());
        state
            .edges
            .charge(class, Charged::Caller(self.session.person.uuid()), None)
    }

    /// What it may do in the organization that it acts for: what its person's role may, narrowed to the role it sees as.
    pub(crate) fn permissions(&self) -> PermissionSet {
        let role = self.session.membership.as_ref().map(|acting| acting.role);
        let permissions = role.map_or(PermissionSet::NONE, PermissionSet::of_role);
        self.session.see_as.map_or(permissions, |role| {
            permissions.narrowed_to(PermissionSet::of_role(role))
        })
    }
}

/// The session whose cookie came along, unless a machine sent it. Writes must come from our own pages.
pub(crate) async fn find(state: &AppState, request: &HttpRequest) -> Result<KnownSession, ApiError> {
    let mut known = find_unnoted(state, request).await?;
    let now = state.people.clock.now();
    if now.duration_since(known.session.last_seen_at) >= NOTED_EVERY {
        sessions::touch(&state.people.identities, known.session.id, now).await?;
        known.session.last_seen_at = now;
        // Not put back: what memory knew may have ended elsewhere, and would be believed anew from here.
        state.sessions.forget(&known.token_hash);
    }
    Ok(known)
}

/// The same, for what an open screen asks for by itself: it is not use of the session, and must not keep it alive.
pub(crate) async fn find_unnoted(state: &AppState, request: &HttpRequest) -> Result<KnownSession, ApiError> {
    let unknown = || ApiError::new(Code::Unauthenticated);
    if request.headers().contains_key(AUTHORIZATION) {
        return Err(unknown());
    }
    let token = token(request).ok_or_else(unknown)?;
    check_write(request, &state.origins, token)?;
    let hash = unguessable::hash(token);
    let session = look_up(state, request, hash).await?.ok_or_else(unknown)?;
    if !state.is_session_alive(&session) {
        return Err(unknown());
    }
    Ok(KnownSession {
        session,
        csrf_token: csrf_token(token),
        token_hash: hash,
    })
}

async fn look_up(state: &AppState, request: &HttpRequest, hash: [u8; 32]) -> Result<Option<LiveSession>, ApiError> {
    if let Some(known) = state.sessions.get(&hash) {
        return Ok(known);
    }
    state.edges.charge_address(RouteClass::Lookup, request)?;
    let asked = state.sessions.ask();
    let found = sessions::find(&state.people.identities, &hash).await?;
    state.sessions.keep(asked, hash, found.clone());
    Ok(found)
}

/// The session's token, if one came.
fn token(request: &HttpRequest) -> Option<&str> {
    cookie_named(request, NAME)
}

/// The value of a cookie, if exactly one of this name came: two would be somebody's trick.
pub(crate) fn cookie_named<'a>(request: &'a HttpRequest, wanted: &str) -> Option<&'a str> {
    let headers = request
        .headers()
        .get_all(COOKIE)
        .filter_map(|value| value.to_str().ok());
    let pairs = headers
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    let mut ours = pairs.filter(|(name, _)| *name == wanted).map(|(_, token)| token);
    let token = ours.next()?;
    ours.next().is_none().then_some(token)
}

/// A session that was just begun.
#[derive(Serialize, ToSchema)]
#[schema(as = SessionBegun)]
pub(crate) struct BegunView {
    /// Its id.
    session_id: Uuid,
    /// Whose.
    person_id: Uuid,
    /// The organization it acts for.
    organization_id: Option<Uuid>,
    /// What writes must carry as `X-CSRF-Token`.
    csrf_token: String,
    /// When it ends whatever happens.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

/// A session that acts for another organization now.
#[derive(Serialize, ToSchema)]
#[schema(as = SessionSwitched)]
pub(crate) struct SwitchedView {
    /// The organization it acts for.
    pub(crate) organization_id: Uuid,
    /// What writes must carry as `X-CSRF-Token` from now on.
    pub(crate) csrf_token: String,
}

/// The answer that begins a session in a browser.
pub(crate) fn begun(mut response: HttpResponseBuilder, begun: &Begun) -> HttpResponse {
    response.insert_header((SET_COOKIE, cookie(&begun.token)));
    response.insert_header((CACHE_CONTROL, "no-store"));
    response.json(BegunView {
        session_id: begun.session.uuid(),
        person_id: begun.person.uuid(),
        organization_id: begun.org.map(domain::ids::OrgId::uuid),
        csrf_token: csrf_token(&begun.token),
        expires_at: begun.expires_at,
    })
}

/// What is missing before a session begins.
#[derive(Serialize, ToSchema)]
#[schema(as = SecondFactorAsked)]
pub(crate) struct SecondFactorView {
    /// Always `second_factor`.
    step: &'static str,
    /// What comes back with it.
    ticket: String,
    /// Which factors may come: `totp`, `recovery_code`, `passkey`.
    factors: Vec<&'static str>,
    /// Until when.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

/// The answer to a right first half: a session, or what is missing before one.
pub(crate) fn signed_in(done: SignIn) -> HttpResponse {
    match done {
        SignIn::Begun(session) => begun(HttpResponse::Created(), &session),
        SignIn::SecondFactor(asked) => HttpResponse::Accepted().json(SecondFactorView {
            step: "second_factor",
            ticket: asked.ticket,
            factors: asked.factors,
            expires_at: asked.expires_at,
        }),
    }
}
