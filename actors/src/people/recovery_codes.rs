//! Recovery codes: 120 random bits each, written down by their person, stored hashed. Enough bits to need no slow hash.

use domain::ids::PersonId;
use domain::secrets::join_parts;
use sha2::{Digest, Sha256};
use totp_rs::Secret;

use crate::clock::Clock;

/// How many there are at a time.
const CODES: usize = 10;
const CODE_BYTES: usize = 15;
/// Written in groups of so many characters.
const GROUP: usize = 6;

/// New codes, as they are shown: `abcdef-ghijkl-mnopqr-stuvwx`.
pub(crate) fn fresh_codes(clock: &dyn Clock) -> Vec<String> {
    std::iter::repeat_with(|| fresh(clock)).take(CODES).collect()
}

fn fresh(clock: &dyn Clock) -> String {
    let random = clock.fresh_secret();
    let bytes: Box<[u8]> = random.iter().copied().take(CODE_BYTES).collect();
    let text = Secret::new(bytes).to_base32().to_lowercase();
    let groups = text.as_bytes().chunks(GROUP);
    let groups: Vec<&str> = groups.filter_map(|group| std::str::from_utf8(group).ok()).collect();
    groups.join("-")
}

/// What a code is stored as; how it is spaced and capitalised does not matter.
pub(crate) fn hash_of_code(person: PersonId, code: &str) -> [u8; 32] {
    let bare = code.chars().filter(|c| !c.is_whitespace() && *c != '-');
    let bare: String = bare.map(|c| c.to_ascii_lowercase()).collect();
    let parts = join_parts(&[b"recovery code", person.uuid().as_bytes(), bare.as_bytes()]);
    Sha256::digest(parts).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemClock;
    use uuid::Uuid;

    #[test]
    fn ten_different_codes_of_24_characters_in_groups() {
        let codes = fresh_codes(&SystemClock);
        assert_eq!(codes.len(), CODES);
        for code in &codes {
            assert_eq!(code.split('-').map(str::len).collect::<Vec<_>>(), [6; 4], "{code}");
            assert_eq!(codes.iter().filter(|other| *other == code).count(), 1);
        }
    }

    #[test]
    fn a_codes_hash_is_its_persons_however_it_is_typed() {
        let (mei, ann) = (PersonId::new(Uuid::from_u128(1)), PersonId::new(Uuid::from_u128(2)));
        let hash = hash_of_code(mei, "abcdef-ghijkl-mnopqr-stuvwx");
        assert_eq!(hash, hash_of_code(mei, " ABCDEF ghijkl-mnopqrstuvwx"));
        assert_ne!(hash, hash_of_code(mei, "abcdef-ghijkl-mnopqr-stuvwy"));
        assert_ne!(hash, hash_of_code(ann, "abcdef-ghijkl-mnopqr-stuvwx"));
    }
}
