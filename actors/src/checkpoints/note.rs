//! A checkpoint as a C2SP signed note: origin, size and hash, one line each, a line for the time, and the signature.
//!
//! ```text
//! entrepot-audit/0190a5e0-0000-7000-8000-000000000001
//! 42
//! mZBv…=
//! 2026-11-24T08:00:00Z
//!
//! — entrepot-audit Az3grl…=
//! ```
//!
//! A file holds any number of them, each with an empty line after it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::audit::{Checkpoint, Hash, Head};
use domain::ids::OrgId;

use super::key::{HubKey, NAME, VerifierKey};

const SIGNATURE_MARK: &str = "— ";
/// Four bytes of key id and an Ed25519 signature, in base64.
const SIGNATURE_CHARS: usize = 92;

/// The signed note, with the empty line that ends it.
#[must_use]
pub fn write_note(checkpoint: &Checkpoint, key: &HubKey) -> String {
    let text = text_of(checkpoint);
    let signature: Vec<u8> = key.verifier().id.into_iter().chain(key.sign(text.as_bytes())).collect();
    format!("{text}\n{SIGNATURE_MARK}{NAME} {}\n\n", STANDARD.encode(signature))
}

fn origin(org: OrgId) -> String {
    format!("{NAME}/{org}")
}

/// What is signed: four lines, each with its end.
fn text_of(checkpoint: &Checkpoint) -> String {
    format!(
        "{}\n{}\n{}\n{}\n",
        origin(checkpoint.org),
        checkpoint.head.seq,
        STANDARD.encode(checkpoint.head.hash.bytes()),
        checkpoint.at
    )
}

/// What a file of notes holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes {
    /// The checkpoints whose signature is the hub's, in the order of the file.
    pub checkpoints: Vec<Checkpoint>,
    /// Lines at which a complete note begins that the hub did not sign.
    pub forged: Vec<usize>,
}

/// Reads an organization's notes. A note cut short (the machine stopped in the middle of it) is passed over; the one after it
/// begins on a line of its own.
#[must_use]
pub fn read_notes(text: &str, org: OrgId, key: &VerifierKey) -> Notes {
    let mut notes = Notes::default();
    let origin = origin(org);
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let starts = lines.iter().enumerate().filter(|(_, line)| line.trim_end() == origin);
    for (start, _) in starts {
        let Some(note) = lines.get(start..start + 6).filter(|note| is_complete(note)) else {
            continue;
        };
        match verified(note, org, key) {
            Some(checkpoint) => notes.checkpoints.push(checkpoint),
            None => notes.forged.push(start + 1),
        }
    }
    notes
}

/// Four lines, an empty one, and a whole signature line: one that was cut short is no forgery.
fn is_complete(note: &[&str]) -> bool {
    let has_gap = note.get(4).is_some_and(|line| *line == "\n");
    let signature = note
        .get(5)
        .and_then(|line| line.strip_suffix('\n')?.strip_prefix(SIGNATURE_MARK));
    let is_whole = |text: &str| text.len() >= NAME.len() + 1 + SIGNATURE_CHARS;
    has_gap && signature.is_some_and(is_whole)
}

fn verified(note: &[&str], org: OrgId, key: &VerifierKey) -> Option<Checkpoint> {
    let [_, seq, hash, at, _, signature] = note else {
        return None;
    };
    let hash = STANDARD.decode(hash.trim_end()).ok()?;
    let checkpoint = Checkpoint {
        org,
        head: Head {
            seq: seq.trim_end().parse().ok()?,
            hash: Hash::from_slice(&hash)?,
        },
        at: at.trim_end().parse().ok()?,
    };
    let encoded = signature.trim_end().strip_prefix(SIGNATURE_MARK)?.strip_prefix(NAME)?;
    let signature = STANDARD.decode(encoded.strip_prefix(' ')?).ok()?;
    let (id, signature) = signature.split_first_chunk()?;
    let is_signed = *id == key.id && key.verifies(text_of(&checkpoint).as_bytes(), signature);
    is_signed.then_some(checkpoint)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::super::key::tests::key;
    use super::*;

    fn org() -> OrgId {
        OrgId::new(Uuid::from_u128(1))
    }

    fn checkpoint(seq: i64) -> Checkpoint {
        Checkpoint {
            org: org(),
            head: Head {
                seq,
                hash: Hash::new([7; 32]),
            },
            at: "2026-11-24T08:00:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn a_note_has_the_shape_of_a_signed_note() {
        let note = write_note(&checkpoint(42), &key(1));
        let lines: Vec<&str> = note.lines().collect();
        assert_eq!(lines[0], "entrepot-audit/00000000-0000-0000-0000-000000000001");
        assert_eq!(lines[1], "42");
        assert_eq!(lines[2], "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=");
        assert_eq!(lines[3..5], ["2026-11-24T08:00:00Z", ""]);
        assert!(lines[5].starts_with("— entrepot-audit "), "{note}");
        assert!(note.ends_with("\n\n"));
    }

    #[test]
    fn notes_are_read_back_and_a_torn_one_is_passed_over() {
        let [first, second] = [1, 2].map(|seq| write_note(&checkpoint(seq), &key(1)));
        let expected = [checkpoint(1), checkpoint(2)];
        for torn in 0..first.len() {
            let Some(torn) = first.get(..torn) else { continue };
            let text = format!("{first}{torn}\n{second}");
            let notes = read_notes(&text, org(), key(1).verifier());
            let whole = notes.checkpoints.len() - 2;
            assert!(whole <= 1 && notes.forged.is_empty(), "{text}");
            assert_eq!(notes.checkpoints.last(), expected.last());
            let ends_in_it = read_notes(&format!("{first}{torn}"), org(), key(1).verifier());
            assert_eq!(ends_in_it.checkpoints.first(), expected.first());
        }
    }

    #[test]
    fn a_note_that_was_changed_or_signed_by_another_is_forged() {
        let note = write_note(&checkpoint(42), &key(1));
        for forged in [
            note.replace("\n42\n", "\n41\n"),
            note.replace("08:00", "09:00"),
            note.replace("BwcH", "AwcH"),
            write_note(&checkpoint(42), &key(2)),
        ] {
            let notes = read_notes(&forged, org(), key(1).verifier());
            assert_eq!((notes.checkpoints.len(), notes.forged), (0, vec![1]));
        }
        assert!(read_notes(&note, org(), key(1).verifier()).forged.is_empty());
    }
}
