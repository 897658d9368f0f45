//! `/api/v1/organizations`: those of the person who is signed in; `/api/v1/organization`: the one acted for.

pub mod create;
pub mod list;
pub mod rename;

use serde::Serialize;
use storage::organizations::Organization;
use utoipa::ToSchema;
use uuid::Uuid;

/// A tenant.
#[derive(Serialize, ToSchema)]
#[schema(as = Organization)]
pub struct OrganizationView {
    /// Its id.
    id: Uuid,
    /// What it is called.
    name: String,
}

impl From<Organization> for OrganizationView {
    fn from(one: Organization) -> Self {
        Self {
            id: one.id.uuid(),
            name: one.name,
        }
    }
}
