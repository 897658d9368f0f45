//! Loading items into memory: many in one round of queries, at one snapshot. Called by the directory only.

mod ledger;

use domain::ids::{CommandId, IdMap, IdSet, ItemId, LocationId, OrderLineId, OrgId};
use domain::stock::{Counters, Item, ItemKey, Part};
use jiff::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use crate::bundles::BundleComponent;
use crate::open_transaction::{COMMIT, OpenTransaction};
use crate::{Engine, StorageError};

const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
const ITEMS: &str = "
    SELECT i.org_id, i.id, i.is_bundle, i.backorder_limit, i.reorder_point FROM inventory_items i
    JOIN unnest($1::uuid[], $2::uuid[]) AS v (org_id, id) ON i.org_id = v.org_id AND i.id = v.id";
const LOCATIONS: &str =
    "SELECT org_id, id FROM stock_locations WHERE org_id = ANY($1::uuid[]) ORDER BY org_id, priority, id";
/// Also what the audit compares with its replay.
pub(crate) const LEVELS: &str = "
    SELECT l.org_id, l.item_id, l.location_id, l.on_hand, l.reserved, l.allocated, l.safety, l.incoming, l.shortfall
    FROM stock_levels l
    JOIN unnest($1::uuid[], $2::uuid[]) AS v (org_id, id) ON l.org_id = v.org_id AND l.item_id = v.id";
/// Also what the audit compares with its replay.
pub(crate) const ALLOCATIONS: &str = "
    SELECT a.org_id, a.item_id, a.order_line_id, a.location_id, a.quantity FROM stock_allocations a
    JOIN unnest($1::uuid[], $2::uuid[]) AS v (org_id, id) ON a.org_id = v.org_id AND a.item_id = v.id";
const COMPONENTS: &str = "
    SELECT b.org_id, b.bundle_item_id, b.component_item_id, b.quantity FROM bundle_components b
    JOIN unnest($1::uuid[], $2::uuid[]) AS v (org_id, id) ON b.org_id = v.org_id AND b.bundle_item_id = v.id
    ORDER BY b.component_item_id";
/// What fails when a query of these does.
const DURING: &str = "loading items";
/// Movements read per round of queries, over all its items; see [`ledger::page_size`].
const LEDGER_ROWS: i64 = 200_000;

/// What an item is.
#[derive(Clone, Debug)]
pub enum LoadedItem {
    /// It has stock of its own.
    Plain(Box<PlainItem>),
    /// It needs other items.
    Bundle(Vec<BundleComponent>),
}

/// An item with the memory its actor starts from.
#[derive(Clone, Debug)]
pub struct PlainItem {
    /// Levels, open reservations and allocations, policies.
    pub item: Item,
    /// Commands done lately.
    pub recent_commands: IdSet<CommandId>,
    /// Since when all its commands are among them; `None`: since ever.
    pub remembers_since: Option<Timestamp>,
    /// When it last moved.
    pub last_moved_at: Option<Timestamp>,
}

