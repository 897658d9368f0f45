//! Bundles: items that need several others.

use domain::ids::ItemId;

use crate::{StorageError, TenantTx};

const INSERT: &str = "
    INSERT INTO bundle_components (org_id, bundle_item_id, component_item_id, quantity)
    SELECT $1, $2, v.item, v.quantity FROM unnest($3::uuid[], $4::bigint[]) AS v (item, quantity)";
const COUNT_PLAIN: &str = "
    SELECT count(*) FROM inventory_items WHERE org_id = $1 AND id = ANY($2) AND NOT is_bundle";

/// How many units of an item one bundle needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BundleComponent {
    /// The item; never a bundle itself.
    pub item: ItemId,
    /// Units per bundle.
    pub quantity: i64,
}

/// Whether every component is a plain item of this organization.
///
/// # Errors
/// When the database cannot be reached.
pub async fn are_plain_items(tx: &TenantTx, components: &[BundleComponent]) -> Result<bool, StorageError> {
    let ids: Vec<_> = components.iter().map(|component| component.item.uuid()).collect();
    let rows = tx
        .query("checking components", COUNT_PLAIN, &[&tx.org().uuid(), &ids])
        .await?;
    Ok(rows
        .first()
        .is_some_and(|row| usize::try_from(row.get::<_, i64>(0)) == Ok(components.len())))
}

/// Stores what a bundle needs.
///
/// # Errors
/// When a component is missing or the database cannot be reached.
pub async fn insert(tx: &TenantTx, bundle: ItemId, components: &[BundleComponent]) -> Result<(), StorageError> {
    let items: Vec<_> = components.iter().map(|component| component.item.uuid()).collect();
    let quantities: Vec<_> = components.iter().map(|component| component.quantity).collect();
    tx.execute(
        "storing a bundle",
        INSERT,
        &[&tx.org().uuid(), &bundle.uuid(), &items, &quantities],
    )
    .await
    .map(drop)
}
