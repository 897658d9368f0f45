//! The OpenAPI 3.1 document, generated from the handlers, with a page to browse it and the table of error codes.

use actix_web::http::header::LOCATION;
use actix_web::{HttpResponse, web};
use serde::Serialize;
use utoipa::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContactBuilder, InfoBuilder, OpenApi as Document, SecurityRequirement};

use crate::errors::Code;
use crate::routes::Paths;

const DESCRIPTION: &str = "One truth about stock, live, for every channel.

Every write on stock, items, locations and checkouts takes an `Idempotency-Key`: repeat a request with the same key and \
the same body and you get the first answer, marked `Idempotent-Replayed: true`; the effect happens once. Writes on people, \
sessions, members, invitations, organizations, keys, tokens and settings take none: some answer a secret, which is not \
kept to be given again, and the others are repeated without harm or refused the second time. A \"yes\" is said only when it is durable. \
Errors are `application/problem+json` (RFC 9457) with a `code` from `GET /api/errors` and a `request_id` to quote. \
Quantities are whole units. Times are RFC 3339 in UTC.";

/// Builds the document.
fn build() -> Document {
    let mut document = Paths::openapi();
    document.info = InfoBuilder::new()
        .title("Entrepot")
        .version("1")
        .description(Some(DESCRIPTION))
        .contact(Some(ContactBuilder::new().name(Some("Entrepot")).build()))
        .build();
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some(
            "An API key of your organization, or an access token that one was exchanged for.",
        ))
        .build();
    let components = document.components.get_or_insert_default();
    components.add_security_scheme("api_key", SecurityScheme::Http(bearer));
    let cookie = ApiKeyValue::with_description(
        "__Host-entrepot",
        "A session; writes also carry `X-CSRF-Token` and come from the hub's own Origin.",
    );
    components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    let either = ["api_key", "session"].map(|scheme| SecurityRequirement::new(scheme, Vec::<String>::new()));
    document.security = Some(either.to_vec());
    document
}

/// The document as it is checked in: pretty JSON with a line end.
#[must_use]
pub fn openapi_json() -> String {
    let mut text = build().to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}

/// `GET /api/openapi.json`
pub(crate) async fn document() -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(openapi_json())
}

/// `GET /api/docs`: to the page that shows what can be asked.
pub(crate) async fn to_docs() -> HttpResponse {
    HttpResponse::Found().insert_header((LOCATION, "/api/docs/")).finish()
}

/// `GET /api/asyncapi.json`: the live socket's messages.
pub(crate) async fn asyncapi() -> HttpResponse {
    let document = crate::live::asyncapi_json();
    HttpResponse::Ok().content_type("application/json").body(document)
}

#[derive(Serialize)]
struct CodeEntry {
    code: &'static str,
    status: u16,
    title: &'static str,
    advice: &'static str,
}

/// `GET /api/errors`: the table of error codes.
pub(crate) async fn errors() -> web::Json<Vec<impl Serialize>> {
    let entry = |code: &Code| CodeEntry {
        code: code.code(),
        status: code.status().as_u16(),
        title: code.title(),
        advice: code.advice(),
    };
    web::Json(Code::ALL.iter().map(entry).collect())
}
