//! What single cells hold: amounts, quantities, weights, yes and no. Pure; an error is the sentence to show.

use domain::catalog::Sku;
use domain::money::{Currency, Money, MoneyError};
use domain::stock::MAX_ON_HAND;

use super::cells::check_line;
use super::problems::shorten;

/// Most tags of one product; Shopify's limit.
const MAX_TAGS: usize = 250;
/// Heaviest variant, in grams: a thousand tonnes.
const MAX_GRAMS: i64 = 1_000_000_000;

/// The stock a row brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Opening {
    /// Units on hand; `None` when the file does not say.
    pub(super) on_hand: Option<i64>,
    /// Units sold that were not there, from a negative quantity.
    pub(super) owed: i64,
}

/// Yes or no; blank is yes, as in Shopify.
pub(super) fn flag(text: &str) -> Result<bool, String> {
    let is_any = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    if text.is_empty() || is_any(&["true", "yes", "1"]) {
        Ok(true)
    } else if is_any(&["false", "no", "0"]) {
        Ok(false)
    } else {
        Err(format!(
            "“{}” is neither yes nor no; write TRUE or FALSE",
            shorten(text)
        ))
    }
}

/// Whether it may be sold when stock is gone; blank is no.
pub(super) fn continues_selling(text: &str) -> Result<bool, String> {
    if text.is_empty() || text.eq_ignore_ascii_case("deny") {
        Ok(false)
    } else if text.eq_ignore_ascii_case("continue") {
        Ok(true)
    } else {
        let text = shorten(text);
        Err(format!(
            "“{text}” is not a policy; write deny to stop selling at zero, or continue to sell on"
        ))
    }
}

/// Units on hand. Whole numbers, also written as `3.0`; a negative one is stock that is owed.
pub(super) fn quantity(text: &str) -> Result<Opening, String> {
    if text.is_empty() {
        return Ok(Opening { on_hand: None, owed: 0 });
    }
    let magnitude = text.strip_prefix('-').unwrap_or(text);
    let whole = match decimal(magnitude) {
        Some((whole, fraction)) if fraction.bytes().all(|digit| digit == b'0') => whole,
        Some(_) | None => {
            return Err(format!(
                "“{}” is not a whole number of units; write digits only, as in 1200",
                shorten(text)
            ));
        }
    };
    let units = whole.parse::<i64>().ok().filter(|units| *units <= MAX_ON_HAND);
    let units = units.ok_or_else(|| format!("“{}” is more than {MAX_ON_HAND} units; correct it", shorten(text)))?;
    let is_negative = magnitude.len() < text.len();
    Ok(if is_negative {
        Opening {
            on_hand: Some(0),
            owed: units,
        }
    } else {
        Opening {
            on_hand: Some(units),
            owed: 0,
        }
    })
}

/// An amount of money; blank is none.
pub(super) fn price(text: &str, currency: Currency) -> Result<Option<Money>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let shown = shorten(text);
    match Money::parse(text, currency) {
        Ok(money) => Ok(Some(money)),
        Err(MoneyError::Amount | MoneyError::Currency) if text.starts_with('-') => {
            Err(format!("“{shown}” is negative; write an amount of zero or more"))
        }
        Err(MoneyError::Amount | MoneyError::Currency) if text.contains(',') => Err(format!(
            "“{shown}” contains a comma; write the amount without thousands separators and with a decimal point, as in \
             1234.50"
        )),
        Err(MoneyError::Amount | MoneyError::Currency) => Err(format!(
            "“{shown}” is not an amount; write digits with an optional decimal point, as in 19.90"
        )),
        Err(MoneyError::TooManyDecimals { allowed }) => {
            let code = currency.code();
            Err(format!("“{shown}” has too many decimal places; {code} has {allowed}"))
        }
    }
}

/// A weight in grams, rounded; blank is zero.
pub(super) fn grams(text: &str) -> Result<i64, String> {
    if text.is_empty() {
        return Ok(0);
    }
    let Some((whole, fraction)) = decimal(text) else {
        return Err(format!(
            "“{}” is not a weight in grams; write digits only, as in 1500",
            shorten(text)
        ));
    };
    let rounds_up = fraction.bytes().next().is_some_and(|digit| digit >= b'5');
    let grams = whole.parse::<i64>().ok().filter(|grams| *grams < MAX_GRAMS);
    let grams = grams.ok_or_else(|| format!("“{}” is more than {MAX_GRAMS} grams; correct it", shorten(text)))?;
    Ok(grams + i64::from(rounds_up))
}

/// The seller's SKU; blank is none.
pub(super) fn sku(text: &str) -> Result<Option<Sku>, String> {
    let text = without_apostrophe(text);
    if text.is_empty() {
        return Ok(None);
    }
    Sku::parse(text)
        .map(Some)
        .map_err(|error| format!("“{}” cannot be a SKU: {error}", shorten(text)))
}

/// What the seller scans; blank is none.
pub(super) fn barcode(text: &str) -> Result<String, String> {
    let text = without_apostrophe(text);
    check_line(text).map(|()| text.to_owned())
}

/// Whether a spreadsheet turned a number into something like `8.85E+11` and lost its digits.
pub(super) fn is_scientific(text: &str) -> bool {
    let Some((digits, exponent)) = text.split_once(['E', 'e']) else {
        return false;
    };
    let Some(exponent) = exponent.strip_prefix('+') else {
        return false;
    };
    decimal(digits).is_some() && decimal(exponent).is_some()
}

/// The words between commas, each once.
pub(super) fn tags(text: &str) -> Result<Vec<String>, String> {
    let mut seen = std::collections::HashSet::new();
    let words = text
        .split(',')
        .map(str::trim)
        .filter(|word| !word.is_empty() && seen.insert(*word));
    let tags: Vec<String> = words.map(str::to_owned).collect();
    if tags.len() > MAX_TAGS {
        return Err(format!("{} tags are too many; keep at most {MAX_TAGS}", tags.len()));
    }
    tags.iter().try_for_each(|tag| check_line(tag))?;
    Ok(tags)
}

/// A picture's place, from 1.
pub(super) fn position(text: &str) -> Option<i32> {
    text.parse().ok().filter(|position| *position >= 1)
}

/// Spreadsheets show `'0123` as 0123, and exports keep the apostrophe.
fn without_apostrophe(text: &str) -> &str {
    text.strip_prefix('\'').unwrap_or(text).trim()
}

/// The digits before and behind the point, when that is all there is.
fn decimal(text: &str) -> Option<(&str, &str)> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    (!whole.is_empty() && is_digits(whole) && is_digits(fraction)).then_some((whole, fraction))
}
