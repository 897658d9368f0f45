//! Bad input on every route: a clear 4xx problem in our own words, never a 5xx, never a parser's text. The routes come
//! from the product's own table, so a new one is covered or fails here.

use std::time::Duration;

use futures_util::future::join_all;
use std::sync::LazyLock;

use kit::{Answer, Call, Organization, TestApp, exchange_stalling};
use serde_json::{Value, json};
use uuid::Uuid;

/// Routes that take no body: they do not look at one.
const BODILESS: &[&str] = &[
    "/api/v1/ping",
    "/api/v1/checkouts/{checkout_id}/confirm",
    "/api/v1/checkouts/{checkout_id}/release",
    "/api/v1/platform-settings/{provider}/test",
    "/api/v1/data-keys/rotate",
];
/// Writes that can be repeated as they are and take no Idempotency-Key: remembering them would keep a digest of a secret.
const KEYLESS: &[&str] = &[
    "/api/v1/ping",
    "/api/v1/platform-settings/backup",
    "/api/v1/platform-settings/restore",
    "/api/v1/platform-settings/{provider}/test",
    "/api/v1/data-keys/rotate",
];
/// Routes that anybody may ask: what is in the body is the proof.
const PUBLIC: &[&str] = &[
    "/api/v1/tokens/refresh",
    "/api/v1/tokens/revoke",
    "/api/v1/sign-in/providers",
    "/sso/{provider}/start",
    "/sso/{provider}/callback",
];
/// Routes whose answer is a secret, and is not kept to be repeated.
const UNREPEATABLE: &[&str] = &["/api/v1/tokens", "/api/v1/tokens/refresh", "/api/v1/tokens/revoke"];
/// What a parser, a database or a panic would say.
const FORBIDDEN: &[&str] = &[
    "line 1",
    "column",
    "expected",
    "serde",
    "EOF",
    "invalid type",
    "invalid value",
    "missing field",
    "unknown variant",
    "postgres",
    "Postgres",
    "syntax error",
    "SQLSTATE",
    "constraint",
    "panicked",
    "deserialize",
    "recursion",
];
const UNKNOWN: Uuid = Uuid::from_u128(0x0190_a5e0_0000_7000_8000_0000_0000_00ff);
const TEN_MEGABYTES: usize = 10 * 1024 * 1024;

/// Ids a valid body can name.
#[derive(Clone, Copy)]
struct Ids {
    item: Uuid,
    location: Uuid,
    annex: Uuid,
    reservation: Uuid,
    order_line: Uuid,
}

/// The routes that answer an API key. Those of people, their sessions, sockets and organizations have tests of their own.
static ROUTES: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
    let of_people = [
        "people",
        "sessions",
        "organization",
        "members",
        "invitations",
        "api-keys",
        "audit-log",
        "factors",
        "totp",
        "recovery-codes",
        "passkeys",
        "live",
    ];
    let is_known = |path: &str| {
        !of_people
            .iter()
            .any(|noun| path.starts_with(&format!("/api/v1/{noun}")))
    };
    web::ROUTES.iter().filter(|(_, path)| is_known(path)).copied().collect()
});

fn body_routes() -> impl Iterator<Item = &'static str> {
    let posts = ROUTES
        .iter()
        .filter(|(method, path)| *method == "post" && !BODILESS.contains(path));
    posts.map(|(_, path)| *path)
}

