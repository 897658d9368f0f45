//! The `Idempotency-Key` header: the caller's name for a write.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, HttpResponseBuilder, web};
use actors::operations::Request;
use domain::ids::CommandId;
use domain::stock::Fingerprint;

use crate::access::Staff;
use crate::errors::{ApiError, Code};
use crate::state::AppState;

const HEADER: &str = "idempotency-key";
/// Stripe's bound, which clients are written for.
const MAX_CHARS: usize = 255;
/// Tells the caller that the answer is that of an earlier request.
const REPLAYED_HEADER: &str = "idempotent-replayed";

/// The key of a write, or a fresh one when the caller sent none (and so cannot repeat the request safely).
#[derive(Clone, Debug)]
pub struct IdempotencyKey {
    key: Option<String>,
    fresh: CommandId,
    path: String,
}

impl IdempotencyKey {
    /// The write as operations know it. The digest covers the path and the raw body.
    #[must_use]
    pub fn request<P>(&self, who: &Staff<P>, body: &[u8]) -> Request {
        let command = match &self.key {
            Some(key) => CommandId::from_idempotency_key(who.org(), key),
            None => self.fresh,
        };
        Request {
            caller: who.identity.caller,
            command,
            line: 0,
            fingerprint: Fingerprint::of(&[self.path.as_bytes(), body]),
        }
    }
}

impl FromRequest for IdempotencyKey {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read(request))
    }
}

fn read(request: &HttpRequest) -> Result<IdempotencyKey, ApiError> {
    let mut values = request.headers().get_all(HEADER);
    let unusable = || ApiError::new(Code::InvalidIdempotencyKey);
    let key = match (values.next(), values.next()) {
        (None, _) => None,
        (Some(value), None) => {
            let key = value.to_str().map_err(|_| unusable())?;
            if key.is_empty() || key.len() > MAX_CHARS || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err(unusable());
            }
            Some(key.to_owned())
        }
        (Some(_), Some(_)) => return Err(unusable()),
    };
    let state = request
        .app_data::<web::Data<AppState>>()
        .ok_or_else(|| ApiError::new(Code::Internal))?;
    let fresh = CommandId::new(state.stock.clock.fresh_id());
    Ok(IdempotencyKey {
        key,
        fresh,
        path: request.path().to_owned(),
    })
}

/// Marks an answer as that of an earlier request.
pub(crate) fn mark_replay(response: &mut HttpResponseBuilder, is_replay: bool) {
    if is_replay {
        response.insert_header((REPLAYED_HEADER, "true"));
    }
}
