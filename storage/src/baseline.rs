//! What a user would write instead of the stock engine, on the same Postgres and with the same durability: one
//! transaction with a row lock per buyer, and the same as one SQL function call. Only `entrepot bench checkout` runs this.

use tokio_postgres::{Client, Statement};
use uuid::Uuid;

use crate::database::{Database, Role};
use crate::errors::StorageError;

/// The same facts as the engine keeps: the level, a row per movement, a row per reservation.
const CREATE: &str = "
    DROP SCHEMA IF EXISTS entrepot_baseline CASCADE;
    CREATE SCHEMA entrepot_baseline;
    CREATE TABLE entrepot_baseline.levels (
        item_id uuid PRIMARY KEY, on_hand bigint NOT NULL, reserved bigint NOT NULL) WITH (fillfactor = 70);
    CREATE TABLE entrepot_baseline.movements (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, item_id uuid NOT NULL, command_id uuid NOT NULL UNIQUE,
        quantity bigint NOT NULL, reserved bigint NOT NULL, at timestamptz NOT NULL DEFAULT now());
    CREATE TABLE entrepot_baseline.reservations (
        id uuid PRIMARY KEY, item_id uuid NOT NULL, quantity bigint NOT NULL, expires_at timestamptz NOT NULL);
    CREATE FUNCTION entrepot_baseline.reserve(item uuid, command uuid, wanted bigint) RETURNS boolean
        LANGUAGE plpgsql AS $$
    DECLARE now_reserved bigint;
    BEGIN
        UPDATE entrepot_baseline.levels SET reserved = reserved + wanted
            WHERE item_id = item AND on_hand - reserved >= wanted RETURNING reserved INTO now_reserved;
        IF NOT FOUND THEN RETURN false; END IF;
        INSERT INTO entrepot_baseline.movements (item_id, command_id, quantity, reserved)
            VALUES (item, command, wanted, now_reserved);
        INSERT INTO entrepot_baseline.reservations VALUES (command, item, wanted, now() + interval '15 minutes');
        RETURN true;
    END $$;";
const DROP: &str = "DROP SCHEMA IF EXISTS entrepot_baseline CASCADE";
const ADD_ITEM: &str = "INSERT INTO entrepot_baseline.levels VALUES ($1, $2, 0)";
const LOCK: &str = "SELECT on_hand - reserved, reserved FROM entrepot_baseline.levels WHERE item_id = $1 FOR UPDATE";
const TAKE: &str = "UPDATE entrepot_baseline.levels SET reserved = reserved + $2 WHERE item_id = $1";
const RECORD: &str = "
    INSERT INTO entrepot_baseline.movements (item_id, command_id, quantity, reserved) VALUES ($1, $2, $3, $4)";
const HOLD: &str = "
    INSERT INTO entrepot_baseline.reservations VALUES ($1, $2, $3, now() + interval '15 minutes')";
const CALL: &str = "SELECT entrepot_baseline.reserve($1, $2, $3)";

/// How a buyer reserves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Approach {
    /// `SELECT … FOR UPDATE`, three statements, `COMMIT`.
    RowLock,
    /// One call of a function that does the same.
    Function,
}

/// Creates the baseline's own tables with one item of endless stock.
///
/// # Errors
/// When the administrator's connection fails.
pub async fn create(admin: &Database, item: Uuid) -> Result<(), StorageError> {
    let client = admin.connect(Role::Login, |_| {}).await?;
    let during = || StorageError::during("creating the baseline");
    client.batch_execute(CREATE).await.map_err(during())?;
    client
        .execute(ADD_ITEM, &[&item, &1_000_000_000_i64])
        .await
        .map_err(during())
        .map(drop)
}

/// Drops them.
///
/// # Errors
/// When the administrator's connection fails.
pub async fn remove(admin: &Database) -> Result<(), StorageError> {
    let client = admin.connect(Role::Login, |_| {}).await?;
    client
        .batch_execute(DROP)
        .await
        .map_err(StorageError::during("dropping the baseline"))
}

/// One buyer with a connection of its own, as a pool would give it.
pub struct BaselineBuyer {
    client: Client,
    lock: Statement,
    take: Statement,
    record: Statement,
    hold: Statement,
    call: Statement,
}

impl BaselineBuyer {
    /// Connects and prepares.
    ///
    /// # Errors
    /// When the connection fails.
    pub async fn connect(admin: &Database) -> Result<Self, StorageError> {
        let client = admin.connect(Role::Login, |_| {}).await?;
        let during = || StorageError::during("preparing the baseline");
        Ok(Self {
            lock: client.prepare(LOCK).await.map_err(during())?,
            take: client.prepare(TAKE).await.map_err(during())?,
            record: client.prepare(RECORD).await.map_err(during())?,
            hold: client.prepare(HOLD).await.map_err(during())?,
            call: client.prepare(CALL).await.map_err(during())?,
            client,
        })
    }

    /// Reserves one unit, durably.
    ///
    /// # Errors
    /// When the connection fails.
    pub async fn buy(&mut self, approach: Approach, item: Uuid, command: Uuid) -> Result<bool, StorageError> {
        let bought = match approach {
            Approach::RowLock => self.buy_with_row_lock(item, command).await,
            Approach::Function => self
                .client
                .query_one(&self.call, &[&item, &command, &1_i64])
                .await
                .map(|row| row.get(0)),
        };
        bought.map_err(StorageError::during("buying from the baseline"))
    }

    async fn buy_with_row_lock(&mut self, item: Uuid, command: Uuid) -> Result<bool, tokio_postgres::Error> {
        let transaction = self.client.transaction().await?;
        let row = transaction.query_one(&self.lock, &[&item]).await?;
        let (available, reserved): (i64, i64) = (row.get(0), row.get(1));
        if available < 1 {
            return Ok(false);
        }
        transaction.execute(&self.take, &[&item, &1_i64]).await?;
        transaction
            .execute(&self.record, &[&item, &command, &1_i64, &(reserved + 1)])
            .await?;
        transaction.execute(&self.hold, &[&command, &item, &1_i64]).await?;
        transaction.commit().await?;
        Ok(true)
    }
}
