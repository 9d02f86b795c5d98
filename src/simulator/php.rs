//! Writes JSON as PHP's `json_encode` does by default: compact, `/` as `\/`, other letters than ASCII by their
//! four hexadecimal digits, an empty map as `[]`. It knows nothing of KiwiVM.

use serde_json::{Map, Value};
use std::fmt::Write as _;

/// The map as PHP would send it: a reply is never the bare `[]`, since `error` is always there.
pub(super) fn encode(map: &Map<String, Value>) -> String {
    let mut text = String::new();
    write_map(&mut text, map);
    text
}

fn write_value(text: &mut String, value: &Value) {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => {
            let _ = write!(text, "{value}");
        }
        Value::String(string) => write_string(text, string),
        Value::Array(items) => write_list(text, items),
        Value::Object(map) => write_map(text, map),
    }
}

fn write_list(text: &mut String, items: &[Value]) {
    text.push('[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        write_value(text, item);
    }
    text.push(']');
}

fn write_map(text: &mut String, map: &Map<String, Value>) {
    if map.is_empty() {
        text.push_str("[]");
        return;
    }
    text.push('{');
    for (index, (name, value)) in map.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        write_string(text, name);
        text.push(':');
        write_value(text, value);
    }
    text.push('}');
}

fn write_string(text: &mut String, string: &str) {
    text.push('"');
    for character in string.chars() {
        write_character(text, character);
    }
    text.push('"');
}

fn write_character(text: &mut String, character: char) {
    match character {
        '"' => text.push_str("\\\""),
        '\\' => text.push_str("\\\\"),
        '/' => text.push_str("\\/"),
        '\u{8}' => text.push_str("\\b"),
        '\u{c}' => text.push_str("\\f"),
        '\n' => text.push_str("\\n"),
        '\r' => text.push_str("\\r"),
        '\t' => text.push_str("\\t"),
        ' '..='\u{7f}' => text.push(character),
        _ => {
            for unit in character.encode_utf16(&mut [0; 2]) {
                let _ = write!(text, "\\u{unit:04x}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn map(value: Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap()
    }

    #[test]
    fn slashes_and_everything_beyond_ascii_are_escaped_as_php_does() {
        let value = map(json!({"a": "1/2", "b": "中😀", "c": "\u{1}\n\u{7f}\"\\"}));
        let expected =
            "{\"a\":\"1\\/2\",\"b\":\"\\u4e2d\\ud83d\\ude00\",\"c\":\"\\u0001\\n\u{7f}\\\"\\\\\"}";
        assert_eq!(encode(&value), expected);
    }

    #[test]
    fn an_empty_map_is_an_empty_list() {
        assert_eq!(
            encode(&map(
                json!({"ptr": {}, "list": [], "n": 0.33, "t": true, "x": null})
            )),
            r#"{"ptr":[],"list":[],"n":0.33,"t":true,"x":null}"#
        );
    }
}
