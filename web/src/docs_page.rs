//! The page that shows the OpenAPI document: Swagger UI's files out of the binary, and a page of ours around them whose
//! scripts carry the answer's nonce.

use actix_web::{HttpResponse, web};
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::edges::Nonce;
use crate::state::AppState;

/// Swagger UI's own page, with a nonce on every script.
const PAGE: &str = include_str!("docs_page.html");
const NONCE_PLACE: &str = "{nonce}";

/// `GET /api/docs/`
pub(crate) async fn page(state: web::Data<AppState>) -> HttpResponse {
    let nonce = Nonce::fresh(&*state.stock.clock);
    let text = PAGE.replace(NONCE_PLACE, nonce.word());
    let mut response = HttpResponse::Ok().content_type("text/html; charset=utf-8").body(text);
    response.extensions_mut().insert(nonce);
    response
}

/// Everything else below `/api/docs/`.
pub(crate) fn files() -> SwaggerUi {
    SwaggerUi::new("/api/docs/{_:.*}").config(Config::from("/api/openapi.json"))
}
