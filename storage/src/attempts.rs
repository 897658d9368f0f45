//! How often somebody tried: rows locked in one order, counted before the try and forgotten after a success.

use domain::people::Attempts;
use jiff::Timestamp;

use crate::{Identities, IdentityTx, StorageError};

const INSERT_MISSING: &str = "
    INSERT INTO attempts (subject, failed, last_at) SELECT s, 0, $2 FROM unnest($1::bytea[]) AS s
    ON CONFLICT (subject) DO NOTHING";
const LOCK: &str = "
    SELECT subject, failed, last_at FROM attempts WHERE subject = ANY($1) ORDER BY subject FOR UPDATE";
/// The row may be gone: somebody's success forgets it between `INSERT_MISSING` and `LOCK`.
const UPSERT: &str = "
    INSERT INTO attempts (subject, failed, last_at) VALUES ($1, $2, $3)
    ON CONFLICT (subject) DO UPDATE SET failed = excluded.failed, last_at = excluded.last_at";
/// In the order in which they are counted: two that go through the same rows must not meet head on.
const DELETE: &str = "
    DELETE FROM attempts
    WHERE subject IN (SELECT subject FROM attempts WHERE subject = ANY($1) ORDER BY subject FOR UPDATE)";
/// What somebody is counting at this moment is not old.
const DELETE_OLD: &str = "
    DELETE FROM attempts
    WHERE subject IN (SELECT subject FROM attempts WHERE last_at < $1 ORDER BY subject FOR UPDATE SKIP LOCKED)";

/// Whom tries are counted for: a digest.
pub type Subject = [u8; 32];

/// Locks what is known of these subjects, in the order given; `None` for one that never tried. `subjects` must be sorted.
///
/// # Errors
/// When the database cannot be reached.
pub async fn lock(
    tx: &IdentityTx,
    subjects: &[Subject],
    now: Timestamp,
) -> Result<Vec<Option<Attempts>>, StorageError> {
    let keys: Vec<&[u8]> = subjects.iter().map(<[u8; 32]>::as_slice).collect();
    tx.execute("counting tries", INSERT_MISSING, &[&keys, &now]).await?;
    let rows = tx.query("counting tries", LOCK, &[&keys]).await?;
    let known = |subject: &Subject| {
        let row = rows.iter().find(|row| row.get::<_, &[u8]>(0) == subject.as_slice())?;
        let failed = u32::try_from(row.get::<_, i64>(1)).unwrap_or(u32::MAX);
        let last_at = row.get(2);
        (failed > 0).then_some(Attempts { failed, last_at })
    };
    Ok(subjects.iter().map(known).collect())
}

/// Writes a count down.
///
/// # Errors
/// When the database cannot be reached.
pub async fn update(tx: &IdentityTx, subject: &Subject, attempts: Attempts) -> Result<(), StorageError> {
    let failed = i64::from(attempts.failed);
    tx.execute(
        "counting tries",
        UPSERT,
        &[&subject.as_slice(), &failed, &attempts.last_at],
    )
    .await
    .map(drop)
}

/// Forgets these subjects' tries: one succeeded.
///
/// # Errors
/// When the database cannot be reached.
pub async fn delete(identities: &Identities, subjects: &[Subject]) -> Result<(), StorageError> {
    let keys: Vec<&[u8]> = subjects.iter().map(<[u8; 32]>::as_slice).collect();
    identities.execute("forgetting tries", DELETE, &[&keys]).await.map(drop)
}

/// Forgets what is older than `before`.
///
/// # Errors
/// When the database cannot be reached.
pub async fn delete_older(identities: &Identities, before: Timestamp) -> Result<u64, StorageError> {
    identities.execute("forgetting tries", DELETE_OLD, &[&before]).await
}
