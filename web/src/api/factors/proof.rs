//! The proof that stands in the body of whatever changes how somebody signs in.

use actors::operations::factors::Proof;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::errors::{ApiError, Code};

/// That it is really them: the body of what needs nothing else.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Proved {
    /// The proof.
    proof: ProofBody,
}

impl Proved {
    /// What it proves with.
    pub(crate) fn proof(&self) -> Result<Proof<'_>, ApiError> {
        self.proof.proof()
    }
}

/// One of: the password; a code of the authenticator app or a recovery code; a passkey's answer with the ticket of
/// `POST /api/v1/passkeys/prove/begin`.
#[derive(Deserialize, ToSchema)]
#[schema(as = Proof)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProofBody {
    /// The password.
    #[schema(format = Password)]
    password: Option<String>,
    /// A code.
    code: Option<String>,
    /// A ticket.
    ticket: Option<String>,
    /// What `navigator.credentials.get` gave.
    #[schema(value_type = Option<Object>)]
    credential: Option<Value>,
}

impl ProofBody {
    /// What it proves with.
    pub(crate) fn proof(&self) -> Result<Proof<'_>, ApiError> {
        match (&self.password, &self.code, &self.ticket, &self.credential) {
            (Some(password), None, None, None) => Ok(Proof::Password(password)),
            (None, Some(code), None, None) => Ok(Proof::Code(code)),
            (None, None, Some(ticket), Some(credential)) => Ok(Proof::Passkey { ticket, credential }),
            _ => Err(ApiError::new(Code::ProofUnusable)),
        }
    }
}
