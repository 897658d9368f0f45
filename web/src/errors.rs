//! One table of public error codes, and how every error of ours becomes one of them.
//!
//! RFC 9457 problem+json. What is unknown is 500, never 400; a caller's mistake is 4xx, never 5xx; a parser's or the
//! database's own words never leave the house.

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderName, RETRY_AFTER};
use actix_web::{HttpResponse, ResponseError};
use actors::journal::NotAdmitted;
use actors::operations::OperationError;
use actors::operations::people::PeopleError;
use actors::sso::SignOnError;
use domain::platform_settings::FieldProblem;
use domain::stock::Refusal;
use serde::Serialize;
use serde_json::{Map, Value, json};
use storage::StorageError;
use storage::checkouts::ReservationState;
use tracing::error;

/// Declares the table.
macro_rules! codes {
    ($($name:ident $code:literal $status:ident $title:literal $advice:literal)*) => {
        /// A public error code. Its word never changes meaning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[expect(missing_docs, reason = "each variant's title and advice are its documentation")]
        pub enum Code { $($name,)* }

        impl Code {
            /// The whole table, for the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The word programs compare.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// The HTTP status.
            #[must_use]
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)* }
            }

            /// What happened.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }

            /// What to do next.
            #[must_use]
            pub const fn advice(self) -> &'static str {
                match self { $(Self::$name => $advice,)* }
            }
        }
    };
}

