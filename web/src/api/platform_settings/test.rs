//! `POST /api/v1/platform-settings/{provider}/test`

use actix_web::{HttpRequest, web};
use actors::operations::platform_settings::{Asked, Tested, test};
use domain::platform_settings::ConnectionProblem;
use serde::Serialize;
use utoipa::ToSchema;

use super::{means, provider_in, trail};
use crate::access::{CanWriteSettings, Staff};
use crate::errors::ApiError;
use crate::state::AppState;

/// How the test went.
#[derive(Serialize, ToSchema)]
#[schema(as = ConnectionTestResult)]
pub struct TestView {
    /// `working` or `failing`.
    status: &'static str,
    /// Why it fails.
    problem: Option<ProblemView>,
    /// How long it took, in milliseconds.
    took_ms: u64,
    /// Whether the settings are still those that were tested; otherwise the result was not kept.
    is_current: bool,
}

/// Where the test ended.
#[derive(Serialize, ToSchema)]
#[schema(as = ConnectionProblem)]
pub struct ProblemView {
    /// A word for programs: `host_unknown`, `sign_in_refused`, …
    kind: &'static str,
    /// What happened.
    what: String,
    /// What to do.
    advice: &'static str,
}

impl From<ConnectionProblem> for ProblemView {
    fn from(problem: ConnectionProblem) -> Self {
        Self {
            kind: problem.kind.word(),
            what: problem.what,
            advice: problem.kind.advice(),
        }
    }
}

impl From<Tested> for TestView {
    fn from(tested: Tested) -> Self {
        Self {
            status: if tested.problem.is_none() { "working" } else { "failing" },
            problem: tested.problem.map(ProblemView::from),
            took_ms: tested.took_ms,
            is_current: tested.is_current,
        }
    }
}

/// Tries the saved settings against the real other side; takes up to half a minute. Only `smtp` can be tested yet.
#[utoipa::path(post, path = "/api/v1/platform-settings/{provider}/test", tag = "settings",
    operation_id = "test_platform_settings",
    params(("provider" = String, Path, description = "`smtp`")),
    responses((status = 200, description = "How it went", body = TestView), (status = 404, description = "not_found"),
        (status = 409, description = "connection_test_unavailable"), (status = 500, description = "secret_refused"),
        (status = 503, description = "vault_closed, busy")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: Staff<CanWriteSettings>,
    request: HttpRequest,
) -> Result<web::Json<TestView>, ApiError> {
    let trail = trail(&state, &who, &request)?;
    let asked = Asked {
        org: who.org(),
        trail: &trail,
    };
    let tested = test(&means(&state), &asked, provider_in(&request)?).await?;
    Ok(web::Json(tested.into()))
}
