//! The golden bytes, and every way to tamper with a chain beside its untampered twin.

use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::ids::{ApiKeyId, OrgId, PersonId};

fn org() -> OrgId {
    OrgId::new(Uuid::from_u128(0x0190_a5e0_0000_7000_8000_0000_0000_0001))
}

fn full() -> Entry {
    let trail = Trail {
        at: Timestamp::from_microsecond(1_767_225_600_000_001).unwrap(),
        actor: Actor::Person(PersonId::new(Uuid::from_u128(2))),
        from: Some("::ffff:192.0.2.7".parse().unwrap()),
        request_id: Some("req-1".to_owned()),
    };
    trail
        .entry("person.invite", Subject::new("person", "a@example.com"))
        .before(json!({ "role": "staff" }))
        .after(json!({ "role": "admin", "limits": [1, 2.0, 1e16, null, true], "é": {} }))
        .why("she runs the shop now")
}

fn bare() -> Entry {
    let trail = Trail::of_hub(Timestamp::UNIX_EPOCH);
    trail.entry("organization.create", Subject::new("organization", org()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn the_canonical_bytes_of_format_1_never_change() {
    let bytes = Record::of(org(), 7, &full()).canonical();
    assert_eq!(hex(&bytes), GOLDEN_FULL);
    let link = Link::after(Hash::GENESIS, Record::of(org(), 1, &bare()));
    assert_eq!(hex(&link.canonical), GOLDEN_BARE);
    assert_eq!(link.hash.to_string(), GOLDEN_HASH);
    let next = Link::after(link.hash, Record::of(org(), 2, &full()));
    assert_eq!(next.hash.to_string(), GOLDEN_NEXT_HASH);
}

/// Made by a second program, in Python, from the words in `canonical.rs`.
const GOLDEN_FULL: &str = "\
    0000000000000010656e747265706f742d61756469742d3100000000000000100190a5e000007000800000000000000100000000000000\
    080000000000000007000000000000000800064748462040010000000000000006706572736f6e00000000000000100000000000000000\
    0000000000000002000000000000000d706572736f6e2e696e766974650000000000000006706572736f6e000000000000000d61406578\
    616d706c652e636f6d00000000000000107b22726f6c65223a227374616666227d00000000000000457b226c696d697473223a5b312c32\
    2c223130303030303030303030303030303030222c6e756c6c2c747275655d2c22726f6c65223a2261646d696e222c22c3a9223a7b7d7d\
    00000000000000157368652072756e73207468652073686f70206e6f7700000000000000093139322e302e322e37000000000000000572\
    65712d31";
const GOLDEN_BARE: &str = "\
    0000000000000010656e747265706f742d61756469742d3100000000000000100190a5e000007000800000000000000100000000000000\
    080000000000000001000000000000000800000000000000000000000000000003687562ffffffffffffffff00000000000000136f7267\
    616e697a6174696f6e2e637265617465000000000000000c6f7267616e697a6174696f6e000000000000002430313930613565302d3030\
    30302d373030302d383030302d303030303030303030303031ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\
    ffffffffffffffffffff";
const GOLDEN_HASH: &str = "2565cc00e19ef45075b5cb907b0992eced9ec6c9a2b38770638d8863769ae152";
const GOLDEN_NEXT_HASH: &str = "d86084f7b16307932f016db5f514f20bf7b4f623a4e7064df865b1dc5c531430";

fn kept(document: Value) -> String {
    let record = Record::of(org(), 1, &bare().after(document));
    String::from_utf8(canonical_json(&record.after.unwrap())).unwrap()
}

#[test]
fn json_has_one_form() {
    for (written, canonical) in [
        (r#"{ "b": 1, "a": [ ] , "c": {} }"#, r#"{"a":[],"b":1,"c":{}}"#),
        ("[1.0, 1, -0.0, -7]", "[1,1,0,-7]"),
        ("[0.1, 1e-7, 1e16]", r#"["0.1","0.0000001","10000000000000000"]"#),
        ("18446744073709551615", "18446744073709551615"),
        (r#""\u00e9\n\u0001/""#, r#""é\n\u0001/""#),
    ] {
        assert_eq!(kept(serde_json::from_str(written).unwrap()), canonical);
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 20, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn reading_canonical_json_and_writing_it_again_gives_the_same_bytes(value in any_json()) {
        let once = kept(value);
        let again = canonical_json(&serde_json::from_str(&once).unwrap());
        prop_assert_eq!(once.into_bytes(), again);
    }

    #[test]
    fn no_two_records_have_the_same_bytes(a in any::<(String, String, Option<String>)>(), b in any::<(String, String, Option<String>)>()) {
        let bytes = |(id, why, request): &(String, String, Option<String>)| {
            let mut record = Record::of(org(), 1, &bare());
            (record.subject_id, record.why, record.request_id) = (id.clone(), Some(why.clone()), request.clone());
            record.canonical()
        };
        prop_assert_eq!(a == b, bytes(&a) == bytes(&b));
    }
}

#[test]
fn what_postgres_cannot_store_is_made_storable_before_it_is_hashed() {
    let mut entry = full().after(json!({ "a\0": ["\0"] }));
    entry.at = Timestamp::from_nanosecond(1_999).unwrap();
    entry.subject.id = "x\0y".to_owned();
    let record = Record::of(org(), 1, &entry);
    assert_eq!(record.at.as_nanosecond(), 1_000);
    assert_eq!(record.subject_id, "x\u{fffd}y");
    assert_eq!(record.after, Some(json!({ "a\u{fffd}": ["\u{fffd}"] })));
    assert_eq!(record.from, Some("192.0.2.7".parse().unwrap()));
}

fn chain(length: i64) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    for seq in 1..=length {
        let prev = links.last().map_or(Hash::GENESIS, |link| link.hash);
        let mut entry = bare();
        entry.actor = Actor::ApiKey(ApiKeyId::new(Uuid::from_u128(9)));
        entry.why = Some(format!("reason {seq}"));
        links.push(Link::after(prev, Record::of(org(), seq, &entry)));
    }
    links
}

fn head_of(links: &[Link]) -> Head {
    let last = links.last().unwrap();
    Head {
        seq: last.record.seq,
        hash: last.hash,
    }
}

fn checkpoint(links: &[Link], seq: usize) -> Checkpoint {
    Checkpoint {
        org: org(),
        head: head_of(&links[..seq]),
        at: Timestamp::UNIX_EPOCH,
    }
}

fn verdict(links: &[Link], head: Head, checkpoints: &[Checkpoint]) -> Result<ChainSummary, ChainViolation> {
    let mut check = ChainCheck::new(checkpoints.to_vec());
    for link in links {
        check.observe(link)?;
    }
    check.finish(head)?;
    Ok(check.summary())
}

#[test]
fn an_untampered_chain_is_clean_with_and_without_checkpoints() {
    let links = chain(5);
    let clean = verdict(&links, head_of(&links), &[]).unwrap();
    assert_eq!((clean.entries, clean.checkpoints), (5, 0));
    let signed = [checkpoint(&links, 5), checkpoint(&links, 2), checkpoint(&links, 2)];
    assert_eq!(verdict(&links, head_of(&links), &signed).unwrap().checkpoints, 3);
    let empty = verdict(&[], Head::GENESIS, &[]).unwrap();
    assert_eq!(empty, ChainSummary::default());
}

#[test]
fn every_tampering_is_named() {
    let (links, head) = (chain(5), head_of(&chain(5)));
    let tampered = |tamper: fn(&mut Vec<Link>)| {
        let mut copy = links.clone();
        tamper(&mut copy);
        verdict(&copy, head, &[]).unwrap_err()
    };
    let altered = tampered(|links| links[2].record.why = Some("another".to_owned()));
    assert_eq!(altered, ChainViolation::Altered { seq: 3 });
    let rewritten = tampered(|links| {
        let mut record = links[2].record.clone();
        record.why = Some("another".to_owned());
        links[2] = Link::after(links[2].prev, record);
    });
    assert_eq!(rewritten, ChainViolation::Broken { seq: 4 });
    let deleted = tampered(|links| drop(links.remove(2)));
    assert_eq!(deleted, ChainViolation::Gap { expected: 3, found: 4 });
    let swapped = tampered(|links| {
        links.swap(1, 2);
        (links[1].record.seq, links[2].record.seq) = (2, 3);
    });
    assert_eq!(swapped, ChainViolation::Moved { seq: 2, written_as: 3 });
    let cut = tampered(|links| links.truncate(3));
    assert_eq!(cut, ChainViolation::TailCut { expected: 5, found: 3 });
    assert_eq!(
        verdict(
            &links,
            Head {
                hash: Hash::GENESIS,
                ..head
            },
            &[]
        )
        .unwrap_err(),
        ChainViolation::HeadDiffers { seq: 5 }
    );
}

#[test]
fn a_cut_tail_with_its_head_and_a_rewritten_history_are_seen_by_the_checkpoint_alone() {
    let links = chain(5);
    let signed = [checkpoint(&links, 4)];
    let cut = &links[..3];
    assert!(verdict(cut, head_of(cut), &[]).is_ok(), "no chain shows this by itself");
    let at = Timestamp::UNIX_EPOCH;
    let ahead = ChainViolation::CheckpointAhead {
        expected: 4,
        found: 3,
        at,
    };
    assert_eq!(verdict(cut, head_of(cut), &signed).unwrap_err(), ahead);
    let mut forked = cut.to_vec();
    for seq in 4..=6 {
        let mut record = Record::of(org(), seq, &bare());
        record.why = Some("after the restore".to_owned());
        forked.push(Link::after(forked[forked.len() - 1].hash, record));
    }
    assert!(verdict(&forked, head_of(&forked), &[]).is_ok());
    assert_eq!(
        verdict(&forked, head_of(&forked), &signed).unwrap_err(),
        ChainViolation::Forked { seq: 4, at }
    );
}
