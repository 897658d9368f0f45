//! Whether two sets of times can be told apart: the Mann–Whitney U test, which looks at ranks only, so that a few slow answers
//! on a busy machine do not decide.

use serde::Serialize;

/// Two sets of times beside each other.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Comparison {
    /// The median of the first, in milliseconds.
    pub known_p50_ms: f64,
    /// The median of the second, in milliseconds.
    pub unknown_p50_ms: f64,
    /// The statistic of the first set.
    pub u: f64,
    /// How likely one of the first takes longer than one of the second; 0.5 tells nothing.
    pub likelihood: f64,
    /// How likely chance alone gives ranks at least as uneven, by the normal approximation.
    pub p: f64,
}

impl Comparison {
    /// Compares times in microseconds.
    #[must_use]
    pub fn of(known: &[u64], unknown: &[u64]) -> Self {
        let u = statistic(known, unknown);
        let (n, m) = (known.len() as f64, unknown.len() as f64);
        let spread = (n * m * (n + m + 1.0) / 12.0).sqrt();
        let z = if spread > 0.0 { (u - n * m / 2.0) / spread } else { 0.0 };
        Self {
            known_p50_ms: median(known),
            unknown_p50_ms: median(unknown),
            u,
            likelihood: if n * m > 0.0 { u / (n * m) } else { 0.5 },
            p: two_sided(z),
        }
    }
}

/// How many pairs have the first one larger; a tie counts half.
fn statistic(first: &[u64], second: &[u64]) -> f64 {
    let mut second = second.to_vec();
    second.sort_unstable();
    let wins = first.iter().map(|one| {
        let below = second.partition_point(|other| other < one) as f64;
        let up_to = second.partition_point(|other| other <= one) as f64;
        (below + up_to) / 2.0
    });
    wins.sum()
}

/// The median of times in microseconds, in milliseconds.
pub(super) fn median(times: &[u64]) -> f64 {
    let mut times = times.to_vec();
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default() as f64 / 1_000.0
}

/// Both tails of the normal distribution beyond `z`: Abramowitz and Stegun, 7.1.26, to 1.5e-7.
fn two_sided(z: f64) -> f64 {
    let x = z.abs() / std::f64::consts::SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * x);
    let polynomial =
        t * (0.254_829_592 + t * (-0.284_496_736 + t * (1.421_413_741 + t * (-1.453_152_027 + t * 1.061_405_429))));
    (polynomial * (-x * x).exp()).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_of_one_kind_are_not_told_apart_and_shifted_ones_are() {
        let even: Vec<u64> = (0..200).map(|n| n * 2).collect();
        let odd: Vec<u64> = (0..200).map(|n| n * 2 + 1).collect();
        let same = Comparison::of(&even, &odd);
        assert!(same.p > 0.5 && (same.likelihood - 0.5).abs() < 0.01, "{same:?}");
        let shifted: Vec<u64> = odd.iter().map(|time| time + 100).collect();
        let other = Comparison::of(&shifted, &even);
        assert!(other.p < 1e-6 && other.likelihood > 0.6, "{other:?}");
        let ties = Comparison::of(&[5; 30], &[5; 40]);
        assert!((ties.u - 600.0).abs() < 1e-9 && ties.p > 0.99, "{ties:?}");
    }

    #[test]
    fn the_tails_are_those_of_the_table() {
        for (z, expected) in [
            (0.0, 1.0),
            (1.0, 0.3173),
            (1.96, 0.0500),
            (-2.576, 0.0100),
            (4.0, 0.0001),
        ] {
            assert!((two_sided(z) - expected).abs() < 1e-4, "{z}: {}", two_sided(z));
        }
    }
}
