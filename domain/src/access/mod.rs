//! Who may do what: five roles, a closed list of permissions, and one table that joins them.
//!
//! The web layer names a permission in each handler's signature; `docs/permissions.md` is written from this table. Nothing
//! here knows people, sessions or keys.

mod permission;
mod permission_set;
mod role;

pub use permission::Permission;
pub use permission_set::PermissionSet;
pub use role::{Role, RoleRefused};
