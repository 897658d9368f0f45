//! Reading typed values from flattened settings, collecting mistakes instead of stopping at the first.

use std::collections::BTreeMap;

use super::sources::Setting;

/// One thing wrong.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{key} ({source_name}): {what}")]
pub struct Mistake {
    /// The key, dotted.
    pub key: String,
    /// The file or variable it was set in.
    pub source_name: String,
    /// What is wrong and what would be right.
    pub what: String,
}

/// Everything wrong.
#[derive(Clone, Debug, Default, thiserror::Error)]
#[error("{} in the settings:\n{}", count(.0.len()), list(.0))]
pub struct Mistakes(pub Vec<Mistake>);

fn count(mistakes: usize) -> String {
    if mistakes == 1 {
        "1 mistake".to_owned()
    } else {
        format!("{mistakes} mistakes")
    }
}

fn list(mistakes: &[Mistake]) -> String {
    mistakes
        .iter()
        .map(|mistake| format!("  {mistake}"))
        .collect::<Vec<_>>()
        .join("\n")
}

impl Mistakes {
    pub(super) fn add(&mut self, key: &str, source: &str, what: impl Into<String>) {
        self.0.push(Mistake {
            key: key.to_owned(),
            source_name: source.to_owned(),
            what: what.into(),
        });
    }
}

/// Reads values; what is wrong is noted and replaced by a harmless value that never leaves [`Reader::finish`].
pub(super) struct Reader {
    settings: BTreeMap<String, Setting>,
    mistakes: Mistakes,
}

impl Reader {
    pub(super) fn new(settings: BTreeMap<String, Setting>, mistakes: Mistakes) -> Self {
        Self { settings, mistakes }
    }

    /// The settings if nothing was wrong.
    pub(super) fn finish<T>(self, settings: T) -> Result<T, Mistakes> {
        if self.mistakes.0.is_empty() {
            Ok(settings)
        } else {
            Err(self.mistakes)
        }
    }

    pub(super) fn mistake(&mut self, key: &str, what: impl Into<String>) {
        let source = self
            .settings
            .get(key)
            .map_or_else(String::new, |setting| setting.source.clone());
        self.mistakes.add(key, &source, what);
    }

    /// The names of the sections below one: `a` and `b` of `sign_in.a.kind` and `sign_in.b.kind`.
    pub(super) fn names_below(&self, section: &str) -> Vec<String> {
        let below = |key: &String| {
            let (name, _) = key.strip_prefix(section)?.strip_prefix('.')?.rsplit_once('.')?;
            Some(name.to_owned())
        };
        let mut names: Vec<String> = self.settings.keys().filter_map(below).collect();
        names.dedup();
        names
    }

    pub(super) fn text(&mut self, key: &str) -> String {
        self.settings
            .get(key)
            .map(|setting| setting.text.clone())
            .unwrap_or_default()
    }

    pub(super) fn text_of(&mut self, key: &str, min_chars: usize, max_chars: usize) -> String {
        let text = self.text(key);
        if !(min_chars..=max_chars).contains(&text.chars().count()) {
            self.mistake(key, format!("must have {min_chars} to {max_chars} characters"));
        }
        text
    }

    pub(super) fn number(&mut self, key: &str, min: usize, max: usize) -> usize {
        let text = self.text(key);
        match text.trim().parse::<usize>() {
            Ok(number) if (min..=max).contains(&number) => number,
            _ => {
                self.mistake(
                    key,
                    format!("must be a whole number from {min} to {max}, not \"{text}\""),
                );
                min
            }
        }
    }

    pub(super) fn one_of(&mut self, key: &str, allowed: &[&str]) -> String {
        let text = self.text(key);
        if !allowed.contains(&text.as_str()) {
            self.mistake(key, format!("must be one of {}, not \"{text}\"", allowed.join(", ")));
        }
        text
    }

    /// Several values: a TOML array of texts, or texts separated by commas.
    pub(super) fn list<T>(&mut self, key: &str, wanted: &str, parse: impl Fn(&str) -> Option<T>) -> Vec<T> {
        let text = self.text(key);
        let inside = text.trim().trim_start_matches('[').trim_end_matches(']');
        // A list of addresses may itself begin with a bracket.
        let inside = if text.trim().starts_with("[\"") || text.trim() == "[]" {
            inside
        } else {
            text.trim()
        };
        let entries = inside.split(',').map(|entry| entry.trim().trim_matches('"'));
        let mut values = Vec::new();
        for entry in entries.filter(|entry| !entry.is_empty()) {
            match parse(entry) {
                Some(value) => values.push(value),
                None => self.mistake(key, format!("must be {wanted}, not \"{entry}\"")),
            }
        }
        values
    }

    pub(super) fn parsed<T>(&mut self, key: &str, wanted: &str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let text = self.text(key);
        let value = parse(text.trim());
        if value.is_none() {
            self.mistake(key, format!("must be {wanted}, not \"{text}\""));
        }
        value
    }
}
