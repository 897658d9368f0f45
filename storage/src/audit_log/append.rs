//! Appending: the head is locked, the entry follows from it, and a trigger moves the head to the entry.

use domain::audit::{Entry, Hash, Head, Link, Record};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use crate::{StorageError, TenantTx};

const LOCK_HEAD: &str = "SELECT seq, hash FROM audit_heads WHERE org_id = $1 FOR UPDATE";
const INSERT_HEAD: &str = "
    INSERT INTO audit_heads (org_id, seq, hash) VALUES ($1, 0, $2) ON CONFLICT (org_id) DO NOTHING";
const INSERT_ENTRY: &str = "
    INSERT INTO audit_entries (org_id, seq, at, actor_kind, actor_id, action, subject_kind, subject_id, before, after, why,
                               from_address, request_id, prev_hash, hash, canonical)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";

/// Appends an entry to the chain of the transaction's organization. Entries of one organization wait for each other until
/// the transaction ends, so **append last, just before the commit**: then nobody waits long, and nobody who holds the head
/// waits for a row of somebody who waits for the head.
///
/// # Errors
/// When the database cannot be reached, or the head is not where its last entry is. The change must then not be committed.
pub async fn append(tx: &TenantTx, entry: &Entry) -> Result<(), StorageError> {
    let head = lock_head(tx).await?;
    let link = Link::after(head.hash, Record::of(tx.org(), head.seq + 1, entry));
    let record = &link.record;
    let (org, prev, hash) = (
        tx.org().uuid(),
        link.prev.bytes().as_slice(),
        link.hash.bytes().as_slice(),
    );
    let values: [&(dyn ToSql + Sync); 16] = [
        &org,
        &record.seq,
        &record.at,
        &record.actor_kind,
        &record.actor_id,
        &record.action,
        &record.subject_kind,
        &record.subject_id,
        &record.before,
        &record.after,
        &record.why,
        &record.from,
        &record.request_id,
        &prev,
        &hash,
        &link.canonical,
    ];
    tx.execute("appending to the audit log", INSERT_ENTRY, &values)
        .await
        .map(drop)
}

/// The head, locked until the transaction ends; made when this is the organization's first entry.
async fn lock_head(tx: &TenantTx) -> Result<Head, StorageError> {
    let (what, org) = ("locking the audit head", tx.org().uuid());
    if let Some(row) = tx.query(what, LOCK_HEAD, &[&org]).await?.first() {
        return head_from(row);
    }
    let genesis = Hash::GENESIS.bytes().as_slice();
    tx.execute(what, INSERT_HEAD, &[&org, &genesis]).await?;
    match tx.query(what, LOCK_HEAD, &[&org]).await?.first() {
        Some(row) => head_from(row),
        None => Err(StorageError::Unexpected("the audit log has no head".to_owned())),
    }
}

/// Reads a row of `seq, hash`.
pub(super) fn head_from(row: &Row) -> Result<Head, StorageError> {
    Ok(Head {
        seq: row.get(0),
        hash: hash_from(row.get(1))?,
    })
}

pub(super) fn hash_from(bytes: &[u8]) -> Result<Hash, StorageError> {
    Hash::from_slice(bytes).ok_or_else(|| StorageError::Unexpected("an audit hash has not 32 bytes".to_owned()))
}
