//! How a secret is shown: enough to tell two keys apart, too little to help anybody.

/// A secret shorter than this is shown by dots alone: four characters of a password are too many.
const MIN_CHARS_FOR_HINT: usize = 20;
const HINT_CHARS: usize = 4;
const DOT: char = '•';
/// Always as many, so that the length is not said.
const DOTS: &str = "••••••••";

/// The last four characters of a long secret, for telling keys apart; nothing of a short one.
#[must_use]
pub fn hint(secret: &str) -> Option<String> {
    let chars = secret.chars().count();
    let long_enough = chars >= MIN_CHARS_FOR_HINT;
    long_enough.then(|| secret.chars().skip(chars - HINT_CHARS).collect())
}

/// What a person sees of a secret with this hint.
#[must_use]
pub fn masked(hint: Option<&str>) -> String {
    format!("{DOTS}{}", hint.unwrap_or_default())
}

/// Whether a text is what [`masked`] shows, sent back by a form; it must not be stored as the secret.
#[must_use]
pub fn is_masked(text: &str) -> bool {
    text.starts_with(DOT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_key_shows_its_last_four_characters_and_a_short_one_nothing() {
        for (secret, shown) in [
            ("sk_live_51Habcdefghijklmn7890", "••••••••7890"),
            ("19 characters here.", "••••••••"),
            ("", "••••••••"),
            ("ключ-из-двадцати-зна", "••••••••-зна"),
        ] {
            assert_eq!(masked(hint(secret).as_deref()), shown, "{secret}");
            assert!(is_masked(shown) && !is_masked(secret));
        }
    }
}
