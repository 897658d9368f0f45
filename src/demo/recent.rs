//! The last second: what per-second figures are made of.

use std::collections::VecDeque;
use std::time::Duration;

use super::tally::Latency;

const SPAN: Duration = Duration::from_secs(1);

/// What happened between two looks.
struct Slice {
    lasted: Duration,
    reserved: u64,
    latency: Latency,
}

/// The slices of the last second.
#[derive(Default)]
pub(super) struct Recent {
    slices: VecDeque<Slice>,
    reserved_before: u64,
}

impl Recent {
    /// Adds what happened in the last `lasted`; `reserved` counts from the beginning.
    pub(super) fn add(&mut self, lasted: Duration, reserved: u64, latency: Latency) {
        let new = reserved.saturating_sub(self.reserved_before);
        self.reserved_before = reserved;
        self.slices.push_back(Slice {
            lasted,
            reserved: new,
            latency,
        });
        while self
            .slices
            .front()
            .is_some_and(|first| self.lasted() >= SPAN + first.lasted)
        {
            self.slices.pop_front();
        }
    }

    /// Reservations per second.
    pub(super) fn reservations_per_second(&self) -> f64 {
        let reserved: u64 = self.slices.iter().map(|slice| slice.reserved).sum();
        let seconds = self.lasted().as_secs_f64();
        if seconds > 0.0 { reserved as f64 / seconds } else { 0.0 }
    }

    /// 99 of 100 answers came within so many milliseconds; `None` when nothing was answered.
    pub(super) fn p99_ms(&self) -> Option<f64> {
        let mut slices = self.slices.iter();
        let mut all = slices.next()?.latency.clone();
        for slice in slices {
            // All have the same bounds.
            let _same_bounds = all.add(&slice.latency);
        }
        (!all.is_empty()).then(|| all.value_at_quantile(0.99) as f64 / 1_000.0)
    }

    fn lasted(&self) -> Duration {
        self.slices.iter().map(|slice| slice.lasted).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tally::empty_latency;
    use super::*;

    const TENTH: Duration = Duration::from_millis(100);

    fn latency(micros: &[u64]) -> Latency {
        let mut latency = empty_latency().unwrap();
        micros.iter().for_each(|value| latency.record(*value).unwrap());
        latency
    }

    #[test]
    fn rates_are_those_of_the_last_second_only() {
        let mut recent = Recent::default();
        for n in 1..=30 {
            // a hundred per tenth of a second, then nothing
            recent.add(TENTH, 100 * n.min(15), latency(&[]));
            match n {
                1..=15 => assert!((recent.reservations_per_second() - 1_000.0).abs() < 1e-6),
                25.. => assert!(recent.reservations_per_second() < 1e-6),
                _ => {}
            }
        }
    }

    #[test]
    fn the_slowest_answers_are_forgotten_after_a_second_and_no_answer_has_no_p99() {
        let mut recent = Recent::default();
        assert_eq!(recent.p99_ms(), None);
        recent.add(TENTH, 0, latency(&[50_000]));
        assert_eq!(recent.p99_ms().map(f64::round), Some(50.0));
        for _ in 0..10 {
            recent.add(TENTH, 0, latency(&[2_000]));
        }
        assert_eq!(recent.p99_ms().map(f64::round), Some(2.0));
        for _ in 0..10 {
            recent.add(TENTH, 0, latency(&[]));
        }
        assert_eq!(recent.p99_ms(), None);
    }
}
