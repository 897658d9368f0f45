//! How often somebody may try: a few times freely, then after waits that double up to a bound. Nobody is locked out for good.

use jiff::{SignedDuration, Timestamp};

/// After so long without a try, earlier ones are forgotten.
const FORGOTTEN_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// What is allowed of one kind of try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// Tries without a wait.
    pub free: u32,
    /// The longest wait, in seconds; the first is one second.
    pub longest_wait: i64,
}

/// What is remembered of one account, one address, or a pair of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempts {
    /// Tries so far that did not succeed.
    pub failed: u32,
    /// The last of them.
    pub last_at: Timestamp,
}

/// It is too early for the next try.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("try again at {until}")]
pub struct Blocked {
    /// When the next try is allowed.
    pub until: Timestamp,
}

impl Attempts {
    /// Counts a try that begins now as failed, before it is known how it ends: a thousand at once are a thousand.
    ///
    /// # Errors
    /// [`Blocked`], and then the try is not counted.
    pub fn begin(earlier: Option<Self>, allowance: Allowance, now: Timestamp) -> Result<Self, Blocked> {
        let earlier = earlier.filter(|one| now.duration_since(one.last_at) < FORGOTTEN_AFTER);
        let Some(earlier) = earlier else {
            return Ok(Self {
                failed: 1,
                last_at: now,
            });
        };
        let until = earlier.next_at(allowance);
        if now < until {
            return Err(Blocked { until });
        }
        Ok(Self {
            failed: earlier.failed.saturating_add(1),
            last_at: now,
        })
    }

    /// When the next try is allowed.
    fn next_at(self, allowance: Allowance) -> Timestamp {
        let Some(doublings) = self.failed.checked_sub(allowance.free) else {
            return self.last_at;
        };
        let wait = 1_i64
            .checked_shl(doublings.min(32))
            .unwrap_or(i64::MAX)
            .min(allowance.longest_wait);
        self.last_at
            .checked_add(SignedDuration::from_secs(wait))
            .unwrap_or(Timestamp::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALLOWANCE: Allowance = Allowance {
        free: 5,
        longest_wait: 900,
    };

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    /// Tries as often as allowed for so many seconds; how often that is.
    fn tries_within(seconds: i64) -> u32 {
        let (mut now, mut attempts, mut tries) = (at(0), None, 0);
        while now < at(seconds) {
            match Attempts::begin(attempts, ALLOWANCE, now) {
                Ok(counted) => (attempts, tries) = (Some(counted), tries + 1),
                Err(Blocked { until }) => now = until,
            }
        }
        tries
    }

    #[test]
    fn the_first_tries_are_free_and_the_next_wait_twice_as_long_each_up_to_the_bound() {
        assert_eq!(tries_within(1), 5);
        assert_eq!(tries_within(3_600), 17);
        assert_eq!(tries_within(2 * 3_600), 21);
    }

    #[test]
    fn a_try_that_was_too_early_is_not_counted_and_a_quiet_day_forgets() {
        let blocked = Attempts {
            failed: 9,
            last_at: at(0),
        };
        let refused = Attempts::begin(Some(blocked), ALLOWANCE, at(15)).unwrap_err();
        assert_eq!(refused.until, at(16));
        assert_eq!(Attempts::begin(Some(blocked), ALLOWANCE, at(16)).unwrap().failed, 10);
        assert_eq!(Attempts::begin(Some(blocked), ALLOWANCE, at(86_400)).unwrap().failed, 1);
        let many = Attempts {
            failed: u32::MAX,
            last_at: at(0),
        };
        assert_eq!(
            Attempts::begin(Some(many), ALLOWANCE, at(900)).unwrap().failed,
            u32::MAX
        );
    }
}
