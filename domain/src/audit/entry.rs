//! What an operation says about a change, before it has a place in the chain.

use std::net::IpAddr;

use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::canonical::canonical_json;
use super::chain::Hash;
use crate::ids::{ApiKeyId, PersonId};

/// A document larger than this, in canonical bytes, is kept as its digest: the log is no second copy of the catalogue.
pub const MAX_DOCUMENT_BYTES: usize = 64 * 1024;

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Somebody who signed in.
    Person(PersonId),
    /// A program with a key.
    ApiKey(ApiKeyId),
    /// The hub itself: its commands, its loops.
    Hub,
}

impl Actor {
    /// The word stored and shown.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Person(_) => "person",
            Self::ApiKey(_) => "api_key",
            Self::Hub => "hub",
        }
    }

    /// Which one; the hub is only one.
    #[must_use]
    pub const fn id(self) -> Option<Uuid> {
        match self {
            Self::Person(id) => Some(id.uuid()),
            Self::ApiKey(id) => Some(id.uuid()),
            Self::Hub => None,
        }
    }
}

/// What it was done to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// A noun of the glossary: `item`, `person`, `api_key`.
    pub kind: &'static str,
    /// Its id, or whatever names it.
    pub id: String,
}

impl Subject {
    /// Something with an id.
    #[must_use]
    pub fn new(kind: &'static str, id: impl std::fmt::Display) -> Self {
        Self {
            kind,
            id: id.to_string(),
        }
    }
}

/// One change, in words for a person and data for a program. Never holds a secret: what must not be read back is named, not
/// shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// What, as `noun.verb`: `person.invite`.
    pub action: &'static str,
    /// To what.
    pub subject: Subject,
    /// How it was; none for what is new.
    pub before: Option<Value>,
    /// How it is; none for what is gone.
    pub after: Option<Value>,
    /// The reason given, if one was.
    pub why: Option<String>,
    /// The address it was asked from.
    pub from: Option<IpAddr>,
    /// The request, as callers quote it.
    pub request_id: Option<String>,
}

impl Entry {
    /// How it was.
    #[must_use]
    pub fn before(mut self, document: Value) -> Self {
        self.before = Some(bounded(document));
        self
    }

    /// How it is.
    #[must_use]
    pub fn after(mut self, document: Value) -> Self {
        self.after = Some(bounded(document));
        self
    }

    /// The reason given.
    #[must_use]
    pub fn why(mut self, reason: impl Into<String>) -> Self {
        self.why = Some(reason.into());
        self
    }
}

/// Who acts, when, and from where: what all entries of one request begin with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trail {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// The address it was asked from.
    pub from: Option<IpAddr>,
    /// The request, as callers quote it.
    pub request_id: Option<String>,
}

impl Trail {
    /// What the hub does by itself.
    #[must_use]
    pub const fn of_hub(at: Timestamp) -> Self {
        Self {
            at,
            actor: Actor::Hub,
            from: None,
            request_id: None,
        }
    }

    /// An entry with nothing yet about before and after.
    #[must_use]
    pub fn entry(&self, action: &'static str, subject: Subject) -> Entry {
        Entry {
            at: self.at,
            actor: self.actor,
            action,
            subject,
            before: None,
            after: None,
            why: None,
            from: self.from,
            request_id: self.request_id.clone(),
        }
    }
}

fn bounded(document: Value) -> Value {
    let bytes = canonical_json(&document);
    if bytes.len() <= MAX_DOCUMENT_BYTES {
        return document;
    }
    let digest = Hash::new(Sha256::digest(&bytes).into());
    json!({ "bytes": bytes.len(), "sha256": digest.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_too_large_for_the_log_is_kept_as_its_digest() {
        let entry = Trail::of_hub(Timestamp::UNIX_EPOCH).entry("product.import", Subject::new("product", "lamp"));
        let small = entry.clone().after(json!({ "title": "Lamp" }));
        assert_eq!(small.after, Some(json!({ "title": "Lamp" })));
        let large = entry.after(json!("x".repeat(MAX_DOCUMENT_BYTES)));
        let kept = large.after.unwrap();
        assert_eq!(kept["bytes"], MAX_DOCUMENT_BYTES + 2);
        assert_eq!(kept["sha256"].as_str().map(str::len), Some(64));
    }
}
