//! The rules of `../shared/STYLE.md` and DESIGN §2 that the compiler and clippy cannot hold. Reads the tree, runs nothing of
//! the product. Every check is a function that returns what is wrong, so that its twin can plant a fault.

#![cfg(test)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use kit::workspace;
use syn::visit::Visit;

/// Which crates a crate may name. The program itself (`entrepot`) may name everything but the tests.
const ARROWS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("simulators", &[]),
    ("storage", &["domain"]),
    ("checker", &["domain"]),
    ("platforms", &["domain"]),
    ("payments", &["domain"]),
    ("actors", &["domain", "storage", "platforms", "payments"]),
    ("web", &["domain", "storage", "actors"]),
    (
        "entrepot",
        &[
            "domain",
            "storage",
            "platforms",
            "payments",
            "actors",
            "web",
            "simulators",
            "checker",
        ],
    ),
    (
        "tests",
        &[
            "domain",
            "storage",
            "platforms",
            "payments",
            "actors",
            "web",
            "simulators",
            "checker",
            "entrepot",
        ],
    ),
];
/// Packages that only certain crates may name. `entrepot` holds the server's handle; the tests may do anything.
const RESERVED: &[(&str, &[&str])] = &[
    ("tokio-postgres", &["storage", "tests"]),
    ("deadpool-postgres", &["storage"]),
    ("actix-web", &["web", "entrepot", "tests"]),
    // docs/decisions/016: single sign-on calls providers from `actors/src/sso/bounded_client.rs`.
    ("reqwest", &["platforms", "payments", "actors"]),
];
const MOST_LINES: usize = 500;
const MOST_LINES_OF_TESTS: usize = 800;
const NO_NAMES: &[&str] = &["common", "core", "util", "utils", "helpers", "manager", "misc"];

/// A component of the console that is longer is two components.
const MOST_LINES_OF_A_COMPONENT: usize = 150;

type Faults = Vec<String>;

#[track_caller]
fn none(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

/// Files below the workspace's root with this extension, with their text; build output and hidden folders aside.
fn files(extension: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![workspace().canonicalize().unwrap()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                if !name.starts_with('.') && name != "target" && name != "node_modules" {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|found| found == extension) {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "no .{extension} file");
    found
}

fn sources() -> Vec<(PathBuf, String)> {
    files("rs")
}

/// Dependencies by crate, as cargo sees them, of every kind.
fn dependencies() -> BTreeMap<String, Vec<String>> {
    let output = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()))
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(workspace())
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let packages = metadata["packages"].as_array().unwrap().iter();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    packages
        .map(|package| {
            let named = package["dependencies"].as_array().unwrap().iter();
            (
                text(&package["name"]),
                named.map(|dependency| text(&dependency["name"])).collect(),
            )
        })
        .collect()
}

fn wrong_arrows(dependencies: &BTreeMap<String, Vec<String>>) -> Faults {
    let mut faults = Vec::new();
    for (name, named) in dependencies {
        let Some((_, allowed)) = ARROWS.iter().find(|(known, _)| known == name) else {
            faults.push(format!("{name} is a new crate: say in ARROWS what it may name"));
            continue;
        };
        for other in named {
            if dependencies.contains_key(other) && !allowed.contains(&other.as_str()) {
                faults.push(format!("{name} must not name {other}"));
            }
            let reserved = RESERVED.iter().find(|(package, _)| package == other);
            if reserved.is_some_and(|(_, by)| !by.contains(&name.as_str())) {
                faults.push(format!("{name} must not name {other}"));
            }
        }
    }
    faults
}

#[test]
fn crates_point_the_way_the_design_says() {
    let mut dependencies = dependencies();
    none(&wrong_arrows(&dependencies));
    for (from, to) in [
        ("domain", "storage"),
        ("checker", "actors"),
        ("web", "tokio-postgres"),
        ("storage", "actix-web"),
    ] {
        let named = dependencies.get_mut(from).unwrap();
        named.push(to.to_owned());
        assert_eq!(wrong_arrows(&dependencies), [format!("{from} must not name {to}")]);
        dependencies.get_mut(from).unwrap().pop();
    }
}

