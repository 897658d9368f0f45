//! The chain as it is stored, for the verifier; and all heads, for checkpoints.

use domain::audit::{Head, Link, Record};
use domain::ids::OrgId;
use tokio_postgres::Row;

use super::append::{hash_from, head_from};
use crate::{Engine, StorageError, TenantTx};

const FIND_HEAD: &str = "SELECT seq, hash FROM audit_heads WHERE org_id = $1";
const LIST_HEADS: &str = "SELECT seq, hash, org_id FROM audit_heads ORDER BY org_id";
const LIST_LINKS: &str = "
    SELECT org_id, seq, at, actor_kind, actor_id, action, subject_kind, subject_id, before, after, why, from_address,
           request_id, prev_hash, hash, canonical
    FROM audit_entries
    WHERE org_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";

/// Where the organization's chain ends; at nothing when it was never appended to.
///
/// # Errors
/// When the database cannot be reached.
pub async fn find_head(tx: &TenantTx) -> Result<Head, StorageError> {
    let rows = tx
        .query("reading the audit head", FIND_HEAD, &[&tx.org().uuid()])
        .await?;
    rows.first().map_or(Ok(Head::GENESIS), head_from)
}

/// The heads of all organizations. For the loop that signs checkpoints and for operators' commands, never for requests.
///
/// # Errors
/// When the database cannot be reached.
pub async fn list_heads(engine: &Engine) -> Result<Vec<(OrgId, Head)>, StorageError> {
    let client = engine.client().await?;
    let rows = client.query(LIST_HEADS, &[]).await;
    let rows = rows.map_err(StorageError::during("listing audit heads"))?;
    rows.iter()
        .map(|row| Ok((OrgId::new(row.get(2)), head_from(row)?)))
        .collect()
}

/// The links after number `after`, in order, at most `limit`.
///
/// # Errors
/// When the database cannot be reached.
pub async fn list_links(tx: &TenantTx, after: i64, limit: i64) -> Result<Vec<Link>, StorageError> {
    let rows = tx
        .query("reading the audit log", LIST_LINKS, &[&tx.org().uuid(), &after, &limit])
        .await?;
    rows.iter().map(link_from).collect()
}

fn link_from(row: &Row) -> Result<Link, StorageError> {
    Ok(Link {
        record: record_from(row),
        prev: hash_from(row.get(13))?,
        hash: hash_from(row.get(14))?,
        canonical: row.get(15),
    })
}

/// Reads the first thirteen columns above.
pub(super) fn record_from(row: &Row) -> Record {
    Record {
        org: OrgId::new(row.get(0)),
        seq: row.get(1),
        at: row.get(2),
        actor_kind: row.get(3),
        actor_id: row.get(4),
        action: row.get(5),
        subject_kind: row.get(6),
        subject_id: row.get(7),
        before: row.get(8),
        after: row.get(9),
        why: row.get(10),
        from: row.get(11),
        request_id: row.get(12),
    }
}