/// A body that the route would take.
fn valid_body(path: &str, ids: Ids) -> Value {
    let Ids {
        item,
        location,
        annex,
        reservation,
        order_line,
    } = ids;
    match path.rsplit('/').next().unwrap() {
        "checkouts" => json!({ "lines": [{ "item_id": item, "quantity": 1 }], "hold_seconds": 60 }),
        "items" => json!({ "sku": "NEW", "title": "New", "components": [{ "item_id": item, "quantity": 1 }] }),
        "locations" => json!({ "name": "New", "priority": 5 }),
        "reserve" => json!({ "item_id": item, "quantity": 1, "hold_seconds": 60, "location_id": location }),
        "extend" => json!({ "item_id": item, "reservation_id": reservation, "hold_seconds": 60 }),
        "confirm" => json!({ "item_id": item, "reservation_id": reservation, "order_line_id": Uuid::from_u128(3) }),
        "release" => json!({ "item_id": item, "reservation_id": reservation }),
        "allocate" => {
            json!({ "item_id": item, "order_line_id": Uuid::from_u128(4), "quantity": 1, "location_id": location })
        }
        "deallocate" | "ship" => json!({ "item_id": item, "order_line_id": order_line, "quantity": 1 }),
        "expect" | "receive" => json!({ "item_id": item, "location_id": location, "quantity": 1 }),
        "adjust" => json!({ "item_id": item, "location_id": location, "delta": 1, "reason": "found" }),
        "count" => json!({ "item_id": item, "location_id": location, "counted": 50 }),
        "transfer" => json!({ "item_id": item, "from_location_id": location, "to_location_id": annex, "quantity": 1 }),
        "set-reorder-point" => json!({ "item_id": item, "reorder_point": 5 }),
        "set-safety" => json!({ "item_id": item, "location_id": location, "safety": 1 }),
        "refresh" | "revoke" => json!({ "refresh_token": "er_nothing" }),
        "tokens" => json!({ "scopes": ["stock:read"] }),
        "set-backorder" => json!({ "item_id": item, "limit": 5 }),
        "backup" => json!({ "passphrase": "correct horse battery" }),
        "restore" => json!({ "passphrase": "correct horse battery", "file": "AAAA" }),
        _ => panic!("{path} is new: give it a valid body here"),
    }
}

/// Things of one organization: stock at two places, an open checkout, an allocated order line.
async fn stock_up(app: &TestApp, api_key: &str, location: Uuid) -> Ids {
    let post =
        async |path: &str, status: u16, body: Value| app.post(path).api_key(api_key).json(body).send().await.ok(status);
    let id = |value: &Value| value["id"].as_str().unwrap().parse::<Uuid>().unwrap();
    let item = id(&post("/api/v1/stock/items", 201, json!({ "sku": "LAMP" })).await);
    let annex = id(&post("/api/v1/stock/locations", 201, json!({ "name": "Annex" })).await);
    for place in [location, annex] {
        let body = json!({ "item_id": item, "location_id": place, "counted": 50 });
        let _counted = post("/api/v1/stock/commands/count", 200, body).await;
    }
    let order_line = Uuid::from_u128(item.as_u128() ^ 1);
    let body = json!({ "item_id": item, "order_line_id": order_line, "quantity": 10 });
    let _allocated = post("/api/v1/stock/commands/allocate", 200, body).await;
    let body = json!({ "lines": [{ "item_id": item, "quantity": 1 }] });
    let reservation = id(&post("/api/v1/checkouts", 201, body).await);
    Ids {
        item,
        location,
        annex,
        reservation,
        order_line,
    }
}

async fn own_things(app: &TestApp) -> Ids {
    stock_up(app, &app.api_key, app.location()).await
}

/// A 4xx problem with nothing in it that is not ours.
fn check(answer: &Answer, what: &str) {
    assert!(
        (400..500).contains(&answer.status()),
        "{what}: {} {}",
        answer.status(),
        answer.text()
    );
    let _complete = answer.any_problem();
    let text = answer.text();
    let leaked = FORBIDDEN.iter().find(|words| text.contains(**words));
    assert_eq!(leaked, None, "{what}: {text}");
}

/// The hub is as well as before.
async fn stop_healthy(app: TestApp) {
    let ready = app.get("/health/ready").send().await;
    assert_eq!(ready.status(), 200, "{}", ready.text());
    app.stop().await;
}