fn ungoverned(manifest: &str, path: &Path) -> Faults {
    let table: toml::Table = manifest.parse().unwrap();
    let mut faults = Vec::new();
    let is_workspace = |value: &toml::Value| value.get("workspace").and_then(toml::Value::as_bool) == Some(true);
    for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
        let named = table.get(kind).and_then(toml::Value::as_table);
        for (name, value) in named.into_iter().flatten() {
            if !is_workspace(value) {
                faults.push(format!("{}: {name} must say `workspace = true`", path.display()));
            }
        }
    }
    if table.contains_key("package") && !table.get("lints").is_some_and(is_workspace) {
        faults.push(format!("{}: [lints] must say `workspace = true`", path.display()));
    }
    faults
}

#[test]
fn versions_and_lints_stand_in_one_place() {
    let manifests = files("toml")
        .into_iter()
        .filter(|(path, _)| path.ends_with("Cargo.toml"));
    for (path, text) in manifests {
        none(&ungoverned(&text, &path));
    }
    let planted = "[package]\nname = \"x\"\n[dependencies]\nserde = \"1\"\nuuid.workspace = true\n";
    assert_eq!(ungoverned(planted, Path::new("x")).len(), 2);
}

#[test]
fn files_are_short() {
    let too_long = |path: &Path, lines: usize| {
        let is_test = path.components().any(|part| part.as_os_str() == "tests")
            || path
                .file_stem()
                .is_some_and(|stem| stem.to_string_lossy().ends_with("_tests"));
        lines > if is_test { MOST_LINES_OF_TESTS } else { MOST_LINES }
    };
    let sources = sources();
    let long = sources
        .iter()
        .filter(|(path, text)| too_long(path, text.lines().count()));
    none(
        &long
            .map(|(path, text)| format!("{} has {} lines", path.display(), text.lines().count()))
            .collect::<Vec<_>>(),
    );
    assert!(too_long(Path::new("src/x.rs"), 501) && !too_long(Path::new("tests/x.rs"), 800));
}

#[test]
fn functions_are_short_and_take_few_arguments_because_clippy_is_told_so() {
    let clippy: toml::Table = fs::read_to_string(workspace().join("clippy.toml"))
        .unwrap()
        .parse()
        .unwrap();
    let limit = |name: &str| clippy.get(name).and_then(toml::Value::as_integer).unwrap_or(i64::MAX);
    assert!(limit("too-many-lines-threshold") <= 70 && limit("too-many-arguments-threshold") <= 4);
}

