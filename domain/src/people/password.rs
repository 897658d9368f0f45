//! Which passwords are taken. Length and what everybody guesses first, and no rules about digits or capitals: those make
//! passwords worse (NIST SP 800-63B, ASVS 5.0 6.2).

use std::collections::HashSet;
use std::sync::LazyLock;

use super::EmailAddress;

/// PCI DSS 8.3.6.
pub const MIN_PASSWORD_CHARS: usize = 12;
/// Long enough for any phrase, short enough that hashing it is nobody's lever.
pub const MAX_PASSWORD_CHARS: usize = 256;
/// Whole passwords of 12 characters and more, and the words that others are padded from, out of the 20,000 most used in
/// breaches (the list that Django ships, by Royce Williams). In lower case.
const COMMON: &str = include_str!("common_passwords.txt");

static COMMON_WORDS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| COMMON.lines().collect());

/// Why a password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordRefused {
    /// Fewer than [`MIN_PASSWORD_CHARS`] or more than [`MAX_PASSWORD_CHARS`].
    #[error("a password has {MIN_PASSWORD_CHARS} to {MAX_PASSWORD_CHARS} characters, not {0}")]
    Length(usize),
    /// On the list, or one of its words made longer by digits, signs or repetition, or a run of neighbours.
    #[error("the password is among those that are guessed first")]
    Common,
    /// The person's own address made longer.
    #[error("the password is made of the e-mail address")]
    Personal,
}

/// Whether `password` is good enough for the person with this address.
///
/// # Errors
/// Why not.
pub fn check_password(password: &str, email: &EmailAddress) -> Result<(), PasswordRefused> {
    let chars = password.chars().count();
    if !(MIN_PASSWORD_CHARS..=MAX_PASSWORD_CHARS).contains(&chars) {
        return Err(PasswordRefused::Length(chars));
    }
    let lower = password.to_lowercase();
    let unit = repeated_unit(&lower);
    let word = without_padding(unit);
    if [&lower, unit, word].iter().any(|text| COMMON_WORDS.contains(text)) || unit.chars().count() < 4 || is_run(&lower)
    {
        return Err(PasswordRefused::Common);
    }
    if lower == email.as_str() || word == without_padding(email.local_part()) {
        return Err(PasswordRefused::Personal);
    }
    Ok(())
}

/// What a text is a repetition of; itself when of nothing shorter.
fn repeated_unit(text: &str) -> &str {
    let ends = text.char_indices().map(|(at, _)| at).skip(1);
    let unit = ends
        .map(|end| text.get(..end).unwrap_or(text))
        .find(|unit| text.len().is_multiple_of(unit.len()) && unit.repeat(text.len() / unit.len()) == text);
    unit.unwrap_or(text)
}

/// The text without digits and signs around it: what people add to a word to make it longer.
fn without_padding(text: &str) -> &str {
    text.trim_matches(|c: char| !c.is_alphabetic())
}

/// Whether every character is the next, or the one before, of its neighbour: `abcdefghijkl`, `987654321098`.
fn is_run(text: &str) -> bool {
    let chars: Vec<u32> = text.chars().map(u32::from).collect();
    let is_step = |pair: &[u32], up: bool| {
        let (from, to) = match pair {
            [a, b] if up => (*a, *b),
            [a, b] => (*b, *a),
            _ => return false,
        };
        to == from + 1 || (from, to) == (u32::from('9'), u32::from('0'))
    };
    [true, false]
        .iter()
        .any(|up| chars.windows(2).all(|pair| is_step(pair, *up)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(password: &str) -> Result<(), PasswordRefused> {
        check_password(password, &EmailAddress::parse("mei.lin@example.com").unwrap())
    }

    #[test]
    fn length_is_counted_in_characters_and_nothing_else_is_demanded() {
        assert_eq!(check("elf zeichen"), Err(PasswordRefused::Length(11)));
        assert_eq!(check(&"é?".repeat(129)), Err(PasswordRefused::Length(258)));
        for good in [
            "correct horse battery",
            "все пароли плохие",
            "aubergine hat",
            "x7#Kq!mw0Zp&",
            &"thé au jasmin et ".repeat(15),
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
    }

    #[test]
    fn what_is_guessed_first_is_refused_however_it_is_padded() {
        for common in [
            "passwordpassword",
            "Password12345",
            "1234567890123",
            "qwertyuiop[]",
            "aaaaaaaaaaaaaaaa",
            "abababababab",
            "!!!dragon2024!!!",
            "abcdefghijkl",
            "987654321098",
            "1q2w3e4r5t6y",
            "liverpool-2024",
            "111111111111",
        ] {
            assert_eq!(check(common), Err(PasswordRefused::Common), "{common}");
        }
    }

    #[test]
    fn the_own_address_is_no_password() {
        assert_eq!(check("mei.lin@example.com"), Err(PasswordRefused::Personal));
        assert_eq!(check("Mei.Lin-20241231"), Err(PasswordRefused::Personal));
    }
}