codes! {
    Unauthenticated "unauthenticated" UNAUTHORIZED "No valid API key or access token came with the request"
        "Send `Authorization: Bearer <key>` with a key of your organization, or a token that it was exchanged for."
    Forbidden "forbidden" FORBIDDEN "Your role or your key does not allow this"
        "Ask for a role or a key with the permission named in `permission`."
    CrossSite "cross_site" FORBIDDEN "The request does not come from the hub's own pages"
        "Send the hub's own Origin and the session's token as `X-CSRF-Token`; programs use an API key."
    NoOrganization "no_organization" FORBIDDEN "The session acts for no organization"
        "Switch to one of your organizations, or create one."
    OutsideLimits "outside_limits" FORBIDDEN "Your membership is limited to other locations"
        "Name a location that you may change stock at."
    SignInRefused "sign_in_refused" UNAUTHORIZED "Address and password do not belong together"
        "Check both, or ask for a new password."
    CodeRefused "code_refused" UNAUTHORIZED "The code is wrong, or was used before"
        "Wait for the app's next code, or use a recovery code; each is taken once."
    TicketUnusable "ticket_unusable" UNAUTHORIZED "The ticket was used before, ran out, or is not yours"
        "Begin again, or get a new one: a ticket is good once, for five minutes; a live socket's for 30 seconds."
    PasskeyRefused "passkey_refused" UNAUTHORIZED "The passkey was not accepted"
        "Begin again with a new challenge, or prove yourself by other means."
    PasskeysUnavailable "passkeys_unavailable" CONFLICT "This hub can have no passkeys"
        "The operator must set `server.public_url` to an address with a name: passkeys are bound to one."
    FactorExists "factor_exists" CONFLICT "There is one already"
        "See `detail`, and GET /api/v1/factors for what you have."
    LastWayIn "last_way_in" CONFLICT "It is your last way to sign in"
        "Add another one first: a passkey, a provider, or a password by the letter for forgotten ones."
    ProofUnusable "proof_unusable" UNPROCESSABLE_ENTITY "A proof is one of: a password, a code, a passkey's answer with its ticket"
        "Send exactly one of them."
    TooManyTries "too_many_tries" TOO_MANY_REQUESTS "Too many tries"
        "Try again after `Retry-After` seconds."
    LinkUnusable "link_unusable" GONE "The link was used before, ran out, was taken back, or is incomplete"
        "Ask for a new letter."
    SignOnUnreachable "sign_on_unreachable" SERVICE_UNAVAILABLE "The provider does not answer"
        "Try again in a moment, or sign in another way."
    SignOnMisconfigured "sign_on_misconfigured" SERVICE_UNAVAILABLE "The provider and the hub are not set up for each other"
        "Tell the hub's operator; its log says what the provider minds. Sign in another way meanwhile."
    SignOnDenied "sign_on_denied" FORBIDDEN "The sign-in was not allowed at the provider"
        "Begin again and agree there, or ask whoever runs the provider."
    SignOnStateMismatch "sign_on_state_mismatch" FORBIDDEN "This browser did not begin this sign-in"
        "Begin again on the hub's own page, with cookies allowed, and finish in the same browser."
    SignOnOver "sign_on_over" GONE "The sign-in was finished before, or took longer than ten minutes"
        "Begin again."
    SignOnRefused "sign_on_refused" UNAUTHORIZED "What came from the provider does not hold"
        "Begin again. If it happens every time, tell the hub's operator."
    SignOnClockSkew "sign_on_clock_skew" UNAUTHORIZED "The clocks of the provider and of the hub differ by more than a minute"
        "Tell the hub's operator, who lets both machines keep time."
    EmailNotVerified "email_not_verified" FORBIDDEN "The provider does not vouch for your e-mail address"
        "Have the provider verify your address, allow it to be shared, and begin again."
    DomainNotAdmitted "domain_not_admitted" FORBIDDEN "Addresses of this domain are not admitted by way of this provider"
        "Sign in at the provider with your address at work."
    PasswordRefused "password_refused" UNPROCESSABLE_ENTITY "The password is too short, too long or too well known"
        "Choose 12 to 256 characters that nobody guesses first; a few unrelated words are best."
    EmailUnusable "email_unusable" UNPROCESSABLE_ENTITY "That is no e-mail address"
        "Send an address such as mei@example.com."
    NameUnusable "name_unusable" UNPROCESSABLE_ENTITY "The name is not usable"
        "Send 1 to 200 characters on one line."
    RoleUnknown "role_unknown" UNPROCESSABLE_ENTITY "There is no such role"
        "Send `viewer`, `staff`, `manager`, `admin` or `owner`."
    RoleRefused "role_refused" FORBIDDEN "A rule about roles says no"
        "Nobody gives or takes a role above their own, and the last owner stays."
    PermissionUnknown "permission_unknown" UNPROCESSABLE_ENTITY "There is no such permission"
        "See docs/permissions.md for their words."
    ExceedsYours "exceeds_yours" FORBIDDEN "A key cannot have what its maker has not"
        "Ask for less, as `detail` says: fewer permissions, an earlier end, a lower limit."
    TokenMakesNoKeys "token_makes_no_keys" FORBIDDEN "An access token makes no API key"
        "Send the API key itself or sign in; what a token makes must not outlive it."
    MemberAlready "member_already" CONFLICT "Somebody with this address is a member already"
        "See GET /api/v1/members."
    ApiKeyNeeded "api_key_needed" FORBIDDEN "Only an API key can be exchanged for tokens"
        "Send the API key itself, not a token that it was exchanged for."
    ScopesTooWide "scopes_too_wide" FORBIDDEN "The key may not do everything that was asked for"
        "Ask for scopes within `key_scope`."
    UnknownScope "unknown_scope" UNPROCESSABLE_ENTITY "There is no such permission"
        "See the documentation for the list of permissions."
    RefreshRefused "refresh_refused" UNAUTHORIZED "The refresh token is good for nothing"
        "Exchange the API key for new tokens."
    RateLimited "rate_limited" TOO_MANY_REQUESTS "More requests came than you may send"
        "Wait `retry_after_seconds` seconds; what was refused did not happen."
    NotFound "not_found" NOT_FOUND "There is no such thing here"
        "Check the id and the path; things of other organizations are not visible."
    MethodNotAllowed "method_not_allowed" METHOD_NOT_ALLOWED "This path does not take this method"
        "See the Allow header and the API documentation."
    MalformedJson "malformed_json" BAD_REQUEST "The body is not JSON"
        "Send one JSON object in UTF-8, nested at most 128 deep."
    InvalidField "invalid_field" BAD_REQUEST "A field is missing, unknown, repeated or of the wrong kind"
        "Compare the field named in `field` with the API documentation."
    OutOfBounds "out_of_bounds" UNPROCESSABLE_ENTITY "A number is outside its bounds"
        "Send a value from `min` to `max`."
    InvalidQuery "invalid_query" BAD_REQUEST "The query string is not what this path takes"
        "Compare the parameters with the API documentation."
    InvalidIdempotencyKey "invalid_idempotency_key" BAD_REQUEST "The Idempotency-Key is not usable"
        "Send 1 to 255 visible ASCII characters once; a UUIDv7 is best."
    UnsupportedMediaType "unsupported_media_type" UNSUPPORTED_MEDIA_TYPE "The body's Content-Type is not JSON"
        "Send `Content-Type: application/json`."
    BodyTooLarge "body_too_large" PAYLOAD_TOO_LARGE "The body is larger than this path takes"
        "Send at most `max_bytes` bytes."
    BodyTooSlow "body_too_slow" REQUEST_TIMEOUT "The body did not arrive in time"
        "Send the whole body within `seconds` seconds."
    CommandReused "idempotency_key_reused" UNPROCESSABLE_ENTITY "This Idempotency-Key came with another request before"
        "Use a new key for a new request; repeat a request with exactly the same body."
    OutOfStock "out_of_stock" CONFLICT "Fewer units can be promised than were asked for"
        "Ask for at most `available` units."
    ReservationExpired "reservation_expired" CONFLICT "The reservation's deadline has passed"
        "Reserve again; its units went back on sale."
    ReservationNotOpen "reservation_not_open" CONFLICT "No open reservation has this id"
        "It was confirmed, released or expired, or never existed for this item."
    ReservationExists "reservation_exists" CONFLICT "A reservation with this id is open already"
        "Use a new Idempotency-Key."
    CheckoutClosed "checkout_closed" CONFLICT "The checkout is over"
        "See `state`; begin a new checkout."
    CheckoutRefusedBefore "checkout_refused_before" CONFLICT "This checkout was refused before"
        "Begin a new checkout with a new Idempotency-Key."
    OrderLineNotAllocated "order_line_not_allocated" CONFLICT "The order line holds nothing of this item"
        "Check the order line and the item; it may be shipped or deallocated already."
    OrderLineAlreadyAllocated "order_line_already_allocated" CONFLICT "The order line holds units of this item already"
        "Deallocate first, or use another order line id."
    ExceedsAllocated "exceeds_allocated" CONFLICT "More was asked than the order line holds"
        "Ask for at most `allocated` units."
    ExceedsOnHand "exceeds_on_hand" CONFLICT "More would leave than is on hand"
        "Ask for at most `on_hand` units, or correct the count first."
    LocationUnknown "location_unknown" UNPROCESSABLE_ENTITY "The organization has no such location"
        "See GET /api/v1/stock/locations."
    SameLocation "same_location" UNPROCESSABLE_ENTITY "Both ends of the transfer are the same place"
        "Name two different locations."
    ItemIsBundle "item_is_bundle" CONFLICT "A bundle has no stock of its own"
        "Command its components, or check the bundle out."
    ComponentsUnusable "components_unusable" UNPROCESSABLE_ENTITY "A component is unknown or a bundle itself"
        "Every component must be a plain item of this organization, named once."
    SkuTaken "sku_taken" CONFLICT "The SKU belongs to another item"
        "Choose another SKU."
    InvalidSku "invalid_sku" UNPROCESSABLE_ENTITY "The SKU is not usable"
        "Send 1 to 100 characters without control characters."
    NameTaken "name_taken" CONFLICT "The name belongs to another location"
        "Choose another name."
    SettingsInvalid "settings_invalid" UNPROCESSABLE_ENTITY "What was entered for the platform is not usable"
        "See `problems`; each names its field."
    ConnectionTestUnavailable "connection_test_unavailable" CONFLICT "This platform's connection cannot be tested yet"
        "The settings are saved; the test comes with the platform's adapter."
    BackupUnreadable "backup_unreadable" UNPROCESSABLE_ENTITY "The backup does not open"
        "Check the passphrase and that the file is whole; nothing was changed."
    VaultClosed "vault_closed" SERVICE_UNAVAILABLE "The hub's root key is not at hand; no secret can be sealed or opened"
        "The operator must give the hub its root key and restart it; the hub's log says which one it wants."
    SecretRefused "secret_refused" INTERNAL_SERVER_ERROR "A stored secret does not open at its place"
        "The database was changed by hand or restored in part. Enter the secret again, and tell the operator."
    NotAWebsocket "not_a_websocket" BAD_REQUEST "The request does not ask for a WebSocket of this kind"
        "Ask for an upgrade with version 13 and the subprotocol `entrepot.live.v1`; see docs/live.md."
    Busy "busy" SERVICE_UNAVAILABLE "More commands are under way than memory is set aside for"
        "Repeat the request with the same Idempotency-Key after `Retry-After` seconds."
    Unavailable "unavailable" SERVICE_UNAVAILABLE "The database is away; nothing happened"
        "Repeat the request with the same Idempotency-Key after `Retry-After` seconds."
    OutcomeUnknown "outcome_unknown" SERVICE_UNAVAILABLE "No answer in time; it may or may not have happened"
        "Repeat the request with the same Idempotency-Key: it finds out, and happens at most once. Where a path takes no key, look first."
    Quarantined "command_quarantined" INTERNAL_SERVER_ERROR "This command brought its item down three times"
        "Report it with the request id; other commands on the item go on."
    Internal "internal" INTERNAL_SERVER_ERROR "Something broke on our side"
        "Report it with the request id."
}

