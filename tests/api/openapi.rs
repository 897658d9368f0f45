//! The document, the page that shows it, and the table of error codes.

use std::collections::BTreeSet;

use kit::{TestApp, workspace};
use serde_json::Value;
use web::{Code, ROUTES};

fn document() -> Value {
    serde_json::from_str(&web::openapi_json()).unwrap()
}

#[test]
fn the_checked_in_document_is_the_one_the_code_generates() {
    let checked_in = std::fs::read_to_string(workspace().join("docs/openapi.json")).unwrap_or_default();
    let is_same = checked_in == web::openapi_json();
    assert!(
        is_same,
        "docs/openapi.json is not what the code says; run `make openapi` and check the difference in"
    );
}

#[test]
fn the_document_describes_every_route_and_no_other() {
    let document = document();
    assert!(
        document["openapi"].as_str().unwrap().starts_with("3.1"),
        "{}",
        document["openapi"]
    );
    let mut described = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            described.insert((method.clone(), path.clone()));
        }
    }
    let routed = ROUTES
        .iter()
        .map(|(method, path)| ((*method).to_owned(), (*path).to_owned()));
    assert_eq!(described, routed.collect());
}

#[test]
fn every_answer_a_route_promises_to_refuse_with_is_in_the_table_of_codes() {
    let known: BTreeSet<&str> = Code::ALL.iter().map(|code| code.code()).collect();
    for (path, methods) in document()["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            for (status, response) in operation["responses"].as_object().unwrap() {
                let said = response["description"].as_str().unwrap();
                let is_refusal = status.starts_with('4') || status.starts_with('5');
                for code in said.split(", ").filter(|_| is_refusal) {
                    let code = Code::ALL.iter().find(|known| known.code() == code);
                    let expected = code.map(|code| code.status().as_str().to_owned());
                    assert_eq!(expected.as_deref(), Some(status.as_str()), "{method} {path}: {said}");
                }
            }
        }
    }
    assert_eq!(known.len(), Code::ALL.len(), "a code is there twice");
}

#[tokio::test]
async fn the_document_its_page_and_the_table_of_codes_are_served() {
    let app = TestApp::start().await;
    let served = app.get("/api/openapi.json").without("authorization").send().await;
    assert_eq!((served.status(), served.text()), (200, web::openapi_json()));
    let page = app.get("/api/docs/").without("authorization").send().await;
    assert!(page.status() == 200 && page.text().contains("<html"), "{}", page.text());
    assert!(
        page.header("content-type")
            .is_some_and(|kind| kind.starts_with("text/html"))
    );
    let moved = app.get("/api/docs").without("authorization").send().await;
    assert_eq!((moved.status(), moved.header("location")), (302, Some("/api/docs/")));
    let health = app.get("/health").without("authorization").send().await.ok(200);
    assert_eq!(health["status"], "ready");
    let listed = app.get("/api/errors").without("authorization").send().await.ok(200);
    let listed: Vec<(&str, u64)> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (entry["code"].as_str().unwrap(), entry["status"].as_u64().unwrap()))
        .collect();
    let table = Code::ALL
        .iter()
        .map(|code| (code.code(), u64::from(code.status().as_u16())));
    assert_eq!(listed, table.collect::<Vec<_>>());
    app.stop().await;
}

#[test]
fn the_document_says_which_writes_take_an_idempotency_key_and_which_do_not() {
    let document = document();
    let said = document["info"]["description"].as_str().unwrap();
    let takes = "Every write on stock, items, locations and checkouts takes an `Idempotency-Key`";
    assert!(said.contains(takes), "{said}");
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let names: Vec<&str> = parameters.filter_map(|one| one["name"].as_str()).collect();
            let is_stock = path.starts_with("/api/v1/stock/") || path.starts_with("/api/v1/checkouts");
            assert_eq!(
                names.contains(&"Idempotency-Key"),
                is_stock && method != "get",
                "{method} {path}"
            );
        }
    }
}
