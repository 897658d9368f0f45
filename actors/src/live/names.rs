//! What items are called: looked up once for each item that moves while somebody watches, many in one query.

use std::sync::Arc;

use domain::ids::IdMap;
use domain::stock::ItemKey;
use storage::inventory_items::{self, ItemName};
use storage::{Engine, StorageError};

/// Names remembered; beyond, all are forgotten and looked up again as items move.
const MOST_NAMES: usize = 200_000;

/// A name, shared by all rows that carry it.
#[derive(Clone)]
pub(super) struct Name {
    pub(super) sku: Arc<str>,
    pub(super) title: Arc<str>,
}

/// The names known.
#[derive(Default)]
pub(super) struct Names {
    known: IdMap<ItemKey, Name>,
}

impl Names {
    /// Looks up those that are not known.
    pub(super) async fn learn(
        &mut self,
        engine: &Engine,
        wanted: impl Iterator<Item = ItemKey>,
    ) -> Result<(), StorageError> {
        let unknown: Vec<ItemKey> = wanted.filter(|key| !self.known.contains_key(key)).collect();
        if unknown.is_empty() {
            return Ok(());
        }
        if self.known.len() + unknown.len() > MOST_NAMES {
            self.known.clear();
        }
        for ItemName { key, sku, title } in inventory_items::list_names(engine, &unknown).await? {
            let name = Name {
                sku: sku.into(),
                title: title.into(),
            };
            self.known.insert(key, name);
        }
        Ok(())
    }

    pub(super) fn get(&self, key: ItemKey) -> Option<&Name> {
        self.known.get(&key)
    }
}
