//! Starts the server again when it dies under a running hub: memory ran out and the kernel chose it, somebody killed it, it
//! crashed. Nothing that was acknowledged is lost by that, because nothing is acknowledged before its commit; meanwhile the
//! hub is not ready and says so.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;
use tracing::{error, info, warn};

use super::EmbeddedPostgres;

const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Between two tries, in looks: half a minute.
const LONGEST_PAUSE: u32 = 60;
/// Up for so many looks, a minute, it is not the same trouble when it dies again.
const FORGIVEN_AFTER: u32 = 120;

/// Looks after the server until told to stop, and leaves it then as it is. Gives up after `most_tries` starts that came to
/// nothing, or after as many that did not last; 0 never starts it again.
pub async fn keep_running(server: Arc<EmbeddedPostgres>, most_tries: u32, mut stop: oneshot::Receiver<()>) {
    let mut looks = tokio::time::interval(LOOK_EVERY);
    looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut patience = Patience::new(most_tries);
    loop {
        tokio::select! {
            _ = &mut stop => return,
            _ = looks.tick() => {}
        }
        match patience.next(is_up(&server).await) {
            Step::Wait => {}
            Step::GiveUp => {
                error!(
                    tries = most_tries,
                    "the embedded Postgres does not stay up; the hub no longer starts it"
                );
                return;
            }
            Step::Start(nth) => {
                warn!(nth, "the embedded Postgres is gone; starting it again");
                let gone = Arc::clone(&server);
                match tokio::task::spawn_blocking(move || gone.start_again()).await {
                    Ok(Ok(())) => info!(nth, "the embedded Postgres is up again"),
                    Ok(Err(failure)) => warn!(nth, error = %failure, "the embedded Postgres does not start"),
                    // The runtime is going, and the hub with it.
                    Err(_) => return,
                }
            }
        }
    }
}

async fn is_up(server: &Arc<EmbeddedPostgres>) -> bool {
    let looked_at = Arc::clone(server);
    tokio::task::spawn_blocking(move || looked_at.is_running())
        .await
        .unwrap_or(true)
}

/// What to do after a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Wait,
    Start(u32),
    GiveUp,
}

/// How often it was tried, and how long until the next time: at once, then after pauses that double.
struct Patience {
    most_tries: u32,
    tries: u32,
    pause: u32,
    up_for: u32,
}

impl Patience {
    fn new(most_tries: u32) -> Self {
        Self {
            most_tries,
            tries: 0,
            pause: 0,
            up_for: 0,
        }
    }

    fn next(&mut self, is_up: bool) -> Step {
        if is_up {
            self.up_for = self.up_for.saturating_add(1);
            if self.up_for >= FORGIVEN_AFTER {
                (self.tries, self.pause) = (0, 0);
            }
            return Step::Wait;
        }
        self.up_for = 0;
        if self.pause > 0 {
            self.pause -= 1;
            return Step::Wait;
        }
        if self.tries >= self.most_tries {
            return Step::GiveUp;
        }
        self.pause = 2_u32.saturating_pow(self.tries).min(LONGEST_PAUSE);
        self.tries += 1;
        Step::Start(self.tries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The looks, numbered from 0, at which a server that never comes up is started, and the one at which it is given up.
    fn starts(most_tries: u32) -> (Vec<u32>, u32) {
        let (mut patience, mut starts) = (Patience::new(most_tries), Vec::new());
        for look in 0..10_000 {
            match patience.next(false) {
                Step::Wait => {}
                Step::Start(_) => starts.push(look),
                Step::GiveUp => return (starts, look),
            }
        }
        panic!("it never gives up");
    }

    #[test]
    fn tries_begin_at_once_wait_twice_as_long_each_time_and_end() {
        assert_eq!(starts(5), (vec![0, 2, 5, 10, 19], 36));
        assert_eq!(starts(0), (vec![], 0));
        let (many, _) = starts(10);
        assert!(
            many.windows(2).all(|pair| pair[1] - pair[0] <= LONGEST_PAUSE + 1),
            "{many:?}"
        );
    }

    #[test]
    fn a_minute_up_forgets_what_was_and_a_moment_does_not() {
        let mut patience = Patience::new(2);
        assert_eq!(patience.next(false), Step::Start(1));
        for _ in 0..FORGIVEN_AFTER {
            assert_eq!(patience.next(true), Step::Wait);
        }
        assert_eq!(patience.next(false), Step::Start(1));
        assert_eq!(patience.next(true), Step::Wait);
        let next = (0..3).map(|_| patience.next(false)).find(|step| *step != Step::Wait);
        assert_eq!(next, Some(Step::Start(2)));
    }
}
