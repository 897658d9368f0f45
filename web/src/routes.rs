//! All routes on one screen, grouped by who calls. The same table feeds the server, the OpenAPI document and the tests.

use actix_web::http::header::ALLOW;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpResponse, Resource};
use utoipa::OpenApi;

use crate::access::{Guard, guard_of};
use crate::api::{
    api_keys, audit_log, checkouts, data_keys, factors, invitations, live, members, organizations, passkeys, people,
    ping, platform_settings, recovery_codes, sessions, sign_in, stock, tokens, totp,
};
use crate::errors::{ApiError, Code};
use crate::{console, docs_page, health, metrics, openapi, sso};

/// Declares the API's table: path, then method and handler pairs.
macro_rules! api_routes {
    ($($path:literal { $($method:ident $($handler:ident)::+),+ $(,)? })*) => {
        /// Every route of the API: method and path.
        pub const ROUTES: &[(&str, &str)] = &[$($((stringify!($method), $path),)+)*];

        /// What every route of the API asks of its callers, in the table's order. `None` is a mistake in the handler.
        #[must_use]
        pub fn guards() -> Vec<Option<Guard>> {
            vec![$($(guard_of($($handler)::+::handle),)+)*]
        }

        fn configure_api(config: &mut ServiceConfig) {
            $(config.service(resource($path, &[$(stringify!($method),)+])$(.route(web::$method().to($($handler)::+::handle)))+);)*
        }

        /// The paths of the OpenAPI document; everything around them is in `openapi.rs`.
        #[derive(OpenApi)]
        #[openapi(paths($($($($handler)::+::handle,)+)*))]
        pub(crate) struct Paths;
    };
}

// The busiest first: the router tries them in order.
api_routes! {
    // buyers' checkouts
    "/api/v1/checkouts" { post checkouts::create }
    "/api/v1/checkouts/{checkout_id}" { get checkouts::get }
    "/api/v1/checkouts/{checkout_id}/confirm" { post checkouts::confirm }
    "/api/v1/checkouts/{checkout_id}/release" { post checkouts::release }
    // the empty request that everything else is measured against
    "/api/v1/ping" { post ping }
    // machines' tokens
    "/api/v1/tokens" { post tokens::create }
    "/api/v1/tokens/refresh" { post tokens::refresh }
    "/api/v1/tokens/revoke" { post tokens::revoke }
    // stock, read
    "/api/v1/stock/items" { get stock::items::list, post stock::items::create }
    "/api/v1/stock/items/{item_id}" { get stock::items::get }
    "/api/v1/stock/items/{item_id}/movements" { get stock::items::movements }
    "/api/v1/stock/items/{item_id}/at" { get stock::items::at }
    "/api/v1/stock/locations" { get stock::locations::list, post stock::locations::create }
    // stock, commanded
    "/api/v1/stock/commands/reserve" { post stock::commands::reserve }
    "/api/v1/stock/commands/extend" { post stock::commands::extend }
    "/api/v1/stock/commands/confirm" { post stock::commands::confirm }
    "/api/v1/stock/commands/release" { post stock::commands::release }
    "/api/v1/stock/commands/allocate" { post stock::commands::allocate }
    "/api/v1/stock/commands/deallocate" { post stock::commands::deallocate }
    "/api/v1/stock/commands/ship" { post stock::commands::ship }
    "/api/v1/stock/commands/expect" { post stock::commands::expect }
    "/api/v1/stock/commands/receive" { post stock::commands::receive }
    "/api/v1/stock/commands/adjust" { post stock::commands::adjust }
    "/api/v1/stock/commands/count" { post stock::commands::count }
    "/api/v1/stock/commands/transfer" { post stock::commands::transfer }
    "/api/v1/stock/commands/set-reorder-point" { post stock::commands::set_reorder_point }
    "/api/v1/stock/commands/set-safety" { post stock::commands::set_safety }
    "/api/v1/stock/commands/set-backorder" { post stock::commands::set_backorder }
    // people: one's own account
    "/api/v1/people/sign-up" { post people::sign_up }
    "/api/v1/people/verify" { post people::verify }
    "/api/v1/people/forgot" { post people::forgot }
    "/api/v1/people/reset" { post people::reset }
    "/api/v1/people/me" { get people::me, patch people::rename }
    "/api/v1/people/me/password" { post people::change_password }
    "/api/v1/people/me/identities" { get people::identities }
    "/api/v1/people/me/identities/{identity_id}" { delete people::unlink }
    // signing in by way of a provider; the last two are for browsers
    "/api/v1/sign-in/providers" { get sign_in::providers }
    "/sso/{provider}/start" { get sso::start }
    "/sso/{provider}/callback" { get sso::callback }
    "/api/v1/people/me/password/remove" { post people::remove_password }
    "/api/v1/people/me/email" { post people::change_email }
    "/api/v1/people/confirm-email" { post people::confirm_email }
    // what people prove themselves with beside the password
    "/api/v1/factors" { get factors::list }
    "/api/v1/totp" { post totp::enrol }
    "/api/v1/totp/confirm" { post totp::confirm }
    "/api/v1/totp/remove" { post totp::remove }
    "/api/v1/recovery-codes" { post recovery_codes::renew }
    "/api/v1/passkeys/register/begin" { post passkeys::begin_registration }
    "/api/v1/passkeys/register/finish" { post passkeys::finish_registration }
    "/api/v1/passkeys/prove/begin" { post passkeys::begin_proof }
    "/api/v1/passkeys/sign-in/begin" { post passkeys::begin_sign_in }
    "/api/v1/passkeys/sign-in/finish" { post passkeys::finish_sign_in }
    "/api/v1/passkeys/{passkey_id}" { patch passkeys::rename }
    "/api/v1/passkeys/{passkey_id}/remove" { post passkeys::remove }
    // sessions
    "/api/v1/sessions" { get sessions::list, post sessions::begin }
    "/api/v1/sessions/second-factor" { post sessions::second_factor }
    "/api/v1/sessions/second-factor/passkey" { post sessions::challenge_second }
    "/api/v1/sessions/current" { get sessions::current, delete sessions::sign_out }
    "/api/v1/sessions/current/switch" { post sessions::switch }
    "/api/v1/sessions/current/see-as" { post sessions::see_as }
    "/api/v1/sessions/{session_id}" { delete sessions::end }
    // what moves: a ticket, and the socket that it opens
    "/api/v1/live/tickets" { post live::create_ticket }
    "/api/v1/live" { get live::open }
    // organizations and who works in them
    "/api/v1/organizations" { get organizations::list, post organizations::create }
    "/api/v1/organization" { patch organizations::rename }
    "/api/v1/members" { get members::list }
    "/api/v1/members/change" { post members::change }
    "/api/v1/members/leave" { post members::leave }
    "/api/v1/members/{person_id}" { delete members::remove }
    "/api/v1/invitations" { get invitations::list, post invitations::create }
    "/api/v1/invitations/look" { post invitations::look }
    "/api/v1/invitations/accept" { post invitations::accept }
    "/api/v1/invitations/{invitation_id}" { delete invitations::withdraw }
    // machines
    "/api/v1/api-keys" { get api_keys::list, post api_keys::create }
    "/api/v1/api-keys/{key_id}" { delete api_keys::revoke }
    // what platforms are connected with; secrets go in and never come out
    "/api/v1/platform-settings" { get platform_settings::list }
    "/api/v1/platform-settings/backup" { post platform_settings::backup }
    "/api/v1/platform-settings/restore" { post platform_settings::restore }
    "/api/v1/platform-settings/{provider}" { put platform_settings::save, delete platform_settings::delete }
    "/api/v1/platform-settings/{provider}/test" { post platform_settings::test }
    "/api/v1/platform-settings/{provider}/events" { get platform_settings::events }
    "/api/v1/data-keys/rotate" { post data_keys::rotate }
    // who did what
    "/api/v1/audit-log" { get audit_log::list }
    "/api/v1/audit-log/export" { get audit_log::export }
    "/api/v1/audit-log/verify" { get audit_log::verify }
}

