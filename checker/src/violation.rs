//! What the checker says when an invariant does not hold: which, where, and the numbers.

use std::fmt;

use domain::ids::{ItemId, OrgId};
use domain::stock::{ItemKey, Shard};
use serde::{Serialize, Serializer};

use crate::Row;

/// The invariants of stock, under the ids that the design and the code use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Invariant {
    /// `available` is never below zero unless a recorded shortfall or a backorder policy says so.
    #[serde(rename = "ST-1")]
    St1,
    /// A reservation closes exactly once: confirmed, released or expired.
    #[serde(rename = "ST-2")]
    St2,
    /// Counters equal the sum of movements at every sequence number.
    #[serde(rename = "ST-3")]
    St3,
    /// Per shard the sequence has no gap.
    #[serde(rename = "ST-4")]
    St4,
    /// A command has at most one effect.
    #[serde(rename = "ST-5")]
    St5,
    /// Every allocation belongs to an order line.
    #[serde(rename = "ST-6")]
    St6,
}

impl Invariant {
    /// The id, as written in the design.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::St1 => "ST-1",
            Self::St2 => "ST-2",
            Self::St3 => "ST-3",
            Self::St4 => "ST-4",
            Self::St5 => "ST-5",
            Self::St6 => "ST-6",
        }
    }
}

impl fmt::Display for Invariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// An invariant that does not hold. One is enough: the proof has failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{invariant} does not hold in shard {}{}: {explanation}", .shard.number(), Place(self))]
pub struct Violation {
    /// Which.
    pub invariant: Invariant,
    /// The shard it was found in.
    #[serde(serialize_with = "shard_number")]
    pub shard: Shard,
    /// The row it was found at; none when it was found in a stored table or at the end.
    pub seq: Option<i64>,
    /// Whose item.
    pub org: Option<OrgId>,
    /// Which item.
    pub item: Option<ItemId>,
    /// For people: what was found and what was expected, with the numbers.
    pub explanation: String,
}

fn shard_number<S: Serializer>(shard: &Shard, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u16(shard.number())
}

/// The part of a violation's words that says where, as far as it is known.
struct Place<'v>(&'v Violation);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(seq) = self.0.seq {
            write!(f, ", seq {seq}")?;
        }
        if let Some(org) = self.0.org {
            write!(f, ", organization {org}")?;
        }
        if let Some(item) = self.0.item {
            write!(f, ", item {item}")?;
        }
        Ok(())
    }
}

/// A violation before it is known where: what the rules return, so that they need not carry a row around.
#[derive(Debug)]
pub(crate) struct Breach {
    invariant: Invariant,
    explanation: String,
}

impl Breach {
    pub(crate) const fn new(invariant: Invariant, explanation: String) -> Self {
        Self { invariant, explanation }
    }

    pub(crate) fn at_row(self, row: &Row) -> Violation {
        Violation {
            seq: Some(row.seq),
            ..self.at_item(row.shard, row.entry.key)
        }
    }

    pub(crate) fn at_item(self, shard: Shard, key: ItemKey) -> Violation {
        Violation {
            org: Some(key.org),
            item: Some(key.item),
            ..self.at_shard(shard)
        }
    }

    pub(crate) fn at_shard(self, shard: Shard) -> Violation {
        Violation {
            invariant: self.invariant,
            shard,
            seq: None,
            org: None,
            item: None,
            explanation: self.explanation,
        }
    }
}

/// The answer of a rule that does not hold.
#[cold]
pub(crate) fn breach<T>(invariant: Invariant, explanation: impl Into<String>) -> Result<T, Breach> {
    Err(Breach::new(invariant, explanation.into()))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_violation_says_where_in_words_and_in_json() {
        let key = ItemKey {
            org: OrgId::new(Uuid::from_u128(1)),
            item: ItemId::new(Uuid::from_u128(2)),
        };
        let shard = Shard::from_number(2).unwrap();
        let breach = Breach {
            invariant: Invariant::St1,
            explanation: "too much".into(),
        };
        let violation = Violation {
            seq: Some(9),
            ..breach.at_item(shard, key)
        };
        assert_eq!(
            violation.to_string(),
            "ST-1 does not hold in shard 2, seq 9, organization 00000000-0000-0000-0000-000000000001, \
             item 00000000-0000-0000-0000-000000000002: too much"
        );
        let json = serde_json::to_value(&violation).unwrap();
        assert_eq!(
            (json["invariant"].as_str(), json["shard"].as_u64()),
            (Some("ST-1"), Some(2))
        );
    }
}
