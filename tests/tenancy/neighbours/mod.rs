//! Every route, asked with another tenant's ids, answers exactly as for ids that nobody has: status, headers and body, but
//! for the id itself and the request's.

mod tenants;

use kit::{Answer, Browser, TestApp};
use serde_json::{Value, json};
use uuid::Uuid;
use web::access::Guard;
use web::{ROUTES, guards};

use self::tenants::{Tenant, Things, stock_up};
use super::shape::{Route, Slot};
use super::{Faults, none};

/// Ids that callers make up themselves: one that a neighbour uses too is simply new. It takes effect, so each is asked by a
/// fresh tenant, and only the statuses are compared.
const CALLER_MADE: &[(&str, &str)] = &[
    ("/api/v1/stock/commands/allocate", "order_line_id"),
    ("/api/v1/stock/commands/confirm", "order_line_id"),
];
/// Words in paths that are the API's own, and one of each: they name no row, and say the same to every tenant. That a
/// neighbour has something under the word must not show; see `answers_to_words`.
const WORDS: &[(&str, &str)] = &[("provider", "smtp")];
/// Headers that differ from answer to answer.
const FLEETING: &[&str] = &["date", "x-request-id"];

fn unknown(name: &str) -> Uuid {
    Uuid::from_u128(0x0190_a5e0_0000_7000_8000_0000_0000_0000 | u128::from(name.len() as u64))
}

/// Who asks.
enum Caller<'a> {
    Key(&'a str),
    Person(Browser),
}

impl<'a> Caller<'a> {
    /// Whoever may ask the route: a person who is signed in where it is about sessions, the key everywhere else.
    async fn of(app: &TestApp, guard: Guard, tenant: &'a Tenant) -> Self {
        match guard {
            Guard::Person => Self::Person(tenant.sign_in(app).await),
            Guard::Public | Guard::Member | Guard::Permission(_) => Self::Key(&tenant.api_key),
        }
    }
}

/// One request: the caller's own ids everywhere but in `slot`.
struct Ask<'a> {
    app: &'a TestApp,
    route: &'a Route<'a>,
    caller: Caller<'a>,
    own: &'a Things,
    slot: Option<&'a Slot>,
}

impl Ask<'_> {
    async fn with(&self, id: Uuid) -> Answer {
        let id_of = |slot: &Slot| {
            if Some(slot) == self.slot {
                id
            } else {
                self.own[slot.name.as_str()]
            }
        };
        let mut path = self.route.path.to_owned();
        for (name, word) in WORDS {
            path = path.replace(&format!("{{{name}}}"), word);
        }
        let mut body = self.route.body();
        for slot in ids(self.route) {
            match &slot.pointer {
                None => path = path.replace(&format!("{{{}}}", slot.name), &id_of(&slot).to_string()),
                Some(pointer) => *body.as_mut().unwrap().pointer_mut(pointer).unwrap() = json!(id_of(&slot)),
            }
        }
        let (method, path) = (
            self.route.method.to_uppercase(),
            format!("{path}{}", self.route.query()),
        );
        let call = match &self.caller {
            Caller::Key(api_key) => self.app.call(&method, &path).api_key(api_key),
            Caller::Person(browser) => browser.call(self.app, &method, &path),
        };
        match body {
            Some(body) => call.json(body).send().await,
            None => call.send().await,
        }
    }
}

fn is_word(slot: &Slot) -> bool {
    WORDS
        .iter()
        .any(|(word, _)| slot.pointer.is_none() && slot.name == *word)
}

/// The route's places for ids.
fn ids(route: &Route<'_>) -> Vec<Slot> {
    route.slots().into_iter().filter(|slot| !is_word(slot)).collect()
}

/// What a caller can tell answers apart by, the id that was asked for blotted out.
fn told(answer: &Answer, id: Uuid) -> String {
    let headers = answer
        .raw
        .headers
        .iter()
        .filter(|(name, _)| !FLEETING.contains(&name.as_str()));
    let mut headers: Vec<String> = headers.map(|(name, value)| format!("{name}: {value}")).collect();
    headers.sort();
    let request = answer.header("x-request-id").unwrap_or_default();
    let body = answer
        .text()
        .replace(&id.to_string(), "<id>")
        .replace(request, "<request>");
    format!("{}\n{}\n{body}", answer.status(), headers.join("\n"))
}

