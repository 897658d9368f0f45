//! `/api/v1/recovery-codes`: for whoever lost the rest.

pub mod renew;

use serde::Serialize;
use utoipa::ToSchema;

/// Recovery codes, each for one use. They are shown this once; null where there are some already.
#[derive(Serialize, ToSchema)]
#[schema(as = RecoveryCodes)]
pub(crate) struct RecoveryCodesView {
    /// Ten of them.
    pub(crate) recovery_codes: Option<Vec<String>>,
}
