//! `/api/v1/stock/locations`

pub mod create;
pub mod list;

use serde::Serialize;
use storage::stock_locations::StockLocation;
use utoipa::ToSchema;
use uuid::Uuid;

/// A place where stock lies.
#[derive(Serialize, ToSchema)]
#[schema(as = StockLocation)]
pub struct LocationView {
    /// Its id.
    id: Uuid,
    /// Unique within the organization.
    name: String,
    /// Lower sells first.
    priority: i32,
}

impl From<StockLocation> for LocationView {
    fn from(location: StockLocation) -> Self {
        Self {
            id: location.id.uuid(),
            name: location.name,
            priority: location.priority,
        }
    }
}
