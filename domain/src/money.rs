//! Money in minor units with its currency. Never a float; arithmetic is checked.

use serde::{Deserialize, Serialize};

/// An ISO 4217 currency code: three capital letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

/// What kept a text from being money.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not three capital letters.
    #[error("a currency is three capital letters such as SGD")]
    Currency,
    /// Not a plain decimal number.
    #[error("an amount is digits with an optional decimal point, such as 19.90")]
    Amount,
    /// More decimals than the currency has.
    #[error("this currency has {allowed} decimal places, the amount has more")]
    TooManyDecimals {
        /// Decimal places of the currency.
        allowed: u32,
    },
}

impl Currency {
    /// Reads a code such as `SGD`.
    pub fn parse(code: &str) -> Result<Self, MoneyError> {
        match code.as_bytes() {
            [a, b, c] if code.bytes().all(|byte| byte.is_ascii_uppercase()) => Ok(Self([*a, *b, *c])),
            _ => Err(MoneyError::Currency),
        }
    }

    /// The code's three letters.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// Decimal places of the minor unit, by ISO 4217: most have two, some none, a few three.
    #[must_use]
    pub fn decimals(&self) -> u32 {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG" | b"RWF" | b"UGX"
            | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            _ => 2,
        }
    }
}

impl TryFrom<String> for Currency {
    type Error = MoneyError;
    fn try_from(code: String) -> Result<Self, Self::Error> {
        Self::parse(&code)
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

/// An amount in minor units (cents for SGD, whole đồng for VND).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// Minor units; may be negative for refunds and corrections.
    pub minor: i64,
    /// The currency the minor units belong to.
    pub currency: Currency,
}

impl Money {
    /// Reads a plain decimal such as `19.90`. Trailing zeros beyond the currency's places are fine, digits are not.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let places = currency.decimals();
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let significant = fraction.trim_end_matches('0');
        let digits_only = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !digits_only(whole) || !digits_only(fraction) {
            return Err(MoneyError::Amount);
        }
        if significant.len() > places as usize {
            return Err(MoneyError::TooManyDecimals { allowed: places });
        }
        let padded = format!("{whole}{significant:0<width$}", width = places as usize);
        let minor = padded.parse::<i64>().map_err(|_| MoneyError::Amount)?;
        Ok(Self { minor, currency })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_in_the_minor_units_of_their_currency() {
        let minor = |text, code| Money::parse(text, Currency::parse(code).unwrap()).map(|money| money.minor);
        assert_eq!(minor("19.9", "SGD"), Ok(1990));
        assert_eq!(minor("50", "SGD"), Ok(5000));
        assert_eq!(minor("120000.00", "VND"), Ok(120_000));
        assert_eq!(minor("1.005", "KWD"), Ok(1005));
        assert_eq!(minor("0.001", "SGD"), Err(MoneyError::TooManyDecimals { allowed: 2 }));
        for bad in ["", ".5", "-1", "1e3", "1,000", "12.3.4", "99999999999999999999"] {
            assert_eq!(minor(bad, "SGD"), Err(MoneyError::Amount), "{bad}");
        }
    }
}
