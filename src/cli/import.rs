//! `entrepot import`

use std::fs::File;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use actors::Stock;
use actors::clock::SystemClock;
use actors::operations::products::shopify_csv::{RowProblem, Severity};
use actors::operations::products::{ImportOptions, ImportReport, import};
use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use domain::ids::OrgId;
use domain::money::Currency;
use storage::{Engine, Tenants, organizations, products};

use super::{say, with_database};
use crate::settings::Settings;
use crate::wiring::{ensure_organization, wait_for_journal};

#[derive(Subcommand)]
pub(super) enum Import {
    /// Import Shopify's product CSV. Importing twice changes nothing; existing stock is never touched.
    Products(Arguments),
}

/// What to import, and how.
#[derive(Args)]
pub(super) struct Arguments {
    /// The file.
    file: PathBuf,
    /// Say what would change, and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// The currency of the file's prices; when not given that of the catalogue, and catalog.currency for an empty one.
    #[arg(long, value_name = "CODE")]
    currency: Option<String>,
    /// The organization, by name or id; may be left out while there is only one.
    #[arg(long, value_name = "NAME")]
    org: Option<String>,
}

/// Imports a file. The exit status is 1 when a product could not be imported.
pub(super) fn run(settings: &Settings, Import::Products(arguments): Import) -> anyhow::Result<ExitCode> {
    let file = File::open(&arguments.file).with_context(|| format!("opening {}", arguments.file.display()))?;
    let given = match &arguments.currency {
        Some(code) => Some(Currency::parse(code).with_context(|| format!("--currency {code}"))?),
        None => None,
    };
    let (report, currency) = with_database(settings, async |database| {
        let clock = Arc::new(SystemClock);
        ensure_organization(database, settings, &*clock).await?;
        let org = find_organization(&Engine::new(database)?, arguments.org.as_deref()).await?;
        let currency = match given {
            Some(currency) => currency,
            None => usual_currency(&Tenants::new(database)?, org, settings.currency).await?,
        };
        let stock = Stock::start(database, &settings.stock, clock)?;
        wait_for_journal(&stock).await?;
        let options = ImportOptions {
            org,
            currency,
            is_dry_run: arguments.dry_run,
        };
        let outcome = import(&stock, file, options, progress()).await;
        stock.shut_down().await;
        Ok((outcome?, currency))
    })?;
    say(&describe(&report, arguments.dry_run))?;
    say(&format!("Prices were read as {}.\n", currency.code()))?;
    Ok(if report.products_failed > 0 {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// The organization named, or the only one.
async fn find_organization(engine: &Engine, wanted: Option<&str>) -> anyhow::Result<OrgId> {
    let all = organizations::list(engine).await?;
    match (wanted, all.as_slice()) {
        (Some(wanted), all) => {
            let found = all
                .iter()
                .find(|org| org.name == wanted || org.id.to_string() == wanted);
            Ok(found.with_context(|| format!("there is no organization {wanted}"))?.id)
        }
        (None, [only]) => Ok(only.id),
        (None, _) => bail!("there are {} organizations; name one with --org", all.len()),
    }
}

/// The currency of a file that nobody says it of: that of the catalogue, so that importing again without `--currency` does
/// not make other money of the same prices; for an empty catalogue the configured one.
async fn usual_currency(tenants: &Tenants, org: OrgId, configured: Currency) -> anyhow::Result<Currency> {
    let tx = tenants.begin(org).await?;
    let known = products::list_currencies(&tx).await?;
    tx.commit().await?;
    match known.as_slice() {
        [] => Ok(configured),
        [only] => Currency::parse(only).with_context(|| format!("the catalogue has prices in {only}")),
        several => bail!(
            "the catalogue has prices in {}; say which the file's are with --currency",
            several.join(" and ")
        ),
    }
}

/// A line that is written over, on a terminal only.
#[expect(clippy::print_stderr, reason = "progress belongs on the terminal, not in the output")]
fn progress() -> impl FnMut(&ImportReport) {
    let is_terminal = std::io::stderr().is_terminal();
    move |report| {
        if is_terminal && report.products_read.is_multiple_of(50) {
            eprint!("\r{} products, {} variants …", report.products_read, report.variants);
        }
    }
}

/// What an import did, in words.
fn describe(report: &ImportReport, is_dry_run: bool) -> String {
    let mut text = String::new();
    for problem in &report.problems {
        text.push_str(&line(problem));
    }
    let kept = report.problems.len() as u64;
    if report.problem_count > kept {
        text.push_str(&format!("… and {} more\n", report.problem_count - kept));
    }
    let tense = if is_dry_run { "would be " } else { "" };
    text.push_str(&format!(
        "{} products read: {} {tense}created or changed, {} unchanged, {} failed. {} variants; opening stock {tense}set for {}.\n",
        report.products_read, report.products_changed, report.products_unchanged, report.products_failed,
        report.variants, report.stock_opened,
    ));
    text
}

fn line(problem: &RowProblem) -> String {
    let severity = match problem.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let column = problem
        .column
        .as_ref()
        .map(|name| format!(" ({name})"))
        .unwrap_or_default();
    format!("line {}{column}: {severity}: {}\n", problem.line, problem.message)
}
