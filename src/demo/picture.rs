//! What the sale looks like at one moment, as text. Pure.

use std::time::Duration;

use super::screen::Ink;
use super::tally::Counts;

/// Columns that every line fits into.
pub(super) const PICTURE_WIDTH: usize = 78;
const BAR_CELLS: u64 = 40;

/// The hottest item's stock, as the API tells it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Level {
    /// May still be promised.
    pub(super) left: u64,
    /// Held for checkouts.
    pub(super) held: u64,
    /// Allocated: paid for.
    pub(super) sold: u64,
}

/// Everything a picture shows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    pub(super) elapsed: Duration,
    pub(super) units: u64,
    pub(super) buyers: u64,
    pub(super) level: Level,
    pub(super) counts: Counts,
    pub(super) reservations_per_second: f64,
    pub(super) p99_ms: Option<f64>,
}

/// The picture's lines, without line ends; always as many.
pub(super) fn picture(moment: &Moment, ink: Ink) -> Vec<String> {
    let Moment { level, counts, .. } = moment;
    let units = |count: u64| format!("{:>9}", grouped(count));
    let of = |whole: u64| ink.dim(&format!(" of {}", grouped(whole)));
    let pair = |left: (&str, String, &str), right: (&str, String, &str)| {
        format!(
            "  {}{}{}  {}{}{}",
            ink.dim(&format!("{:<14}", left.0)),
            left.1,
            ink.dim(&format!("{:<11}", left.2)),
            ink.dim(&format!("{:<11}", right.0)),
            right.1,
            ink.dim(right.2),
        )
    };
    vec![
        String::new(),
        format!(
            "  {}  {}  {}{}",
            ink.dim("units left"),
            bar(level.left, moment.units, ink),
            grouped(level.left),
            of(moment.units),
        ),
        String::new(),
        pair(
            ("reservations", rate(moment.reservations_per_second), " /s"),
            ("p99", milliseconds(moment.p99_ms), " ms, last second"),
        ),
        pair(
            ("sold", units(level.sold), " units"),
            ("held", units(level.held), " units"),
        ),
        pair(
            ("refused", units(counts.refused), " buyers"),
            (
                "came",
                units(counts.arrived),
                &format!(" of {}", grouped(moment.buyers)),
            ),
        ),
        format!(
            "  {}{:>9.1}{}",
            ink.dim(&format!("{:<14}", "elapsed")),
            moment.elapsed.as_secs_f64(),
            ink.dim(" s")
        ),
    ]
}

/// The same in one line, for a log.
pub(super) fn line(moment: &Moment) -> String {
    let Moment { level, counts, .. } = moment;
    format!(
        "{:>5.1} s  {:>6} left  {:>6} sold  {:>5} held  {:>6} refused  {:>7} reservations/s  p99 {} ms\n",
        moment.elapsed.as_secs_f64(),
        grouped(level.left),
        grouped(level.sold),
        grouped(level.held),
        grouped(counts.refused),
        rate(moment.reservations_per_second).trim_start(),
        milliseconds(moment.p99_ms).trim_start(),
    )
}

/// A bar that empties. The last unit is one cell until it is gone.
fn bar(left: u64, units: u64, ink: Ink) -> String {
    let left = left.min(units);
    let cells = (left * BAR_CELLS).checked_div(units).unwrap_or_default();
    let full = if left > 0 { cells.max(1) } else { 0 };
    let cells = |count: u64, cell: &str| (0..count).map(|_| cell).collect::<String>();
    format!(
        "{}{}",
        ink.accent(&cells(full, "█")),
        ink.dim(&cells(BAR_CELLS - full, "░"))
    )
}

fn rate(per_second: f64) -> String {
    format!("{:>9}", rounded(per_second))
}

fn milliseconds(ms: Option<f64>) -> String {
    match ms {
        Some(ms) if ms < 100.0 => format!("{ms:>9.1}"),
        Some(ms) => format!("{:>9}", rounded(ms)),
        None => format!("{:>9}", "–"),
    }
}

/// A measured figure without a fraction, its thousands apart.
fn rounded(figure: f64) -> String {
    apart(&format!("{figure:.0}"))
}

/// A number with its thousands apart: 1,234,567.
pub(super) fn grouped(number: u64) -> String {
    apart(&number.to_string())
}

fn apart(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment() -> Moment {
        Moment {
            elapsed: Duration::from_millis(4_230),
            units: 2_000,
            buyers: 3_000,
            level: Level {
                left: 612,
                held: 176,
                sold: 1_212,
            },
            counts: Counts {
                arrived: 1_702,
                refused: 388,
                ..Counts::default()
            },
            reservations_per_second: 611.7,
            p99_ms: Some(2.43),
        }
    }

    #[test]
    fn the_picture_shows_the_sale_in_columns_that_do_not_move() {
        let drawn = picture(&moment(), Ink::PLAIN).join("\n");
        let expected = "
  units left  ████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░  612 of 2,000

  reservations        612 /s          p99              2.4 ms, last second
  sold              1,212 units       held             176 units
  refused             388 buyers      came           1,702 of 3,000
  elapsed             4.2 s";
        assert_eq!(drawn, expected);
        assert!(drawn.lines().all(|line| line.chars().count() <= PICTURE_WIDTH));
    }

    #[test]
    fn every_picture_has_as_many_lines_and_fits_the_width_however_large_the_numbers() {
        let large = Moment {
            units: 1_000_000,
            buyers: 200_000,
            level: Level {
                left: 1_000_000,
                held: 1_000_000,
                sold: 1_000_000,
            },
            reservations_per_second: 65_432.1,
            p99_ms: Some(12_345.6),
            ..moment()
        };
        let lines = picture(&large, Ink::PLAIN);
        assert_eq!(lines.len(), picture(&moment(), Ink::PLAIN).len());
        for line in lines {
            assert!(line.chars().count() <= PICTURE_WIDTH, "{line}");
        }
    }

    #[test]
    fn a_line_for_a_log_says_the_same() {
        let expected =
            "  4.2 s     612 left   1,212 sold    176 held     388 refused      612 reservations/s  p99 2.4 ms\n";
        assert_eq!(line(&moment()), expected);
    }

    #[test]
    fn the_bar_is_empty_only_when_nothing_is_left() {
        let full = |left, units| bar(left, units, Ink::PLAIN).chars().filter(|cell| *cell == '█').count();
        assert_eq!(
            (full(2_000, 2_000), full(1_000, 2_000), full(1, 2_000), full(0, 2_000)),
            (40, 20, 1, 0)
        );
        assert_eq!((full(5_000, 2_000), full(0, 0)), (40, 0));
    }

    #[test]
    fn thousands_stand_apart() {
        let cases = [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")];
        for (number, text) in cases {
            assert_eq!(grouped(number), text);
        }
    }
}
