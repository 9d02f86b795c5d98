//! Something that happened in the panel itself, and who caused it, on its way into the log.

use super::{Outcome, Who};
use sha2::{Digest, Sha256};

/// An event and who caused it, on its way into the log.
#[derive(Clone, Debug)]
pub struct Note {
    /// Who.
    pub who: Who,
    /// What.
    pub event: Event,
    /// When.
    pub at_ms: i64,
}

impl Note {
    /// When, in Unix seconds.
    #[must_use]
    pub const fn at_s(&self) -> i64 {
        self.at_ms.div_euclid(1000)
    }

    /// The same note, about this VPS.
    #[must_use]
    pub fn about(&self, vps_id: i64, label: &str) -> Note {
        let mut note = self.clone();
        note.event = note.event.about(vps_id, label);
        note
    }
}

/// The longest text of one parameter in the log.
pub const TEXT_MAX_BYTES: usize = 4096;
/// The longest shell command in the log: the longest that one can be.
pub const COMMAND_MAX_BYTES: usize = 128 * 1024;

/// A text as the log keeps it: of a very long one the beginning, and by what the whole is known.
#[must_use]
pub fn kept_to(text: &str, most_bytes: usize) -> String {
    if text.len() <= most_bytes {
        return text.to_owned();
    }
    let end = (0..=most_bytes)
        .rev()
        .find(|end| text.is_char_boundary(*end));
    let digest = Sha256::digest(text.as_bytes());
    let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let beginning = &text[..end.unwrap_or(0)];
    format!("{beginning}… ({} bytes, SHA-256 {digest})", text.len())
}

/// Something that happened in the panel itself.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its word; the message `event-…` says it.
    pub what: &'static str,
    /// The VPS's row, if it is about one.
    pub vps_id: Option<i64>,
    /// Its label.
    pub vps: Option<String>,
    /// JSON object, secrets starred.
    pub parameters: String,
    /// Whether it succeeded.
    pub outcome: Option<Outcome>,
}

impl Event {
    /// An event about nothing in particular.
    #[must_use]
    pub fn new(what: &'static str) -> Event {
        Event {
            what,
            vps_id: None,
            vps: None,
            parameters: "{}".into(),
            outcome: Some(Outcome::Accepted),
        }
    }

    /// The same event, about this VPS.
    #[must_use]
    pub fn about(mut self, vps_id: i64, label: &str) -> Event {
        self.vps_id = Some(vps_id);
        self.vps = Some(label.to_owned());
        self
    }

    /// The same event with one detail, which must not be a secret.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Event {
        let mut parameters: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(&self.parameters).unwrap_or_default();
        parameters.insert(name.to_owned(), kept_to(value, TEXT_MAX_BYTES).into());
        self.parameters = serde_json::Value::Object(parameters).to_string();
        self
    }

    /// The same event, which was refused.
    #[must_use]
    pub fn refused(mut self) -> Event {
        self.outcome = Some(Outcome::Refused);
        self
    }
}
