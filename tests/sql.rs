//! The SQL against a real database: every statement of `storage` is planned as the role that uses it. That tenants are kept
//! apart is proved in `tenancy/`.

#![cfg(test)]

use std::fs;
use std::path::{Path, PathBuf};

use kit::{TestApp, workspace};
use tokio_postgres::{Client, Error};

/// Set-up runs these as the owner; everything else must work as one of the three roles that serve.
const SET_UP: &[&str] = &["migrations.rs", "roles.rs"];
/// One `const NAME: &str` of `storage` that is a statement.
struct Statement {
    place: String,
    sql: String,
    is_set_up: bool,
}

fn statements() -> Vec<Statement> {
    let mut found = Vec::new();
    let mut folders = vec![workspace().join("storage/src")];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if name.ends_with(".rs") && !name.starts_with("baseline") && !name.starts_with("synthetic") {
                found.extend(statements_of(&path, SET_UP.contains(&name.as_str())));
            }
        }
    }
    found
}

fn statements_of(path: &Path, is_set_up: bool) -> Vec<Statement> {
    let file = syn::parse_file(&fs::read_to_string(path).unwrap()).unwrap();
    let constants = file.items.into_iter().filter_map(|item| {
        let syn::Item::Const(constant) = item else { return None };
        Some((constant.ident.to_string(), text_of(&constant.expr, path)?))
    });
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    constants
        .filter(|(_, sql)| is_statement(sql))
        .map(|(constant, sql)| Statement {
            place: format!("{name}: {constant}"),
            sql,
            is_set_up,
        })
        .collect()
}

/// The text of a literal or of an `include_str!`.
fn text_of(expression: &syn::Expr, path: &Path) -> Option<String> {
    if let syn::Expr::Lit(syn::ExprLit {
        lit: syn::Lit::Str(text),
        ..
    }) = expression
    {
        return Some(text.value());
    }
    let syn::Expr::Macro(call) = expression else {
        return None;
    };
    if !call.mac.path.is_ident("include_str") {
        return None;
    }
    let relative: syn::LitStr = call.mac.parse_body().unwrap();
    let included: PathBuf = path.parent().unwrap().join(relative.value());
    Some(fs::read_to_string(included).unwrap())
}

fn is_statement(sql: &str) -> bool {
    let first = sql
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with("--"));
    let verb = first
        .and_then(|line| line.split_whitespace().next())
        .unwrap_or_default();
    ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"].contains(&verb)
}

/// Plans a statement as `role`, which checks its names, its types and the role's rights (preparing alone checks no rights).
async fn plan(client: &Client, role: &str, sql: &str) -> Result<(), Error> {
    client
        .batch_execute(&format!("SET ROLE {role}; DEALLOCATE ALL"))
        .await?;
    let parameters = client.prepare(sql).await?.params().len();
    client.batch_execute(&format!("PREPARE planned AS {sql}")).await?;
    let arguments = if parameters == 0 {
        String::new()
    } else {
        format!("({})", vec!["NULL"; parameters].join(", "))
    };
    client
        .batch_execute(&format!("EXPLAIN EXECUTE planned{arguments}"))
        .await
}

async fn plan_as_any(client: &Client, statement: &Statement) -> Result<(), String> {
    let mut said = Vec::new();
    let owner = statement.is_set_up.then_some("entrepot_owner");
    for role in ["entrepot_app", "entrepot_engine", "entrepot_identity"]
        .into_iter()
        .chain(owner)
    {
        match plan(client, role, &statement.sql).await {
            Ok(()) => return Ok(()),
            Err(error) => said.push(format!(
                "{role}: {}",
                error.as_db_error().map_or(error.to_string(), ToString::to_string)
            )),
        }
    }
    Err(format!("{}: {}", statement.place, said.join("; ")))
}

#[tokio::test]
async fn every_statement_can_be_planned_by_the_role_that_uses_it() {
    let app = TestApp::start().await;
    let client = app.admin().await;
    let statements = statements();
    assert!(statements.len() > 30, "only {} statements found", statements.len());
    let mut faults = Vec::new();
    for statement in &statements {
        faults.extend(plan_as_any(&client, statement).await.err());
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    for planted in [
        "SELECT no_such_column FROM stock_levels",
        "DELETE FROM stock_movements WHERE org_id = $1",
        "UPDATE stock_movements SET quantity = $1",
        "INSERT INTO schema_migrations (version, name, sql_digest) VALUES ($1, $2, $3)",
    ] {
        let statement = Statement {
            place: String::new(),
            sql: planted.to_owned(),
            is_set_up: false,
        };
        assert!(plan_as_any(&client, &statement).await.is_err(), "{planted}");
    }
    app.stop().await;
}

/// The journal's call, as its task makes it.
const APPEND: &str = include_str!("../storage/src/sql/journal_append_batch.sql");

/// The call with its shards as parameters and nothing in any other column: the compare-and-set and no more.
fn advance() -> String {
    (6..=62)
        .rev()
        .fold(APPEND.to_owned(), |sql, n| sql.replace(&format!("${n}"), "'{}'"))
}

#[tokio::test]
async fn a_batch_is_fenced_by_the_epoch_the_incarnation_and_the_seq_each_by_itself() {
    let app = TestApp::start().await;
    let mut admin = app.admin().await;
    let head = "SELECT shard, epoch, incarnation, seq FROM journal_shards ORDER BY shard LIMIT 1";
    let row = admin.query_one(head, &[]).await.unwrap();
    let (shard, epoch, incarnation, seq): (i16, i64, uuid::Uuid, i64) =
        (row.get(0), row.get(1), row.get(2), row.get(3));
    let advance = advance();
    let heads = [
        ("as it is", epoch, incarnation, seq),
        ("an epoch before", epoch - 1, incarnation, seq),
        ("an epoch after", epoch + 1, incarnation, seq),
        ("another incarnation", epoch, uuid::Uuid::nil(), seq),
        ("applied already", epoch, incarnation, seq - 1),
        ("a gap", epoch, incarnation, seq + 1),
    ];
    for (what, epoch, incarnation, seq) in heads {
        // Rolled back when it is dropped: the hub goes on as if nothing had been.
        let transaction = admin.transaction().await.unwrap();
        let advanced = transaction
            .query(
                &advance,
                &[&vec![shard], &vec![epoch], &vec![incarnation], &vec![seq], &vec![1_i64]],
            )
            .await;
        assert_eq!(advanced.is_ok(), what == "as it is", "{what}");
    }
    app.stop().await;
}
