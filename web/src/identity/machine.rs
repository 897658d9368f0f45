//! Machines: `Authorization: Bearer …` with an API key or an access token, believed from a cache of 10 seconds or looked
//! up. What is found is kept under the secret's hash, so that a token's signature is checked once and a key costs the same
//! as ever.

use actix_web::HttpRequest;
use actors::operations::Caller;
use actors::operations::tokens::{Believed, believe};
use actors::tokens::is_access_token;
use actors::unguessable;
use domain::access::PermissionSet;
use domain::audit::Actor;
use jiff::{SignedDuration, Timestamp};
use storage::StorageError;
use storage::api_keys::{self, ApiKeyOwner};
use tracing::warn;

use super::{Identity, Proof, bearer};
use crate::edges::{Charged, RouteClass, class_of};
use crate::errors::{ApiError, Code};
use crate::state::AppState;

/// How exactly it is known when a key was last used.
const NOTED_EVERY: SignedDuration = SignedDuration::from_secs(60);

/// A machine that proved who it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Machine {
    caller: Caller,
    permissions: PermissionSet,
    proof: Proof,
    expires_at: Option<Timestamp>,
    requests_per_minute: Option<u32>,
}

/// Whoever the request's bearer secret stands for, within its limits.
pub(super) async fn find(state: &AppState, request: &HttpRequest) -> Result<Identity, ApiError> {
    let unknown = || ApiError::new(Code::Unauthenticated);
    let secret = bearer(request).ok_or_else(unknown)?;
    let hash = unguessable::hash(secret);
    let known = match state.machines.get(&hash) {
        Some(known) => known,
        None => {
            state.edges.charge_address(RouteClass::Lookup, request)?;
            let asked = state.machines.ask();
            let found = look_up(state, secret, &hash).await?;
            state.machines.keep(asked, hash, found);
            found
        }
    };
    let machine = known.ok_or_else(unknown)?;
    if machine.expires_at.is_some_and(|end| end <= state.stock.clock.now()) {
        return Err(unknown());
    }
    if machine.requests_per_minute != Some(0) {
        let class = class_of(request.method(), request.path());
        let who = machine.caller.actor.id().map_or(Charged::Nobody, Charged::Caller);
        state.edges.charge(class, who, machine.requests_per_minute)?;
    }
    Ok(Identity {
        caller: machine.caller,
        permissions: machine.permissions,
        proof: machine.proof,
        reach: machine.permissions.reach(),
        locations: None,
    })
}

async fn look_up(state: &AppState, secret: &str, hash: &[u8; 32]) -> Result<Option<Machine>, StorageError> {
    if is_access_token(secret) {
        return Ok(believe(&state.tokens, secret).await?.map(Machine::from));
    }
    let found = api_keys::find(&state.stock.engine, hash).await?;
    if let Some(owner) = found {
        note_use(state, owner).await;
    }
    Ok(found.map(Machine::from))
}

/// Notes when the key was used, at most once a minute, and only when it was looked up anyway. A note that is lost is no harm.
async fn note_use(state: &AppState, owner: ApiKeyOwner) {
    let now = state.stock.clock.now();
    let is_fresh = |last: Timestamp| now.duration_since(last) < NOTED_EVERY;
    if owner.last_used_at.is_some_and(is_fresh) {
        return;
    }
    let noted = async {
        let tx = state.stock.tenants.begin(owner.org).await?;
        api_keys::touch(&tx, owner.key, now).await?;
        tx.commit().await
    };
    if let Err(error) = noted.await {
        warn!(%error, "the use of an API key was not noted");
    }
}

impl From<ApiKeyOwner> for Machine {
    fn from(owner: ApiKeyOwner) -> Self {
        Self {
            caller: Caller {
                org: owner.org,
                actor: Actor::ApiKey(owner.key),
            },
            permissions: owner.permissions,
            proof: Proof::ApiKey,
            expires_at: owner.expires_at,
            requests_per_minute: owner.requests_per_minute.and_then(|limit| u32::try_from(limit).ok()),
        }
    }
}

impl From<Believed> for Machine {
    fn from(token: Believed) -> Self {
        Self {
            caller: Caller {
                org: token.org,
                actor: Actor::ApiKey(token.key),
            },
            permissions: token.scopes,
            proof: Proof::AccessToken,
            expires_at: Some(token.expires_at),
            requests_per_minute: token.requests_per_minute,
        }
    }
}