/// An error on its way out: a code, what exactly, and the numbers.
#[derive(Debug)]
pub struct ApiError {
    code: Code,
    detail: String,
    members: Box<Map<String, Value>>,
    header: Option<(HeaderName, String)>,
}

/// The body of a problem, as documented.
#[derive(Serialize)]
struct Problem<'a> {
    r#type: String,
    title: &'static str,
    status: u16,
    code: &'static str,
    detail: &'a str,
    advice: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
    #[serde(flatten)]
    members: &'a Map<String, Value>,
}

impl ApiError {
    /// An error whose title says it all.
    #[must_use]
    pub fn new(code: Code) -> Self {
        Self {
            code,
            detail: code.title().to_owned(),
            members: Box::default(),
            header: None,
        }
    }

    /// Says what exactly.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    /// Adds a member that programs can read.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    /// Adds a header that the status asks for.
    #[must_use]
    pub(crate) fn header(mut self, name: HeaderName, value: &str) -> Self {
        self.header = Some((name, value.to_owned()));
        self
    }

    /// A number outside its bounds.
    #[must_use]
    pub fn out_of_bounds(field: &str, value: i64, min: i64, max: i64) -> Self {
        Self::new(Code::OutOfBounds)
            .detail(format!("{field} must be from {min} to {max}, not {value}"))
            .with("field", field)
            .with("min", min)
            .with("max", max)
    }

