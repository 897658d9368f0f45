//! The product's database roles: made by `migrate`, checked by everything that serves.

use tokio_postgres::Client;

use crate::database::{Database, Role};
use crate::errors::StorageError;

/// The login that the embedded server's URL names.
pub const EMBEDDED_LOGIN: &str = "entrepot";

/// Idempotent. `entrepot_owner` owns the schema, the other three are what connections take; none can log in.
const CREATE_ROLES: &str = "
    DO $$
    BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'entrepot_owner') THEN
            CREATE ROLE entrepot_owner NOLOGIN NOSUPERUSER NOBYPASSRLS;
        END IF;
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'entrepot_app') THEN
            CREATE ROLE entrepot_app NOLOGIN NOSUPERUSER NOBYPASSRLS;
        END IF;
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'entrepot_engine') THEN
            CREATE ROLE entrepot_engine NOLOGIN NOSUPERUSER NOBYPASSRLS;
        END IF;
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'entrepot_identity') THEN
            CREATE ROLE entrepot_identity NOLOGIN NOSUPERUSER NOBYPASSRLS;
        END IF;
    END $$;
    -- A superuser may act as any role; an ordinary administrator must be a member first.
    GRANT entrepot_owner TO CURRENT_USER;
    CREATE SCHEMA IF NOT EXISTS entrepot AUTHORIZATION entrepot_owner;
    GRANT USAGE ON SCHEMA entrepot TO entrepot_app, entrepot_engine, entrepot_identity;";

const LOGIN_RIGHTS: &str = "
    SELECT r.rolsuper, r.rolbypassrls,
           EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                   WHERE n.nspname = 'entrepot' AND c.relkind IN ('r', 'p')
                     AND pg_has_role(r.rolname, c.relowner, 'MEMBER')),
           EXISTS (SELECT FROM pg_roles WHERE rolname = 'entrepot_app')
               AND pg_has_role(r.rolname, 'entrepot_app', 'MEMBER'),
           EXISTS (SELECT FROM pg_roles WHERE rolname = 'entrepot_engine')
               AND pg_has_role(r.rolname, 'entrepot_engine', 'MEMBER'),
           EXISTS (SELECT FROM pg_roles WHERE rolname = 'entrepot_identity')
               AND pg_has_role(r.rolname, 'entrepot_identity', 'MEMBER')
    FROM pg_roles r WHERE r.rolname = session_user";

/// Creates what is missing. `admin` must be allowed to create roles and, in this database, schemas.
pub(crate) async fn create(admin: &Client) -> Result<(), StorageError> {
    admin
        .batch_execute(CREATE_ROLES)
        .await
        .map_err(StorageError::during("creating the database roles"))
}

/// Lets a login take the product's roles, and nothing by inheritance.
pub(crate) async fn grant_to_login(admin: &Client, login: &str) -> Result<(), StorageError> {
    let quoted = login.replace('"', "\"\"");
    let sql = format!(
        "ALTER ROLE \"{quoted}\" NOINHERIT; GRANT entrepot_app, entrepot_engine, entrepot_identity TO \"{quoted}\""
    );
    admin
        .batch_execute(&sql)
        .await
        .map_err(StorageError::during("granting the product's roles to the login"))
}

/// Refuses a login that row level security would not hold, or that lacks a role.
///
/// # Errors
/// [`StorageError::Settings`] with what to do, for a superuser, a table owner, or a login without the roles.
pub async fn check_login(database: &Database) -> Result<(), StorageError> {
    let client = database.connect(Role::Login, |_| {}).await?;
    let during = StorageError::during("checking the database login");
    let row = client.query_one(LOGIN_RIGHTS, &[]).await.map_err(during)?;
    let [
        is_superuser,
        bypasses_rls,
        owns_tables,
        may_be_app,
        may_be_engine,
        may_be_identity,
    ] = [0, 1, 2, 3, 4, 5].map(|column| row.get::<usize, bool>(column));
    // A superuser is a member of everything, so the order of these checks is the order of what to say.
    let problem = if is_superuser {
        "connects as a superuser, whom row level security does not bind; use a plain login (see docs/database.md)"
    } else if bypasses_rls {
        "connects with BYPASSRLS, so tenants would not be kept apart; use a plain login (see docs/database.md)"
    } else if owns_tables {
        "connects as an owner of the tables, who can switch row level security off; use a plain login"
    } else if !(may_be_app && may_be_engine && may_be_identity) {
        "connects as a login without the product's roles; run `entrepot migrate --admin-url …`, which grants them"
    } else {
        return Ok(());
    };
    Err(StorageError::Settings(format!("database.url {problem}")))
}
