//! The vault against a real hub and its database: what an attacker with the database can try, keys replaced under traffic,
//! root keys that are missing or wrong, and canaries that must not turn up anywhere.

#![cfg(test)]

mod attacks;
mod canaries;
mod root_key;
mod rotation;

use std::sync::Arc;

use actors::clock::{Clock as _, SystemClock};
use actors::vault::{RootKeySource, RootKeys, Use, Vault};
use domain::audit::Trail;
use domain::ids::OrgId;
use domain::secrets::SecretText;
use kit::{Answer, TestApp};
use serde_json::{Value, json};
use storage::secrets::SecretOwner;
use storage::{Engine, Tenants};
use uuid::Uuid;

/// A second process of the operator's: the vault on the same database and root key file.
struct Beside {
    vault: Vault,
    tenants: Tenants,
}

impl Beside {
    async fn of(app: &TestApp) -> Self {
        let source = RootKeySource::File(app.folder.join("root-key"));
        let roots = RootKeys::open(source).unwrap();
        let engine = Engine::new(&app.database).unwrap();
        Self {
            vault: Vault::open_with(roots, &engine, Arc::new(SystemClock)).await.unwrap(),
            tenants: Tenants::new(&app.database).unwrap(),
        }
    }

    async fn seal(&self, org: OrgId, owner: SecretOwner<'_>, (column, text): (&str, &str)) {
        let tx = self.tenants.begin(org).await.unwrap();
        let secret = SecretText::new(text.to_owned());
        self.vault.seal(&tx, owner, (column, &secret)).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Every secret of a row, or the vault's refusal.
    async fn open(&self, org: OrgId, owner: SecretOwner<'_>) -> Result<Vec<String>, String> {
        let tx = self.tenants.begin(org).await.map_err(|error| error.to_string())?;
        let trail = trail();
        let purpose = Use {
            trail: &trail,
            why: "test",
        };
        let opened = self
            .vault
            .open(&tx, owner, &purpose)
            .await
            .map_err(|error| error.to_string())?;
        tx.commit().await.map_err(|error| error.to_string())?;
        Ok(opened.into_values().map(|secret| secret.reveal().to_owned()).collect())
    }
}

fn trail() -> Trail {
    Trail::of_hub(SystemClock.now())
}

fn owner(row: u128) -> SecretOwner<'static> {
    SecretOwner {
        table: "platform_settings",
        row: Uuid::from_u128(row),
    }
}

/// The first organization's id.
async fn first_org(app: &TestApp) -> OrgId {
    let row = app
        .admin()
        .await
        .query_one("SELECT id FROM organizations ORDER BY created_at LIMIT 1", &[])
        .await;
    OrgId::new(row.unwrap().get(0))
}

async fn put(app: &TestApp, api_key: &str, provider: &str, fields: Value) -> Answer {
    let path = format!("/api/v1/platform-settings/{provider}");
    app.call("PUT", &path)
        .api_key(api_key)
        .json(json!({ "fields": fields }))
        .send()
        .await
}
