//! Open reservations and recent commands, from the journal.
//!
//! An item's ledger is read backwards. Closings come before what they close, so whatever is found opened and not closed
//! is open; and the level's `reserved` counter says when everything has been found, however old it is.

use domain::ids::{CommandId, IdMap, IdSet, LocationId, ReservationId};
use domain::stock::{ItemKey, Part, Parts, Reservation};
use jiff::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::LoadedItem;
use crate::StorageError;
use crate::open_transaction::OpenTransaction;

/// The newest movements of each item.
pub(super) const NEWEST: &str = "
    SELECT v.org_id, v.id, m.at, m.seq, m.command_id, m.kind, m.reservation_id, m.location_id, m.quantity, m.expires_at
    FROM unnest($1::uuid[], $2::uuid[]) AS v (org_id, id)
    CROSS JOIN LATERAL (
        SELECT at, seq, command_id, kind, reservation_id, location_id, quantity, expires_at FROM stock_movements
        WHERE org_id = v.org_id AND item_id = v.id ORDER BY at DESC, seq DESC LIMIT $3) AS m";
/// The next older ones of one item.
const OLDER: &str = "
    SELECT org_id, item_id, at, seq, command_id, kind, reservation_id, location_id, quantity, expires_at
    FROM stock_movements
    WHERE org_id = $1 AND item_id = $2 AND (at, seq) < ($3, $4) ORDER BY at DESC, seq DESC LIMIT $5";

const SMALLEST_PAGE: i64 = 200;
const LARGEST_PAGE: i64 = 20_000;

/// Movements to read of each item at first: many when few items are loaded, as after a restart in the middle of a sale.
pub(super) fn page_size(items: usize, rows: i64) -> i64 {
    let items = i64::try_from(items).unwrap_or(i64::MAX).max(1);
    (rows / items).clamp(SMALLEST_PAGE, LARGEST_PAGE)
}

/// Ledgers being read backwards.
pub(super) struct Ledgers {
    by_item: IdMap<ItemKey, Ledger>,
}

struct Ledger {
    /// Reserved units whose reservations have not been found yet.
    missing: i64,
    position: Option<(Timestamp, i64)>,
    newest: Option<Timestamp>,
    rows: i64,
    commands: IdSet<CommandId>,
    closed: IdSet<(ReservationId, LocationId)>,
    extended: IdMap<ReservationId, Timestamp>,
    open: IdMap<ReservationId, Reservation>,
}

impl Ledgers {
    pub(super) fn new(loaded: &IdMap<ItemKey, LoadedItem>) -> Self {
        let ledger = |(key, item): (&ItemKey, &LoadedItem)| match item {
            LoadedItem::Plain(plain) => Some((*key, Ledger::of(plain.item.totals().reserved))),
            LoadedItem::Bundle(_) => None,
        };
        Self {
            by_item: loaded.iter().filter_map(ledger).collect(),
        }
    }

    pub(super) fn read(&mut self, key: ItemKey, row: &Row) {
        if let Some(ledger) = self.by_item.get_mut(&key) {
            ledger.read(row);
        }
    }

    /// Items of which not every open reservation is found.
    pub(super) fn unfinished(&self) -> Vec<ItemKey> {
        self.by_item
            .iter()
            .filter(|(_, ledger)| ledger.missing != 0)
            .map(|(key, _)| *key)
            .collect()
    }

    /// Reads one item's ledger on, page by page, until every open reservation is found.
    pub(super) async fn read_on(&mut self, snapshot: &OpenTransaction, key: ItemKey) -> Result<(), StorageError> {
        let Some(ledger) = self.by_item.get_mut(&key) else {
            return Ok(());
        };
        let (org, item) = (key.org.uuid(), key.item.uuid());
        while let (true, Some((at, seq))) = (ledger.missing > 0, ledger.position) {
            let older: [&(dyn ToSql + Sync); 5] = [&org, &item, &at, &seq, &LARGEST_PAGE];
            let rows = snapshot.query("reading an item's ledger", OLDER, &older).await?;
            if rows.is_empty() {
                break;
            }
            rows.iter().for_each(|row| ledger.read(row));
        }
        if ledger.missing == 0 {
            return Ok(());
        }
        let missing = ledger.missing;
        Err(StorageError::Unexpected(format!(
            "item {item}: {missing} reserved units have no reservation (ST-3)"
        )))
    }

    /// Puts what was found into the items.
    pub(super) fn enter(self, loaded: &mut IdMap<ItemKey, LoadedItem>, page_size: i64) {
        for (key, ledger) in self.by_item {
            if let Some(LoadedItem::Plain(plain)) = loaded.get_mut(&key) {
                plain.item.reservations = ledger.open;
                plain.recent_commands = ledger.commands;
                plain.last_moved_at = ledger.newest;
                plain.remembers_since = ledger.position.map(|(at, _)| at).filter(|_| ledger.rows >= page_size);
            }
        }
    }
}

impl Ledger {
    fn of(reserved: i64) -> Self {
        Self {
            missing: reserved,
            position: None,
            newest: None,
            rows: 0,
            commands: IdSet::default(),
            closed: IdSet::default(),
            extended: IdMap::default(),
            open: IdMap::default(),
        }
    }

    fn read(&mut self, row: &Row) {
        let at: Timestamp = row.get(2);
        self.position = Some((at, row.get(3)));
        self.newest.get_or_insert(at);
        self.rows += 1;
        self.commands.insert(CommandId::new(row.get(4)));
        let reservation = row.get::<_, Option<uuid::Uuid>>(6).map(ReservationId::new);
        let location = row.get::<_, Option<uuid::Uuid>>(7).map(LocationId::new);
        let (Some(id), Some(location)) = (reservation, location) else {
            return;
        };
        match row.get(5) {
            "confirmed" | "released" | "expired" => {
                self.closed.insert((id, location));
            }
            "extended" => {
                if let Some(expires_at) = row.get(9) {
                    self.extended.entry(id).or_insert(expires_at);
                }
            }
            "reserved" if !self.closed.remove(&(id, location)) => self.add(id, location, row),
            _ => {}
        }
    }

    fn add(&mut self, id: ReservationId, location: LocationId, row: &Row) {
        let part = Part {
            location,
            units: row.get(8),
        };
        let own_deadline: Option<Timestamp> = row.get(9);
        let Some(expires_at) = self.extended.get(&id).copied().or(own_deadline) else {
            return;
        };
        self.missing -= part.units;
        let new = || Reservation {
            expires_at,
            parts: Parts::new(),
        };
        // Backwards, so the command's last part is met first.
        self.open.entry(id).or_insert_with(new).parts.insert(0, part);
    }
}
