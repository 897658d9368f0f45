//! Testing one provider's settings against the real other side.

use domain::audit::Subject;
use domain::platform_settings::{ConnectionProblem, Provider, SettingsStatus};
use serde_json::{Value, json};
use storage::platform_settings::{self, TestResult};
use storage::{TenantTx, audit_log};

use super::write::{append_event, event};
use super::{Asked, Means};
use crate::clock::stopwatch;
use crate::connections::{ConnectionTest, Entered};
use crate::operations::OperationError;
use crate::vault::Use;

/// How a test went.
#[derive(Clone, Debug)]
pub struct Tested {
    /// Why it did not go through; nothing when it did.
    pub problem: Option<ConnectionProblem>,
    /// How long it took.
    pub took_ms: u64,
    /// Whether the settings are still the tested ones; the result is kept only then.
    pub is_current: bool,
}

/// Tests what is saved, and keeps the result with it. No transaction is open while the other side is asked.
///
/// # Errors
/// [`OperationError::TestsBusy`], [`OperationError::SettingsUnknown`], [`OperationError::NoConnectionTest`], the vault's, or the database's. A connection
/// that does not work is no error but the result.
pub async fn test(means: &Means<'_>, asked: &Asked<'_>, provider: Provider) -> Result<Tested, OperationError> {
    let _turn = means.tests.turn().ok_or(OperationError::TestsBusy)?;
    let tx = means.tenants.begin(asked.org).await?;
    let opened = open(means, asked, (&tx, provider)).await;
    let (settings, entered, connection) = match opened {
        Ok(opened) => opened,
        Err(error) => {
            let _lost = tx.roll_back().await;
            return Err(error);
        }
    };
    tx.commit().await?;
    let started = stopwatch();
    let problem = connection.run(&entered).await.err();
    let took_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    drop(entered);
    let status = match problem {
        Some(_) => SettingsStatus::Failing,
        None => SettingsStatus::Working,
    };
    let result = TestResult {
        of: settings.updated_at,
        status,
        problem: problem.as_ref().map(problem_json),
        at: means.vault.clock().now(),
    };
    let tx = means.tenants.begin(asked.org).await?;
    let is_current = platform_settings::update_status(&tx, settings.id, &result).await?;
    if is_current {
        let happened = event("tested", status, result.problem.clone(), asked.trail);
        append_event(means, &tx, provider, &happened).await?;
    }
    let subject = Subject::new("platform_settings", provider.word());
    let said = problem.as_ref().map(|problem| problem.kind.word());
    let entry = asked
        .trail
        .entry("platform_settings.test", subject)
        .after(json!({ "status": status.word(), "problem": said }));
    audit_log::append(&tx, &entry).await?;
    tx.commit().await?;
    Ok(Tested {
        problem,
        took_ms,
        is_current,
    })
}

type Opened<'a> = (platform_settings::PlatformSettings, Entered, &'a dyn ConnectionTest);

async fn open<'a>(
    means: &Means<'a>,
    asked: &Asked<'_>,
    (tx, provider): (&TenantTx, Provider),
) -> Result<Opened<'a>, OperationError> {
    let settings = platform_settings::lock(tx, provider).await?;
    let settings = settings.ok_or(OperationError::SettingsUnknown(provider))?;
    let connection = means.tests.find(provider);
    let connection = connection.ok_or(OperationError::NoConnectionTest(provider))?;
    let purpose = Use {
        trail: asked.trail,
        why: "connection test",
    };
    let entered = Entered {
        plain: settings.fields.clone(),
        secrets: means.vault.open(tx, settings.owner(), &purpose).await?,
    };
    Ok((settings, entered, connection))
}

/// A problem as stored and answered.
fn problem_json(problem: &ConnectionProblem) -> Value {
    json!({ "kind": problem.kind.word(), "what": problem.what, "advice": problem.kind.advice() })
}
