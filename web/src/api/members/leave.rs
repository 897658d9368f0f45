//! `POST /api/v1/members/leave`

use actix_web::{HttpResponse, web};
use actors::operations::OperationError;
use actors::operations::members::{Decider, remove};
use actors::operations::people::PeopleError;

use crate::access::SignedIn;
use crate::errors::ApiError;
use crate::state::AppState;

/// Leaves the organization that the session acts for. The last owner stays.
#[utoipa::path(post, path = "/api/v1/members/leave", tag = "members", operation_id = "leave_organization",
    responses((status = 204, description = "Left"), (status = 403, description = "role_refused"), (status = 404, description = "not_found")))]
pub async fn handle(state: web::Data<AppState>, who: SignedIn) -> Result<HttpResponse, ApiError> {
    let acting = who.session.membership.clone();
    let acting = acting.ok_or(OperationError::from(PeopleError::Unknown("organization")))?;
    let decider = Decider {
        org: acting.org,
        reach: acting.role,
        permissions: who.permissions(),
        trail: who.trail(&state),
    };
    remove(&state.people, &decider, who.session.person).await?;
    state.forget_sessions();
    Ok(HttpResponse::NoContent().finish())
}
