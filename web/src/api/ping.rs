//! `POST /api/v1/ping`

use actix_web::HttpResponse;

use crate::access::{IsMember, Staff};

/// Does nothing, for a valid key. What any other request costs more than this one is what it does.
#[utoipa::path(post, path = "/api/v1/ping", tag = "operations", operation_id = "ping",
    responses((status = 204, description = "The key is valid"), (status = 401, description = "unauthenticated")))]
pub async fn handle(_who: Staff<IsMember>) -> HttpResponse {
    HttpResponse::NoContent().finish()
}
