//! Finds the secrets in a reply, at any depth, and hides them. What counts as one is said by the
//! table of calls, not here.

use crate::secret::Secret;
use serde_json::{Map, Value};

/// What stands in a secret's place.
const STARS: &str = "***";

/// A copy with [`STARS`] for every secret.
pub(super) fn starred(fields: &Map<String, Value>, secret_names: &[&str]) -> Value {
    let hide = |(name, value): (&String, &Value)| {
        let hidden = match secret_names.contains(&name.as_str()) && !says_nothing(value) {
            true => Value::from(STARS),
            false => starred_value(value, secret_names),
        };
        (name.clone(), hidden)
    };
    Value::Object(fields.iter().map(hide).collect())
}

fn starred_value(value: &Value, secret_names: &[&str]) -> Value {
    match value {
        Value::Object(fields) => starred(fields, secret_names),
        Value::Array(items) => items
            .iter()
            .map(|item| starred_value(item, secret_names))
            .collect(),
        plain => plain.clone(),
    }
}

/// The secrets, each with its path.
pub(super) fn found(fields: &Map<String, Value>, secret_names: &[&str]) -> Vec<(String, Secret)> {
    let mut secrets = Vec::new();
    for (name, value) in fields {
        if !secret_names.contains(&name.as_str()) {
            secrets.extend(below(name, found_in(value, secret_names)));
        } else if !says_nothing(value) {
            secrets.push((name.clone(), secret(value)));
        }
    }
    secrets
}

fn found_in(value: &Value, secret_names: &[&str]) -> Vec<(String, Secret)> {
    match value {
        Value::Object(fields) => found(fields, secret_names)
            .into_iter()
            .map(|(path, secret)| (format!(".{path}"), secret))
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .flat_map(|(index, item)| below(&format!("[{index}]"), found_in(item, secret_names)))
            .collect(),
        _ => Vec::new(),
    }
}

fn below(name: &str, secrets: Vec<(String, Secret)>) -> Vec<(String, Secret)> {
    secrets
        .into_iter()
        .map(|(path, secret)| (format!("{name}{path}"), secret))
        .collect()
}

fn secret(value: &Value) -> Secret {
    match value {
        Value::String(text) => Secret::new(text.as_str()),
        other => Secret::new(other.to_string()),
    }
}

fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}
