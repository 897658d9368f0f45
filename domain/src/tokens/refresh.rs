//! What presenting a refresh token leads to.

use jiff::Timestamp;

use super::GRACE;

/// A refresh token as it is found, with its family locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefreshState {
    /// From then on it is worth nothing.
    pub expires_at: Timestamp,
    /// When it was spent.
    pub used_at: Option<Timestamp>,
    /// Whether the token it was spent for has been spent in turn.
    pub is_child_used: bool,
    /// Whether its family, or the key behind it, was revoked.
    pub is_revoked: bool,
}

/// The token is good for something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It was never spent: it is now, for a child.
    First,
    /// It was spent a moment ago, by a worker of the same machine: the same child again.
    Again,
}

/// The token is good for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RefreshRefused {
    /// Its family or its key was revoked.
    #[error("revoked")]
    Revoked,
    /// It lay unused for too long.
    #[error("expired")]
    Expired,
    /// It was spent before: somebody has a copy. The whole family must be revoked.
    #[error("used before")]
    Reused,
}

/// Decides. Reuse comes before expiry: an old copy that turns up late is a copy all the same.
///
/// # Errors
/// Why not. [`RefreshRefused::Reused`] obliges the caller to revoke the family.
pub fn decide_refresh(token: &RefreshState, now: Timestamp) -> Result<Turn, RefreshRefused> {
    if token.is_revoked {
        return Err(RefreshRefused::Revoked);
    }
    if let Some(used_at) = token.used_at {
        let is_a_moment_ago = now.duration_since(used_at) <= GRACE;
        return if is_a_moment_ago && !token.is_child_used {
            Ok(Turn::Again)
        } else {
            Err(RefreshRefused::Reused)
        };
    }
    if token.expires_at <= now {
        return Err(RefreshRefused::Expired);
    }
    Ok(Turn::First)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    const FRESH: RefreshState = RefreshState {
        expires_at: Timestamp::MAX,
        used_at: None,
        is_child_used: false,
        is_revoked: false,
    };

    #[test]
    fn a_token_is_spent_once_and_for_ten_seconds_leads_to_the_same_child() {
        assert_eq!(decide_refresh(&FRESH, at(100)), Ok(Turn::First));
        let spent = RefreshState {
            used_at: Some(at(100)),
            ..FRESH
        };
        assert_eq!(decide_refresh(&spent, at(100)), Ok(Turn::Again));
        assert_eq!(decide_refresh(&spent, at(110)), Ok(Turn::Again));
        assert_eq!(decide_refresh(&spent, at(111)), Err(RefreshRefused::Reused));
        let child_spent = RefreshState {
            is_child_used: true,
            ..spent
        };
        assert_eq!(decide_refresh(&child_spent, at(101)), Err(RefreshRefused::Reused));
    }

    #[test]
    fn revoked_comes_before_all_and_reuse_before_expiry() {
        let old = RefreshState {
            expires_at: at(50),
            ..FRESH
        };
        assert_eq!(decide_refresh(&old, at(49)), Ok(Turn::First));
        assert_eq!(decide_refresh(&old, at(50)), Err(RefreshRefused::Expired));
        let old_copy = RefreshState {
            used_at: Some(at(10)),
            ..old
        };
        assert_eq!(decide_refresh(&old_copy, at(60)), Err(RefreshRefused::Reused));
        let revoked = RefreshState {
            is_revoked: true,
            ..old_copy
        };
        assert_eq!(decide_refresh(&revoked, at(60)), Err(RefreshRefused::Revoked));
    }
}
