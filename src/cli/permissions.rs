//! `entrepot permissions`

use std::process::ExitCode;

use super::say;

/// Prints who may do what, as `docs/permissions.md` has it.
pub(super) fn run() -> anyhow::Result<ExitCode> {
    say(&web::permissions_markdown())
}
