//! `PATCH /api/v1/people/me`

use actix_web::{HttpResponse, web};
use actors::operations::people::rename;
use serde::Deserialize;
use utoipa::ToSchema;

use super::me::PersonView;
use crate::access::SignedIn;
use crate::body::Body;
use crate::errors::ApiError;
use crate::state::AppState;

/// A new name.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RenamePerson {
    /// 1 to 200 characters on one line.
    name: String,
}

/// Changes the name of the person who is signed in.
#[utoipa::path(patch, path = "/api/v1/people/me", tag = "people", operation_id = "rename_me", request_body = RenamePerson,
    responses((status = 200, description = "Afterwards", body = PersonView), (status = 422, description = "name_unusable")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: SignedIn,
    body: Body<RenamePerson>,
) -> Result<HttpResponse, ApiError> {
    let owner = (who.session.person, who.org());
    let person = rename(&state.people, owner, &body.value.name, &who.trail(&state)).await?;
    Ok(HttpResponse::Ok().json(PersonView::from(person)))
}
