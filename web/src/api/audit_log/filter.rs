//! Which entries are asked for: the same for the list and for the export.

use jiff::Timestamp;
use serde::Deserialize;
use storage::audit_log::AuditFilter;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::errors::{ApiError, Code};

const ACTOR_KINDS: &[&str] = &["person", "api_key", "hub"];
const MAX_CHARS: usize = 300;

/// Which entries; what is left out does not matter.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FilterEntries {
    /// An action, or how it begins: `item.`.
    pub(super) action: Option<String>,
    /// `person`, `api_key` or `hub`, or one of them: `person:<id>`.
    pub(super) actor: Option<String>,
    /// A kind of thing, or one of them: `item:<id>`.
    pub(super) subject: Option<String>,
    /// Not before this moment.
    #[param(value_type = Option<String>, format = DateTime)]
    pub(super) since: Option<Timestamp>,
    /// Before this moment.
    #[param(value_type = Option<String>, format = DateTime)]
    pub(super) until: Option<Timestamp>,
    /// Words that stand anywhere in the entry, in any case.
    pub(super) text: Option<String>,
    /// The `next` of the page before (the list), or where to go on (the export).
    pub(super) before: Option<i64>,
    /// Rows per page, 1 to 500; 50 when not given. (The list only.)
    #[param(minimum = 1, maximum = 500)]
    pub(super) limit: Option<i64>,
    /// `jsonl` or `csv`; `jsonl` when not given. (The export only.)
    pub(super) format: Option<String>,
}

impl FilterEntries {
    /// The filter as storage knows it.
    pub(super) fn parse(&self) -> Result<AuditFilter, ApiError> {
        let texts = [
            ("action", &self.action),
            ("actor", &self.actor),
            ("subject", &self.subject),
            ("text", &self.text),
        ];
        for (name, text) in texts {
            let text = text.as_deref().unwrap_or_default();
            if text.contains('\0') || text.chars().count() > MAX_CHARS {
                let what = format!("`{name}` has at most 300 characters, and none of them is NUL");
                return Err(unusable(name, &what));
            }
        }
        if let Some(before) = self.before.filter(|before| *before < 1) {
            return Err(ApiError::out_of_bounds("before", before, 1, i64::MAX));
        }
        if let (Some(since), Some(until)) = (self.since, self.until)
            && until <= since
        {
            return Err(unusable("until", "`until` must be after `since`"));
        }
        let (actor_kind, actor) = parts(self.actor.as_deref());
        if actor_kind.as_deref().is_some_and(|kind| !ACTOR_KINDS.contains(&kind)) {
            return Err(unusable(
                "actor",
                "`actor` is person, api_key or hub, with or without `:<id>`",
            ));
        }
        let actor_id = actor.map(|id| Uuid::try_parse(&id)).transpose();
        let (subject_kind, subject_id) = parts(self.subject.as_deref());
        Ok(AuditFilter {
            action: self.action.clone(),
            actor_kind,
            actor_id: actor_id.map_err(|_| unusable("actor", "the id after `actor=…:` is a UUID"))?,
            subject_kind,
            subject_id,
            since: self.since.map(storable),
            until: self.until.map(storable),
            text: self.text.clone().filter(|text| !text.is_empty()),
        })
    }
}

/// Postgres knows fewer years than jiff; no entry lies before its first.
fn storable(time: Timestamp) -> Timestamp {
    time.max(Timestamp::UNIX_EPOCH)
}

/// `kind` or `kind:id`.
fn parts(text: Option<&str>) -> (Option<String>, Option<String>) {
    let Some(text) = text else {
        return (None, None);
    };
    match text.split_once(':') {
        Some((kind, id)) => (Some(kind.to_owned()), Some(id.to_owned())),
        None => (Some(text.to_owned()), None),
    }
}

pub(super) fn unusable(parameter: &str, what: &str) -> ApiError {
    ApiError::new(Code::InvalidQuery)
        .detail(what)
        .with("parameter", parameter)
}
