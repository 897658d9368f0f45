//! The names of root keys. The keys themselves are never here: whoever has the database alone can open nothing.

use domain::secrets::KeyId;
use tokio_postgres::Row;

use crate::{Engine, IdentityTx, StorageError, TenantTx};

/// Held shared while a data key is wrapped, and alone while another root key becomes current: so nothing is wrapped by the
/// old one after that.
const CURRENT_KEY_LOCK: i64 = 0x656E_7472_6B65_7973;

const SHARE_LOCK: &str = "SELECT pg_advisory_xact_lock_shared($1)";
const TAKE_LOCK: &str = "SELECT pg_advisory_xact_lock($1)";
const FIND_CURRENT: &str = "SELECT id FROM root_keys ORDER BY ordinal DESC LIMIT 1";
const INSERT: &str = "INSERT INTO root_keys (id) VALUES ($1)";
const DELETE: &str = "DELETE FROM root_keys WHERE id = $1";
const DELETE_OTHERS: &str = "DELETE FROM root_keys WHERE id <> $1";

/// The current root key's name, for wrapping in this transaction: it stays current until the transaction ends.
///
/// # Errors
/// When the database cannot be reached or holds a name of the wrong length.
pub async fn find_current(tx: &TenantTx) -> Result<Option<KeyId>, StorageError> {
    tx.query("sharing the root key", SHARE_LOCK, &[&CURRENT_KEY_LOCK])
        .await?;
    let rows = tx.query("finding the root key", FIND_CURRENT, &[]).await?;
    rows.first().map(id_of).transpose()
}

/// The same in a transaction on people, for sealing a secret of one of them.
///
/// # Errors
/// When the database cannot be reached or holds a name of the wrong length.
pub async fn find_current_for_people(tx: &IdentityTx) -> Result<Option<KeyId>, StorageError> {
    tx.query("sharing the root key", SHARE_LOCK, &[&CURRENT_KEY_LOCK])
        .await?;
    let rows = tx.query("finding the root key", FIND_CURRENT, &[]).await?;
    rows.first().map(id_of).transpose()
}

/// The current root key's name; `first` becomes it in a database that knows none.
///
/// # Errors
/// When the database cannot be reached or holds a name of the wrong length.
pub async fn find_or_insert(engine: &Engine, first: KeyId) -> Result<KeyId, StorageError> {
    let mut client = engine.client().await?;
    let during = || StorageError::during("finding the root key");
    let tx = client.transaction().await.map_err(during())?;
    tx.execute(TAKE_LOCK, &[&CURRENT_KEY_LOCK]).await.map_err(during())?;
    let current = tx.query_opt(FIND_CURRENT, &[]).await.map_err(during())?;
    let current = match current.as_ref().map(id_of).transpose()? {
        Some(current) => current,
        None => {
            tx.execute(INSERT, &[&first.as_bytes()]).await.map_err(during())?;
            first
        }
    };
    tx.commit().await.map_err(during())?;
    Ok(current)
}

/// The current root key's name, if the database knows one.
///
/// # Errors
/// When the database cannot be reached or holds a name of the wrong length.
pub async fn find_current_now(engine: &Engine) -> Result<Option<KeyId>, StorageError> {
    let row = engine.client().await?.query_opt(FIND_CURRENT, &[]).await;
    let row = row.map_err(StorageError::during("finding the root key"))?;
    row.as_ref().map(id_of).transpose()
}

/// Makes a root key the current one. Waits for every wrapping under way.
///
/// # Errors
/// When the database cannot be reached.
pub async fn insert_current(engine: &Engine, id: KeyId) -> Result<(), StorageError> {
    let mut client = engine.client().await?;
    let during = || StorageError::during("making a root key current");
    let tx = client.transaction().await.map_err(during())?;
    tx.execute(TAKE_LOCK, &[&CURRENT_KEY_LOCK]).await.map_err(during())?;
    // It may be there from a rotation that was cut short, and must be the newest.
    tx.execute(DELETE, &[&id.as_bytes()]).await.map_err(during())?;
    tx.execute(INSERT, &[&id.as_bytes()]).await.map_err(during())?;
    tx.commit().await.map_err(during())
}

/// Forgets all names but this one: nothing is wrapped by the others any more.
///
/// # Errors
/// When the database cannot be reached.
pub async fn delete_others(engine: &Engine, id: KeyId) -> Result<(), StorageError> {
    let deleted = engine.client().await?.execute(DELETE_OTHERS, &[&id.as_bytes()]).await;
    deleted
        .map(drop)
        .map_err(StorageError::during("forgetting replaced root keys"))
}

fn id_of(row: &Row) -> Result<KeyId, StorageError> {
    KeyId::from_slice(row.get(0))
        .ok_or_else(|| StorageError::Unexpected("a root key's name of another length".to_owned()))
}
