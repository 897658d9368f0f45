//! The only way to a tenant's rows: a transaction that names the organization first.

use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime};
use domain::ids::OrgId;
use tokio_postgres::{NoTls, Row, types::ToSql};

use crate::database::{Database, Role};
use crate::errors::StorageError;
use crate::open_transaction::{BEGIN, COMMIT, OpenTransaction};

/// How long a request waits for a free connection before it is told to come back.
const POOL_WAIT: Duration = Duration::from_secs(1);
/// No request's statement may run longer.
const STATEMENT_TIMEOUT_MS: u32 = 10_000;

pub(crate) const ROLLBACK: &str = "ROLLBACK";
const BECOME_APP: &str = "SET LOCAL ROLE entrepot_app";
const SET_ORG: &str = "SELECT set_config('app.org_id', $1, true)";

/// Builds a pool of connections that take `role`.
pub(crate) fn pool(database: &Database, role: Role, size: usize) -> Result<Pool, StorageError> {
    let mut config = database.config_for(role);
    let options = config.get_options().unwrap_or_default().to_owned();
    config.options(format!("{options} -c statement_timeout={STATEMENT_TIMEOUT_MS}"));
    let recycling = ManagerConfig {
        recycling_method: RecyclingMethod::Fast,
    };
    let manager = match database.tls() {
        Some(tls) => Manager::from_config(config, tls, recycling),
        None => Manager::from_config(config, NoTls, recycling),
    };
    Pool::builder(manager)
        .max_size(size)
        .wait_timeout(Some(POOL_WAIT))
        .create_timeout(Some(POOL_WAIT))
        .runtime(Runtime::Tokio1)
        .build()
        .map_err(|error| StorageError::Settings(error.to_string()))
}

pub(crate) async fn checkout(pool: &Pool) -> Result<Object, StorageError> {
    pool.get()
        .await
        .map_err(|error| StorageError::Unavailable(error.to_string()))
}

/// Connections that see one organization at a time.
#[derive(Clone)]
pub struct Tenants {
    pool: Pool,
}

impl Tenants {
    /// A pool of app-role connections; connects on first use.
    pub fn new(database: &Database) -> Result<Self, StorageError> {
        Ok(Self {
            pool: pool(database, Role::App, database.pool_size())?,
        })
    }

    /// Ends all connections; the hub is stopping.
    pub fn close(&self) {
        self.pool.close();
    }

    /// Begins a transaction that sees `org` and nothing else.
    pub async fn begin(&self, org: OrgId) -> Result<TenantTx, StorageError> {
        let client = checkout(&self.pool).await?;
        let set_org = client
            .prepare_cached(SET_ORG)
            .await
            .map_err(StorageError::during("naming the tenant"))?;
        let open = OpenTransaction::on(client);
        let connection = open.client()?;
        let text = org.to_string();
        let parameters: [&(dyn ToSql + Sync); 1] = [&text];
        let (begun, named) = futures_util::join!(
            connection.batch_execute(BEGIN),
            connection.execute(&set_org, &parameters)
        );
        begun
            .and(named)
            .map_err(StorageError::during("beginning a transaction"))?;
        Ok(TenantTx { open, org })
    }
}

/// A transaction on one organization's rows. Dropped without [`TenantTx::commit`], its connection is closed, so that
/// nobody inherits it: a dropped future can leave no open transaction in the pool.
pub struct TenantTx {
    open: OpenTransaction,
    org: OrgId,
}

impl TenantTx {
    /// Whose rows these are. Statements still say `org_id = $1`: better plans, and a second wall.
    #[must_use]
    pub fn org(&self) -> OrgId {
        self.org
    }

    /// Narrows a transaction that saw people to one organization: from here on it is the app role's, and sees no people but
    /// members.
    pub(crate) async fn adopt(open: OpenTransaction, org: OrgId) -> Result<Self, StorageError> {
        let tx = Self { open, org };
        tx.open
            .client()?
            .batch_execute(BECOME_APP)
            .await
            .map_err(StorageError::during("narrowing a transaction"))?;
        tx.query("naming the tenant", SET_ORG, &[&org.to_string()]).await?;
        Ok(tx)
    }

    /// Runs a prepared query; all rows.
    pub(crate) async fn query(
        &self,
        what: &'static str,
        sql: &'static str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, StorageError> {
        self.open.query(what, sql, parameters).await
    }

    /// Runs a prepared statement; the number of rows touched.
    pub(crate) async fn execute(
        &self,
        what: &'static str,
        sql: &'static str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<u64, StorageError> {
        self.open.execute(what, sql, parameters).await
    }

    /// Makes the changes durable, or ends a read.
    ///
    /// # Errors
    /// When the commit failed; whether it happened is then unknown.
    pub async fn commit(self) -> Result<(), StorageError> {
        self.open.end(COMMIT).await
    }

    /// Takes the changes back: for dry runs. (Dropping does the same, at the price of a connection.)
    ///
    /// # Errors
    /// When the connection is lost, which takes them back too.
    pub async fn roll_back(self) -> Result<(), StorageError> {
        self.open.end(ROLLBACK).await
    }
}