/// Bodies that no route takes.
fn hopeless_bodies() -> Vec<Vec<u8>> {
    let texts = [
        "",
        " ",
        "null",
        "true",
        "0",
        "-1",
        "1e400",
        "NaN",
        "Infinity",
        "\"text\"",
        "[]",
        "{}",
        "[{}]",
        "[null]",
        "{",
        "}",
        "tru",
        "{\"a\":}",
        "{\"a\":1,}",
        "{'a':1}",
        "{\"a\":NaN}",
        "{\"a\":1e400}",
        "{\"a\":\"\\u0000\"}",
        "{\"\\u0000\":1}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\\udc00\\ud800\"}",
        "{\"a\":1,\"a\":1}",
        "{\"\":1}",
        "{} {}",
        "\u{feff}{}",
        "<xml/>",
        "{\"a\":\"\u{1}\"}",
    ];
    let mut bodies: Vec<Vec<u8>> = texts.iter().map(|text| text.as_bytes().to_vec()).collect();
    bodies.push(b"{\"sku\":\"\xff\xfe\"}".to_vec());
    bodies.push(b"{\"item_id\":\"\xc3\x28\"}".to_vec());
    bodies.push(vec![0; 100]);
    bodies.push("[".repeat(200).into_bytes());
    bodies.push(format!("{}{}", "[".repeat(200), "]".repeat(200)).into_bytes());
    bodies.push(format!("{}1{}", "{\"a\":".repeat(200), "}".repeat(200)).into_bytes());
    bodies.push(format!("{{\"{}\":1}}", "x".repeat(10_000)).into_bytes());
    bodies
}

/// Raw JSON put in a field's place.
const REPLACEMENTS: &[&str] = &[
    "null",
    "true",
    "\"text\"",
    "\"\"",
    "\"1\"",
    "-1",
    "0",
    "1.5",
    "1e3",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "-9223372036854775809",
    "1e400",
    "NaN",
    "[]",
    "{}",
    "[1]",
    "{\"a\":1}",
    "\"\\u0000\"",
    "\"a\\u0000b\"",
    "\"\\ud800\"",
    "\"\\u0007\"",
];

/// The object with one field's value replaced by raw JSON; with `None` left out.
fn with_field(body: &Value, field: &str, raw: Option<&str>) -> String {
    let object = body.as_object().unwrap();
    let fields: Vec<String> = object
        .iter()
        .filter_map(|(name, value)| match (name == field, raw) {
            (true, None) => None,
            (true, Some(raw)) => Some(format!("\"{name}\":{raw}")),
            (false, _) => Some(format!("\"{name}\":{value}")),
        })
        .collect();
    format!("{{{}}}", fields.join(","))
}

/// Whether this value, or its absence, is something the field takes.
fn is_taken(field: &str, raw: Option<&str>) -> bool {
    match field {
        "hold_seconds" | "location_id" | "quantity" | "components" => matches!(raw, None | Some("null" | "[]" | "1e3")),
        "title" | "name" | "sku" => raw.is_none_or(|raw| raw == "null" || raw.starts_with('"')),
        "priority" => matches!(raw, None | Some("null" | "-1" | "0")),
        "counted" | "safety" | "limit" => raw == Some("0"),
        "refresh_token" => raw.is_some_and(|raw| raw.starts_with('"')),
        "reorder_point" => matches!(raw, None | Some("null" | "0")),
        "delta" => raw == Some("-1"),
        _ => false,
    }
}

#[tokio::test]
async fn bodies_that_are_no_such_object_are_refused_in_our_own_words() {
    let app = TestApp::start().await;
    for path in body_routes() {
        for body in hopeless_bodies() {
            let what = format!(
                "POST {path} {}",
                String::from_utf8_lossy(&body).chars().take(60).collect::<String>()
            );
            check(&app.post(path).raw(body).send().await, &what);
        }
    }
    stop_healthy(app).await;
}

