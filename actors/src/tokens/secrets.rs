//! The secrets that access tokens are refreshed by. A child's secret is derived from its parent's and a key of the hub, so
//! that within the grace the same child can be given again although the database holds hashes only.

use std::path::Path;

use domain::ids::OrgId;
use ring::hmac;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::signing_keys::{KeyFolderError, at, write_secret};
use crate::clock::Clock;
use crate::unguessable::{self, hex, unhex};

/// Every refresh token begins so; secret scanners can know it.
const PREFIX: &str = "er_";
const SECRET_BYTES: usize = 32;
const FILE: &str = "children.secret";

/// A refresh token: whose it is, and 256 bits that nobody guesses. It has no `Debug`, so that it cannot be logged.
pub struct RefreshSecret {
    org: OrgId,
    secret: [u8; SECRET_BYTES],
}

impl RefreshSecret {
    pub(crate) fn fresh(org: OrgId, clock: &dyn Clock) -> Self {
        Self {
            org,
            secret: clock.fresh_secret(),
        }
    }

    /// Reads what was presented, in exactly the form it was given out in.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (org, secret) = text.strip_prefix(PREFIX)?.split_once('_')?;
        let parsed = Self {
            org: OrgId::new(Uuid::try_parse(org).ok()?),
            secret: unhex(secret)?.try_into().ok()?,
        };
        (parsed.text() == text).then_some(parsed)
    }

    /// The form it is given out in.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{PREFIX}{}_{}", self.org.uuid().simple(), hex(&self.secret))
    }

    /// The organization it says it is for. It proves nothing: the hash must be found there.
    pub(crate) fn org(&self) -> OrgId {
        self.org
    }

    /// What it is stored and looked up by.
    pub(crate) fn hash(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.org.uuid().as_bytes());
        hash.update(self.secret);
        hash.finalize().into()
    }
}

/// What children are derived with. Whoever holds a spent token and not this key cannot know its child.
pub(crate) struct ChildKey(hmac::Key);

impl ChildKey {
    pub(crate) fn open(folder: &Path, clock: &dyn Clock) -> Result<Self, KeyFolderError> {
        let path = folder.join(FILE);
        if !path.exists() {
            write_secret(&path, &unguessable::fresh(clock))?;
        }
        let text = std::fs::read_to_string(&path).map_err(at(&path))?;
        let bytes = unhex(text.trim()).filter(|bytes| bytes.len() == SECRET_BYTES);
        let bytes = bytes.ok_or(KeyFolderError::NoKey(path))?;
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, &bytes)))
    }

    pub(crate) fn child_of(&self, parent: &RefreshSecret) -> RefreshSecret {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(parent.org.uuid().as_bytes());
        context.update(&parent.secret);
        let tag = context.sign();
        let secret = tag.as_ref().first_chunk().copied().unwrap_or_default();
        RefreshSecret {
            org: parent.org,
            secret,
        }
    }
}
