//! A secret on its way through the program.

use zeroize::Zeroizing;

/// A secret text: wiped when dropped, and without `Debug`, `Display`, `Serialize` or `Clone`, so that it cannot get into a
/// log, an error or an answer by accident. A struct that holds one cannot derive them either.
pub struct SecretText(Zeroizing<String>);

impl SecretText {
    /// Takes a secret over; the caller keeps no copy.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The secret itself. Every call of this is a place to look at in review.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl<'de> serde::Deserialize<'de> for SecretText {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::KeyMaterial;

    /// A name that exists twice for a type with the trait, so that naming it does not compile then.
    macro_rules! lacks {
        ($kind:ty: $($forbidden:path),+) => {$({
            trait Ambiguous<Which> {
                fn probe() {}
            }
            impl<T: ?Sized> Ambiguous<()> for T {}
            struct HasIt;
            impl<T: ?Sized + $forbidden> Ambiguous<HasIt> for T {}
            <$kind as Ambiguous<_>>::probe();
        })+};
    }

    #[test]
    fn secrets_and_keys_cannot_be_printed_serialized_or_copied() {
        lacks!(SecretText: std::fmt::Debug, std::fmt::Display, serde::Serialize, Clone);
        lacks!(KeyMaterial: std::fmt::Debug, std::fmt::Display, serde::Serialize, Clone);
    }
}