#[tokio::test]
async fn every_field_of_every_body_refuses_what_it_does_not_take() {
    let app = TestApp::start().await;
    let ids = own_things(&app).await;
    for path in body_routes() {
        let valid = valid_body(path, ids);
        for field in valid.as_object().unwrap().keys() {
            for raw in REPLACEMENTS.iter().map(|raw| Some(*raw)).chain([None]) {
                let body = with_field(&valid, field, raw);
                let answer = app.post(path).raw(body.clone()).send().await;
                if !(answer.status() < 300 && is_taken(field, raw)) {
                    check(&answer, &format!("POST {path} {body}"));
                }
            }
            let twice = format!("{{\"{field}\":{},{}", valid[field], valid.to_string().split_off(1));
            check(
                &app.post(path).raw(twice.clone()).send().await,
                &format!("POST {path} {twice}"),
            );
        }
        let unknown = format!("{{\"unknown_field\":1,{}", valid.to_string().split_off(1));
        let answer = app.post(path).raw(unknown).send().await;
        check(&answer, path);
        assert_eq!(answer.problem(400, "invalid_field")["field"], "unknown_field", "{path}");
    }
    stop_healthy(app).await;
}

#[tokio::test]
async fn an_array_of_the_right_values_is_no_object() {
    let app = TestApp::start().await;
    let ids = own_things(&app).await;
    for path in body_routes() {
        // The order of the fields' declaration is what a lenient reader would take, so every order is tried that is short.
        let values: Vec<Value> = valid_body(path, ids).as_object().unwrap().values().cloned().collect();
        for body in permutations(&values) {
            let body = Value::from(body).to_string();
            check(
                &app.post(path).raw(body.clone()).send().await,
                &format!("POST {path} {body}"),
            );
        }
    }
    let line = json!({ "lines": [[ids.item, 1]] });
    check(
        &app.post("/api/v1/checkouts").json(line.clone()).send().await,
        &line.to_string(),
    );
    stop_healthy(app).await;
}

fn permutations(values: &[Value]) -> Vec<Vec<Value>> {
    if values.len() <= 1 {
        return vec![values.to_vec()];
    }
    let mut all = Vec::new();
    for (n, first) in values.iter().enumerate() {
        let mut rest = values.to_vec();
        rest.remove(n);
        all.extend(permutations(&rest).into_iter().map(|mut tail| {
            tail.insert(0, first.clone());
            tail
        }));
    }
    all
}

#[tokio::test]
async fn numbers_in_the_lines_of_a_basket_are_bounded_too() {
    let app = TestApp::start().await;
    let ids = own_things(&app).await;
    for quantity in REPLACEMENTS {
        let line = format!("{{\"item_id\":\"{}\",\"quantity\":{quantity}}}", ids.item);
        for (path, body) in [
            ("/api/v1/checkouts", format!("{{\"lines\":[{line}]}}")),
            (
                "/api/v1/stock/items",
                format!("{{\"sku\":\"SET\",\"components\":[{line}]}}"),
            ),
        ] {
            check(
                &app.post(path).raw(body.clone()).send().await,
                &format!("POST {path} {body}"),
            );
        }
    }
    stop_healthy(app).await;
}

#[tokio::test]
async fn bodies_that_are_too_large_or_never_end_are_refused_in_time() {
    let app = TestApp::start().await;
    let large = || format!("{{\"sku\":\"{}\"}}", "x".repeat(TEN_MEGABYTES));
    for path in body_routes() {
        let answer = app.post(path).raw(large()).send().await;
        assert_eq!(answer.problem(413, "body_too_large")["max_bytes"], 65_536, "{path}");
        let answer = app.post(path).raw(large()).send_chunked().await;
        assert_eq!(answer.problem(413, "body_too_large")["max_bytes"], 65_536, "{path}");
    }
    let stalled = async |path: &'static str| {
        let mut bytes = app
            .post(path)
            .raw("{\"item_id\": \"0190a5e0-0000-7000-8000-000000000001\"}")
            .bytes();
        bytes.truncate(bytes.len() - 20);
        let answer = tokio::time::timeout(Duration::from_secs(15), exchange_stalling(app.address, bytes)).await;
        let answer = Answer::of(path, answer.expect("an answer within 15 s"));
        check(&answer, path);
        assert_eq!(answer.problem(408, "body_too_slow")["seconds"], 10, "{path}");
    };
    join_all(body_routes().map(stalled)).await;
    stop_healthy(app).await;
}

