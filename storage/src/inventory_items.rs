//! Inventory items as people and programs look at them: with their totals over all locations.

use domain::ids::{ItemId, VariantId};
use domain::stock::Counters;
use jiff::Timestamp;
use tokio_postgres::Row;

use crate::item_loader::counters_from;
use crate::{Engine, StorageError, TenantTx};

const LIST: &str = include_str!("sql/inventory_items_list.sql");
const LIST_SORTED: &str = include_str!("sql/inventory_items_list_sorted.sql");
const FIND: &str = include_str!("sql/inventory_items_find.sql");
const FIND_BY_SKU: &str = "SELECT id FROM inventory_items WHERE org_id = $1 AND sku = $2";
const INSERT: &str = "
    INSERT INTO inventory_items (org_id, id, variant_id, sku, title, is_bundle) VALUES ($1, $2, $3, $4, $5, $6)";
/// Items with anything held for a checkout: what must be awake so that deadlines are kept. A pass over all levels, which
/// are small and in memory, rather than an index that every reservation would have to keep.
const HOLDING: &str = "SELECT DISTINCT org_id, item_id FROM stock_levels WHERE reserved > 0";

const NAMES: &str = "
    SELECT i.org_id, i.id, i.sku, i.title FROM inventory_items i
    JOIN unnest($1::uuid[], $2::uuid[]) AS wanted (org_id, id) ON wanted.org_id = i.org_id AND wanted.id = i.id";

/// What an item is called.
#[derive(Clone, Debug)]
pub struct ItemName {
    /// Which item.
    pub key: domain::stock::ItemKey,
    /// Unique within the organization.
    pub sku: String,
    /// What people call it.
    pub title: String,
}

/// An item with its totals.
#[derive(Clone, Debug)]
pub struct ItemOverview {
    /// Its id.
    pub id: ItemId,
    /// The variant it is the stock of, if it came from the catalogue.
    pub variant: Option<VariantId>,
    /// Unique within the organization.
    pub sku: String,
    /// What people call it.
    pub title: String,
    /// Whether its stock is that of its components.
    pub is_bundle: bool,
    /// Units that may be promised beyond stock.
    pub backorder_limit: i64,
    /// At or below this many available units it is low.
    pub reorder_point: Option<i64>,
    /// Sums over all locations; zeros for a bundle.
    pub totals: Counters,
    /// Units that may still be promised; for a bundle the least its components allow.
    pub available: i64,
    /// When a level last changed.
    pub updated_at: Option<Timestamp>,
}

/// One page of a list.
#[derive(Clone, Debug, Default)]
pub struct ItemsPage<'a> {
    /// The SKU after which the page begins; empty begins at the start.
    pub after_sku: &'a str,
    /// Only SKUs that begin so.
    pub sku_prefix: &'a str,
    /// Only items with this in their SKU or title, in capitals or not; empty is any.
    pub search: &'a str,
    /// Only items in this state: `low`, `out`, `held`, `short`; empty is any.
    pub only: &'a str,
    /// At most so many rows.
    pub limit: i64,
}

/// By which number items are sorted; a tie is decided by SKU.
#[derive(Clone, Copy, Debug)]
pub struct ItemsOrder<'a> {
    /// The number: a counter's name, `available` or `updated_at`.
    pub by: &'a str,
    /// Whether the largest comes first.
    pub is_descending: bool,
    /// The place after which the page begins, with the page's `after_sku`.
    pub after: Option<i64>,
}

/// Items by SKU.
///
/// # Errors
/// When the database cannot be reached.
pub async fn list(tx: &TenantTx, page: &ItemsPage<'_>) -> Result<Vec<ItemOverview>, StorageError> {
    let org = tx.org().uuid();
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 6] = [
        &org,
        &page.after_sku,
        &page.sku_prefix,
        &page.search,
        &page.only,
        &page.limit,
    ];
    let rows = tx.query("listing items", LIST, &values).await?;
    Ok(rows.iter().map(overview).collect())
}

