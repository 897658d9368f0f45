//! The bytes of an entry that are hashed. Format 1, for ever: a change of a byte here breaks every chain there is, and the
//! golden tests say so. A new format gets a new first part, and this one stays.

use std::net::IpAddr;

use jiff::Timestamp;
use serde_json::{Number, Value};
use uuid::Uuid;

use super::entry::Entry;
use crate::ids::OrgId;

/// The first part, which names the format.
const FORMAT: &[u8] = b"entrepot-audit-1";
/// The length that stands for "no such part".
const ABSENT: u64 = u64::MAX;
/// Up to here every whole number is a double of its own.
const LARGEST_WHOLE: f64 = 9_007_199_254_740_992.0;

/// An entry with its place in a chain, as it is stored: words instead of enums, because a stored word may be any.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Whose chain.
    pub org: OrgId,
    /// Its number there, from 1.
    pub seq: i64,
    /// When, to the microsecond.
    pub at: Timestamp,
    /// See [`super::Actor::kind`].
    pub actor_kind: String,
    /// Which one.
    pub actor_id: Option<Uuid>,
    /// What was done.
    pub action: String,
    /// To what kind of thing.
    pub subject_kind: String,
    /// To which one.
    pub subject_id: String,
    /// How it was.
    pub before: Option<Value>,
    /// How it is.
    pub after: Option<Value>,
    /// The reason given.
    pub why: Option<String>,
    /// The address it was asked from.
    pub from: Option<IpAddr>,
    /// The request.
    pub request_id: Option<String>,
}

impl Record {
    /// The entry at this place, with what Postgres cannot store the same made storable: time to the microsecond, no NUL in a
    /// text, no fractions in JSON, one form of an address.
    #[must_use]
    pub fn of(org: OrgId, seq: i64, entry: &Entry) -> Self {
        Self {
            org,
            seq,
            at: Timestamp::from_microsecond(entry.at.as_microsecond()).unwrap_or(entry.at),
            actor_kind: entry.actor.kind().to_owned(),
            actor_id: entry.actor.id(),
            action: entry.action.to_owned(),
            subject_kind: entry.subject.kind.to_owned(),
            subject_id: storable(&entry.subject.id),
            before: entry.before.as_ref().map(storable_json),
            after: entry.after.as_ref().map(storable_json),
            why: entry.why.as_deref().map(storable),
            from: entry.from.map(|address| address.to_canonical()),
            request_id: entry.request_id.as_deref().map(storable),
        }
    }

    /// Its bytes: every part with its length (8 bytes, big-endian) before it, so that no two records run together; a part
    /// that is not there has the length 2⁶⁴ − 1 and no bytes.
    #[must_use]
    pub fn canonical(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(512);
        put(&mut bytes, FORMAT);
        put(&mut bytes, self.org.uuid().as_bytes());
        put(&mut bytes, &self.seq.to_be_bytes());
        put(&mut bytes, &self.at.as_microsecond().to_be_bytes());
        put(&mut bytes, self.actor_kind.as_bytes());
        put_option(&mut bytes, self.actor_id.as_ref().map(|id| id.as_bytes().as_slice()));
        put(&mut bytes, self.action.as_bytes());
        put(&mut bytes, self.subject_kind.as_bytes());
        put(&mut bytes, self.subject_id.as_bytes());
        put_option(&mut bytes, self.before.as_ref().map(canonical_json).as_deref());
        put_option(&mut bytes, self.after.as_ref().map(canonical_json).as_deref());
        put_option(&mut bytes, self.why.as_ref().map(String::as_bytes));
        put_option(
            &mut bytes,
            self.from.map(|from| from.to_string()).as_ref().map(String::as_bytes),
        );
        put_option(&mut bytes, self.request_id.as_ref().map(String::as_bytes));
        bytes
    }
}

/// The number that canonical bytes say they have; none when they are no record's.
pub(super) fn seq_in(canonical: &[u8]) -> Option<i64> {
    let before = 8 + FORMAT.len() + 8 + 16 + 8;
    let seq = canonical.get(before..)?.first_chunk()?;
    Some(i64::from_be_bytes(*seq))
}

fn put(bytes: &mut Vec<u8>, part: &[u8]) {
    bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
    bytes.extend_from_slice(part);
}

fn put_option(bytes: &mut Vec<u8>, part: Option<&[u8]>) {
    match part {
        Some(part) => put(bytes, part),
        None => bytes.extend_from_slice(&ABSENT.to_be_bytes()),
    }
}

/// JSON with sorted keys and no spaces: for what a record holds the same bytes before and after a stay in `jsonb`, which
/// sorts keys its own way.
#[must_use]
pub fn canonical_json(value: &Value) -> Vec<u8> {
    let mut text = String::new();
    write_json(&mut text, value);
    text.into_bytes()
}

fn write_json(text: &mut String, value: &Value) {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => text.push_str(&value.to_string()),
        Value::Array(values) => {
            for (i, value) in values.iter().enumerate() {
                text.push(if i == 0 { '[' } else { ',' });
                write_json(text, value);
            }
            text.push_str(if values.is_empty() { "[]" } else { "]" });
        }
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_by_key(|(name, _)| name.as_str());
            for (i, (name, value)) in sorted.iter().enumerate() {
                text.push(if i == 0 { '{' } else { ',' });
                text.push_str(&Value::String((*name).clone()).to_string());
                text.push(':');
                write_json(text, value);
            }
            text.push_str(if sorted.is_empty() { "{}" } else { "}" });
        }
    }
}

fn storable(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// A double has no one decimal form: a whole one becomes the whole number, any other its text.
fn storable_number(number: &Number) -> Value {
    let Some(double) = number.as_f64().filter(|_| number.is_f64()) else {
        return Value::Number(number.clone());
    };
    // `Display` writes a double out in digits, without an exponent.
    let digits = double.to_string();
    let is_whole = double.abs() <= LARGEST_WHOLE;
    match digits.parse::<i64>().ok().filter(|_| is_whole) {
        Some(whole) => Value::from(whole),
        None => Value::String(digits),
    }
}

fn storable_json(value: &Value) -> Value {
    match value {
        Value::Null | Value::Bool(_) => value.clone(),
        Value::Number(number) => storable_number(number),
        Value::String(text) => Value::String(storable(text)),
        Value::Array(values) => values.iter().map(storable_json).collect(),
        Value::Object(members) => {
            let storable_member = |(name, value): (&String, &Value)| (storable(name), storable_json(value));
            Value::Object(members.iter().map(storable_member).collect())
        }
    }
}
