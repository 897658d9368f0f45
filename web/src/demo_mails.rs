//! The letters of a demo, to be read in a browser: mounted by `entrepot demo` alone. They hold tokens that open accounts, so
//! no other hub has these pages; and a page of another site that has its name point at this machine gets nothing either.

use std::path::{Path, PathBuf};

use actix_web::http::header::HOST;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};

use crate::errors::{ApiError, Code};

/// The newest so many are listed.
const MOST: usize = 200;
/// What this machine calls itself.
const OWN_NAMES: &[&str] = &["localhost", "127.0.0.1", "[::1]"];

/// Where the letters are.
#[derive(Clone, Debug)]
struct Folder(PathBuf);

/// Mounts the pages.
pub(crate) fn configure(config: &mut ServiceConfig, folder: &Path) {
    config
        .app_data(web::Data::new(Folder(folder.to_owned())))
        .route("/demo/mails", web::get().to(list))
        .route("/demo/mails/{name}", web::get().to(one));
}

async fn list(request: HttpRequest, folder: web::Data<Folder>) -> Result<HttpResponse, ApiError> {
    check_host(&request)?;
    let mut rows = String::new();
    for name in names(&folder.0).await {
        let letter = tokio::fs::read_to_string(folder.0.join(&name))
            .await
            .unwrap_or_default();
        let header = |wanted: &str| {
            let mut lines = letter.lines().take_while(|line| !line.is_empty());
            let found = lines.find_map(|line| line.strip_prefix(wanted));
            escaped(found.unwrap_or_default())
        };
        let (to, subject, date) = (header("To: "), header("Subject: "), header("Date: "));
        rows += &format!("<tr><td>{date}<td>{to}<td><a href=\"/demo/mails/{name}\">{subject}</a>\n");
    }
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Mails of the demo</title>\n\
         <h1>Mails of the demo</h1>\n<table><tr><th>Sent<th>To<th>About\n{rows}</table>\n"
    );
    Ok(HttpResponse::Ok().content_type("text/html; charset=utf-8").body(page))
}

async fn one(
    request: HttpRequest,
    folder: web::Data<Folder>,
    name: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    check_host(&request)?;
    // Only what the list names: nothing in the path chooses a file.
    let known = names(&folder.0).await.into_iter().find(|known| *known == *name);
    let known = known.ok_or_else(|| ApiError::new(Code::NotFound))?;
    let letter = tokio::fs::read_to_string(folder.0.join(known)).await;
    let letter = letter.map_err(|_| ApiError::new(Code::NotFound))?;
    // Soft line breaks would cut the links.
    let text = letter.replace("=\r\n", "").replace("=3D", "=");
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(text))
}

/// The letters' files, the newest first: names begin with the time.
async fn names(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    let Ok(mut entries) = tokio::fs::read_dir(folder).await else {
        return names;
    };
    while let Ok(Some(entry)) = entries.next_entry().await {
        if let Ok(name) = entry.file_name().into_string()
            && name.ends_with(".eml")
        {
            names.push(name);
        }
    }
    names.sort_unstable_by(|a, b| b.cmp(a));
    names.truncate(MOST);
    names
}

fn check_host(request: &HttpRequest) -> Result<(), ApiError> {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    let is_ours = host.is_some_and(|host| {
        let mut names = OWN_NAMES.iter().filter_map(|name| host.strip_prefix(name));
        names.any(|rest| rest.is_empty() || rest.starts_with(':'))
    });
    is_ours.then_some(()).ok_or_else(|| ApiError::new(Code::NotFound))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}
