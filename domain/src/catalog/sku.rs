//! SKUs: the seller's own name for a variant, unique within the organization.

use serde::{Deserialize, Serialize};

/// Longest SKU in characters; marketplaces allow 50 (Shopee) to 100.
const MAX_CHARS: usize = 100;

/// A trimmed, non-empty text without control characters. Compared exactly, shown as typed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Sku(String);

/// A text that is no SKU.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SkuError {
    /// Nothing but blanks.
    #[error("a SKU cannot be empty")]
    Empty,
    /// Longer than any marketplace takes.
    #[error("a SKU has at most {MAX_CHARS} characters")]
    TooLong,
    /// A tab, a line break or another control character.
    #[error("a SKU cannot contain control characters")]
    ControlCharacter,
}

impl Sku {
    /// Reads a SKU, trimming blanks around it.
    pub fn parse(text: &str) -> Result<Self, SkuError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(SkuError::Empty);
        }
        if text.chars().count() > MAX_CHARS {
            return Err(SkuError::TooLong);
        }
        if text.chars().any(char::is_control) {
            return Err(SkuError::ControlCharacter);
        }
        Ok(Self(text.to_owned()))
    }

    /// A stable SKU for a variant that came without one: the handle and the option values, in capitals, as in
    /// `CLASSIC-VARSITY-TOP-SMALL`. The same variant gets the same SKU on every import.
    #[must_use]
    pub fn derived(handle: &str, options: &[&str]) -> Self {
        let mut text = String::new();
        for part in std::iter::once(handle).chain(options.iter().copied()) {
            let words = part
                .split(|c: char| !c.is_alphanumeric())
                .filter(|word| !word.is_empty());
            for word in words {
                if !text.is_empty() {
                    text.push('-');
                }
                text.extend(word.chars().flat_map(char::to_uppercase));
            }
        }
        if text.is_empty() || text.chars().count() > MAX_CHARS {
            let id = crate::ids::ProductId::for_handle(crate::ids::OrgId::new(uuid::Uuid::nil()), &text).to_string();
            let (tail, _) = id.split_at_checked(8).unwrap_or((&id, ""));
            text = text
                .chars()
                .take(MAX_CHARS - 9)
                .chain("-".chars())
                .chain(tail.chars())
                .collect();
        }
        Self(text)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Sku {
    type Error = SkuError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Sku> for String {
    fn from(sku: Sku) -> Self {
        sku.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_derived_sku_is_the_handle_and_the_options_in_capitals() {
        assert_eq!(
            Sku::derived("classic-varsity-top", &["Small"]).as_str(),
            "CLASSIC-VARSITY-TOP-SMALL"
        );
        assert_eq!(Sku::derived("áo-dài", &["Đỏ / 42"]).as_str(), "ÁO-DÀI-ĐỎ-42");
        assert_eq!(Sku::derived("lamp", &[]).as_str(), "LAMP");
    }

    #[test]
    fn a_long_derived_sku_is_cut_and_stays_unique_and_valid() {
        let (a, b) = (
            Sku::derived(&"x".repeat(300), &["1"]),
            Sku::derived(&"x".repeat(300), &["2"]),
        );
        assert_ne!(a, b);
        assert!(Sku::parse(a.as_str()).is_ok());
    }

    #[test]
    fn blanks_are_trimmed_and_control_characters_refused() {
        assert_eq!(Sku::parse("  A-1 ").unwrap().as_str(), "A-1");
        assert_eq!(Sku::parse("A\u{0}1"), Err(SkuError::ControlCharacter));
        assert_eq!(Sku::parse(" \t "), Err(SkuError::Empty));
    }
}