/// Loads the items that exist; the others are missing from the answer.
///
/// # Errors
/// When the database cannot be reached.
pub async fn load(engine: &Engine, keys: &[ItemKey]) -> Result<IdMap<ItemKey, LoadedItem>, StorageError> {
    let transaction = OpenTransaction::begin(engine.client().await?, BEGIN).await?;
    let orgs: Vec<Uuid> = keys.iter().map(|key| key.org.uuid()).collect();
    let items: Vec<Uuid> = keys.iter().map(|key| key.item.uuid()).collect();
    let by_item: [&(dyn ToSql + Sync); 2] = [&orgs, &items];
    let by_org: [&(dyn ToSql + Sync); 1] = [&orgs];
    let page_size = ledger::page_size(keys.len(), LEDGER_ROWS);
    let recent: [&(dyn ToSql + Sync); 3] = [&orgs, &items, &page_size];
    let (item_rows, locations, levels, allocations, components, movements) = futures_util::try_join!(
        transaction.query(DURING, ITEMS, &by_item),
        transaction.query(DURING, LOCATIONS, &by_org),
        transaction.query(DURING, LEVELS, &by_item),
        transaction.query(DURING, ALLOCATIONS, &by_item),
        transaction.query(DURING, COMPONENTS, &by_item),
        transaction.query(DURING, ledger::NEWEST, &recent),
    )?;
    let mut loading = Loading::new(&item_rows, &locations, &components);
    levels.iter().for_each(|row| loading.add_level(row));
    allocations.iter().for_each(|row| loading.add_allocation(row));
    let mut ledgers = ledger::Ledgers::new(&loading.loaded);
    movements.iter().for_each(|row| ledgers.read(key_of(row), row));
    // Items whose open reservations lie deeper than the first page, which are few: they are the busiest.
    for key in ledgers.unfinished() {
        ledgers.read_on(&transaction, key).await?;
    }
    transaction.end(COMMIT).await?;
    ledgers.enter(&mut loading.loaded, page_size);
    Ok(loading.loaded)
}

/// Items under construction.
struct Loading {
    loaded: IdMap<ItemKey, LoadedItem>,
}

impl Loading {
    fn new(items: &[Row], locations: &[Row], components: &[Row]) -> Self {
        let mut places: IdMap<OrgId, Vec<LocationId>> = IdMap::default();
        for row in locations {
            places
                .entry(OrgId::new(row.get(0)))
                .or_default()
                .push(LocationId::new(row.get(1)));
        }
        let mut parts: IdMap<ItemKey, Vec<BundleComponent>> = IdMap::default();
        for row in components {
            let component = BundleComponent {
                item: ItemId::new(row.get(2)),
                quantity: row.get(3),
            };
            parts.entry(key_of(row)).or_default().push(component);
        }
        let build = |row: &Row| {
            let key = key_of(row);
            if row.get(2) {
                return (key, LoadedItem::Bundle(parts.remove(&key).unwrap_or_default()));
            }
            let mut item = Item::new(key, places.get(&key.org).map_or(&[][..], Vec::as_slice));
            item.backorder_limit = row.get(3);
            item.reorder_point = row.get(4);
            let plain = PlainItem {
                item,
                recent_commands: IdSet::default(),
                remembers_since: None,
                last_moved_at: None,
            };
            (key, LoadedItem::Plain(Box::new(plain)))
        };
        Self {
            loaded: items.iter().map(build).collect(),
        }
    }

    fn plain(&mut self, row: &Row) -> Option<&mut PlainItem> {
        match self.loaded.get_mut(&key_of(row))? {
            LoadedItem::Plain(plain) => Some(plain),
            LoadedItem::Bundle(_) => None,
        }
    }

    fn add_level(&mut self, row: &Row) {
        let location = LocationId::new(row.get(2));
        let Some(plain) = self.plain(row) else { return };
        if let Some(level) = plain.item.levels.iter_mut().find(|level| level.location == location) {
            level.counters = counters_from(row, 3);
        }
    }

    fn add_allocation(&mut self, row: &Row) {
        let part = Part {
            location: LocationId::new(row.get(3)),
            units: row.get(4),
        };
        let line = OrderLineId::new(row.get(2));
        let Some(plain) = self.plain(row) else { return };
        plain.item.allocations.entry(line).or_default().parts.push(part);
    }
}

/// The item a row is about, from its first two columns.
pub(crate) fn key_of(row: &Row) -> ItemKey {
    ItemKey {
        org: OrgId::new(row.get(0)),
        item: ItemId::new(row.get(1)),
    }
}

/// Six counters from consecutive columns, in the order every query of ours names them.
pub(crate) fn counters_from(row: &Row, first: usize) -> Counters {
    Counters {
        on_hand: row.get(first),
        reserved: row.get(first + 1),
        allocated: row.get(first + 2),
        safety: row.get(first + 3),
        incoming: row.get(first + 4),
        shortfall: row.get(first + 5),
    }
}
