//! The way to people, sessions and sign-ups: rows that belong to no organization, reached by a role of their own.

use deadpool_postgres::{Object, Pool};
use domain::ids::OrgId;
use tokio_postgres::{Row, types::ToSql};

use crate::database::{Database, Role};
use crate::errors::StorageError;
use crate::tenancy::{TenantTx, checkout, pool};

/// Sessions are looked up a few times a minute each, and remembered between.
const POOL_SIZE: usize = 4;
const BEGIN: &str = "BEGIN";
const COMMIT: &str = "COMMIT";

/// Connections that see people and who is a member of what, and nothing else of any organization.
#[derive(Clone)]
pub struct Identities {
    pool: Pool,
}

impl Identities {
    /// A pool of identity-role connections; connects on first use.
    ///
    /// # Errors
    /// When the settings are unusable.
    pub fn new(database: &Database) -> Result<Self, StorageError> {
        Ok(Self {
            pool: pool(database, Role::Identity, POOL_SIZE)?,
        })
    }

    /// Ends all connections; the hub is stopping.
    pub fn close(&self) {
        self.pool.close();
    }

    /// Begins a transaction.
    ///
    /// # Errors
    /// When no connection can be had.
    pub async fn begin(&self) -> Result<IdentityTx, StorageError> {
        let client = checkout(&self.pool).await?;
        let tx = IdentityTx { client: Some(client) };
        tx.client()?
            .batch_execute(BEGIN)
            .await
            .map_err(StorageError::during("beginning a transaction"))?;
        Ok(tx)
    }

    /// Runs one query by itself, in autocommit.
    pub(crate) async fn query(
        &self,
        what: &'static str,
        sql: &'static str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, StorageError> {
        let client = checkout(&self.pool).await?;
        let statement = client.prepare_cached(sql).await.map_err(StorageError::during(what))?;
        client
            .query(&statement, parameters)
            .await
            .map_err(StorageError::during(what))
    }

    /// Runs one statement by itself, in autocommit; the number of rows touched.
    pub(crate) async fn execute(
        &self,
        what: &'static str,
        sql: &'static str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<u64, StorageError> {
        let client = checkout(&self.pool).await?;
        let statement = client.prepare_cached(sql).await.map_err(StorageError::during(what))?;
        client
            .execute(&statement, parameters)
            .await
            .map_err(StorageError::during(what))
    }
}

/// A transaction on people. It may be narrowed to one organization and then never widens again, so that a person and their
/// first membership come to be together. Dropped without an end, its connection is closed.
pub struct IdentityTx {
    client: Option<Object>,
}

impl IdentityTx {
    fn client(&self) -> Result<&Object, StorageError> {
        self.client
            .as_ref()
            .ok_or_else(|| StorageError::Unexpected("the transaction is over".to_owned()))
    }

    pub(crate) async fn query(
        &self,
        what: &'static str,
        sql: &'static str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, StorageError> {
        let client = self.client()?;
        let statement = client.prepare_cached(sql).await.map_err(StorageError::during(what))?;
        client
            .query(&statement, parameters)
            .await
            .map_err(StorageError::during(what))
    }

    pub(crate) async fn execute(
        &self,
        what: &'static str,
        sql: &'static str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<u64, StorageError> {
        let client = self.client()?;
        let statement = client.prepare_cached(sql).await.map_err(StorageError::during(what))?;
        client
            .execute(&statement, parameters)
            .await
            .map_err(StorageError::during(what))
    }

    /// The same transaction, from here on one organization's and no longer the people's.
    ///
    /// # Errors
    /// When the connection is lost; the transaction is then gone.
    pub async fn narrow_to(mut self, org: OrgId) -> Result<TenantTx, StorageError> {
        match self.client.take() {
            Some(client) => TenantTx::adopt(client, org).await,
            None => Err(StorageError::Unexpected("the transaction is over".to_owned())),
        }
    }

    /// Makes the changes durable, or ends a read.
    ///
    /// # Errors
    /// When the commit failed; whether it happened is then unknown.
    pub async fn commit(mut self) -> Result<(), StorageError> {
        let Some(client) = self.client.take() else {
            return Ok(());
        };
        match client.batch_execute(COMMIT).await {
            Ok(()) => Ok(()),
            Err(error) => {
                drop(Object::take(client));
                Err(StorageError::during("ending a transaction")(error))
            }
        }
    }
}

impl Drop for IdentityTx {
    fn drop(&mut self) {
        if let Some(client) = self.client.take() {
            drop(Object::take(client));
        }
    }
}