#[test]
fn every_source_file_begins_by_saying_what_it_is() {
    let sources = sources();
    let silent = sources.iter().filter(|(_, text)| !text.starts_with("//! "));
    none(
        &silent
            .map(|(path, _)| format!("{} does not begin with //!", path.display()))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn nothing_is_called_by_a_name_that_says_nothing() {
    let root = workspace().canonicalize().unwrap();
    let mut faults = Vec::new();
    for (path, _) in sources() {
        let inside = path.strip_prefix(&root).unwrap().with_extension("");
        let vague = inside
            .components()
            .find(|part| NO_NAMES.contains(&part.as_os_str().to_string_lossy().as_ref()));
        faults.extend(vague.map(|part| format!("{}: {part:?} says nothing", inside.display())));
    }
    none(&faults);
}

/// Words that mean "not finished". Put together here, so that this file does not contain them.
fn unfinished(text: &str) -> Option<String> {
    let macros = ["todo", "unimplemented", "dbg"].map(|name| format!("{name}!("));
    let attribute = format!("#[{}", "ignore");
    macros
        .into_iter()
        .chain([attribute])
        .find(|word| text.contains(word.as_str()))
}

#[test]
fn nothing_is_left_unfinished_and_no_test_is_switched_off() {
    let sources = sources();
    let found = sources
        .iter()
        .filter_map(|(path, text)| Some(format!("{}: {}", path.display(), unfinished(text)?)));
    none(&found.collect::<Vec<_>>());
    assert!(unfinished(&format!("fn x() {{ {}!() }}", "todo")).is_some());
}

fn stars(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    words
        .windows(2)
        .any(|pair| pair[0].ends_with("SELECT") && pair[1].starts_with('*'))
}

#[test]
fn sql_names_its_columns() {
    // The benchmarks' made-up data is a script of its own tables.
    let is_made_up = |path: &Path| {
        path.file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with("synthetic"))
    };
    let storage = |path: &Path| path.components().any(|part| part.as_os_str() == "storage");
    let all = sources()
        .into_iter()
        .chain(files("sql"))
        .filter(|(path, text)| storage(path) && !is_made_up(path) && stars(text));
    none(
        &all.map(|(path, _)| format!("{} selects *", path.display()))
            .collect::<Vec<_>>(),
    );
    assert!(stars("x = \"SELECT\n  * FROM items\"") && !stars("SELECT v.* FROM unnest(…)"));
}

#[test]
fn sql_stands_in_storage_only() {
    let mut faults = Vec::new();
    for (path, text) in sources() {
        let may = ["storage", "tests"]
            .iter()
            .any(|name| path.components().any(|part| part.as_os_str() == *name));
        let is_sql = ["SELECT ", "INSERT INTO ", "DELETE FROM "]
            .iter()
            .any(|words| text.contains(words));
        if is_sql && !may {
            faults.push(format!("{} holds SQL", path.display()));
        }
    }
    none(&faults);
}

#[test]
fn migrations_are_numbered_without_gaps_and_all_are_run() {
    let list = fs::read_to_string(workspace().join("storage/src/migrations.rs")).unwrap();
    let entries = fs::read_dir(workspace().join("migrations")).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    for (name, number) in names.iter().zip(1..) {
        assert!(
            name.starts_with(&format!("{number:04}_")) && name.ends_with(".sql"),
            "{name} must have number {number}"
        );
        assert!(
            list.contains(&format!("include_str!(\"../../migrations/{name}\")")),
            "{name} is not run"
        );
        let short = name
            .trim_start_matches(|c: char| c.is_ascii_digit() || c == '_')
            .trim_end_matches(".sql");
        assert!(
            list.contains(&format!("version: {number},\n        name: \"{short}\"")),
            "{name} has another name there"
        );
    }
    assert_eq!(list.matches("include_str!(\"../../migrations/").count(), names.len());
}

/// Finds names that only the deciding side may use.
#[derive(Default)]
struct Deciders(Vec<String>);

impl<'ast> Visit<'ast> for Deciders {
    fn visit_ident(&mut self, ident: &'ast syn::Ident) {
        if ident == "decide" || ident == "evolve" {
            self.0.push(ident.to_string());
        }
    }
}

fn deciders(text: &str) -> Vec<String> {
    let mut found = Deciders::default();
    found.visit_file(&syn::parse_file(text).unwrap());
    found.0
}

#[test]
fn the_checker_does_not_use_the_code_that_made_the_decisions() {
    let root = workspace().canonicalize().unwrap().join("checker");
    for (path, text) in sources().into_iter().filter(|(path, _)| path.starts_with(&root)) {
        let found = deciders(&text);
        assert!(found.is_empty(), "{} names {found:?}", path.display());
    }
    assert_eq!(deciders("use domain::stock::{decide, Item};"), ["decide"]);
    assert_eq!(
        deciders("fn f() { domain::stock::evolve(item, movement); }"),
        ["evolve"]
    );
}

/// Requirements of OWASP ASVS 5.0.0 by level.
const ASVS_ROWS: &[(&str, usize)] = &[("L1", 70), ("L2", 183)];
const ASVS: &str = "docs/security/asvs.md";

/// What is wrong with the table of ASVS answers, given every source of the workspace.
fn asvs_faults(table: &str, sources: &str) -> Faults {
    let (mut faults, mut ids) = (Faults::new(), Vec::new());
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    let rows: Vec<Vec<&str>> = table
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| Requirement"))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    for row in &rows {
        let [id, _, words, answer] = row.as_slice() else {
            faults.push(format!("{row:?} is no row"));
            continue;
        };
        let id_parts: Vec<u32> = id.split('.').filter_map(|part| part.parse().ok()).collect();
        if id_parts.len() != 3 || ids.last().is_some_and(|last| *last >= id_parts) {
            faults.push(format!("{id} is not in order"));
        }
        ids.push(id_parts);
        let (kind, said) = answer.split_once(": ").unwrap_or_default();
        let said = said.trim_matches('`');
        let is_good = match kind {
            "test" => sources.contains(&format!("fn {said}(")),
            "document" => workspace().join(said).is_file(),
            "reason" | "open" => said.len() > 10,
            _ => false,
        };
        if !is_good || words.is_empty() {
            faults.push(format!("{id}: `{answer}` is no answer"));
        }
        *kinds.entry(kind).or_default() += 1;
    }
    for (level, expected) in ASVS_ROWS {
        let found = rows.iter().filter(|row| row.get(1) == Some(level)).count();
        if found != *expected {
            faults.push(format!("{found} rows of {level}, not {expected}"));
        }
    }
    let count = |kind: &str| kinds.get(kind).copied().unwrap_or_default();
    let summary = format!(
        "asvs: {} rows, {} by test, {} by document, {} by reason, {} open",
        rows.len(),
        count("test"),
        count("document"),
        count("reason"),
        count("open")
    );
    if !table.contains(&summary) {
        faults.push(format!("the summary must say: {summary}"));
    }
    faults
}

