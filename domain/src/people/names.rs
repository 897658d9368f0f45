//! Names of people and organizations: anything people write on one line.

/// Longer names do not fit on a screen.
pub const MAX_NAME_CHARS: usize = 200;

/// Whether a trimmed name is there, fits, and stays on its line: names go into the heads of mails.
#[must_use]
pub fn is_usable_name(name: &str) -> bool {
    (1..=MAX_NAME_CHARS).contains(&name.chars().count()) && !name.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_of_1_to_200_characters() {
        assert!(is_usable_name("林美 & Söhne") && is_usable_name(&"é".repeat(200)));
        for bad in ["", "a\r\nBcc: x", "a\0b", "\u{1b}[31m"] {
            assert!(!is_usable_name(bad), "{bad:?}");
        }
        assert!(!is_usable_name(&"é".repeat(201)));
    }
}
