//! `GET /api/v1/people/me/identities`

use actix_web::web;
use jiff::Timestamp;
use serde::Serialize;
use storage::external_identities::{self, ExternalIdentity};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::SignedIn;
use crate::errors::ApiError;
use crate::state::AppState;

/// A provider's word that lets somebody in.
#[derive(Serialize, ToSchema)]
#[schema(as = ExternalIdentity)]
pub struct IdentityView {
    /// Its id.
    id: Uuid,
    /// The provider, as it calls itself.
    issuer: String,
    /// What the provider's button says, while the settings name it.
    title: Option<String>,
    /// The address that it was linked by.
    email: String,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    linked_at: Timestamp,
    /// The last sign-in with it.
    #[schema(value_type = String, format = DateTime)]
    last_used_at: Timestamp,
}

/// All of them.
#[derive(Serialize, ToSchema)]
pub struct ExternalIdentityList {
    /// The oldest first.
    identities: Vec<IdentityView>,
}

/// The providers whose word lets in the person who is signed in.
#[utoipa::path(get, path = "/api/v1/people/me/identities", tag = "people", operation_id = "list_identities",
    responses((status = 200, description = "The identities", body = ExternalIdentityList)))]
pub async fn handle(state: web::Data<AppState>, who: SignedIn) -> Result<web::Json<ExternalIdentityList>, ApiError> {
    let listed = external_identities::list(&state.people.identities, who.session.person).await?;
    let view = |one: ExternalIdentity| {
        let mut providers = state.sign_on.providers().iter();
        let named = providers.find(|provider| provider.issuer() == one.issuer);
        IdentityView {
            id: one.id.uuid(),
            title: named.map(|provider| provider.title().to_owned()),
            issuer: one.issuer,
            email: one.email,
            linked_at: one.linked_at,
            last_used_at: one.last_used_at,
        }
    };
    Ok(web::Json(ExternalIdentityList {
        identities: listed.into_iter().map(view).collect(),
    }))
}
