//! Every way of moving a ciphertext that the place must refuse, each with its twin: authenticating everything but that part
//! would let it through.

use domain::ids::OrgId;
use domain::secrets::{KeyMaterial, KeyVersion, Place, join_parts};
use uuid::Uuid;

use super::cipher::{DoesNotOpen, open, seal};

const NONCE: [u8; 12] = [9; 12];
const PLACE: Place<'static> = Place {
    org: OrgId::new(Uuid::from_u128(1)),
    table: "platform_settings",
    column: "secret_key",
    row: Uuid::from_u128(2),
    key_version: KeyVersion(2),
};

fn key() -> KeyMaterial {
    KeyMaterial::new([7; 32])
}

/// What would be authenticated if one part were forgotten.
fn aad_without(place: &Place<'_>, forgotten: &str) -> Vec<u8> {
    let (org, version) = (place.org.uuid(), place.key_version.0.to_be_bytes());
    let parts: [(&str, &[u8]); 5] = [
        ("org", org.as_bytes()),
        ("table", place.table.as_bytes()),
        ("column", place.column.as_bytes()),
        ("row", place.row.as_bytes()),
        ("key_version", &version),
    ];
    let kept = parts.iter().filter(|(name, _)| *name != forgotten);
    join_parts(&kept.map(|(_, bytes)| *bytes).collect::<Vec<_>>())
}

fn moved() -> [(&'static str, Place<'static>); 5] {
    [
        (
            "org",
            Place {
                org: OrgId::new(Uuid::from_u128(8)),
                ..PLACE
            },
        ),
        (
            "table",
            Place {
                table: "people",
                ..PLACE
            },
        ),
        (
            "column",
            Place {
                column: "webhook_secret",
                ..PLACE
            },
        ),
        (
            "row",
            Place {
                row: Uuid::from_u128(8),
                ..PLACE
            },
        ),
        (
            "key_version",
            Place {
                key_version: KeyVersion(1),
                ..PLACE
            },
        ),
    ]
}

#[test]
fn a_ciphertext_opens_at_its_place_and_at_no_other() {
    let sealed = seal(&key(), NONCE, &PLACE.aad(), b"sk_live").unwrap();
    assert_eq!(
        open(&key(), &NONCE, &PLACE.aad(), &sealed).unwrap().as_slice(),
        b"sk_live"
    );
    for (part, place) in moved() {
        let opened = open(&key(), &NONCE, &place.aad(), &sealed);
        assert_eq!(opened.err(), Some(DoesNotOpen), "moved to another {part}");
    }
}

#[test]
fn a_place_that_forgot_a_part_would_let_exactly_that_move_through() {
    for (forgotten, _) in moved() {
        let sealed = seal(&key(), NONCE, &aad_without(&PLACE, forgotten), b"sk_live").unwrap();
        for (part, place) in moved() {
            let opened = open(&key(), &NONCE, &aad_without(&place, forgotten), &sealed);
            assert_eq!(
                opened.is_ok(),
                part == forgotten,
                "without {forgotten}, moved to another {part}"
            );
        }
    }
}

#[test]
fn a_changed_cut_or_lengthened_ciphertext_or_nonce_does_not_open() {
    let sealed = seal(&key(), NONCE, &PLACE.aad(), b"sk_live").unwrap();
    let mut changed = Vec::new();
    for at in 0..sealed.len() {
        let mut bytes = sealed.clone();
        bytes[at] ^= 1;
        changed.push(bytes);
        // Every length, so also every truncated tag.
        changed.push(sealed[..at].to_vec());
    }
    changed.push([sealed.as_slice(), &[0]].concat());
    for bytes in changed {
        assert_eq!(open(&key(), &NONCE, &PLACE.aad(), &bytes).err(), Some(DoesNotOpen));
    }
    for nonce in [&NONCE[..11], &[9; 13], &[8; 12], &[]] {
        assert_eq!(open(&key(), nonce, &PLACE.aad(), &sealed).err(), Some(DoesNotOpen));
    }
    let other = KeyMaterial::new([6; 32]);
    assert_eq!(open(&other, &NONCE, &PLACE.aad(), &sealed).err(), Some(DoesNotOpen));
}
