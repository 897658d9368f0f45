//! The file that settings are backed up to: a header in clear, which is authenticated, and a sealed body.
//!
//! ```text
//! "entrepot-settings-backup" | version 1 | Argon2id memory KiB, passes, lanes (u32 each) | salt 16 | nonce 12 | body + tag
//! ```
//! The body is JSON. Numbers are big-endian.

use std::collections::BTreeMap;

use argon2::{Algorithm, Argon2, Params, Version};
use domain::secrets::{KEY_BYTES, KeyMaterial, SecretText};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::clock::Clock;
use crate::vault::{NONCE_BYTES, fresh_nonce, open_bytes, seal_bytes};

const MAGIC: &[u8] = b"entrepot-settings-backup";
const VERSION: u8 = 1;
const SALT_BYTES: usize = 16;
const HEADER_BYTES: usize = MAGIC.len() + 1 + 3 * 4 + SALT_BYTES + NONCE_BYTES;
/// For a file that may be attacked elsewhere for years: more than for passwords at a door that counts attempts.
const COST: Cost = Cost {
    memory_kib: 64 * 1024,
    passes: 3,
    lanes: 1,
};
/// A header is a stranger's until the tag is checked, which needs the key: it may not ask for any amount of work.
const MOST: Cost = COST;
/// Room for the body, so that growing it leaves no copies behind.
const BODY_ROOM: usize = 128 * 1024;

const NO_BACKUP: &str = "the file is no backup of settings";
const NEWER: &str = "the backup was made by a newer program";
const CLOSED: &str = "the passphrase is wrong, or the file was changed or cut";

/// What the file holds.
pub(super) struct Contents {
    /// When it was made.
    pub(super) made_at: Timestamp,
    /// The settings, by provider.
    pub(super) settings: Vec<Kept>,
}

/// One provider's settings.
pub(super) struct Kept {
    pub(super) provider: String,
    pub(super) fields: BTreeMap<String, String>,
    pub(super) secrets: BTreeMap<String, SecretText>,
}

#[derive(Clone, Copy)]
struct Cost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

/// What makes each file another one.
pub(super) struct Lock {
    salt: [u8; SALT_BYTES],
    nonce: [u8; NONCE_BYTES],
}

impl Lock {
    /// An unguessable one.
    pub(super) fn fresh(clock: &dyn Clock) -> Self {
        let secret = clock.fresh_secret();
        let (salt, _) = secret.split_first_chunk().unwrap_or((&[0; SALT_BYTES], &[]));
        Self {
            salt: *salt,
            nonce: fresh_nonce(clock),
        }
    }
}

#[derive(Serialize)]
struct BodyOut<'a> {
    made_at: Timestamp,
    settings: Vec<KeptOut<'a>>,
}

#[derive(Serialize)]
struct KeptOut<'a> {
    provider: &'a str,
    fields: &'a BTreeMap<String, String>,
    secrets: BTreeMap<&'a str, &'a str>,
}

