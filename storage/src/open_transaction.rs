//! A transaction on a pooled connection, whoever it is for: what the tenants' and the people's ways to Postgres share.

use deadpool_postgres::Object;
use tokio_postgres::{Row, types::ToSql};

use crate::errors::StorageError;

pub(crate) const BEGIN: &str = "BEGIN";
pub(crate) const COMMIT: &str = "COMMIT";

/// Runs a prepared query on a connection; all rows.
pub(crate) async fn query(
    client: &Object,
    what: &'static str,
    sql: &'static str,
    parameters: &[&(dyn ToSql + Sync)],
) -> Result<Vec<Row>, StorageError> {
    let statement = client.prepare_cached(sql).await.map_err(StorageError::during(what))?;
    client
        .query(&statement, parameters)
        .await
        .map_err(StorageError::during(what))
}

/// Runs a prepared statement on a connection; the number of rows touched.
pub(crate) async fn execute(
    client: &Object,
    what: &'static str,
    sql: &'static str,
    parameters: &[&(dyn ToSql + Sync)],
) -> Result<u64, StorageError> {
    let statement = client.prepare_cached(sql).await.map_err(StorageError::during(what))?;
    client
        .execute(&statement, parameters)
        .await
        .map_err(StorageError::during(what))
}

/// An open transaction's connection. Dropped without an end, it is closed, so that nobody inherits the transaction: a dropped
/// future can leave none in the pool.
pub(crate) struct OpenTransaction {
    client: Option<Object>,
}

impl OpenTransaction {
    /// A connection that has begun one, or is about to.
    pub(crate) fn on(client: Object) -> Self {
        Self { client: Some(client) }
    }

    /// Begins one, with the words that say which kind.
    pub(crate) async fn begin(client: Object, how: &str) -> Result<Self, StorageError> {
        let open = Self::on(client);
        open.client()?
            .batch_execute(how)
            .await
            .map_err(StorageError::during("beginning a transaction"))?;
        Ok(open)
    }

    pub(crate) fn client(&self) -> Result<&Object, StorageError> {
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
        query(self.client()?, what, sql, parameters).await
    }

    pub(crate) async fn execute(
        &self,
        what: &'static str,
        sql: &'static str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<u64, StorageError> {
        execute(self.client()?, what, sql, parameters).await
    }

    /// Ends it by `COMMIT` or `ROLLBACK`. When that fails the connection is closed.
    pub(crate) async fn end(mut self, how: &str) -> Result<(), StorageError> {
        let Some(client) = self.client.take() else {
            return Ok(());
        };
        match client.batch_execute(how).await {
            Ok(()) => Ok(()),
            Err(error) => {
                drop(Object::take(client));
                Err(if how == COMMIT {
                    StorageError::at_commit(error)
                } else {
                    StorageError::during("ending a transaction")(error)
                })
            }
        }
    }
}

impl Drop for OpenTransaction {
    fn drop(&mut self) {
        if let Some(client) = self.client.take() {
            drop(Object::take(client));
        }
    }
}
