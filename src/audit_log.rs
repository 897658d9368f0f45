//! Verifying the audit logs of all organizations. Used by `entrepot audit log` and the tests.

use std::collections::BTreeSet;

use actors::checkpoints::Checkpoints;
use actors::operations::audit_log::{ChainVerdict, VerifyError, verify};
use domain::audit::ChainSummary;
use serde::Serialize;
use storage::{Database, Engine, Tenants, organizations};

/// What was found.
#[derive(Clone, Debug, Serialize)]
pub struct LogVerdict {
    /// Whether every chain is as it was written.
    pub is_clean: bool,
    /// The first thing that is not, in words.
    pub violation: Option<String>,
    /// One verdict per organization.
    pub organizations: Vec<ChainVerdict>,
    /// What was walked in all.
    pub summary: ChainSummary,
    /// How long it took.
    pub seconds: f64,
}

/// Verifies every organization's chain, and those of organizations that are gone from the database and left checkpoints.
///
/// # Errors
/// When there can be no verdict. A violation is a verdict.
pub async fn verify_all(database: &Database, checkpoints: Option<&Checkpoints>) -> Result<LogVerdict, VerifyError> {
    let started = actors::clock::stopwatch();
    let (engine, tenants) = (Engine::new(database)?, Tenants::new(database)?);
    let known = organizations::list(&engine).await?;
    let mut orgs: BTreeSet<_> = known.iter().map(|organization| organization.id).collect();
    if let Some(checkpoints) = checkpoints {
        orgs.extend(checkpoints.organizations()?);
    }
    let mut verdicts = Vec::with_capacity(orgs.len());
    for org in orgs {
        verdicts.push(verify(&tenants, checkpoints, org).await?);
    }
    let mut summary = ChainSummary::default();
    for verdict in &verdicts {
        summary.entries += verdict.summary.entries;
        summary.checkpoints += verdict.summary.checkpoints;
    }
    let first = verdicts
        .iter()
        .find_map(|verdict| Some((verdict.org, verdict.violation.as_ref()?)));
    Ok(LogVerdict {
        is_clean: first.is_none(),
        violation: first.map(|(org, violation)| format!("organization {org}: {violation}")),
        organizations: verdicts,
        summary,
        seconds: started.elapsed().as_secs_f64(),
    })
}

impl LogVerdict {
    /// The verdict in words.
    #[must_use]
    pub fn in_words(&self) -> String {
        let walked = format!(
            "{} audit entries of {} organizations verified in {:.2} s; {} signed checkpoints agree\n",
            self.summary.entries,
            self.organizations.len(),
            self.seconds,
            self.summary.checkpoints,
        );
        let verdict = match &self.violation {
            Some(violation) => format!("VIOLATION {violation}\n"),
            None if self.summary.checkpoints == 0 => {
                "CLEAN as far as it goes: without checkpoints a cut tail or a rewritten history cannot be seen\n"
                    .to_owned()
            }
            None => "CLEAN: nothing changed, removed, added, moved or cut off\n".to_owned(),
        };
        walked + &verdict
    }
}