#[test]
fn asvs_rows_are_complete_and_what_they_name_exists() {
    let table = fs::read_to_string(workspace().join(ASVS)).unwrap();
    let sources: String = sources().into_iter().map(|(_, text)| text).collect();
    none(&asvs_faults(&table, &sources));
    for (from, to) in [
        ("test: `every_statement", "test: `no_statement"),
        ("document: `deny.toml`", "document: `allow.toml`"),
        ("reason: there is no LDAP", "reason: "),
        ("| 17.3.2 |", "| 17.3.1 |"),
        ("| L1 |", "| L2 |"),
        ("rows, ", "rows and "),
    ] {
        assert!(table.contains(from), "{from}");
        assert!(!asvs_faults(&table.replacen(from, to, 1), &sources).is_empty(), "{to}");
    }
}

/// Where a file of the console stands: its layer, and the feature if it is in one. Below `src` only.
fn console_layer(path: &str) -> Option<(&str, &str)> {
    let inside = path.split_once("web/console/src/")?.1;
    let (layer, rest) = inside.split_once('/')?;
    Some((layer, rest.split('/').next().unwrap_or_default()))
}

/// What is wrong with one file of the console: `shared, lib ← features ← app`, features apart from each other, short
/// components, no default exports, no barrels.
fn console_faults(path: &str, text: &str) -> Faults {
    let mut faults = Faults::new();
    let Some((layer, feature)) = console_layer(path) else {
        return faults;
    };
    let lines = text.lines().count();
    if path.ends_with(".tsx") && lines > MOST_LINES_OF_A_COMPONENT || lines > MOST_LINES {
        faults.push(format!("{path} has {lines} lines"));
    }
    if text.contains("export default") || path.ends_with("/index.ts") || path.ends_with("/index.tsx") {
        faults.push(format!("{path}: no default exports, no barrels"));
    }
    if text.contains("dangerouslySetInnerHTML") || text.contains(".innerHTML") {
        faults.push(format!("{path} writes HTML: text is shown as text"));
    }
    for named in text.split("'@/").skip(1).filter_map(|rest| rest.split('\'').next()) {
        let (other, rest) = named.split_once('/').unwrap_or((named, ""));
        let is_own = rest.split('/').next() == Some(feature);
        let may = match (layer, other) {
            ("app", _) | (_, "lib") => true,
            ("features", "features") => is_own,
            ("features" | "shared", "shared") => true,
            _ => false,
        };
        if !may {
            faults.push(format!("{path} must not import {named}"));
        }
    }
    if layer == "features" && (text.contains("'../../../features/") || text.contains("'../../../app/")) {
        faults.push(format!("{path} must not reach out of its feature"));
    }
    faults
}

#[test]
fn the_console_keeps_its_layers_apart_and_its_components_short() {
    let sources = files("ts").into_iter().chain(files("tsx"));
    let own = sources.filter(|(path, _)| !path.ends_with("lib/api/schema.d.ts") && !path.ends_with("dist"));
    let faults = own.flat_map(|(path, text)| console_faults(&path.to_string_lossy(), &text));
    none(&faults.collect::<Vec<_>>());
    let at = |place: &str| format!("/x/web/console/src/{place}");
    for (place, text) in [
        ("features/stock/live.ts", "import { x } from '@/features/team/api';"),
        ("features/stock/live.ts", "import { x } from '@/app/router';"),
        ("lib/live.ts", "import { x } from '@/shared/words';"),
        ("shared/page.tsx", "import { x } from '@/features/stock/words';"),
        ("shared/page.tsx", "export default function Page() {}"),
        ("features/stock/index.ts", "export { x } from './x';"),
        ("app/long.tsx", &"\n".repeat(151)),
        ("app/html.tsx", "<p dangerouslySetInnerHTML={{ __html: title }} />"),
    ] {
        assert_eq!(console_faults(&at(place), text).len(), 1, "{place}: {text}");
    }
    let allowed =
        "import { x } from '@/lib/live'; import { y } from '@/shared/page'; import { z } from '@/features/stock/y';";
    assert_eq!(console_faults(&at("features/stock/z.ts"), allowed), Faults::new());
}