/// Items by one of their numbers, each with its place in that order.
///
/// # Errors
/// When the database cannot be reached.
pub async fn list_sorted(
    tx: &TenantTx,
    page: &ItemsPage<'_>,
    order: ItemsOrder<'_>,
) -> Result<Vec<(ItemOverview, i64)>, StorageError> {
    let org = tx.org().uuid();
    let direction: i64 = if order.is_descending { -1 } else { 1 };
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 9] = [
        &org,
        &page.after_sku,
        &page.sku_prefix,
        &page.search,
        &page.only,
        &page.limit,
        &order.by,
        &order.after,
        &direction,
    ];
    let rows = tx.query("listing items by a number", LIST_SORTED, &values).await?;
    Ok(rows.iter().map(|row| (overview(row), row.get(15))).collect())
}

/// One item.
///
/// # Errors
/// When the database cannot be reached.
pub async fn find(tx: &TenantTx, item: ItemId) -> Result<Option<ItemOverview>, StorageError> {
    let rows = tx
        .query("reading an item", FIND, &[&tx.org().uuid(), &item.uuid()])
        .await?;
    Ok(rows.first().map(overview))
}

/// The item with this SKU.
///
/// # Errors
/// When the database cannot be reached.
pub async fn find_by_sku(tx: &TenantTx, sku: &str) -> Result<Option<ItemId>, StorageError> {
    let rows = tx
        .query("finding an item by SKU", FIND_BY_SKU, &[&tx.org().uuid(), &sku])
        .await?;
    Ok(rows.first().map(|row| ItemId::new(row.get(0))))
}

/// What a new item is.
#[derive(Clone, Debug)]
pub struct NewItem<'a> {
    /// Its id.
    pub id: ItemId,
    /// The variant it is the stock of.
    pub variant: Option<VariantId>,
    /// Unique within the organization.
    pub sku: &'a str,
    /// What people call it.
    pub title: &'a str,
    /// Whether its stock is that of its components.
    pub is_bundle: bool,
}

/// Creates an item with nothing in stock.
///
/// # Errors
/// When the SKU is taken (see [`StorageError::violated_unique`]) or the database cannot be reached.
pub async fn insert(tx: &TenantTx, item: &NewItem<'_>) -> Result<(), StorageError> {
    let variant = item.variant.map(VariantId::uuid);
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 6] = [
        &tx.org().uuid(),
        &item.id.uuid(),
        &variant,
        &item.sku,
        &item.title,
        &item.is_bundle,
    ];
    tx.execute("creating an item", INSERT, &values).await.map(drop)
}

/// Items of any organization that hold something for a checkout.
///
/// # Errors
/// When the database cannot be reached.
pub async fn list_holding(engine: &Engine) -> Result<Vec<domain::stock::ItemKey>, StorageError> {
    let client = engine.client().await?;
    let rows = client.query(HOLDING, &[]).await;
    let rows = rows.map_err(StorageError::during("listing items with open reservations"))?;
    let key = |row: &Row| domain::stock::ItemKey {
        org: domain::ids::OrgId::new(row.get(0)),
        item: ItemId::new(row.get(1)),
    };
    Ok(rows.iter().map(key).collect())
}

/// What these items of any organizations are called; those that do not exist are left out.
///
/// # Errors
/// When the database cannot be reached.
pub async fn list_names(engine: &Engine, keys: &[domain::stock::ItemKey]) -> Result<Vec<ItemName>, StorageError> {
    let orgs: Vec<uuid::Uuid> = keys.iter().map(|key| key.org.uuid()).collect();
    let items: Vec<uuid::Uuid> = keys.iter().map(|key| key.item.uuid()).collect();
    let client = engine.client().await?;
    let rows = client.query(NAMES, &[&orgs, &items]).await;
    let rows = rows.map_err(StorageError::during("reading items' names"))?;
    let name = |row: &Row| ItemName {
        key: domain::stock::ItemKey {
            org: domain::ids::OrgId::new(row.get(0)),
            item: ItemId::new(row.get(1)),
        },
        sku: row.get(2),
        title: row.get(3),
    };
    Ok(rows.iter().map(name).collect())
}

fn overview(row: &Row) -> ItemOverview {
    ItemOverview {
        id: ItemId::new(row.get(0)),
        variant: row.get::<_, Option<uuid::Uuid>>(1).map(VariantId::new),
        sku: row.get(2),
        title: row.get(3),
        is_bundle: row.get(4),
        backorder_limit: row.get(5),
        reorder_point: row.get(6),
        totals: counters_from(row, 7),
        available: row.get(13),
        updated_at: row.get(14),
    }
}
