//! Flow control: what was sent and is not known to have arrived. A ping marks a place in the stream; its answer says that
//! everything before it was received by the program at the other end, not only by its kernel.

use std::collections::VecDeque;
use std::time::Duration;

/// Messages under way at which sending stops.
pub(super) const MOST_MESSAGES: usize = 256;
/// Bytes under way at which sending stops.
pub(super) const MOST_BYTES: usize = 1024 * 1024;
/// Messages after which a ping asks.
const ASK_AFTER_MESSAGES: usize = 64;
/// Bytes after which a ping asks.
const ASK_AFTER_BYTES: usize = 256 * 1024;

/// How much.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Load {
    messages: usize,
    bytes: usize,
}

/// A ping that is not answered.
#[derive(Clone, Copy, Debug)]
struct Mark {
    window: u32,
    asked_at: Duration,
    /// What was sent between the ping before and this one.
    load: Load,
}

/// One socket's flow.
#[derive(Debug)]
pub(super) struct Window {
    last: u32,
    under_way: Load,
    unmarked: Load,
    marks: VecDeque<Mark>,
    asked_at: Duration,
    full_since: Option<Duration>,
}

impl Window {
    pub(super) fn new(now: Duration) -> Self {
        Self {
            last: 0,
            under_way: Load::default(),
            unmarked: Load::default(),
            marks: VecDeque::new(),
            asked_at: now,
            full_since: None,
        }
    }

    /// How many messages may be sent now.
    pub(super) fn room(&self) -> usize {
        if self.under_way.bytes >= MOST_BYTES {
            return 0;
        }
        MOST_MESSAGES.saturating_sub(self.under_way.messages)
    }

    /// Counts what was sent; whether a ping is due.
    pub(super) fn sent(&mut self, messages: usize, bytes: usize) -> bool {
        for load in [&mut self.under_way, &mut self.unmarked] {
            load.messages += messages;
            load.bytes += bytes;
        }
        self.unmarked.messages >= ASK_AFTER_MESSAGES || self.unmarked.bytes >= ASK_AFTER_BYTES
    }

    /// The number of the ping to send now.
    pub(super) fn ask(&mut self, now: Duration) -> u32 {
        self.last = self.last.wrapping_add(1);
        self.asked_at = now;
        self.marks.push_back(Mark {
            window: self.last,
            asked_at: now,
            load: std::mem::take(&mut self.unmarked),
        });
        self.last
    }

    /// The other side has everything up to this ping.
    pub(super) fn answered(&mut self, window: u32) {
        if !self.marks.iter().any(|mark| mark.window == window) {
            return;
        }
        while let Some(mark) = self.marks.pop_front() {
            self.under_way.messages -= mark.load.messages;
            self.under_way.bytes -= mark.load.bytes;
            if mark.window == window {
                break;
            }
        }
        self.full_since = None;
    }

    /// Something could not be sent because the window is full.
    pub(super) fn note_full(&mut self, now: Duration) {
        self.full_since.get_or_insert(now);
    }

    /// How long something has been waiting for the window.
    pub(super) fn full_for(&self, now: Duration) -> Duration {
        self.full_since
            .map_or(Duration::ZERO, |since| now.saturating_sub(since))
    }

    /// How long the oldest ping has been unanswered.
    pub(super) fn unanswered_for(&self, now: Duration) -> Duration {
        let oldest = self.marks.front();
        oldest.map_or(Duration::ZERO, |mark| now.saturating_sub(mark.asked_at))
    }

    /// How long ago the last ping was.
    pub(super) fn quiet_for(&self, now: Duration) -> Duration {
        now.saturating_sub(self.asked_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(5);

    #[test]
    fn sending_stops_at_the_bound_and_goes_on_with_what_was_answered() {
        let mut window = Window::new(NOW);
        let mut asked = Vec::new();
        while window.room() > 0 {
            if window.sent(1, 200) {
                asked.push(window.ask(NOW));
            }
        }
        assert_eq!(asked, [1, 2, 3, 4]);
        window.answered(2);
        assert_eq!(window.room(), 128);
        window.answered(2);
        window.answered(99);
        assert_eq!(window.room(), 128, "an answer counts once, and only to a question");
        window.answered(4);
        assert_eq!(window.room(), MOST_MESSAGES);
    }

    #[test]
    fn large_messages_fill_it_by_bytes() {
        let mut window = Window::new(NOW);
        assert!(!window.sent(1, 200 * 1024));
        assert!(window.sent(1, 200 * 1024), "a ping is due");
        assert!(window.room() > 0);
        window.sent(3, 700 * 1024);
        assert_eq!(window.room(), 0);
    }

    #[test]
    fn it_knows_how_long_it_waits() {
        let mut window = Window::new(NOW);
        window.note_full(NOW);
        window.note_full(NOW * 2);
        assert_eq!(window.full_for(NOW * 3), NOW * 2);
        let asked = window.ask(NOW);
        assert_eq!(window.unanswered_for(NOW * 2), NOW);
        window.answered(asked);
        assert_eq!(
            (window.full_for(NOW * 3), window.unanswered_for(NOW * 3)),
            (Duration::ZERO, Duration::ZERO)
        );
        assert_eq!(window.quiet_for(NOW * 3), NOW * 2);
    }
}
