//! A value as JSON that is cut when it is long, without ever writing more than that, and in which
//! nothing steers a terminal or turns the direction of reading.

use crate::kiwivm::printable::prints;
use serde_json::Value;
use std::fmt::Write as _;
use std::io;

/// The beginning of a value as JSON in lines, and whether there is more.
pub(super) fn pretty(value: &Value, limit_bytes: usize) -> (String, bool) {
    written(limit_bytes, |page| {
        serde_json::to_writer_pretty(page, value)
    })
}

/// The beginning of a value as JSON in one line, and whether there is more.
pub(super) fn compact(value: &Value, limit_bytes: usize) -> (String, bool) {
    written(limit_bytes, |page| serde_json::to_writer(page, value))
}

fn written(
    limit_bytes: usize,
    write: impl FnOnce(&mut Bounded) -> serde_json::Result<()>,
) -> (String, bool) {
    let mut page = Bounded {
        bytes: Vec::new(),
        limit_bytes,
    };
    let cut = write(&mut page).is_err();
    (escaped(page.text()), cut)
}

/// Takes so many bytes and no more.
struct Bounded {
    bytes: Vec<u8>,
    limit_bytes: usize,
}

impl Bounded {
    /// Without a last character that was cut in the middle.
    fn text(mut self) -> String {
        if let Err(error) = std::str::from_utf8(&self.bytes) {
            self.bytes.truncate(error.valid_up_to());
        }
        String::from_utf8(self.bytes).unwrap_or_default()
    }
}

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = self.limit_bytes - self.bytes.len();
        let taken = bytes.len().min(room);
        self.bytes.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The same JSON: what must not be shown as it is can only stand in a text, where it has an escape.
fn escaped(json: String) -> String {
    let is_plain = |letter: char| letter == '\n' || prints(letter);
    if json.chars().all(is_plain) {
        return json;
    }
    let mut escaped = String::with_capacity(json.len());
    for letter in json.chars() {
        if is_plain(letter) {
            escaped.push(letter);
        } else {
            // Writing to a String cannot fail.
            let _ = write!(escaped, "\\u{:04x}", u32::from(letter));
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_long_is_cut_at_the_limit_and_at_a_whole_character() {
        let long = json!({"a": "é".repeat(100_000), "b": vec![1; 100_000]});
        for limit_bytes in [1000, 1001] {
            let (text, cut) = compact(&long, limit_bytes);
            assert!(cut && (limit_bytes - 1..=limit_bytes).contains(&text.len()));
        }
        let (text, cut) = pretty(&json!({"a": [1]}), 1000);
        assert_eq!(
            (text.as_str(), cut),
            ("{\n  \"a\": [\n    1\n  ]\n}", false)
        );
    }

    #[test]
    fn t_ansi_what_steers_or_turns_is_escaped_and_the_json_means_the_same() {
        let value = json!({"a\u{202e}": "\u{1b}\u{7f}\u{9b}\u{2066}\n中"});
        let (text, _) = pretty(&value, 1000);
        assert!(text.chars().all(|letter| letter == '\n' || prints(letter)));
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }
}
