//! Schema changes, in order, once, under a lock, as the owner role.

use tokio_postgres::Client;

use crate::database::{Database, Role};
use crate::errors::StorageError;
use crate::roles;

/// A number that no other program's advisory lock is likely to have.
const MIGRATION_LOCK: i64 = 0x656E_7472_6570_6F74;

const TAKE_LOCK: &str = "SELECT pg_advisory_lock($1)";
const CREATE_HISTORY: &str = "
    CREATE TABLE IF NOT EXISTS schema_migrations (
        version    integer PRIMARY KEY,
        name       text NOT NULL,
        sql_digest text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now()
    );
    GRANT SELECT ON schema_migrations TO entrepot_app, entrepot_engine, entrepot_identity";
const LIST_APPLIED: &str = "SELECT version, sql_digest FROM schema_migrations ORDER BY version";
const RECORD: &str = "INSERT INTO schema_migrations (version, name, sql_digest) VALUES ($1, $2, encode(sha256(convert_to($3, 'UTF8')), 'hex'))";
const DIGEST: &str = "SELECT encode(sha256(convert_to($1, 'UTF8')), 'hex')";

/// One file of `migrations/`.
struct Migration {
    version: i32,
    name: &'static str,
    sql: &'static str,
}

const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        name: "create_organizations",
        sql: include_str!("../../migrations/0001_create_organizations.sql"),
    },
    Migration {
        version: 2,
        name: "create_catalog",
        sql: include_str!("../../migrations/0002_create_catalog.sql"),
    },
    Migration {
        version: 3,
        name: "create_stock",
        sql: include_str!("../../migrations/0003_create_stock.sql"),
    },
    Migration {
        version: 4,
        name: "create_people",
        sql: include_str!("../../migrations/0004_create_people.sql"),
    },
    Migration {
        version: 5,
        name: "create_secrets",
        sql: include_str!("../../migrations/0005_create_secrets.sql"),
    },
    Migration {
        version: 6,
        name: "create_audit_log",
        sql: include_str!("../../migrations/0006_create_audit_log.sql"),
    },
    Migration {
        version: 7,
        name: "create_tokens",
        sql: include_str!("../../migrations/0007_create_tokens.sql"),
    },
    Migration {
        version: 8,
        name: "create_external_identities",
        sql: include_str!("../../migrations/0008_create_external_identities.sql"),
    },
];

/// Brings the schema up to date and grants the product's roles to `login`. Safe to run from several processes at once.
/// Returns the names of what was applied.
///
/// # Errors
/// When the database cannot be reached, a migration fails (nothing of it is kept), or an applied one was edited.
pub async fn run(admin: &Database, login: Option<&str>) -> Result<Vec<&'static str>, StorageError> {
    let mut client = admin.connect(Role::Login, |_| {}).await?;
    let during = || StorageError::during("migrating");
    client.execute(TAKE_LOCK, &[&MIGRATION_LOCK]).await.map_err(during())?;
    roles::create(&client).await?;
    if let Some(login) = login {
        roles::grant_to_login(&client, login).await?;
    }
    client
        .batch_execute("SET ROLE entrepot_owner")
        .await
        .map_err(during())?;
    client.batch_execute(CREATE_HISTORY).await.map_err(during())?;
    let pending = pending(&client).await?;
    let mut applied = Vec::new();
    for migration in pending {
        let transaction = client.transaction().await.map_err(during())?;
        transaction.batch_execute(migration.sql).await.map_err(during())?;
        transaction
            .execute(RECORD, &[&migration.version, &migration.name, &migration.sql])
            .await
            .map_err(during())?;
        transaction.commit().await.map_err(during())?;
        applied.push(migration.name);
    }
    Ok(applied)
}

/// Names of migrations this program knows and the database lacks.
///
/// # Errors
/// When the database cannot be reached or holds a schema this program does not know.
pub async fn list_pending(database: &Database) -> Result<Vec<&'static str>, StorageError> {
    let client = database.connect(Role::App, |_| {}).await?;
    match pending(&client).await {
        Ok(pending) => Ok(pending.iter().map(|migration| migration.name).collect()),
        Err(StorageError::Refused { source, .. })
            if source.code() == Some(&tokio_postgres::error::SqlState::UNDEFINED_TABLE) =>
        {
            Ok(MIGRATIONS.iter().map(|migration| migration.name).collect())
        }
        Err(error) => Err(error),
    }
}

async fn pending(client: &Client) -> Result<Vec<&'static Migration>, StorageError> {
    let during = || StorageError::during("reading applied migrations");
    let rows = client.query(LIST_APPLIED, &[]).await.map_err(during())?;
    let applied: Vec<(i32, String)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    if let Some((version, _)) = applied
        .iter()
        .find(|(version, _)| MIGRATIONS.iter().all(|m| m.version != *version))
    {
        return Err(StorageError::Unexpected(format!(
            "the schema has migration {version}, which this program does not know; run a newer program"
        )));
    }
    let mut pending = Vec::new();
    for migration in MIGRATIONS {
        let Some((_, recorded)) = applied.iter().find(|(version, _)| *version == migration.version) else {
            pending.push(migration);
            continue;
        };
        let digest: String = client
            .query_one(DIGEST, &[&migration.sql])
            .await
            .map_err(during())?
            .get(0);
        if digest != *recorded {
            let name = migration.name;
            return Err(StorageError::Unexpected(format!(
                "migration {name} was edited after it was applied"
            )));
        }
    }
    Ok(pending)
}