/// What the route answers to one id in the slot. Ids that callers make up are asked by a fresh tenant.
async fn answer_to(
    app: &TestApp,
    (route, guard): (&Route<'_>, Guard),
    own: &Tenant,
    (slot, id): (&Slot, Uuid),
) -> String {
    if !CALLER_MADE.contains(&(route.path, &slot.name)) {
        let ask = Ask {
            app,
            route,
            caller: Caller::of(app, guard, own).await,
            own: &own.things,
            slot: Some(slot),
        };
        return told(&ask.with(id).await, id);
    }
    let fresh = app.second_organization().await;
    let things = stock_up(app, &fresh.api_key, fresh.location).await;
    let ask = Ask {
        app,
        route,
        caller: Caller::Key(&fresh.api_key),
        own: &things,
        slot: Some(slot),
    };
    ask.with(id).await.status().to_string()
}

/// Where a neighbour's id is told apart from one that nobody has.
async fn told_apart(app: &TestApp, own: &Tenant, foreign: &Things, asked: &mut usize) -> Faults {
    let document: Value = serde_json::from_str(&web::openapi_json()).unwrap();
    let mut faults = Faults::new();
    for ((method, path), guard) in ROUTES.iter().zip(guards()) {
        let (route, guard) = (Route::new(&document, method, path), guard.unwrap());
        for slot in ids(&route) {
            let name = slot.name.as_str();
            let Some(theirs) = foreign.get(name).copied() else {
                faults.push(format!(
                    "{method} {path}: {name} is new; give both tenants one in `Tenant::settle`"
                ));
                continue;
            };
            let strange = answer_to(app, (&route, guard), own, (&slot, theirs)).await;
            let nobodys = answer_to(app, (&route, guard), own, (&slot, unknown(name))).await;
            *asked += 1;
            if strange != nobodys {
                faults.push(format!(
                    "{method} {path} tells {name} apart:\n{strange}\n--- from ---\n{nobodys}"
                ));
            } else if strange.starts_with("401") || strange.starts_with("403") {
                faults.push(format!(
                    "{method} {path} asks for somebody else, {name} aside:\n{strange}"
                ));
            } else if !strange.starts_with('4') && !CALLER_MADE.contains(&(*path, name)) {
                faults.push(format!("{method} {path} takes a neighbour's {name}:\n{strange}"));
            }
        }
    }
    faults
}

/// What the routes with a word in their path answer.
async fn answers_to_words(app: &TestApp, own: &Tenant) -> Vec<String> {
    let document: Value = serde_json::from_str(&web::openapi_json()).unwrap();
    let mut answers = Vec::new();
    for ((method, path), guard) in ROUTES.iter().zip(guards()) {
        let route = Route::new(&document, method, path);
        if route.slots().iter().any(is_word) {
            let ask = Ask {
                app,
                route: &route,
                caller: Caller::of(app, guard.unwrap(), own).await,
                own: &own.things,
                slot: None,
            };
            let answer = told(&ask.with(Uuid::nil()).await, Uuid::nil());
            answers.push(format!("{method} {path} {answer}"));
        }
    }
    answers
}

#[tokio::test]
async fn every_route_answers_a_neighbours_ids_exactly_as_ids_that_nobody_has() {
    let app = TestApp::start().await;
    let other = app.second_organization().await;
    let own = Tenant::settle(&app, &app.api_key, app.location(), "first").await;
    let foreign = Tenant::settle_second(&app, &other).await;
    foreign.connect(&app).await;
    let before = foreign.state(&app).await;
    let mut asked = 0;
    none(&told_apart(&app, &own, &foreign.things, &mut asked).await);
    assert!(asked > 38, "only {asked} places for ids");
    assert_eq!(foreign.state(&app).await, before, "a neighbour was touched");
    // The twin: a tenant's own ids are no strangers', and that is told; of every kind at least once.
    let mut seen = 0;
    let own_again = told_apart(&app, &own, &own.things, &mut seen).await;
    assert!(
        own_again.len() > asked / 2,
        "only {} of {asked} are noticed",
        own_again.len()
    );
    for name in own.things.keys() {
        let is_noticed = own_again
            .iter()
            .any(|fault| fault.contains(&format!(" tells {name} apart:")));
        assert!(is_noticed, "nobody misses {name}");
    }
    app.stop().await;
}

#[tokio::test]
async fn what_a_neighbour_has_under_a_word_of_the_apis_own_does_not_show() {
    let app = TestApp::start().await;
    let other = app.second_organization().await;
    let own = Tenant::settle(&app, &app.api_key, app.location(), "first").await;
    let foreign = Tenant::settle_second(&app, &other).await;
    let nobody_has = answers_to_words(&app, &own).await;
    assert!(nobody_has.len() >= 4, "only {} routes", nobody_has.len());
    foreign.connect(&app).await;
    let before = foreign.state(&app).await;
    assert_eq!(answers_to_words(&app, &own).await, nobody_has);
    assert_eq!(foreign.state(&app).await, before, "a neighbour was touched");
    // The twin: one's own show.
    own.connect(&app).await;
    assert_ne!(answers_to_words(&app, &own).await, nobody_has);
    app.stop().await;
}
