//! `GET /api/v1/api-keys`

use actix_web::web;
use serde::Serialize;
use storage::api_keys;
use utoipa::ToSchema;

use super::ApiKeyView;
use crate::access::{CanReadKeys, Staff};
use crate::errors::ApiError;
use crate::state::AppState;

/// All of them.
#[derive(Serialize, ToSchema)]
pub struct ApiKeyList {
    /// The oldest first; revoked ones too.
    api_keys: Vec<ApiKeyView>,
}

/// The API keys of the organization, without their secrets.
#[utoipa::path(get, path = "/api/v1/api-keys", tag = "api keys", operation_id = "list_api_keys",
    responses((status = 200, description = "The keys", body = ApiKeyList), (status = 403, description = "forbidden")))]
pub async fn handle(state: web::Data<AppState>, who: Staff<CanReadKeys>) -> Result<web::Json<ApiKeyList>, ApiError> {
    let tx = state.people.tenants.begin(who.org()).await?;
    let listed = api_keys::list(&tx).await?;
    tx.commit().await?;
    Ok(web::Json(ApiKeyList {
        api_keys: listed.into_iter().map(ApiKeyView::from).collect(),
    }))
}
