//! `POST /api/v1/api-keys`

use actix_web::{HttpResponse, web};
use actors::operations::api_keys::{NewApiKey, create};
use domain::access::PermissionSet;
use jiff::Timestamp;
use serde::Deserialize;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{CanCreateKeys, Staff};
use crate::body::Body;
use crate::errors::ApiError;
use crate::errors::Code;
use crate::identity::Proof;
use crate::provenance::Provenance;
use crate::state::AppState;

/// What the key is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateApiKey {
    /// 1 to 200 characters on one line.
    name: String,
    /// What it may do: words of `docs/permissions.md`, at most its maker's.
    permissions: Vec<String>,
    /// When it stops working by itself.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
    /// How often it may ask; left out: as often as any.
    #[schema(minimum = 1, maximum = 1_000_000)]
    requests_per_minute: Option<i32>,
}

/// A new key.
#[derive(Serialize, ToSchema)]
pub struct CreatedApiKey {
    /// Its id.
    id: Uuid,
    /// The key itself, shown now and never again.
    secret: String,
}

/// Makes an API key with at most its maker's permissions and, where a key makes it, at most its life and pace. Its secret is shown once; a repeated request makes another key.
#[utoipa::path(post, path = "/api/v1/api-keys", tag = "api keys", operation_id = "create_api_key", request_body = CreateApiKey,
    responses((status = 201, description = "Made", body = CreatedApiKey), (status = 403, description = "forbidden, exceeds_yours, token_makes_no_keys"), (status = 422, description = "name_unusable, permission_unknown, out_of_bounds")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: Staff<CanCreateKeys>,
    at: Provenance,
    body: Body<CreateApiKey>,
) -> Result<HttpResponse, ApiError> {
    if who.identity.proof == Proof::AccessToken {
        return Err(ApiError::new(Code::TokenMakesNoKeys));
    }
    // A key is limited to no places, so whoever is limited cannot make one.
    who.may_give(None)?;
    let asked = body.value;
    if let Some(rate) = asked.requests_per_minute.filter(|rate| !(1..=1_000_000).contains(rate)) {
        return Err(ApiError::out_of_bounds(
            "requests_per_minute",
            rate.into(),
            1,
            1_000_000,
        ));
    }
    let permissions = PermissionSet::parse(asked.permissions.iter().map(String::as_str));
    let new = NewApiKey {
        permissions: permissions.map_err(|_| ApiError::new(Code::PermissionUnknown))?,
        name: asked.name,
        expires_at: asked.expires_at,
        requests_per_minute: asked.requests_per_minute,
    };
    let (key, secret) = create(&state.people, &who.decider(&at, &state), new).await?;
    Ok(HttpResponse::Created().json(CreatedApiKey {
        id: key.id.uuid(),
        secret,
    }))
}
