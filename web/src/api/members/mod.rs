//! `/api/v1/members`: who works in the organization, as what.

pub mod change;
pub mod leave;
pub mod list;
pub mod remove;

use domain::access::Role;
use domain::ids::LocationId;
use uuid::Uuid;

use crate::errors::{ApiError, Code};

const MAX_LOCATIONS: usize = 1_000;

/// The role with this word.
pub(super) fn role(word: &str) -> Result<Role, ApiError> {
    Role::parse(word).ok_or_else(|| ApiError::new(Code::RoleUnknown))
}

/// A limit to places: some, or none named at all.
pub(super) fn locations(ids: Option<Vec<Uuid>>) -> Result<Option<Vec<LocationId>>, ApiError> {
    let Some(ids) = ids else { return Ok(None) };
    if ids.is_empty() || ids.len() > MAX_LOCATIONS {
        let given = i64::try_from(ids.len()).unwrap_or(i64::MAX);
        return Err(ApiError::out_of_bounds("location_ids", given, 1, MAX_LOCATIONS as i64));
    }
    Ok(Some(ids.into_iter().map(LocationId::new).collect()))
}
