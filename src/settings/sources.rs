//! Where settings come from, flattened to dotted keys: `server.address`.

use std::collections::BTreeMap;
use std::path::Path;

use super::reader::Mistakes;
use super::sign_in;

const DEFAULTS: &str = include_str!("../../config/default.toml");
const PREFIX: &str = "ENTREPOT__";

/// A value with where it was set, for the words of a mistake.
#[derive(Clone, Debug)]
pub(super) struct Setting {
    pub(super) text: String,
    pub(super) source: String,
}

/// Defaults, then the file, then the environment; later sources win. A key that has no default is a mistake.
pub(super) fn merge(
    file: Option<&Path>,
    environment: impl Iterator<Item = (String, String)>,
    mistakes: &mut Mistakes,
) -> BTreeMap<String, Setting> {
    let mut settings = BTreeMap::new();
    add_toml(&mut settings, DEFAULTS, "config/default.toml", mistakes);
    let known: Vec<String> = settings.keys().cloned().collect();
    let mut given = BTreeMap::new();
    if let Some(path) = file {
        match std::fs::read_to_string(path) {
            Ok(text) => add_toml(&mut given, &text, &path.display().to_string(), mistakes),
            Err(error) => mistakes.add(
                "--config",
                "command line",
                format!("{} cannot be read: {error}", path.display()),
            ),
        }
    }
    for (name, text) in environment {
        if let Some(rest) = name.strip_prefix(PREFIX) {
            let key = rest.to_lowercase().replace("__", ".");
            given.insert(key, Setting { text, source: name });
        }
    }
    for (key, setting) in given {
        let candidates = below_a_name(&key).unwrap_or_else(|| known.clone());
        if candidates.contains(&key) {
            settings.insert(key, setting);
        } else {
            let hint = nearest(&key, &candidates)
                .map(|near| format!("; did you mean {near}?"))
                .unwrap_or_default();
            mistakes.add(&key, &setting.source, format!("there is no such setting{hint}"));
        }
    }
    settings
}

/// What a section whose name its operator chooses may hold, as keys; none for a key of another section.
fn below_a_name(key: &str) -> Option<Vec<String>> {
    let (name, _) = key.strip_prefix("sign_in.")?.rsplit_once('.')?;
    let keys = sign_in::FIELDS.iter().map(|field| format!("sign_in.{name}.{field}"));
    Some(keys.collect())
}

fn add_toml(settings: &mut BTreeMap<String, Setting>, text: &str, source: &str, mistakes: &mut Mistakes) {
    match text.parse::<toml::Table>() {
        Ok(table) => flatten(settings, "", &table, source),
        Err(error) => mistakes.add(source, source, format!("not TOML: {}", error.message())),
    }
}

fn flatten(settings: &mut BTreeMap<String, Setting>, prefix: &str, table: &toml::Table, source: &str) {
    for (name, value) in table {
        let key = if prefix.is_empty() {
            name.clone()
        } else {
            format!("{prefix}.{name}")
        };
        let text = match value {
            toml::Value::Table(inner) => {
                flatten(settings, &key, inner, source);
                continue;
            }
            toml::Value::String(text) => text.clone(),
            toml::Value::Integer(_)
            | toml::Value::Float(_)
            | toml::Value::Boolean(_)
            | toml::Value::Datetime(_)
            | toml::Value::Array(_) => value.to_string(),
        };
        settings.insert(
            key,
            Setting {
                text,
                source: source.to_owned(),
            },
        );
    }
}

/// The known key that differs least, if any is close.
fn nearest<'a>(key: &str, known: &'a [String]) -> Option<&'a String> {
    let best = known.iter().min_by_key(|candidate| distance(key, candidate))?;
    (distance(key, best) <= 3).then_some(best)
}

/// Levenshtein's edit distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        let mut next = vec![left];
        for (to, above) in b.iter().zip(row.iter().skip(1)) {
            let cost = usize::from(from != *to);
            left = (diagonal + cost).min(above + 1).min(left + 1);
            diagonal = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}
