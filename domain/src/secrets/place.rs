//! Where a ciphertext belongs. The cipher authenticates the place with the ciphertext, so one that is moved to another row,
//! column, table, organization or key version does not open.

use uuid::Uuid;

use super::{KeyId, KeyVersion};
use crate::ids::{OrgId, PersonId};

/// Names the scheme, so that another one can follow it.
const SCHEME: &[u8] = b"hub1";
const PERSONAL_SCHEME: &[u8] = b"hub1-person";

/// The one place where a ciphertext opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// Whose.
    pub org: OrgId,
    /// The table of the row it belongs to: `platform_settings`.
    pub table: &'a str,
    /// What of that row: `secret_key`.
    pub column: &'a str,
    /// That row.
    pub row: Uuid,
    /// Sealed with this one of the organization's data keys.
    pub key_version: KeyVersion,
}

impl Place<'_> {
    /// The bytes the cipher authenticates: `hub1 | org | table | column | row | key version`.
    #[must_use]
    pub fn aad(&self) -> Vec<u8> {
        join_parts(&[
            SCHEME,
            self.org.uuid().as_bytes(),
            self.table.as_bytes(),
            self.column.as_bytes(),
            self.row.as_bytes(),
            &self.key_version.0.to_be_bytes(),
        ])
    }
}

/// The one place where a person's secret opens. A person belongs to no organization, so no data key is theirs: the root key
/// itself seals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PersonalPlace<'a> {
    /// Whose. Their row of the table, too: there is one each.
    pub person: PersonId,
    /// The table: `totp_secrets`.
    pub table: &'a str,
    /// What of the row.
    pub column: &'a str,
    /// The root key that seals.
    pub root: KeyId,
}

impl PersonalPlace<'_> {
    /// The bytes the cipher authenticates: `hub1-person | person | table | column | root key`.
    #[must_use]
    pub fn aad(&self) -> Vec<u8> {
        join_parts(&[
            PERSONAL_SCHEME,
            self.person.uuid().as_bytes(),
            self.table.as_bytes(),
            self.column.as_bytes(),
            self.root.as_bytes(),
        ])
    }
}

/// Parts one after the other, each behind its length, so that no two lists of parts run together.
#[must_use]
pub fn join_parts(parts: &[&[u8]]) -> Vec<u8> {
    let mut joined = Vec::with_capacity(parts.iter().map(|part| part.len() + 8).sum());
    for part in parts {
        joined.extend_from_slice(&(part.len() as u64).to_be_bytes());
        joined.extend_from_slice(part);
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place<'static> = Place {
        org: OrgId::new(Uuid::from_u128(1)),
        table: "platform_settings",
        column: "secret_key",
        row: Uuid::from_u128(2),
        key_version: KeyVersion(3),
    };

    #[test]
    fn every_part_of_a_place_changes_what_is_authenticated() {
        let elsewhere = [
            Place {
                org: OrgId::new(Uuid::from_u128(9)),
                ..PLACE
            },
            Place {
                table: "people",
                ..PLACE
            },
            Place {
                column: "webhook_secret",
                ..PLACE
            },
            Place {
                row: Uuid::from_u128(9),
                ..PLACE
            },
            Place {
                key_version: KeyVersion(2),
                ..PLACE
            },
        ];
        for other in elsewhere {
            assert_ne!(other.aad(), PLACE.aad(), "{other:?}");
        }
    }

    #[test]
    fn every_part_of_a_personal_place_changes_what_is_authenticated() {
        let root = KeyId::from_slice(&[1; 16]).unwrap();
        let place = PersonalPlace {
            person: PersonId::new(Uuid::from_u128(1)),
            table: "totp_secrets",
            column: "ciphertext",
            root,
        };
        let elsewhere = [
            PersonalPlace {
                person: PersonId::new(Uuid::from_u128(2)),
                ..place
            },
            PersonalPlace {
                table: "passkeys",
                ..place
            },
            PersonalPlace {
                column: "nonce",
                ..place
            },
            PersonalPlace {
                root: KeyId::from_slice(&[2; 16]).unwrap(),
                ..place
            },
        ];
        for other in elsewhere {
            assert_ne!(other.aad(), place.aad(), "{other:?}");
        }
    }

    #[test]
    fn the_bytes_are_these_and_stay_these() {
        // What was sealed years ago must open: changing this needs a new scheme name beside the old one.
        let expected = [
            (4_u64, b"hub1".to_vec()),
            (16, Uuid::from_u128(1).as_bytes().to_vec()),
            (17, b"platform_settings".to_vec()),
            (10, b"secret_key".to_vec()),
            (16, Uuid::from_u128(2).as_bytes().to_vec()),
            (4, vec![0, 0, 0, 3]),
        ];
        let expected: Vec<u8> = expected
            .into_iter()
            .flat_map(|(length, bytes)| length.to_be_bytes().into_iter().chain(bytes))
            .collect();
        assert_eq!(PLACE.aad(), expected);
    }

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(join_parts(&[b"ab", b"c"]), join_parts(&[b"a", b"bc"]));
        // The twin: without lengths they do.
        assert_eq!([b"ab".as_slice(), b"c"].concat(), [b"a".as_slice(), b"bc"].concat());
    }
}
