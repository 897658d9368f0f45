//! Reading the journal: an item's ledger, and the answer to a command that was done before.

use domain::ids::{ApiKeyId, CommandId, ItemId, LocationId, OrderLineId, OrgId, ReservationId};
use domain::stock::{AdjustReason, Fingerprint, ItemKey, JournalEntry, Movement, MovementKind};
use jiff::Timestamp;
use tokio_postgres::Row;

use crate::item_loader::counters_from;
use crate::{StorageError, TenantTx};

const LIST: &str = "
    SELECT org_id, item_id, location_id, command_id, fingerprint, part, asked_by, at, kind, quantity, reservation_id,
           order_line_id, expires_at, reason, on_hand, reserved, allocated, safety, incoming, shortfall, shard, seq, line
    FROM stock_movements
    WHERE org_id = $1 AND item_id = $2 AND (at, seq) < ($3, $4)
    ORDER BY at DESC, seq DESC LIMIT $5";
const FIND_COMMANDS: &str = "
    SELECT org_id, item_id, location_id, command_id, fingerprint, part, asked_by, at, kind, quantity, reservation_id,
           order_line_id, expires_at, reason, on_hand, reserved, allocated, safety, incoming, shortfall, shard, seq, line
    FROM stock_movements
    WHERE org_id = $1 AND command_id = ANY($2) ORDER BY command_id, line, part";
const FIND_DONE: &str = "
    SELECT DISTINCT command_id FROM stock_movements WHERE org_id = $1 AND command_id = ANY($2)";

/// A movement with its place in the journal.
#[derive(Clone, Debug)]
pub struct NumberedEntry {
    /// The shard.
    pub shard: i16,
    /// The number within the shard.
    pub seq: i64,
    /// The movement.
    pub entry: JournalEntry,
}

/// Where a ledger page begins: before this moment and number.
#[derive(Clone, Copy, Debug)]
pub struct LedgerCursor {
    /// Moment.
    pub at: Timestamp,
    /// Number.
    pub seq: i64,
}

/// An item's movements, the newest first.
///
/// # Errors
/// When the database cannot be reached or holds what this program does not know.
pub async fn list(
    tx: &TenantTx,
    item: ItemId,
    before: Option<LedgerCursor>,
    limit: i64,
) -> Result<Vec<NumberedEntry>, StorageError> {
    let before = before.unwrap_or(LedgerCursor {
        at: latest(),
        seq: i64::MAX,
    });
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 5] =
        [&tx.org().uuid(), &item.uuid(), &before.at, &before.seq, &limit];
    tx.query("reading the ledger", LIST, &values)
        .await?
        .iter()
        .map(entry_from)
        .collect()
}

/// Every movement these commands caused, in order.
///
/// # Errors
/// When the database cannot be reached or holds what this program does not know.
pub async fn find_commands(tx: &TenantTx, commands: &[CommandId]) -> Result<Vec<NumberedEntry>, StorageError> {
    let ids: Vec<_> = commands.iter().map(|command| command.uuid()).collect();
    tx.query("reading commands", FIND_COMMANDS, &[&tx.org().uuid(), &ids])
        .await?
        .iter()
        .map(entry_from)
        .collect()
}

/// Which of these commands are done already.
///
/// # Errors
/// When the database cannot be reached.
pub async fn find_done(tx: &TenantTx, commands: &[CommandId]) -> Result<Vec<CommandId>, StorageError> {
    let ids: Vec<_> = commands.iter().map(|command| command.uuid()).collect();
    let rows = tx
        .query("looking for commands", FIND_DONE, &[&tx.org().uuid(), &ids])
        .await?;
    Ok(rows.iter().map(|row| CommandId::new(row.get(0))).collect())
}

/// Later than any movement: the last second of the year 9999, within what Postgres and RFC 3339 can say.
fn latest() -> Timestamp {
    Timestamp::from_second(253_402_207_200).unwrap_or(Timestamp::MAX)
}

/// Reads a row of the columns above, which the audit stream shares.
pub(crate) fn entry_from(row: &Row) -> Result<NumberedEntry, StorageError> {
    let kind: &str = row.get(8);
    let unknown = || StorageError::Unexpected(format!("movement kind {kind}"));
    let movement = Movement {
        kind: MovementKind::from_code(kind).ok_or_else(unknown)?,
        location: row.get::<_, Option<uuid::Uuid>>(2).map(LocationId::new),
        quantity: row.get(9),
        reservation: row.get::<_, Option<uuid::Uuid>>(10).map(ReservationId::new),
        order_line: row.get::<_, Option<uuid::Uuid>>(11).map(OrderLineId::new),
        expires_at: row.get(12),
        reason: row
            .get::<_, Option<&str>>(13)
            .and_then(AdjustReason::from_code)
            .map(AdjustReason::code),
    };
    let entry = JournalEntry {
        key: ItemKey {
            org: OrgId::new(row.get(0)),
            item: ItemId::new(row.get(1)),
        },
        command: CommandId::new(row.get(3)),
        line: row.get(22),
        fingerprint: Fingerprint(row.get(4)),
        part: row.get(5),
        asked_by: row.get::<_, Option<uuid::Uuid>>(6).map(ApiKeyId::new),
        at: row.get(7),
        movement,
        after: counters_from(row, 14),
    };
    Ok(NumberedEntry {
        shard: row.get(20),
        seq: row.get(21),
        entry,
    })
}
