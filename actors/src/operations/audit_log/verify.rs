//! Walking one organization's chain against its checkpoints: in pages, so that neither memory nor a transaction grows with it.

use domain::audit::{ChainCheck, ChainSummary, ChainViolation, Head};
use domain::ids::OrgId;
use serde::Serialize;
use storage::{StorageError, Tenants, audit_log};

use crate::checkpoints::{CheckpointError, Checkpoints};

const LINKS_PER_PAGE: i64 = 500;

/// What the walk found.
#[derive(Clone, Debug, Serialize)]
pub struct ChainVerdict {
    /// Whose chain.
    pub org: OrgId,
    /// Whether it is as it was written.
    pub is_clean: bool,
    /// The first thing that is not.
    pub violation: Option<ChainViolation>,
    /// How far the walk came.
    pub summary: ChainSummary,
}

/// Why there is no verdict.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The database could not be read.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The checkpoints could not be read.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
}

/// Verifies hash, order and gaplessness of a chain, and that it agrees with every signed checkpoint.
///
/// # Errors
/// When there can be no verdict. A violation is a verdict, and so is a note that the hub did not sign.
pub async fn verify(
    tenants: &Tenants,
    checkpoints: Option<&Checkpoints>,
    org: OrgId,
) -> Result<ChainVerdict, VerifyError> {
    // Signed before they are read, so the chain read later must hold them.
    let signed = match checkpoints {
        Some(checkpoints) => checkpoints.of(org).await,
        None => Ok(Vec::new()),
    };
    let signed = match signed {
        Ok(signed) => signed,
        Err(CheckpointError::Forged { path, line }) => {
            let violation = ChainViolation::CheckpointForged { path, line };
            return Ok(ChainVerdict::new(org, ChainSummary::default(), Some(violation)));
        }
        Err(error) => return Err(error.into()),
    };
    let mut check = ChainCheck::new(signed);
    let violation = match walk(tenants, org, &mut check).await? {
        Ok(head) => check.finish(head).err(),
        Err(violation) => Some(violation),
    };
    Ok(ChainVerdict::new(org, check.summary(), violation))
}

impl ChainVerdict {
    fn new(org: OrgId, summary: ChainSummary, violation: Option<ChainViolation>) -> Self {
        Self {
            org,
            is_clean: violation.is_none(),
            violation,
            summary,
        }
    }
}

/// Walks to the end; the stored head, which was read after the last link and holds nothing that was not looked for since.
async fn walk(
    tenants: &Tenants,
    org: OrgId,
    check: &mut ChainCheck,
) -> Result<Result<Head, ChainViolation>, StorageError> {
    loop {
        let tx = tenants.begin(org).await?;
        let mut links = audit_log::list_links(&tx, check.head().seq, LINKS_PER_PAGE).await?;
        let mut head = None;
        if links.is_empty() {
            head = Some(audit_log::find_head(&tx).await?);
            // Appended between the two statements? Then it is here now.
            links = audit_log::list_links(&tx, check.head().seq, LINKS_PER_PAGE).await?;
        }
        tx.commit().await?;
        match head {
            Some(head) if links.is_empty() => return Ok(Ok(head)),
            Some(_) | None => {}
        }
        for link in &links {
            if let Err(violation) = check.observe(link) {
                return Ok(Err(violation));
            }
        }
    }
}
