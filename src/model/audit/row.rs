//! One row of the log as it is stored, hashed, archived and copied. What a row says is never decided
//! here.

use crate::kiwivm::printable::prints;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// SHA-256 over a row and the hash before it.
pub type Hash = [u8; 32];

/// What stands before the first row of all.
pub(super) const BEGINNING: Hash = [0; 32];

/// A row, column by column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Rising by one from row to row.
    pub id: i64,
    /// When, in Unix milliseconds.
    pub at_ms: i64,
    /// `intent`, `outcome` or `event`.
    pub phase: String,
    /// Ties an outcome to its intent.
    pub action: Option<String>,
    /// A call's name, or an event's word.
    pub what: String,
    /// The person's row.
    pub person_id: Option<i64>,
    /// The name, as it was then.
    pub person: String,
    /// The VPS's row.
    pub vps_id: Option<i64>,
    /// The label, as it was then.
    pub vps: Option<String>,
    /// JSON object, secrets starred.
    pub parameters: String,
    /// Accepted, refused, unknown or unsent.
    pub outcome: Option<String>,
    /// KiwiVM's code, or an exit status.
    pub code: Option<i64>,
    /// KiwiVM's words.
    pub message: Option<String>,
    /// How long it took.
    pub took_ms: Option<i64>,
    /// Ties the row to the log.
    pub request_id: String,
    /// Where the person sat.
    pub address: String,
    /// None: older than the chain.
    #[serde(serialize_with = "write_hash", deserialize_with = "read_hash")]
    pub hash: Option<Vec<u8>>,
}

impl Row {
    /// The hash that this row has after a row with `previous`.
    #[must_use]
    pub fn hash_after(&self, previous: &Hash) -> Hash {
        let mut encoding = Encoding(Vec::with_capacity(512));
        encoding.0.extend_from_slice(previous);
        encoding.number(Some(self.id));
        encoding.number(Some(self.at_ms));
        encoding.text(Some(&self.phase));
        encoding.text(self.action.as_deref());
        encoding.text(Some(&self.what));
        encoding.number(self.person_id);
        encoding.text(Some(&self.person));
        encoding.number(self.vps_id);
        encoding.text(self.vps.as_deref());
        encoding.text(Some(&self.parameters));
        encoding.text(self.outcome.as_deref());
        encoding.number(self.code);
        encoding.text(self.message.as_deref());
        encoding.number(self.took_ms);
        encoding.text(Some(&self.request_id));
        encoding.text(Some(&self.address));
        Sha256::digest(&encoding.0).into()
    }

    /// The row as one line of JSON, without the line's end.
    #[must_use]
    pub fn line(&self) -> String {
        line(self)
    }
}

/// One line of JSON in which nothing steers a terminal: what JSON leaves as it is, it escapes.
#[must_use]
pub fn line(value: &impl Serialize) -> String {
    let json = serde_json::to_string(value).unwrap_or_default();
    if json.chars().all(prints) {
        return json;
    }
    let mut escaped = String::with_capacity(json.len() + 16);
    for letter in json.chars() {
        // All of them are in the basic plane, where one escape is one character.
        if prints(letter) {
            escaped.push(letter);
        } else {
            let _ = write!(escaped, "\\u{:04x}", u32::from(letter));
        }
    }
    escaped
}

/// Columns one after the other so that no two different rows read alike: each says what it is, a text
/// how long it is, and nothing is not an empty text.
struct Encoding(Vec<u8>);

impl Encoding {
    fn number(&mut self, number: Option<i64>) {
        match number {
            None => self.0.push(0),
            Some(number) => {
                self.0.push(1);
                self.0.extend_from_slice(&number.to_be_bytes());
            }
        }
    }

    fn text(&mut self, text: Option<&str>) {
        match text {
            None => self.0.push(0),
            Some(text) => {
                self.0.push(2);
                self.0.extend_from_slice(&(text.len() as u64).to_be_bytes());
                self.0.extend_from_slice(text.as_bytes());
            }
        }
    }
}

/// Bytes as people compare them.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn write_hash<S: Serializer>(hash: &Option<Vec<u8>>, serializer: S) -> Result<S::Ok, S::Error> {
    hash.as_deref().map(hex).serialize(serializer)
}

fn read_hash<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<u8>>, D::Error> {
    let Some(text) = Option::<String>::deserialize(deserializer)? else {
        return Ok(None);
    };
    let byte = |at: usize| u8::from_str_radix(text.get(at..at + 2)?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..text.len()).step_by(2).map(byte).collect();
    let wrong = || serde::de::Error::custom("a hash that is not hexadecimal");
    bytes.map(Some).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Row {
        Row {
            id: 7,
            phase: "event".into(),
            what: "sign-in".into(),
            person: "ada".into(),
            parameters: "{}".into(),
            ..Row::default()
        }
    }

    #[test]
    fn a_row_that_differs_in_anything_has_another_hash() {
        let changes: [fn(&mut Row); 9] = [
            |row| row.id = 8,
            |row| row.vps = Some(String::new()),
            |row| row.code = Some(0),
            |row| row.took_ms = Some(0),
            |row| row.action = Some(String::new()),
            |row| row.message = Some(String::new()),
            |row| (row.what, row.person) = ("sign-ina".into(), "da".into()),
            |row| (row.request_id, row.address) = ("1".into(), String::new()),
            |row| (row.request_id, row.address) = (String::new(), "1".into()),
        ];
        let mut hashes = vec![row().hash_after(&BEGINNING), row().hash_after(&[1; 32])];
        for change in changes {
            let mut row = row();
            change(&mut row);
            hashes.push(row.hash_after(&BEGINNING));
        }
        let count = hashes.len();
        hashes.sort_unstable();
        hashes.dedup();
        assert_eq!(hashes.len(), count);
    }

    #[test]
    fn t_ansi_a_line_of_json_is_read_back_as_it_was_and_steers_no_terminal() {
        let mut row = row();
        row.person = "a\u{1b}[2J\u{9b}\u{7f}\u{202e}\"\n中".into();
        row.hash = Some(vec![0, 255, 16]);
        let line = row.line();
        assert!(line.chars().all(prints), "{line:?}");
        assert!(line.contains("\"00ff10\""));
        assert_eq!(serde_json::from_str::<Row>(&line).unwrap(), row);
    }
}
