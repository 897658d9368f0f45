//! A new stock item, plain or bundle.

use domain::audit::{Subject, Trail};
use domain::catalog::Sku;
use domain::ids::ItemId;
use serde_json::json;
use storage::bundles::{self, BundleComponent};
use storage::inventory_items::{self, ItemOverview, NewItem};
use storage::{StorageError, TenantTx, audit_log};

use crate::operations::OperationError;

/// What a new item is to be.
#[derive(Clone, Debug)]
pub struct NewStockItem {
    /// Its id, made by the caller of this layer.
    pub id: ItemId,
    /// Unique within the organization.
    pub sku: Sku,
    /// What people call it.
    pub title: String,
    /// What a bundle needs; empty for a plain item.
    pub components: Vec<BundleComponent>,
}

/// Creates the item in the caller's transaction, with its audit entry.
///
/// # Errors
/// [`OperationError::SkuTaken`], [`OperationError::ComponentsUnusable`], or the database's.
pub async fn create_item(tx: &TenantTx, trail: &Trail, item: &NewStockItem) -> Result<ItemOverview, OperationError> {
    if !bundles::are_plain_items(tx, &item.components).await? {
        return Err(OperationError::ComponentsUnusable);
    }
    let row = NewItem {
        id: item.id,
        variant: None,
        sku: item.sku.as_str(),
        title: &item.title,
        is_bundle: !item.components.is_empty(),
    };
    inventory_items::insert(tx, &row)
        .await
        .map_err(|error| match error.violated_unique() {
            Some(_) => OperationError::SkuTaken(item.sku.as_str().to_owned()),
            None => error.into(),
        })?;
    if !item.components.is_empty() {
        bundles::insert(tx, item.id, &item.components).await?;
    }
    let component = |part: &BundleComponent| json!({ "item_id": part.item, "quantity": part.quantity });
    let components: Vec<_> = item.components.iter().map(component).collect();
    let after = json!({ "sku": item.sku.as_str(), "title": item.title, "components": components });
    let entry = trail.entry("item.create", Subject::new("item", item.id)).after(after);
    audit_log::append(tx, &entry).await?;
    let created = inventory_items::find(tx, item.id).await?;
    created.ok_or_else(|| StorageError::Unexpected("an item just created is missing".to_owned()).into())
}