    /// Its code.
    #[must_use]
    pub fn code(&self) -> Code {
        self.code
    }

    /// The response, with the request's id once it is known.
    pub(crate) fn respond(&self, request_id: Option<&str>) -> HttpResponse {
        let code = self.code;
        let problem = Problem {
            r#type: format!("/api/errors#{}", code.code()),
            title: code.title(),
            status: code.status().as_u16(),
            code: code.code(),
            detail: &self.detail,
            advice: code.advice(),
            request_id,
            members: &self.members,
        };
        let mut response = HttpResponse::build(code.status());
        if code.status() == StatusCode::SERVICE_UNAVAILABLE {
            response.insert_header((RETRY_AFTER, "1"));
        }
        if code.status() == StatusCode::UNAUTHORIZED {
            response.insert_header(("www-authenticate", "Bearer"));
        }
        if let Some((name, value)) = &self.header {
            response.insert_header((name, value.as_str()));
        }
        response.insert_header((CONTENT_TYPE, "application/problem+json"));
        response.body(serde_json::to_vec(&problem).unwrap_or_default())
    }
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code.code(), self.detail)
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.code.status()
    }

    fn error_response(&self) -> HttpResponse {
        self.respond(None)
    }
}

impl From<OperationError> for ApiError {
    fn from(failure: OperationError) -> Self {
        let said = failure.to_string();
        match failure {
            OperationError::Refused { item, refusal } => from_refusal(&refusal).with("item_id", item.to_string()),
            OperationError::ItemUnknown(item) => Self::new(Code::NotFound)
                .detail(format!("no item {item}"))
                .with("item_id", item.to_string()),
            OperationError::ItemIsBundle(item) => Self::new(Code::ItemIsBundle).with("item_id", item.to_string()),
            OperationError::CheckoutUnknown => Self::new(Code::NotFound).detail("no such checkout"),
            OperationError::CheckoutClosed(state) => Self::new(Code::CheckoutClosed)
                .detail(format!("the checkout is {}", state_word(state)))
                .with("state", state_word(state)),
            OperationError::CheckoutRefusedBefore => Self::new(Code::CheckoutRefusedBefore),
            OperationError::CommandReused => Self::new(Code::CommandReused),
            OperationError::SkuTaken(sku) => Self::new(Code::SkuTaken).with("sku", sku),
            OperationError::NameTaken(name) => Self::new(Code::NameTaken).with("name", name),
            OperationError::ComponentsUnusable => Self::new(Code::ComponentsUnusable),
            OperationError::SettingsInvalid(problems) => from_field_problems(&problems),
            OperationError::SettingsUnknown(_) => Self::new(Code::NotFound).detail(said),
            OperationError::NoConnectionTest(_) => Self::new(Code::ConnectionTestUnavailable).detail(said),
            OperationError::TestsBusy => Self::new(Code::Busy).detail(said),
            OperationError::BackupUnreadable(_) => Self::new(Code::BackupUnreadable).detail(said),
            OperationError::VaultClosed(_) => {
                error!(error = said, "the vault is closed");
                Self::new(Code::VaultClosed)
            }
            OperationError::SecretRefused => Self::new(Code::SecretRefused),
            OperationError::NotAdmitted(NotAdmitted::Busy { .. }) | OperationError::MailboxFull => {
                Self::new(Code::Busy).detail(said)
            }
            OperationError::NotAdmitted(NotAdmitted::Unavailable | NotAdmitted::ShuttingDown) => {
                Self::new(Code::Unavailable).detail(said)
            }
            OperationError::OutcomeUnknown => Self::new(Code::OutcomeUnknown),
            OperationError::Quarantined => Self::new(Code::Quarantined),
            OperationError::NotWritable => Self::new(Code::Internal),
            OperationError::People(refused) => refused.into(),
            OperationError::SignOn(refused) => refused.into(),
            OperationError::Storage(failure) => failure.into(),
        }
    }
}

