//! A checkout as callers see it.

use actors::operations::checkouts::{Checkout, CheckoutReserved};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::errors::state_word;

/// A checkout: a basket reserved all or nothing.
#[derive(Serialize, ToSchema)]
#[schema(as = Checkout)]
pub struct CheckoutView {
    /// Its id.
    id: Uuid,
    /// `reserved`, `confirmed`, `released` or `expired`.
    state: &'static str,
    /// When it runs out, to the second, unless confirmed or released before.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// The plain items it holds; bundles are taken apart.
    lines: Vec<CheckoutLineView>,
}

/// What a checkout holds of one item.
#[derive(Serialize, ToSchema)]
#[schema(as = CheckoutLine)]
pub struct CheckoutLineView {
    /// The item.
    item_id: Uuid,
    /// Its SKU; left out when the checkout has just been made.
    #[serde(skip_serializing_if = "Option::is_none")]
    sku: Option<String>,
    /// Units.
    quantity: i64,
    /// How this line stands.
    state: &'static str,
}

impl From<CheckoutReserved> for CheckoutView {
    fn from(checkout: CheckoutReserved) -> Self {
        let line = |line: &actors::operations::checkouts::ReservedLine| CheckoutLineView {
            item_id: line.item.uuid(),
            sku: None,
            quantity: line.quantity,
            state: "reserved",
        };
        Self {
            id: checkout.id.uuid(),
            state: "reserved",
            expires_at: checkout.expires_at,
            lines: checkout.lines.iter().map(line).collect(),
        }
    }
}

impl From<Checkout> for CheckoutView {
    fn from(checkout: Checkout) -> Self {
        let line = |line: actors::operations::checkouts::CheckoutLine| CheckoutLineView {
            item_id: line.item.uuid(),
            sku: Some(line.sku),
            quantity: line.quantity,
            state: state_word(line.state),
        };
        Self {
            id: checkout.id.uuid(),
            state: state_word(checkout.state),
            expires_at: checkout.expires_at,
            lines: checkout.lines.into_iter().map(line).collect(),
        }
    }
}
