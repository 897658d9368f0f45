//! Who asks, and under which name.

use domain::audit::Actor;
use domain::ids::{ApiKeyId, CommandId, OrgId};
use domain::stock::Fingerprint;

/// Whoever is behind a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The organization it acts for.
    pub org: OrgId,
    /// The person, the key, or the hub itself: who this is to the audit log.
    pub actor: Actor,
}

impl Caller {
    /// Who asked, as the journal keeps it: one column for people and keys, whose UUIDv7s never meet.
    #[must_use]
    pub fn asked_by(self) -> Option<ApiKeyId> {
        self.actor.id().map(ApiKeyId::new)
    }
}

/// A write as it was asked for: by whom, under which repeatable name, and a digest of what was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// Who asks.
    pub caller: Caller,
    /// Repeating it repeats the answer, not the effect.
    pub command: CommandId,
    /// The basket line it concerns, from 0; the lines of one basket share their command.
    pub line: i16,
    /// The same command id with another digest is a mistake.
    pub fingerprint: Fingerprint,
}

impl Request {
    /// The same request for the `n`th line of its basket.
    #[must_use]
    pub fn for_line(self, n: usize) -> Self {
        Self {
            line: i16::try_from(n).unwrap_or(i16::MAX),
            ..self
        }
    }
}