impl From<PeopleError> for ApiError {
    fn from(refused: PeopleError) -> Self {
        let said = |code: Code| Self::new(code).detail(refused.to_string());
        match refused {
            PeopleError::SignInRefused => said(Code::SignInRefused),
            PeopleError::TooManyTries { seconds } => said(Code::TooManyTries).header(RETRY_AFTER, &seconds.to_string()),
            PeopleError::Password(_) => said(Code::PasswordRefused),
            PeopleError::LinkUnusable => said(Code::LinkUnusable),
            PeopleError::Role(_) => said(Code::RoleRefused),
            PeopleError::Exceeds(permission) => said(Code::ExceedsYours).with("permission", permission.word()),
            PeopleError::Outlives(_) | PeopleError::Outpaces(_) | PeopleError::OwnLimit => said(Code::ExceedsYours),
            PeopleError::EmailUnusable => said(Code::EmailUnusable),
            PeopleError::NameUnusable => said(Code::NameUnusable),
            PeopleError::MemberAlready => said(Code::MemberAlready),
            PeopleError::LocationUnknown => said(Code::LocationUnknown),
            PeopleError::Unknown(_) => said(Code::NotFound),
            PeopleError::CodeRefused => said(Code::CodeRefused),
            PeopleError::TicketUnusable => said(Code::TicketUnusable),
            PeopleError::PasskeyRefused => said(Code::PasskeyRefused),
            PeopleError::PasskeysUnavailable => said(Code::PasskeysUnavailable),
            PeopleError::FactorExists(_) => said(Code::FactorExists),
            PeopleError::LastWayIn => said(Code::LastWayIn),
            PeopleError::Busy => said(Code::Busy),
            PeopleError::HashFailed => {
                error!("hashing a password failed");
                Self::new(Code::Internal)
            }
        }
    }
}

