//! The console: one page and its files out of the binary. The page is the same for every screen, because the browser draws
//! them; which paths are screens is one list, shared with the console's own router. `docs/console.md` is the whole.

mod encoding;
mod files;

use actix_web::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, VARY};
use actix_web::{HttpRequest, HttpResponse, web};

use crate::edges::Nonce;
use crate::errors::{ApiError, Code};
use crate::state::AppState;
use encoding::Encoding;
use files::file;

/// First parts of the paths that are screens: what the console's router knows too.
const SCREENS: &str = include_str!("../../console/src/app/screens.json");
/// Where Vite writes the page's nonce.
const NONCE_PLACE: &str = "{nonce}";
/// What is served when no console was built.
const HOW_TO_BUILD: &str = include_str!("how_to_build.html");
/// A file whose name has its digest in it never changes.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// A file that keeps its name is asked for again after an hour.
const FOR_AN_HOUR: &str = "public, max-age=3600";

/// First parts of the paths that are screens.
pub(crate) fn screens() -> Vec<String> {
    serde_json::from_str(SCREENS).unwrap_or_default()
}

/// Any screen: the page, whose scripts carry the answer's nonce.
pub(crate) async fn page(state: web::Data<AppState>) -> HttpResponse {
    let nonce = Nonce::fresh(&*state.stock.clock);
    let built = file("index.html").and_then(|page| String::from_utf8(page.into_owned()).ok());
    let text = built.unwrap_or_else(|| HOW_TO_BUILD.to_owned());
    let text = text.replace(NONCE_PLACE, nonce.word());
    let mut response = HttpResponse::Ok().content_type("text/html; charset=utf-8").body(text);
    response.extensions_mut().insert(nonce);
    response
}

/// `GET /assets/{name}`: a file with its digest in its name.
pub(crate) async fn asset(request: HttpRequest, name: web::Path<String>) -> Result<HttpResponse, ApiError> {
    answer(&request, &format!("assets/{name}"), FOR_EVER)
}

/// `GET /favicon.svg`
pub(crate) async fn icon(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    answer(&request, "favicon.svg", FOR_AN_HOUR)
}

/// A file in the smallest form that the browser takes.
fn answer(request: &HttpRequest, path: &str, kept: &'static str) -> Result<HttpResponse, ApiError> {
    let media_type = files::media_type(path).ok_or_else(|| ApiError::new(Code::NotFound))?;
    let accepted = request.headers().get(ACCEPT_ENCODING);
    let accepted = accepted.and_then(|value| value.to_str().ok()).unwrap_or_default();
    let found = encoding::accepted(accepted).find_map(|encoding| {
        let name = format!("{path}{}", encoding.extension());
        Some((encoding, file(&name)?))
    });
    let (encoding, bytes) = found.ok_or_else(|| ApiError::new(Code::NotFound))?;
    let mut response = HttpResponse::Ok();
    response.content_type(media_type).insert_header((CACHE_CONTROL, kept));
    response.insert_header((VARY, "Accept-Encoding"));
    if let Some(name) = Encoding::name(encoding) {
        response.insert_header((CONTENT_ENCODING, name));
    }
    Ok(response.body(bytes.into_owned()))
}
