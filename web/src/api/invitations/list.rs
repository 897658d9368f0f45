//! `GET /api/v1/invitations`

use actix_web::web;
use serde::Serialize;
use storage::invitations;
use utoipa::ToSchema;

use super::InvitationView;
use crate::access::{CanReadPeople, Staff};
use crate::errors::ApiError;
use crate::state::AppState;

/// All of them.
#[derive(Serialize, ToSchema)]
pub struct InvitationList {
    /// The oldest first.
    invitations: Vec<InvitationView>,
}

/// Invitations not accepted yet.
#[utoipa::path(get, path = "/api/v1/invitations", tag = "invitations", operation_id = "list_invitations",
    responses((status = 200, description = "The invitations", body = InvitationList), (status = 403, description = "forbidden")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: Staff<CanReadPeople>,
) -> Result<web::Json<InvitationList>, ApiError> {
    let tx = state.people.tenants.begin(who.org()).await?;
    let listed = invitations::list(&tx).await?;
    tx.commit().await?;
    Ok(web::Json(InvitationList {
        invitations: listed.into_iter().map(InvitationView::from).collect(),
    }))
}