impl From<SignOnError> for ApiError {
    fn from(refused: SignOnError) -> Self {
        let code = match refused {
            SignOnError::ProviderUnknown => Code::NotFound,
            SignOnError::Unreachable => Code::SignOnUnreachable,
            SignOnError::Malformed | SignOnError::Misconfigured => Code::SignOnMisconfigured,
            SignOnError::Denied => Code::SignOnDenied,
            SignOnError::StateMismatch => Code::SignOnStateMismatch,
            SignOnError::Over => Code::SignOnOver,
            SignOnError::Refused => Code::SignOnRefused,
            SignOnError::ClockSkew => Code::SignOnClockSkew,
            SignOnError::EmailNotVerified => Code::EmailNotVerified,
            SignOnError::DomainNotAdmitted => Code::DomainNotAdmitted,
        };
        Self::new(code).detail(refused.to_string())
    }
}

impl From<StorageError> for ApiError {
    fn from(failure: StorageError) -> Self {
        if failure.is_outage() {
            return Self::new(Code::Unavailable);
        }
        if failure.is_in_doubt() {
            return Self::new(Code::OutcomeUnknown);
        }
        error!(error = %failure, "storage failed");
        Self::new(Code::Internal)
    }
}

/// The word for a reservation's state.
pub(crate) fn state_word(state: ReservationState) -> &'static str {
    match state {
        ReservationState::Open => "reserved",
        ReservationState::Confirmed => "confirmed",
        ReservationState::Released => "released",
        ReservationState::Expired => "expired",
    }
}

/// Every problem by its field; none of them holds what was entered.
fn from_field_problems(problems: &[FieldProblem]) -> ApiError {
    let member = |problem: &FieldProblem| json!({ "field": problem.field, "what": problem.what });
    ApiError::new(Code::SettingsInvalid).with("problems", problems.iter().map(member).collect::<Vec<_>>())
}

fn from_refusal(refusal: &Refusal) -> ApiError {
    let plain = |code: Code| ApiError::new(code).detail(refusal.to_string());
    match refusal {
        Refusal::OutOfStock { requested, available } => plain(Code::OutOfStock)
            .with("requested", *requested)
            .with("available", *available),
        Refusal::LocationUnknown(location) => plain(Code::LocationUnknown).with("location_id", location.to_string()),
        Refusal::ReservationNotOpen(id) => plain(Code::ReservationNotOpen).with("reservation_id", id.to_string()),
        Refusal::ReservationExpired {
            reservation,
            expired_at,
        } => plain(Code::ReservationExpired)
            .with("reservation_id", reservation.to_string())
            .with("expired_at", json!(expired_at)),
        Refusal::ReservationStillHeld {
            reservation,
            expires_at,
        } => plain(Code::ReservationNotOpen)
            .with("reservation_id", reservation.to_string())
            .with("expires_at", json!(expires_at)),
        Refusal::ReservationExists(id) => plain(Code::ReservationExists).with("reservation_id", id.to_string()),
        Refusal::OrderLineNotAllocated(line) => {
            plain(Code::OrderLineNotAllocated).with("order_line_id", line.to_string())
        }
        Refusal::OrderLineAlreadyAllocated(line) => {
            plain(Code::OrderLineAlreadyAllocated).with("order_line_id", line.to_string())
        }
        Refusal::ExceedsAllocated { requested, allocated } => plain(Code::ExceedsAllocated)
            .with("requested", *requested)
            .with("allocated", *allocated),
        Refusal::ExceedsOnHand { requested, on_hand } => plain(Code::ExceedsOnHand)
            .with("requested", *requested)
            .with("on_hand", *on_hand),
        Refusal::OutOfBounds { field, value, min, max } => ApiError::out_of_bounds(field, *value, *min, *max),
        Refusal::SameLocation => plain(Code::SameLocation),
    }
}
