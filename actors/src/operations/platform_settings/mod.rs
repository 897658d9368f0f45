//! Operations on platform settings: save, delete, test, back up, restore.

mod backup;
mod backup_file;
mod delete;
mod restore;
mod save;
mod tell;
mod test;
mod write;

use domain::audit::Trail;
use domain::ids::OrgId;
use storage::Tenants;

use crate::connections::ConnectionTests;
use crate::mail::Post;
use crate::vault::Vault;

pub use backup::back_up;
pub use delete::delete;
pub use restore::restore;
pub use save::save;
pub use test::{Tested, test};

/// What these operations work with.
pub struct Means<'a> {
    /// Where secrets are.
    pub vault: &'a Vault,
    /// The way to a tenant's rows.
    pub tenants: &'a Tenants,
    /// The tests there are.
    pub tests: &'a ConnectionTests,
    /// Mail, for those who are told of a change.
    pub post: &'a Post,
}

/// Who asks, for which organization.
pub struct Asked<'a> {
    /// Whose settings.
    pub org: OrgId,
    /// Who, when, from where.
    pub trail: &'a Trail,
}