#[tokio::test]
async fn another_organizations_ids_answer_exactly_like_ids_of_nothing() {
    let app = TestApp::start().await;
    let other: Organization = app.second_organization().await;
    let (mine, theirs) = (
        own_things(&app).await,
        stock_up(&app, &other.api_key, other.location).await,
    );
    let replaced: &[fn(&mut Ids, Uuid, Ids)] = &[
        |ids, unknown, theirs| ids.item = if unknown.is_nil() { theirs.item } else { unknown },
        |ids, unknown, theirs| ids.location = if unknown.is_nil() { theirs.location } else { unknown },
        |ids, unknown, theirs| ids.annex = if unknown.is_nil() { theirs.annex } else { unknown },
        |ids, unknown, theirs| ids.reservation = if unknown.is_nil() { theirs.reservation } else { unknown },
        |ids, unknown, theirs| ids.order_line = if unknown.is_nil() { theirs.order_line } else { unknown },
    ];
    for path in body_routes() {
        for replace in replaced {
            let body = |unknown: Uuid| {
                let mut ids = mine;
                replace(&mut ids, unknown, theirs);
                valid_body(path, ids)
            };
            let (foreign, unknown) = (body(Uuid::nil()), body(UNKNOWN));
            if foreign == unknown {
                continue;
            }
            let answers = [
                app.post(path).json(foreign).send().await,
                app.post(path).json(unknown).send().await,
            ];
            same_refusal(&answers, theirs, path);
        }
    }
    let paths = |ids: Ids| {
        let (item, checkout) = (ids.item, ids.reservation);
        [
            ("GET", format!("/api/v1/stock/items/{item}")),
            ("GET", format!("/api/v1/stock/items/{item}/movements")),
            (
                "GET",
                format!("/api/v1/stock/items/{item}/at?time=2026-01-01T00:00:00Z"),
            ),
            ("GET", format!("/api/v1/checkouts/{checkout}")),
            ("POST", format!("/api/v1/checkouts/{checkout}/confirm")),
            ("POST", format!("/api/v1/checkouts/{checkout}/release")),
        ]
    };
    let nothing = Ids {
        item: UNKNOWN,
        reservation: UNKNOWN,
        ..theirs
    };
    for ((method, foreign), (_, unknown)) in paths(theirs).into_iter().zip(paths(nothing)) {
        let answers = [
            app.call(method, &foreign).send().await,
            app.call(method, &unknown).send().await,
        ];
        assert_eq!(answers[0].status(), 404, "{method} {foreign}");
        same_refusal(&answers, theirs, &foreign);
    }
    for (path, list, mine) in [
        ("/api/v1/stock/items", "items", 1),
        ("/api/v1/stock/locations", "locations", 2),
    ] {
        assert_eq!(
            app.get(path).send().await.ok(200)[list].as_array().unwrap().len(),
            mine,
            "{path}"
        );
    }
    stop_healthy(app).await;
}

/// The same status and words once every id is the same.
fn same_refusal(answers: &[Answer; 2], theirs: Ids, what: &str) {
    let neutral = |answer: &Answer| {
        check(answer, what);
        let mut problem = answer.json();
        problem.as_object_mut().unwrap().remove("request_id");
        let mut text = problem.to_string();
        for id in [
            theirs.item,
            theirs.location,
            theirs.annex,
            theirs.reservation,
            theirs.order_line,
            UNKNOWN,
        ] {
            text = text.replace(&id.to_string(), "ID");
        }
        text
    };
    assert_eq!(neutral(&answers[0]), neutral(&answers[1]), "{what}");
}

