//! `/api/v1/audit-log`

pub mod export;
pub mod filter;
pub mod list;
pub mod verify;

use serde::Serialize;
use serde_json::Value;
use storage::audit_log::FoundEntry;
use utoipa::ToSchema;
use uuid::Uuid;

/// One change.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditEntry)]
pub struct EntryView {
    /// Its number, without gaps in the organization.
    seq: i64,
    /// When.
    at: jiff::Timestamp,
    /// Who.
    actor: ActorView,
    /// What, as `noun.verb`.
    action: String,
    /// To what.
    subject: SubjectView,
    /// How it was; null for what is new.
    before: Option<Value>,
    /// How it is; null for what is gone.
    after: Option<Value>,
    /// The reason given.
    why: Option<String>,
    /// The address it was asked from.
    from: Option<String>,
    /// The request, as its answer quoted it.
    request_id: Option<String>,
    /// The hash of this entry and all before it.
    hash: String,
}

/// Who did it.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditActor)]
pub struct ActorView {
    /// `person`, `api_key` or `hub`.
    kind: String,
    /// Which one; the hub is only one.
    id: Option<Uuid>,
}

/// What it was done to.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditSubject)]
pub struct SubjectView {
    /// A noun: `item`, `location`, `product`.
    kind: String,
    /// Which one.
    id: String,
}

impl From<FoundEntry> for EntryView {
    fn from(found: FoundEntry) -> Self {
        let record = found.record;
        Self {
            seq: record.seq,
            at: record.at,
            actor: ActorView {
                kind: record.actor_kind,
                id: record.actor_id,
            },
            action: record.action,
            subject: SubjectView {
                kind: record.subject_kind,
                id: record.subject_id,
            },
            before: record.before,
            after: record.after,
            why: record.why,
            from: record.from.map(|address| address.to_string()),
            request_id: record.request_id,
            hash: found.hash.to_string(),
        }
    }
}
