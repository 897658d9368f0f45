//! `POST /api/v1/people/sign-up`

use actix_web::{HttpResponse, web};
use actors::operations::people::{NewSignUp, sign_up};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::access::Visitor;
use crate::body::Body;
use crate::errors::ApiError;
use crate::state::AppState;

/// Who signs up.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignUp {
    /// Their address.
    email: String,
    /// 12 to 256 characters.
    password: String,
    /// What they are called.
    name: String,
    /// What their organization is called.
    organization: String,
}

/// Signs somebody up. A letter goes to the address; the answer is the same whether or not it has an account.
#[utoipa::path(post, path = "/api/v1/people/sign-up", tag = "people", operation_id = "sign_up", request_body = SignUp,
    responses((status = 202, description = "A letter is on its way"), (status = 422, description = "password_refused, email_unusable, name_unusable"), (status = 429, description = "too_many_tries")))]
pub async fn handle(
    state: web::Data<AppState>,
    visitor: Visitor,
    body: Body<SignUp>,
) -> Result<HttpResponse, ApiError> {
    let new = NewSignUp {
        email: &body.value.email,
        password: &body.value.password,
        name: &body.value.name,
        organization: &body.value.organization,
    };
    sign_up(&state.people, &visitor.visit, &new).await?;
    Ok(HttpResponse::Accepted().finish())
}
