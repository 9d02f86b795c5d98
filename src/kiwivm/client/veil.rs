//! Hides what was sent from what came back: an error page may repeat a whole request.

use super::Credentials;
use crate::kiwivm::call::Call;
use crate::secret::Secret;

const STARS: &str = "***";
/// Shorter than this, a secret is no secret, and to hide it would tear the reply to pieces.
const SECRET_FROM_BYTES: usize = 6;
/// The same for values that are no secrets, in a text that is only looked at.
const VALUE_FROM_BYTES: usize = 3;

/// What must not be seen in the answer to one call.
pub(super) struct Veil {
    secrets: Vec<Secret>,
    values: Vec<Secret>,
}

impl Veil {
    /// Of a call with these credentials and parameters.
    pub(super) fn new(
        call: &Call,
        credentials: &Credentials,
        parameters: &[(&str, Secret)],
    ) -> Veil {
        let is_secret = |name: &str| {
            let mut declared = call.parameters.iter();
            declared.any(|parameter| parameter.name == name && parameter.secret())
        };
        let (secrets, values): (Vec<_>, Vec<_>) =
            parameters.iter().partition(|(name, _)| is_secret(name));
        let mut secrets = shapes(secrets, SECRET_FROM_BYTES);
        secrets.push(credentials.api_key.clone());
        secrets.retain(|secret| secret.reveal().len() >= SECRET_FROM_BYTES);
        Veil {
            secrets,
            values: shapes(values, VALUE_FROM_BYTES),
        }
    }

    /// The text without the key and without secret parameters.
    pub(super) fn over_secrets(&self, text: String) -> String {
        hide(text, &self.secrets)
    }

    /// The text without the value of any parameter.
    pub(super) fn over_everything(&self, text: String) -> String {
        hide(hide(text, &self.secrets), &self.values)
    }
}

fn hide(text: String, words: &[Secret]) -> String {
    words
        .iter()
        .fold(text, |text, word| match text.contains(word.reveal()) {
            true => text.replace(word.reveal(), STARS),
            false => text,
        })
}

/// Each value as it is, as it was sent, and as JSON and HTML would repeat it. Longer ones first:
/// one value may be part of another.
fn shapes(parameters: Vec<&(&str, Secret)>, from_bytes: usize) -> Vec<Secret> {
    let long_enough = parameters
        .into_iter()
        .map(|(_, value)| value.reveal())
        .filter(|value| value.len() >= from_bytes);
    let mut shapes: Vec<Secret> = long_enough
        .flat_map(|value| {
            [
                value.to_owned(),
                in_form(value),
                in_json(value),
                in_html(value),
            ]
        })
        .map(Secret::new)
        .collect();
    shapes.sort_by_key(|shape| std::cmp::Reverse(shape.reveal().len()));
    shapes.dedup();
    shapes
}

fn in_form(value: &str) -> String {
    form_urlencoded::byte_serialize(value.as_bytes()).collect()
}

/// As PHP writes it: `/` as `\/`.
fn in_json(value: &str) -> String {
    let quoted = serde_json::Value::from(value).to_string();
    quoted.trim_matches('"').replace('/', "\\/")
}

fn in_html(value: &str) -> String {
    value
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#039;")
}
