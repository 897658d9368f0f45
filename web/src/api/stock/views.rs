//! Items, levels and movements as callers see them.

use domain::ids::{ApiKeyId, LocationId, OrderLineId, ReservationId};
use domain::stock::Counters;
use jiff::Timestamp;
use serde::Serialize;
use storage::inventory_items::ItemOverview;
use storage::stock_levels::LevelAt;
use storage::stock_movements::NumberedEntry;
use utoipa::ToSchema;
use uuid::Uuid;

/// Counters in whole units. `available = on_hand − reserved − allocated − safety`, never below zero; what is promised
/// beyond stock is `shortfall`.
#[derive(Serialize, ToSchema)]
#[schema(as = Counters)]
pub struct CountersView {
    /// In the building.
    on_hand: i64,
    /// Held for checkouts; expires.
    reserved: i64,
    /// Promised to order lines.
    allocated: i64,
    /// Kept back from sale.
    safety: i64,
    /// Ordered, not here yet.
    incoming: i64,
    /// Promised beyond stock.
    shortfall: i64,
    /// What may still be promised.
    available: i64,
}

impl CountersView {
    pub(super) fn new(counters: &Counters, available: i64) -> Self {
        Self {
            on_hand: counters.on_hand,
            reserved: counters.reserved,
            allocated: counters.allocated,
            safety: counters.safety,
            incoming: counters.incoming,
            shortfall: counters.shortfall,
            available,
        }
    }
}

/// An item with its totals over all locations.
#[derive(Serialize, ToSchema)]
#[schema(as = StockItem)]
pub struct ItemView {
    /// Its id.
    id: Uuid,
    /// Unique within the organization.
    sku: String,
    /// What people call it.
    title: String,
    /// The catalogue's variant it is the stock of.
    variant_id: Option<Uuid>,
    /// Whether its stock is that of its components.
    is_bundle: bool,
    /// Units that may be promised beyond stock.
    backorder_limit: i64,
    /// At or below this many available units it is low; null never is.
    reorder_point: Option<i64>,
    /// Whether it is low.
    is_low: bool,
    /// Sums over all locations.
    totals: CountersView,
    /// When a level last changed.
    #[schema(value_type = Option<String>, format = DateTime)]
    updated_at: Option<Timestamp>,
}

impl From<ItemOverview> for ItemView {
    fn from(item: ItemOverview) -> Self {
        Self {
            id: item.id.uuid(),
            variant_id: item.variant.map(domain::ids::VariantId::uuid),
            is_bundle: item.is_bundle,
            backorder_limit: item.backorder_limit,
            reorder_point: item.reorder_point,
            is_low: item.reorder_point.is_some_and(|point| item.available <= point),
            totals: CountersView::new(&item.totals, item.available),
            updated_at: item.updated_at,
            sku: item.sku,
            title: item.title,
        }
    }
}

/// An item's stock at one location.
#[derive(Serialize, ToSchema)]
#[schema(as = StockLevel)]
pub struct LevelView {
    /// Where.
    location_id: Uuid,
    /// What people call the place.
    location_name: String,
    /// How much.
    #[serde(flatten)]
    counters: CountersView,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl From<LevelAt> for LevelView {
    fn from(level: LevelAt) -> Self {
        Self {
            location_id: level.location.uuid(),
            location_name: level.location_name,
            counters: CountersView::new(&level.counters, level.counters.available()),
            updated_at: level.updated_at,
        }
    }
}

/// One row of the ledger.
#[derive(Serialize, ToSchema)]
#[schema(as = StockMovement)]
pub struct MovementView {
    /// The journal's shard.
    shard: i16,
    /// The number within the shard; without gaps.
    seq: i64,
    /// When it was decided.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// What happened: `reserved`, `confirmed`, `shipped`, …
    kind: &'static str,
    /// Units; signed for `adjusted` and `counted`, the new value for the `…_set` kinds.
    quantity: i64,
    /// Where; null for settings of the whole item.
    location_id: Option<Uuid>,
    /// The command that caused it.
    command_id: Uuid,
    /// The API key that asked; null for what the hub did by itself.
    asked_by: Option<Uuid>,
    /// The reservation it concerns.
    reservation_id: Option<Uuid>,
    /// The order line it concerns.
    order_line_id: Option<Uuid>,
    /// The deadline it set.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
    /// Why, for `adjusted`.
    reason: Option<&'static str>,
    /// The level afterwards; null for settings of the whole item.
    after: Option<CountersView>,
}

impl From<NumberedEntry> for MovementView {
    fn from(numbered: NumberedEntry) -> Self {
        let NumberedEntry { shard, seq, entry } = numbered;
        let after = CountersView::new(&entry.after, entry.after.available());
        Self {
            shard,
            seq,
            at: entry.at,
            kind: entry.movement.kind.code(),
            quantity: entry.movement.quantity,
            location_id: entry.movement.location.map(LocationId::uuid),
            command_id: entry.command.uuid(),
            asked_by: entry.asked_by.map(ApiKeyId::uuid),
            reservation_id: entry.movement.reservation.map(ReservationId::uuid),
            order_line_id: entry.movement.order_line.map(OrderLineId::uuid),
            expires_at: entry.movement.expires_at,
            reason: entry.movement.reason,
            after: entry.movement.location.map(|_| after),
        }
    }
}