/// Query strings by what follows the item, or the list, in the path.
const BAD_QUERIES: &[(&str, &[&str])] = &[
    (
        "",
        &[
            "limit=abc",
            "limit=",
            "limit=1e400",
            "limit=9223372036854775808",
            "limit=0",
            "limit=1.5",
            "limit=1&limit=2",
            "unknown=1",
            "after=%00",
            "sku_prefix=a%00b",
        ],
    ),
    (
        "/movements",
        &[
            "limit=-1",
            "limit=501",
            "before=",
            "before=x",
            "before=1",
            "before=1-x",
            "before=-1-1",
            "unknown=1",
            "before=9223372036854775807-1",
            "before=99999999999999999999-1",
            "before=1-1&before=2-2",
        ],
    ),
    (
        "/at",
        &[
            "",
            "time=",
            "time=now",
            "time=2026-13-01T00:00:00Z",
            "time=2026-01-01",
            "time=99999-01-01T00:00:00Z",
            "unknown=1",
            "time=2026-01-01T00:00:00Z&unknown=1",
            "time=%00",
        ],
    ),
];

#[tokio::test]
async fn ids_and_queries_that_cannot_be_read_are_refused() {
    let app = TestApp::start().await;
    let item = app.item("LAMP", 1).await;
    for id in [
        "x",
        "1",
        "%00",
        "%ff",
        "0190a5e0-0000-7000-8000",
        "..",
        "%2e%2e%2f",
        "'; DROP TABLE stock_levels--",
        "null",
    ] {
        let id = id.replace(' ', "%20");
        let (items, checkouts) = ("/api/v1/stock/items", "/api/v1/checkouts");
        for path in [
            format!("{items}/{id}"),
            format!("{items}/{id}/movements"),
            format!("{checkouts}/{id}"),
        ] {
            let answer = app.get(&path).send().await;
            check(&answer, &path);
            assert_eq!(answer.status(), 404, "{path}");
        }
        check(&app.post(&format!("{checkouts}/{id}/confirm")).send().await, &id);
    }
    for (suffix, queries) in BAD_QUERIES {
        for query in *queries {
            let id = if suffix.is_empty() {
                String::new()
            } else {
                format!("/{item}")
            };
            let path = format!("/api/v1/stock/items{id}{suffix}?{query}");
            let answer = app.get(&path).send().await;
            check(&answer, &path);
            let said: serde_json::Value = serde_json::from_slice(&answer.raw.body).unwrap();
            if said["code"] == "invalid_query" {
                let name = said["parameter"].as_str().unwrap_or_else(|| panic!("{path}: {said}"));
                let is_missing = said["detail"] == format!("the parameter {name} is missing");
                assert!(is_missing || query.contains(name), "{path}: {said}");
            }
        }
    }
    stop_healthy(app).await;
}

/// A route's path with ids that name nothing.
fn path_of(route: &str) -> String {
    let unknown = UNKNOWN.to_string();
    route
        .replace("{item_id}", &unknown)
        .replace("{checkout_id}", &unknown)
        .replace("{provider}", "stripe")
}

#[tokio::test]
async fn other_methods_and_unknown_paths_are_problems_too() {
    let app = TestApp::start().await;
    for (_, route) in ROUTES.iter() {
        let path = path_of(route);
        let allowed: Vec<&str> = ROUTES
            .iter()
            .filter(|(_, same)| same == route)
            .map(|(method, _)| *method)
            .collect();
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            if !allowed.contains(&method.to_lowercase().as_str()) {
                let answer = app.call(method, &path).send().await;
                check(&answer, &path);
                let _problem = answer.problem(405, "method_not_allowed");
            }
        }
    }
    for path in [
        "/nowhere",
        "/api",
        "/api/v1",
        "/api/v2/checkouts",
        "/api/v1/checkouts/",
        "/api/v1/stock/items/x/y/z",
        "//",
    ] {
        for method in ["GET", "POST", "DELETE"] {
            let answer = app.call(method, path).send().await;
            check(&answer, path);
            let _problem = answer.problem(404, "not_found");
        }
    }
    stop_healthy(app).await;
}

