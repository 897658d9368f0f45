//! The stock engine's own way to read: across tenants, with a role whose policies name the few tables it needs.

use deadpool_postgres::{Object, Pool};

use crate::database::{Database, Role};
use crate::errors::StorageError;
use crate::tenancy::{checkout, pool};

/// Enough to load items, look keys up and run repair loops side by side.
const POOL_SIZE: usize = 4;

/// Connections that take the engine role. For loading items, looking keys up and repair loops; requests use
/// [`crate::Tenants`].
#[derive(Clone)]
pub struct Engine {
    pool: Pool,
}

impl Engine {
    /// A pool of engine-role connections; connects on first use.
    pub fn new(database: &Database) -> Result<Self, StorageError> {
        Ok(Self {
            pool: pool(database, Role::Engine, POOL_SIZE)?,
        })
    }

    pub(crate) async fn client(&self) -> Result<Object, StorageError> {
        checkout(&self.pool).await
    }

    /// Ends all connections; the hub is stopping.
    pub fn close(&self) {
        self.pool.close();
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StorageError> {
        self.client()
            .await?
            .batch_execute("")
            .await
            .map_err(StorageError::during("a health check"))
    }
}
