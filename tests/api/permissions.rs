//! Every route asks for something, or is on the list of public ones; the documentation says what the code says.

use actix_web::web;
use kit::workspace;
use web_layer::access::{Guard, guard_of};
use web_layer::{AppState, ROUTES, guards, permissions_markdown};

use ::web as web_layer;

/// Routes that anybody may call, and why.
const PUBLIC: &[(&str, &str)] = &[
    ("post /api/v1/people/sign-up", "nobody has an account before"),
    (
        "post /api/v1/people/verify",
        "the letter's token and the password are the proof",
    ),
    ("post /api/v1/people/forgot", "whoever forgot cannot sign in"),
    ("post /api/v1/people/reset", "the letter's token is the proof"),
    ("post /api/v1/sessions", "signing in"),
    (
        "get /api/v1/sign-in/providers",
        "whoever wants to sign in must see how they can",
    ),
    ("get /sso/{provider}/start", "signing in"),
    (
        "get /sso/{provider}/callback",
        "the state, the cookie and the code are the proof",
    ),
    (
        "post /api/v1/sessions/second-factor",
        "the ticket of the first half and the second factor are the proof",
    ),
    (
        "post /api/v1/sessions/second-factor/passkey",
        "the ticket of the first half is the proof",
    ),
    (
        "post /api/v1/passkeys/sign-in/begin",
        "nobody is known before a passkey answered",
    ),
    (
        "post /api/v1/passkeys/sign-in/finish",
        "the passkey's answer is the proof",
    ),
    ("post /api/v1/invitations/look", "the letter's token is the proof"),
    ("get /api/v1/live", "the ticket is the proof"),
    ("post /api/v1/tokens/refresh", "the refresh token is the proof"),
    ("post /api/v1/tokens/revoke", "the refresh token is the proof"),
    (
        "post /api/v1/invitations/accept",
        "the letter's token and the password are the proof",
    ),
];

fn unguarded(routes: &[(&str, &str)], guards: &[Option<Guard>]) -> Vec<String> {
    let named = routes.iter().map(|(method, path)| format!("{method} {path}"));
    let is_listed = |route: &String| PUBLIC.iter().any(|(known, _)| known == route);
    let faulty = named.zip(guards).filter(|(route, guard)| match guard {
        None => true,
        Some(Guard::Public) => !is_listed(route),
        Some(Guard::Person | Guard::Member | Guard::Permission(_)) => is_listed(route),
    });
    faulty.map(|(route, _)| route).collect()
}

#[test]
fn every_route_asks_for_a_permission_or_is_on_the_list_of_public_ones() {
    let guards = guards();
    assert_eq!(guards.len(), ROUTES.len());
    assert_eq!(unguarded(ROUTES, &guards), Vec::<String>::new());
    assert_eq!(
        guards.iter().filter(|guard| **guard == Some(Guard::Public)).count(),
        PUBLIC.len()
    );
}

#[test]
fn a_handler_without_a_permission_is_found() {
    async fn open(_: web::Data<AppState>) -> &'static str {
        "anybody"
    }
    let planted = guard_of(open);
    assert_eq!(planted, None);
    assert_eq!(
        unguarded(&[("get", "/api/v1/planted")], &[planted]),
        ["get /api/v1/planted"]
    );
    assert_eq!(
        unguarded(&[("get", "/api/v1/planted")], &[Some(Guard::Public)]),
        ["get /api/v1/planted"]
    );
}

#[test]
fn the_checked_in_table_of_permissions_is_the_one_the_code_generates() {
    let path = workspace().join("docs/permissions.md");
    let checked_in = std::fs::read_to_string(&path).unwrap_or_default();
    let is_same = checked_in == permissions_markdown();
    assert!(
        is_same,
        "docs/permissions.md is not what the code says; run `make permissions`"
    );
}
