//! `GET /api/v1/audit-log/verify`

use actix_web::web;
use actors::operations::audit_log::{self, VerifyError};
use serde::Serialize;
use tracing::error;
use utoipa::ToSchema;

use crate::access::{CanReadAudit, Staff};
use crate::errors::{ApiError, Code};
use crate::state::AppState;

/// Whether the log is as it was written.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditLogVerdict)]
pub struct VerdictView {
    /// Whether every entry is there, in order, and says what was hashed; and whether that agrees with every checkpoint.
    is_clean: bool,
    /// The first thing that is not, in words.
    violation: Option<String>,
    /// Entries that were verified.
    entries: i64,
    /// Signed checkpoints that agree. Without any, a cut tail cannot be seen.
    checkpoints: u64,
}

/// Verifies your organization's audit log from its first entry to its last.
#[utoipa::path(get, path = "/api/v1/audit-log/verify", tag = "audit", operation_id = "verify_audit_log",
    responses((status = 200, description = "The verdict", body = VerdictView)))]
pub async fn handle(state: web::Data<AppState>, who: Staff<CanReadAudit>) -> Result<web::Json<VerdictView>, ApiError> {
    let verdict = audit_log::verify(&state.stock.tenants, state.checkpoints.as_ref(), who.org()).await?;
    if let Some(violation) = &verdict.violation {
        error!(org = %verdict.org, %violation, "the audit log was tampered with");
    }
    Ok(web::Json(VerdictView {
        is_clean: verdict.is_clean,
        violation: verdict.violation.map(|violation| violation.to_string()),
        entries: verdict.summary.entries,
        checkpoints: verdict.summary.checkpoints,
    }))
}

impl From<VerifyError> for ApiError {
    fn from(failure: VerifyError) -> Self {
        match failure {
            VerifyError::Storage(failure) => failure.into(),
            VerifyError::Checkpoint(failure) => {
                error!(error = %failure, "checkpoints cannot be read");
                Self::new(Code::Internal)
            }
        }
    }
}