#[tokio::test]
async fn a_refused_method_names_the_allowed_ones_as_its_advice_says() {
    let app = TestApp::start().await;
    let answer = app.call("DELETE", "/api/v1/stock/items").send().await;
    let _problem = answer.problem(405, "method_not_allowed");
    let allow = answer.header("allow").unwrap_or_default();
    assert!(allow.contains("GET") && allow.contains("POST"), "Allow: {allow:?}");
    stop_healthy(app).await;
}

#[tokio::test]
async fn only_json_is_taken_and_only_with_a_valid_key() {
    let app = TestApp::start().await;
    let ids = own_things(&app).await;
    for path in body_routes() {
        let body = valid_body(path, ids).to_string();
        let call = || app.post(path).raw(body.clone()).without("content-type");
        let _missing = call().send().await.problem(415, "unsupported_media_type");
        for kind in [
            "text/plain",
            "application/jsonx",
            "application/x-www-form-urlencoded",
            "json",
            "",
        ] {
            let answer = call().header("content-type", kind).send().await;
            let _refused = answer.problem(415, "unsupported_media_type");
        }
    }
    let with_charset = app.post("/api/v1/checkouts").raw("{").without("content-type");
    let answer = with_charset
        .header("content-type", "Application/JSON; charset=utf-8")
        .send()
        .await;
    let _read = answer.problem(400, "malformed_json");
    for (method, route) in ROUTES.iter().filter(|(_, route)| !PUBLIC.contains(route)) {
        let call = || {
            let call = app
                .call(&method.to_uppercase(), &path_of(route))
                .without("authorization");
            if *method == "post" && !BODILESS.contains(route) {
                call.json(valid_body(route, ids))
            } else {
                call
            }
        };
        let credentials: [&[u8]; 8] = [
            b"",
            b"Bearer",
            b"Bearer ",
            b"Bearer wrong",
            b"Basic ZWtfdGVzdDo=",
            b"ek_test",
            b"Bearer ek_test x",
            b"Bearer \xff",
        ];
        let calls = credentials.iter().map(|value| call().header("authorization", *value));
        for call in calls.chain([call()]) {
            let answer = call.send().await;
            check(&answer, route);
            let _refused = answer.problem(401, "unauthenticated");
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{route}");
        }
    }
    stop_healthy(app).await;
}

#[tokio::test]
async fn an_idempotency_key_is_1_to_255_visible_characters_once() {
    let app = TestApp::start().await;
    let ids = own_things(&app).await;
    let posts = ROUTES
        .iter()
        .filter(|(method, path)| *method == "post" && !KEYLESS.contains(path) && !UNREPEATABLE.contains(path));
    for (_, route) in posts {
        let call = || -> Call {
            let call = app.post(&path_of(route));
            if BODILESS.contains(route) {
                call
            } else {
                call.json(valid_body(route, ids))
            }
        };
        let keys: Vec<Vec<u8>> = vec![
            b"".into(),
            vec![b'x'; 256],
            b"with space".into(),
            b"tab\there".into(),
            "é".into(),
            b"\xff".into(),
        ];
        for key in keys {
            let answer = call().header("idempotency-key", key).send().await;
            check(&answer, route);
            let _refused = answer.problem(400, "invalid_idempotency_key");
        }
        let _two = call()
            .key("one")
            .key("two")
            .send()
            .await
            .problem(400, "invalid_idempotency_key");
        // A control character never gets past the HTTP parser, which closes the connection with a bare 400.
        assert_eq!(
            call()
                .header("idempotency-key", b"a\x01b".as_slice())
                .send()
                .await
                .status(),
            400,
            "{route}"
        );
    }
    let longest = app
        .post("/api/v1/stock/locations")
        .key("x".repeat(255))
        .json(json!({ "name": "Long" }));
    let _created = longest.send().await.ok(201);
    stop_healthy(app).await;
}
