//! What each buyer of the demo is like. Follows from the buyer's number alone, so every demo has the same crowd.

use std::time::Duration;

/// Of a hundred buyers, so many pay and so many think better of it; the rest walk away and let the hold run out.
const PAY_PERCENT: u64 = 67;
const GIVE_BACK_PERCENT: u64 = 15;
/// Of a hundred buyers, so many put something else into the basket too.
const EXTRA_PERCENT: u64 = 20;
const SHORTEST_THOUGHT: Duration = Duration::from_millis(200);
const LONGEST_THOUGHT_MORE_MS: u64 = 1_300;
/// Long enough for everyone who means it.
const PATIENT_HOLD_SECONDS: u32 = 120;
/// Of those who walk away: short, so that their units come back while the sale goes on.
pub(super) const SHORT_HOLD_SECONDS: u32 = 3;

/// How a buyer's visit ends once something is reserved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Pays,
    GivesBack,
    WalksAway,
}

/// One buyer's wishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Choices {
    /// Units of the hottest item.
    pub(super) units: u32,
    /// Something else in the basket, as a number to draw an item with.
    pub(super) extra: Option<u64>,
    pub(super) fate: Fate,
    /// Between reserving and what comes next.
    pub(super) thinks: Duration,
}

impl Choices {
    /// Those of buyer `number`.
    pub(super) fn of(number: u32) -> Self {
        let mut dice = Dice(u64::from(number));
        let fate = match dice.below(100) {
            drawn if drawn < PAY_PERCENT => Fate::Pays,
            drawn if drawn < PAY_PERCENT + GIVE_BACK_PERCENT => Fate::GivesBack,
            _ => Fate::WalksAway,
        };
        Self {
            units: if dice.below(2) == 0 { 1 } else { 2 },
            extra: (dice.below(100) < EXTRA_PERCENT).then(|| dice.next()),
            fate,
            thinks: SHORTEST_THOUGHT + Duration::from_millis(dice.below(LONGEST_THOUGHT_MORE_MS)),
        }
    }

    /// How long the units are to be held.
    pub(super) fn hold_seconds(&self) -> u32 {
        match self.fate {
            Fate::Pays | Fate::GivesBack => PATIENT_HOLD_SECONDS,
            Fate::WalksAway => SHORT_HOLD_SECONDS,
        }
    }
}

/// When buyer `number` of `buyers` comes, if the last one comes after `rush`: the rush begins at its height and thins out
/// evenly, as a drop does.
pub(super) fn arrival(number: u32, buyers: u32, rush: Duration) -> Duration {
    let place = (f64::from(number) + 0.5) / f64::from(buyers.max(1));
    rush.mul_f64(1.0 - (1.0 - place.clamp(0.0, 1.0)).sqrt())
}

/// SplitMix64: chance that a number can repeat.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn about_two_thirds_pay_and_everybody_wants_one_or_two_units() {
        let crowd: Vec<Choices> = (0..10_000).map(Choices::of).collect();
        let share = |fate| crowd.iter().filter(|choices| choices.fate == fate).count();
        assert!((6_400..7_000).contains(&share(Fate::Pays)), "{}", share(Fate::Pays));
        assert!((1_300..1_700).contains(&share(Fate::GivesBack)));
        assert!((1_600..2_000).contains(&share(Fate::WalksAway)));
        assert!(crowd.iter().all(|choices| matches!(choices.units, 1 | 2)));
        let with_extra = crowd.iter().filter(|choices| choices.extra.is_some()).count();
        assert!((1_800..2_200).contains(&with_extra), "{with_extra}");
    }

    #[test]
    fn a_buyer_is_the_same_in_every_demo_and_holds_only_as_long_as_it_stays() {
        assert_eq!(Choices::of(7), Choices::of(7));
        for number in 0..100 {
            let choices = Choices::of(number);
            assert_eq!(
                choices.fate == Fate::WalksAway,
                choices.hold_seconds() == SHORT_HOLD_SECONDS
            );
            assert!(choices.thinks < Duration::from_secs(2));
        }
    }

    #[test]
    fn the_rush_begins_at_its_height_and_ends_in_time() {
        let rush = Duration::from_secs(8);
        let at = |number| arrival(number, 1_000, rush);
        assert!((0..999).all(|number| at(number) <= at(number + 1)));
        assert!(at(999) <= rush && at(0) < Duration::from_millis(10));
        // half of them in the first three tenths
        assert!(at(500) < rush.mul_f64(0.3), "{:?}", at(500));
        assert_eq!(arrival(0, 0, rush), arrival(0, 1, rush));
    }
}