/// Everything the server answers.
pub(crate) fn configure(config: &mut ServiceConfig) {
    configure_api(config);
    config
        // operators
        .service(resource("/health", &["get"]).route(web::get().to(health::ready)))
        .service(resource("/health/live", &["get"]).route(web::get().to(health::live)))
        .service(resource("/health/ready", &["get"]).route(web::get().to(health::ready)))
        .service(resource("/metrics", &["get"]).route(web::get().to(metrics::metrics)))
        // developers
        .service(resource("/api/openapi.json", &["get"]).route(web::get().to(openapi::document)))
        .service(resource("/api/asyncapi.json", &["get"]).route(web::get().to(openapi::asyncapi)))
        .service(resource("/api/errors", &["get"]).route(web::get().to(openapi::errors)))
        .service(resource("/api/docs", &["get"]).route(web::get().to(openapi::to_docs)))
        .service(resource("/api/docs/", &["get"]).route(web::get().to(docs_page::page)))
        .service(resource("/api/docs/index.html", &["get"]).route(web::get().to(docs_page::page)))
        .service(docs_page::files())
        // people
        .service(resource("/", &["get"]).route(web::get().to(console::page)))
        .service(resource("/assets/{name}", &["get"]).route(web::get().to(console::asset)))
        .service(resource("/favicon.svg", &["get"]).route(web::get().to(console::icon)));
    for screen in console::screens() {
        for path in [format!("/{screen}"), format!("/{screen}/{{rest:.*}}")] {
            config.service(resource(&path, &["get"]).route(web::get().to(console::page)));
        }
    }
    config.default_service(web::to(unknown_path));
}

/// A resource that answers other methods with a problem and the methods it takes.
fn resource(path: &str, methods: &[&str]) -> Resource {
    let allowed = methods.join(", ").to_uppercase();
    web::resource(path).default_service(web::to(move || {
        let problem = ApiError::new(Code::MethodNotAllowed).header(ALLOW, &allowed);
        std::future::ready(Err::<HttpResponse, _>(problem))
    }))
}

async fn unknown_path() -> Result<HttpResponse, ApiError> {
    Err(ApiError::new(Code::NotFound))
}
