//! `/api/v1/api-keys`: the organization's machines.

pub mod create;
pub mod list;
pub mod revoke;

use domain::access::PermissionSet;
use jiff::Timestamp;
use serde::Serialize;
use storage::api_keys::ListedApiKey;
use utoipa::ToSchema;
use uuid::Uuid;

/// A key without its secret.
#[derive(Serialize, ToSchema)]
#[schema(as = ApiKey)]
pub struct ApiKeyView {
    /// Its id.
    id: Uuid,
    /// What people call it.
    name: String,
    /// What it may do; null: everything.
    permissions: Option<Vec<&'static str>>,
    /// How often it may ask; null: as often as any.
    requests_per_minute: Option<i32>,
    /// The person or the key that made it.
    made_by: Option<Uuid>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it stops working by itself.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_used_at: Option<Timestamp>,
    /// When it was revoked.
    #[schema(value_type = Option<String>, format = DateTime)]
    revoked_at: Option<Timestamp>,
}

impl From<ListedApiKey> for ApiKeyView {
    fn from(one: ListedApiKey) -> Self {
        Self {
            id: one.key.id.uuid(),
            name: one.key.name,
            permissions: one.key.permissions.map(PermissionSet::words),
            requests_per_minute: one.key.requests_per_minute,
            made_by: one.key.made_by,
            created_at: one.created_at,
            expires_at: one.key.expires_at,
            last_used_at: one.last_used_at,
            revoked_at: one.revoked_at,
        }
    }
}
