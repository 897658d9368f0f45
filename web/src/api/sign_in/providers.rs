//! `GET /api/v1/sign-in/providers`

use actix_web::web;
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Visitor;
use crate::state::AppState;

/// Somebody by way of whom people sign in.
#[derive(Serialize, ToSchema)]
pub struct SignInProvider {
    /// Its name in `/sso/{provider}/start`.
    name: String,
    /// What its button says.
    title: String,
}

/// All of them.
#[derive(Serialize, ToSchema)]
pub struct SignInProviderList {
    /// In the order of the settings.
    providers: Vec<SignInProvider>,
}

/// The providers of single sign-on; none unless the operator set some up.
#[utoipa::path(get, path = "/api/v1/sign-in/providers", tag = "sign-in", operation_id = "list_sign_in_providers",
    responses((status = 200, description = "The providers", body = SignInProviderList)))]
pub async fn handle(state: web::Data<AppState>, _visitor: Visitor) -> web::Json<SignInProviderList> {
    let view = |provider: &actors::sso::Provider| SignInProvider {
        name: provider.name().to_owned(),
        title: provider.title().to_owned(),
    };
    web::Json(SignInProviderList {
        providers: state.sign_on.providers().iter().map(view).collect(),
    })
}
