//! `GET /api/v1/people/me`

use actix_web::web;
use actors::operations::OperationError;
use actors::operations::people::PeopleError;
use serde::Serialize;
use storage::people::{self, Person};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::SignedIn;
use crate::errors::ApiError;
use crate::state::AppState;

/// Somebody who can sign in.
#[derive(Serialize, ToSchema)]
#[schema(as = Person)]
pub struct PersonView {
    /// Their id.
    id: Uuid,
    /// Their address.
    email: String,
    /// What they are called.
    name: String,
}

impl From<Person> for PersonView {
    fn from(person: Person) -> Self {
        Self {
            id: person.id.uuid(),
            email: person.email,
            name: person.name,
        }
    }
}

/// The person who is signed in.
#[utoipa::path(get, path = "/api/v1/people/me", tag = "people", operation_id = "get_me",
    responses((status = 200, description = "The person", body = PersonView)))]
pub async fn handle(state: web::Data<AppState>, who: SignedIn) -> Result<web::Json<PersonView>, ApiError> {
    let found = people::find(&state.people.identities, who.session.person).await?;
    let person = found.ok_or(OperationError::from(PeopleError::Unknown("person")))?;
    Ok(web::Json(person.into()))
}
