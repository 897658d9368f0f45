//! What an access token says, and when it is believed. The signature is checked before anybody reads this.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{ACCESS_LIFETIME, CLOCK_LEEWAY};
use crate::access::PermissionSet;
use crate::ids::{ApiKeyId, OrgId, TokenFamilyId};

/// The claims of an access token (RFC 9068's names). Every one is required, of exactly this type, and there are no others:
/// a claim of another type is no claim, never an absent one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessClaims {
    /// Who issued it: the hub's public address.
    pub iss: String,
    /// Whom it is for.
    pub aud: String,
    /// The API key that stands behind it.
    pub sub: ApiKeyId,
    /// The organization it acts for.
    pub org: OrgId,
    /// The family it came with; revoking that ends it too.
    pub sid: TokenFamilyId,
    /// Its own id.
    pub jti: Uuid,
    /// Permissions, separated by spaces.
    pub scope: String,
    /// Issued at, in seconds since 1970.
    pub iat: i64,
    /// Not believed before.
    pub nbf: i64,
    /// Not believed from then on.
    pub exp: i64,
}

/// What a token must say to be one of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The hub's name as an issuer.
    pub issuer: String,
    /// The hub's name as a receiver.
    pub audience: String,
}

/// Why claims are not believed. For the log and for tests; a caller hears that it is not authenticated, and no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClaimsRefused {
    /// Issued by somebody else.
    #[error("another issuer")]
    Issuer,
    /// Meant for somebody else.
    #[error("another audience")]
    Audience,
    /// Its time is over.
    #[error("expired")]
    Expired,
    /// Its time has not come, or it was issued in the future.
    #[error("not valid yet")]
    NotYet,
    /// It claims to live longer than any token that we issue.
    #[error("a lifetime that is never given")]
    Lifetime,
    /// It names a permission that does not exist.
    #[error("an unknown permission")]
    Scope,
}

impl AccessClaims {
    /// What the token permits, if it is believed now.
    ///
    /// # Errors
    /// The first reason not to believe it.
    pub fn check(&self, expected: &Expected, now: Timestamp) -> Result<PermissionSet, ClaimsRefused> {
        let (now, leeway) = (now.as_second(), CLOCK_LEEWAY.as_secs());
        if self.iss != expected.issuer {
            return Err(ClaimsRefused::Issuer);
        }
        if self.aud != expected.audience {
            return Err(ClaimsRefused::Audience);
        }
        if self.exp <= now {
            return Err(ClaimsRefused::Expired);
        }
        if self.nbf > now.saturating_add(leeway) || self.iat > now.saturating_add(leeway) {
            return Err(ClaimsRefused::NotYet);
        }
        let is_possible = self.iat <= self.exp && self.exp.saturating_sub(self.iat) <= ACCESS_LIFETIME.as_secs();
        if !is_possible {
            return Err(ClaimsRefused::Lifetime);
        }
        PermissionSet::parse(self.scope.split(' ').filter(|word| !word.is_empty())).map_err(|_| ClaimsRefused::Scope)
    }

    /// From when on it is not believed.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        Timestamp::from_second(self.exp).unwrap_or(Timestamp::MIN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_800_000_000;

    fn expected() -> Expected {
        Expected {
            issuer: "https://hub.example".to_owned(),
            audience: "entrepot-api".to_owned(),
        }
    }

    fn good() -> AccessClaims {
        AccessClaims {
            iss: "https://hub.example".to_owned(),
            aud: "entrepot-api".to_owned(),
            sub: ApiKeyId::new(Uuid::from_u128(1)),
            org: OrgId::new(Uuid::from_u128(2)),
            sid: TokenFamilyId::new(Uuid::from_u128(3)),
            jti: Uuid::from_u128(4),
            scope: "stock:read stock:adjust".to_owned(),
            iat: NOW,
            nbf: NOW,
            exp: NOW + 900,
        }
    }

    fn said(change: impl FnOnce(&mut AccessClaims)) -> Result<Vec<&'static str>, ClaimsRefused> {
        let mut claims = good();
        change(&mut claims);
        let now = Timestamp::from_second(NOW).unwrap();
        claims.check(&expected(), now).map(PermissionSet::words)
    }

    #[test]
    fn a_token_of_ours_is_believed_for_exactly_its_time() {
        assert_eq!(said(|_| {}), Ok(vec!["stock:read", "stock:adjust"]));
        assert_eq!(
            said(|claims| (claims.iat, claims.exp) = (NOW - 899, NOW + 1)).map(|_| ()),
            Ok(())
        );
        assert_eq!(
            said(|claims| (claims.iat, claims.exp) = (NOW - 900, NOW)),
            Err(ClaimsRefused::Expired)
        );
        assert_eq!(said(|claims| claims.nbf = NOW + 30).map(|_| ()), Ok(()));
        assert_eq!(said(|claims| claims.nbf = NOW + 31), Err(ClaimsRefused::NotYet));
    }

    #[test]
    fn anothers_token_a_forged_time_and_a_made_up_permission_are_refused() {
        assert_eq!(said(|claims| claims.iss.push('/')), Err(ClaimsRefused::Issuer));
        assert_eq!(
            said(|claims| claims.aud = "console".to_owned()),
            Err(ClaimsRefused::Audience)
        );
        assert_eq!(said(|claims| claims.exp = i64::MIN), Err(ClaimsRefused::Expired));
        assert_eq!(said(|claims| claims.exp = i64::MAX), Err(ClaimsRefused::Lifetime));
        assert_eq!(said(|claims| claims.iat = i64::MIN), Err(ClaimsRefused::Lifetime));
        assert_eq!(said(|claims| claims.iat = NOW + 60), Err(ClaimsRefused::NotYet));
        assert_eq!(
            said(|claims| claims.scope = "stock:steal".to_owned()),
            Err(ClaimsRefused::Scope)
        );
    }
}
