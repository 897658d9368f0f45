//! What a basket needs of which items: lines merged, bundles taken apart, in item-id order.

use std::collections::BTreeMap;

use domain::ids::{ItemId, OrgId};
use domain::stock::{ItemKey, MAX_QUANTITY, Quantity, Refusal};

use crate::Stock;
use crate::directory::Found;
use crate::journal::NotAdmitted;
use crate::operations::OperationError;

/// Lines a basket may have.
pub const MAX_LINES: usize = 100;

/// A line as the buyer put it in.
#[derive(Clone, Copy, Debug)]
pub struct BasketLine {
    /// What; may be a bundle.
    pub item: ItemId,
    /// How many.
    pub quantity: Quantity,
}

/// The plain items and quantities a basket takes. Everybody reserves in this order.
pub(super) async fn needs(
    stock: &Stock,
    org: OrgId,
    lines: &[BasketLine],
) -> Result<BTreeMap<ItemId, Quantity>, OperationError> {
    let mut units: BTreeMap<ItemId, i64> = BTreeMap::new();
    for line in lines {
        let found = stock.directory.find(ItemKey { org, item: line.item }).await;
        match found.map_err(|_| OperationError::from(NotAdmitted::Unavailable))? {
            Found::Unknown => return Err(OperationError::ItemUnknown(line.item)),
            Found::Plain(_) => add(&mut units, line.item, line.quantity.units()),
            Found::Bundle(components) => {
                for component in components.iter() {
                    add(
                        &mut units,
                        component.item,
                        component.quantity.saturating_mul(line.quantity.units()),
                    );
                }
            }
        }
    }
    let bounded = |(item, value): (ItemId, i64)| match Quantity::new(value) {
        Ok(quantity) => Ok((item, quantity)),
        Err(_) => {
            let refusal = Refusal::OutOfBounds {
                field: "quantity",
                value,
                min: 1,
                max: MAX_QUANTITY,
            };
            Err(OperationError::Refused { item, refusal })
        }
    };
    units.into_iter().map(bounded).collect()
}

fn add(units: &mut BTreeMap<ItemId, i64>, item: ItemId, more: i64) {
    let sum = units.entry(item).or_default();
    *sum = sum.saturating_add(more);
}
