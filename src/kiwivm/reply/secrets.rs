//! Finds the secrets in a reply, at any depth, and hides them. What counts as one is said by the
//! table of calls, not here.

use crate::kiwivm::ssh_key::{is_public, may_be_private};
use crate::secret::Secret;
use serde_json::{Map, Value};

/// What stands in a secret's place.
pub const STARS: &str = "***";

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

/// A copy in which, if any text may hold a private key, only public ones are left: what follows the
/// beginning of a private key need not look like a piece of one.
pub(super) fn without_private_keys(value: Value) -> Value {
    match holds_private_key(&value) {
        true => public_lines(value),
        false => value,
    }
}

fn holds_private_key(value: &Value) -> bool {
    match value {
        Value::String(text) => may_be_private(text),
        Value::Array(items) => items.iter().any(holds_private_key),
        Value::Object(fields) => fields.values().any(holds_private_key),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn public_lines(value: Value) -> Value {
    let starred = |line| match is_public(line) || line.trim().is_empty() {
        true => line,
        false => STARS,
    };
    match value {
        Value::String(text) => {
            let lines: Vec<&str> = text.lines().map(starred).collect();
            lines.join("\n").into()
        }
        Value::Array(items) => items.into_iter().map(public_lines).collect(),
        Value::Object(fields) => {
            let fields = fields.into_iter();
            fields
                .map(|(name, value)| (name, public_lines(value)))
                .collect()
        }
        plain => plain,
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
