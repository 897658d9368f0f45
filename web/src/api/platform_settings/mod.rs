//! `/api/v1/platform-settings`
//!
//! These writes take no `Idempotency-Key`: each can be repeated as it is (a PUT, a DELETE, a test), and remembering a
//! request means keeping a digest of its body, which would let whoever has the database guess a short password offline.

pub mod backup;
pub mod delete;
pub mod events;
pub mod list;
pub mod restore;
pub mod save;
pub mod test;
mod view;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use actors::operations::platform_settings::Means;
use domain::audit::Trail;
use domain::platform_settings::Provider;

use crate::access::Staff;
use crate::errors::{ApiError, Code};
use crate::provenance::Provenance;
use crate::state::AppState;

/// Characters of a passphrase; a short one can be guessed by whoever has the file.
const PASSPHRASE_CHARS: std::ops::RangeInclusive<usize> = 12..=1_024;

/// What the operations work with.
fn means(state: &AppState) -> Means<'_> {
    Means {
        vault: &state.vault,
        tenants: &state.stock.tenants,
        tests: &state.connections,
        post: &state.people.post,
    }
}

/// The platform that the path names.
fn provider_in(request: &HttpRequest) -> Result<Provider, ApiError> {
    let named = request.match_info().get("provider").and_then(Provider::parse);
    named.ok_or_else(|| ApiError::new(Code::NotFound).detail("there is no such platform"))
}

/// What the audit entries of this request begin with.
pub(crate) fn trail<P>(state: &AppState, who: &Staff<P>, request: &HttpRequest) -> Result<Trail, ApiError> {
    let provenance = Provenance::from_request(request, &mut Payload::None).into_inner()?;
    Ok(provenance.trail(&who.identity, state.stock.clock.now()))
}

fn check_passphrase(passphrase: &str) -> Result<(), ApiError> {
    let chars = passphrase.chars().count();
    if PASSPHRASE_CHARS.contains(&chars) {
        return Ok(());
    }
    let bound = |chars: usize| i64::try_from(chars).unwrap_or(i64::MAX);
    let (min, max) = (bound(*PASSPHRASE_CHARS.start()), bound(*PASSPHRASE_CHARS.end()));
    Err(ApiError::out_of_bounds("passphrase", bound(chars), min, max))
}