impl<'a> KeptOut<'a> {
    fn of(kept: &'a Kept) -> Self {
        let reveal = |(name, secret): (&'a String, &'a SecretText)| (name.as_str(), secret.reveal());
        Self {
            provider: &kept.provider,
            fields: &kept.fields,
            secrets: kept.secrets.iter().map(reveal).collect(),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BodyIn {
    made_at: Timestamp,
    settings: Vec<KeptIn>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeptIn {
    provider: String,
    fields: BTreeMap<String, String>,
    secrets: BTreeMap<String, SecretText>,
}

/// The file's bytes; nothing when the machine lacks the memory.
pub(super) fn seal(contents: &Contents, passphrase: &SecretText, lock: &Lock) -> Option<Vec<u8>> {
    let body = BodyOut {
        made_at: contents.made_at,
        settings: contents.settings.iter().map(KeptOut::of).collect(),
    };
    let mut plain = Zeroizing::new(Vec::with_capacity(BODY_ROOM));
    serde_json::to_writer(&mut *plain, &body).ok()?;
    let mut file = header(COST, lock);
    let key = derive(COST, &lock.salt, passphrase)?;
    let sealed = seal_bytes(&key, lock.nonce, &file, &plain).ok()?;
    file.extend_from_slice(&sealed);
    Some(file)
}

/// What a file holds.
///
/// # Errors
/// Why it does not open, in words that hold nothing of it.
pub(super) fn open(file: &[u8], passphrase: &SecretText) -> Result<Contents, &'static str> {
    let (header, body) = file.split_at_checked(HEADER_BYTES).ok_or(NO_BACKUP)?;
    let rest = header.strip_prefix(MAGIC).ok_or(NO_BACKUP)?;
    let (version, rest) = rest.split_first().ok_or(NO_BACKUP)?;
    if *version != VERSION {
        return Err(NEWER);
    }
    let (cost, rest) = read_cost(rest).ok_or(CLOSED)?;
    let (salt, nonce) = rest.split_first_chunk::<SALT_BYTES>().ok_or(NO_BACKUP)?;
    let key = derive(cost, salt, passphrase).ok_or(CLOSED)?;
    let plain = open_bytes(&key, nonce, header, body).map_err(|_| CLOSED)?;
    let body: BodyIn = serde_json::from_slice(&plain).map_err(|_| NEWER)?;
    let kept = |kept: KeptIn| Kept {
        provider: kept.provider,
        fields: kept.fields,
        secrets: kept.secrets,
    };
    Ok(Contents {
        made_at: body.made_at,
        settings: body.settings.into_iter().map(kept).collect(),
    })
}

fn header(cost: Cost, lock: &Lock) -> Vec<u8> {
    let mut header = MAGIC.to_vec();
    header.push(VERSION);
    for number in [cost.memory_kib, cost.passes, cost.lanes] {
        header.extend_from_slice(&number.to_be_bytes());
    }
    header.extend_from_slice(&lock.salt);
    header.extend_from_slice(&lock.nonce);
    header
}

/// The cost, when it is one that we would pay, and what follows.
fn read_cost(bytes: &[u8]) -> Option<(Cost, &[u8])> {
    let (memory, rest) = bytes.split_first_chunk::<4>()?;
    let (passes, rest) = rest.split_first_chunk::<4>()?;
    let (lanes, rest) = rest.split_first_chunk::<4>()?;
    let cost = Cost {
        memory_kib: u32::from_be_bytes(*memory),
        passes: u32::from_be_bytes(*passes),
        lanes: u32::from_be_bytes(*lanes),
    };
    let is_affordable = cost.memory_kib <= MOST.memory_kib && cost.passes <= MOST.passes && cost.lanes <= MOST.lanes;
    is_affordable.then_some((cost, rest))
}

fn derive(cost: Cost, salt: &[u8; SALT_BYTES], passphrase: &SecretText) -> Option<KeyMaterial> {
    let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(KEY_BYTES)).ok()?;
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.reveal().as_bytes(), salt, &mut *key)
        .ok()?;
    Some(KeyMaterial::new(*key))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> SecretText {
        SecretText::new(text.to_owned())
    }

    fn sealed() -> Vec<u8> {
        let contents = Contents {
            made_at: Timestamp::UNIX_EPOCH,
            settings: vec![Kept {
                provider: "stripe".to_owned(),
                fields: BTreeMap::from([("publishable_key".to_owned(), "pk_live".to_owned())]),
                secrets: BTreeMap::from([("secret_key".to_owned(), text("sk_live_canary"))]),
            }],
        };
        let lock = Lock {
            salt: [1; SALT_BYTES],
            nonce: [2; NONCE_BYTES],
        };
        seal(&contents, &text("correct horse battery"), &lock).unwrap()
    }

    #[test]
    fn a_backup_opens_with_its_passphrase_and_holds_nothing_in_clear() {
        let file = sealed();
        let contents = open(&file, &text("correct horse battery")).ok().unwrap();
        assert_eq!(contents.settings[0].secrets["secret_key"].reveal(), "sk_live_canary");
        assert_eq!(contents.settings[0].fields["publishable_key"], "pk_live");
        let in_clear = String::from_utf8_lossy(&file);
        assert!(
            !in_clear.contains("canary") && !in_clear.contains("stripe"),
            "{in_clear}"
        );
    }

    #[test]
    fn a_wrong_passphrase_and_every_change_and_cut_are_refused() {
        let file = sealed();
        let passphrase = text("correct horse battery");
        assert_eq!(open(&file, &text("correct horse batterz")).err(), Some(CLOSED));
        // One bit at each kind of place: magic, version, cost, salt, nonce, body, tag.
        for at in [
            0,
            MAGIC.len(),
            MAGIC.len() + 3,
            MAGIC.len() + 8,
            MAGIC.len() + 14,
            HEADER_BYTES - 1,
            HEADER_BYTES,
            file.len() - 1,
        ] {
            let mut changed = file.clone();
            changed[at] ^= 1;
            assert!(open(&changed, &passphrase).is_err(), "byte {at}");
        }
        for length in [0, 1, MAGIC.len(), HEADER_BYTES - 1, HEADER_BYTES, file.len() - 1] {
            assert!(open(&file[..length], &passphrase).is_err(), "cut to {length}");
        }
        assert!(open(&[file.as_slice(), b"x"].concat(), &passphrase).is_err());
    }

    #[test]
    fn a_header_cannot_ask_for_any_amount_of_work() {
        let mut file = sealed();
        file[MAGIC.len() + 1..MAGIC.len() + 5].copy_from_slice(&u32::MAX.to_be_bytes());
        assert_eq!(open(&file, &text("correct horse battery")).err(), Some(CLOSED));
    }
}
