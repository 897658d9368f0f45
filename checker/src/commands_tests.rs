//! Commands that take effect twice, on other items, in other ledgers and after spilling.

use std::fs;

use domain::ids::{CommandId, OrgId};
use tempfile::TempDir;
use uuid::Uuid;

use crate::commands::{BUFFER_BYTES, RECORD_BYTES};
use crate::testkit::{Journal, home, item};
use crate::{CommandLedger, Invariant, LedgerError, ShardReplay, Violation};

fn ledger(dir: &TempDir) -> CommandLedger {
    CommandLedger::new(dir.path()).unwrap()
}

fn replay(journal: &Journal, ledger: &mut CommandLedger) {
    let mut replay = ShardReplay::new(home(), Some(ledger));
    journal.rows.iter().try_for_each(|row| replay.observe(row)).unwrap();
}

fn found(ledgers: Vec<CommandLedger>) -> Violation {
    match CommandLedger::finish(ledgers) {
        Err(LedgerError::Duplicate(violation)) => violation,
        other => panic!("{other:?}"),
    }
}

#[test]
fn commands_that_take_effect_once_are_counted_over_all_ledgers() {
    let dir = tempfile::tempdir().unwrap();
    let (mut a, mut b) = (ledger(&dir), ledger(&dir));
    let mut journal = Journal::new();
    journal.received(5);
    replay(&journal, &mut a);
    journal.rows.clear();
    journal.item = item(2);
    journal.received(5);
    journal.received(5);
    replay(&journal, &mut b);
    assert_eq!(CommandLedger::finish(vec![a, b]).unwrap(), 3);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn a_command_that_takes_effect_on_two_items_is_found_with_both_rows() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = ledger(&dir);
    let mut journal = Journal::new();
    let command = journal.received(5).entry.command;
    journal.received(5);
    journal.item = item(2);
    journal.received(5).entry.command = command;
    replay(&journal, &mut ledger);
    let violation = found(vec![ledger]);
    assert_eq!((violation.invariant, violation.seq), (Invariant::St5, Some(3)));
    let text = format!("line 0 of command {command} takes effect twice: in shard 7 at seq 1 and in shard 7 at seq 3");
    assert_eq!(violation.explanation, text);
}

#[test]
fn a_command_that_takes_effect_twice_is_found_across_ledgers_and_other_organizations_may_use_its_id() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::new();
    journal.received(5);
    let (mut a, mut b) = (ledger(&dir), ledger(&dir));
    replay(&journal, &mut a);
    replay(&journal, &mut b);
    assert_eq!(found(vec![a, b]).invariant, Invariant::St5);
    let (mut a, mut b) = (ledger(&dir), ledger(&dir));
    replay(&journal, &mut a);
    journal.rows[0].entry.key.org = OrgId::new(Uuid::from_u128(2));
    replay(&journal, &mut b);
    assert_eq!(CommandLedger::finish(vec![a, b]).unwrap(), 2);
}

#[test]
fn a_duplicate_is_found_among_commands_that_were_spilled_to_disk() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = ledger(&dir);
    let mut journal = Journal::new();
    let mut row = journal.received(5).clone();
    for n in 0..150_000_u32 {
        row.seq = i64::from(n) + 1;
        row.entry.command = CommandId::new(Uuid::from_u128(u128::from(n)));
        ledger.record(&row);
    }
    assert!(fs::read_dir(ledger.spill_dir()).unwrap().count() > 200);
    row.seq += 1;
    row.entry.command = CommandId::new(Uuid::from_u128(77));
    ledger.record(&row);
    let violation = found(vec![ledger]);
    assert_eq!(violation.seq, Some(150_001));
    assert!(violation.explanation.contains("at seq 78 and"), "{violation}");
}

#[test]
fn a_spill_file_that_cannot_be_written_fails_the_proof() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = ledger(&dir);
    fs::remove_dir(ledger.spill_dir()).unwrap();
    let mut journal = Journal::new();
    let row = journal.received(5).clone();
    (0..=BUFFER_BYTES / RECORD_BYTES).for_each(|_| ledger.record(&row));
    assert!(matches!(
        CommandLedger::finish(vec![ledger]),
        Err(LedgerError::Spill(_))
    ));
}
