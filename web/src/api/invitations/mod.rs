//! `/api/v1/invitations`: offered, accepted once, withdrawn.

pub mod accept;
pub mod create;
pub mod list;
pub mod look;
pub mod withdraw;

use jiff::Timestamp;
use serde::Serialize;
use storage::invitations::Invitation;
use utoipa::ToSchema;
use uuid::Uuid;

/// An invitation that waits.
#[derive(Serialize, ToSchema)]
#[schema(as = Invitation)]
pub struct InvitationView {
    /// Its id.
    id: Uuid,
    /// Who is invited.
    email: String,
    /// What they will be.
    role: &'static str,
    /// Where they may change stock; null: everywhere.
    location_ids: Option<Vec<Uuid>>,
    /// Until when they can accept.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

impl From<Invitation> for InvitationView {
    fn from(one: Invitation) -> Self {
        Self {
            id: one.id.uuid(),
            email: one.email,
            role: one.role.word(),
            location_ids: one.locations.map(|ids| ids.iter().map(|id| id.uuid()).collect()),
            expires_at: one.expires_at,
        }
    }
}
