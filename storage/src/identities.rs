//! The way to people, sessions and sign-ups: rows that belong to no organization, reached by a role of their own.

use deadpool_postgres::Pool;
use domain::ids::OrgId;
use tokio_postgres::{Row, types::ToSql};

use crate::database::{Database, Role};
use crate::errors::StorageError;
use crate::open_transaction::{self, BEGIN, COMMIT, OpenTransaction};
use crate::tenancy::{ROLLBACK, TenantTx, checkout, pool};

/// Sessions are looked up a few times a minute each, and remembered between.
const POOL_SIZE: usize = 4;

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
        let open = OpenTransaction::begin(checkout(&self.pool).await?, BEGIN).await?;
        Ok(IdentityTx { open })
    }

    /// Runs one query by itself, in autocommit.
    pub(crate) async fn query(
        &self,
        what: &'static str,
        sql: &'static str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, StorageError> {
        let client = checkout(&self.pool).await?;
        open_transaction::query(&client, what, sql, parameters).await
    }

    /// Runs one statement by itself, in autocommit; the number of rows touched.
    pub(crate) async fn execute(
        &self,
        what: &'static str,
        sql: &'static str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<u64, StorageError> {
        let client = checkout(&self.pool).await?;
        open_transaction::execute(&client, what, sql, parameters).await
    }
}

/// A transaction on people. It may be narrowed to one organization and then never widens again, so that a person and their
/// first membership come to be together. Dropped without an end, its connection is closed.
pub struct IdentityTx {
    open: OpenTransaction,
}

impl IdentityTx {
    pub(crate) async fn query(
        &self,
        what: &'static str,
        sql: &'static str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, StorageError> {
        self.open.query(what, sql, parameters).await
    }

    pub(crate) async fn execute(
        &self,
        what: &'static str,
        sql: &'static str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<u64, StorageError> {
        self.open.execute(what, sql, parameters).await
    }

    /// The same transaction, from here on one organization's and no longer the people's.
    ///
    /// # Errors
    /// When the connection is lost; the transaction is then gone.
    pub async fn narrow_to(self, org: OrgId) -> Result<TenantTx, StorageError> {
        TenantTx::adopt(self.open, org).await
    }

    /// Makes the changes durable, or ends a read.
    ///
    /// # Errors
    /// When the commit failed; whether it happened is then unknown.
    pub async fn commit(self) -> Result<(), StorageError> {
        self.open.end(COMMIT).await
    }

    /// Takes the changes back: something was refused half-way. (Dropping does the same, at the price of a connection.)
    ///
    /// # Errors
    /// When the connection is lost, which takes them back too.
    pub async fn roll_back(self) -> Result<(), StorageError> {
        self.open.end(ROLLBACK).await
    }
}
