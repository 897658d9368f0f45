//! Looking entries up: by who, what, when, and words.

use domain::audit::{Hash, Record};
use jiff::Timestamp;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::append::hash_from;
use super::chain::record_from;
use crate::{StorageError, TenantTx};

const SEARCH: &str = include_str!("../sql/audit_entries_search.sql");

/// Which entries; what is none does not matter.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// The action, or how it begins: `person.`.
    pub action: Option<String>,
    /// What kind of actor.
    pub actor_kind: Option<String>,
    /// Which actor.
    pub actor_id: Option<Uuid>,
    /// What kind of subject.
    pub subject_kind: Option<String>,
    /// Which subject.
    pub subject_id: Option<String>,
    /// Not before this moment.
    pub since: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
    /// Words that stand somewhere in it, in any case.
    pub text: Option<String>,
}

/// Which page of them.
#[derive(Clone, Copy, Debug)]
pub struct AuditPage {
    /// Only entries with a smaller number.
    pub before: i64,
    /// At most so many.
    pub limit: i64,
}

/// An entry that was looked for.
#[derive(Clone, Debug)]
pub struct FoundEntry {
    /// What it says.
    pub record: Record,
    /// Its hash, which covers all before it.
    pub hash: Hash,
}

/// Entries that match, the newest first.
///
/// # Errors
/// When the database cannot be reached.
pub async fn list(tx: &TenantTx, filter: &AuditFilter, page: AuditPage) -> Result<Vec<FoundEntry>, StorageError> {
    let org = tx.org().uuid();
    let values: [&(dyn ToSql + Sync); 11] = [
        &org,
        &page.before,
        &filter.action,
        &filter.actor_kind,
        &filter.actor_id,
        &filter.subject_kind,
        &filter.subject_id,
        &filter.since,
        &filter.until,
        &filter.text,
        &page.limit,
    ];
    let rows = tx.query("searching the audit log", SEARCH, &values).await?;
    let found = |row: &tokio_postgres::Row| {
        Ok(FoundEntry {
            record: record_from(row),
            hash: hash_from(row.get(13))?,
        })
    };
    rows.iter().map(found).collect()
}
