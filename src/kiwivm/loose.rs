//! PHP's JSON, taken as it comes: `"41"` for 41, `""` for false, `[]` for an empty map.
//! Nothing here fails and nothing is invented: what cannot be understood is unknown (`None`), and
//! unknown stays apart from 0. Lists and texts are bounded, and texts are fit to be shown; what is
//! sent back to KiwiVM is read with [`exact`].

use super::printable::{printable, printable_lines};
use indexmap::IndexMap;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// So many entries of a list or a map are read.
pub const ENTRIES_MAX: usize = 1_000;
/// So much of a text is read.
pub const TEXT_MAX_CHARS: usize = 2_000;
/// The same of a text of several lines: a complaint, a log, SSH keys.
pub const LINES_MAX_CHARS: usize = 16 * 1024;

/// A whole number: `41`, `"41"`, `"1234.0"`, `-100`. A fraction is cut off.
#[must_use]
pub fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| whole(number.as_f64()?)),
        Value::String(text) => {
            let text = text.trim();
            text.parse()
                .ok()
                .or_else(|| whole(text.parse::<f64>().ok()?))
        }
        _ => None,
    }
}

/// A whole number that is not negative.
#[must_use]
pub fn count(value: &Value) -> Option<u64> {
    u64::try_from(integer(value)?).ok()
}

/// A finite number, whole or not.
#[must_use]
pub fn float(value: &Value) -> Option<f64> {
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    number.filter(|number| number.is_finite())
}

/// Yes or no as PHP says it: `true`, 1, `"1"`; `false`, 0, `"0"`, `""`, `null`.
#[must_use]
pub fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Null => Some(false),
        Value::Bool(truth) => Some(*truth),
        Value::Number(number) => number.as_f64().map(|number| number != 0.0),
        Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
            "" | "0" | "false" => Some(false),
            "1" | "true" => Some(true),
            _ => None,
        },
        _ => None,
    }
}

/// A text, or a number as text, in one line fit to be shown.
#[must_use]
pub fn text(value: &Value) -> Option<String> {
    Some(printable(&worded(value)?, TEXT_MAX_CHARS))
}

/// A text of several lines, fit to be shown.
#[must_use]
pub fn lines(value: &Value) -> Option<String> {
    Some(printable_lines(&worded(value)?, LINES_MAX_CHARS))
}

/// A text as it came, to be sent back. One that is too long is none: cut, it would mean something
/// else.
#[must_use]
pub fn exact(value: &Value) -> Option<String> {
    worded(value)
        .filter(|text| text.len() <= TEXT_MAX_CHARS)
        .map(Cow::into_owned)
}

fn worded(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        _ => None,
    }
}

/// The first [`ENTRIES_MAX`] of a list. PHP writes one with holes as an object, `{"0":…,"2":…}`;
/// `null` is an empty one.
#[must_use]
pub fn list(value: &Value) -> Vec<&Value> {
    let mut entries = whole_list(value);
    entries.truncate(ENTRIES_MAX);
    entries
}

/// The same, however long: points of use come by the hundred thousand.
#[must_use]
pub fn whole_list(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        Value::Object(fields) => fields.values().collect(),
        _ => Vec::new(),
    }
}

/// The first [`ENTRIES_MAX`] of a map, under the very names that KiwiVM gave them. PHP writes an
/// empty one as `[]`, and one with the keys 0, 1, 2 … as a list.
#[must_use]
pub fn map(value: &Value) -> IndexMap<String, &Value> {
    match value {
        Value::Object(fields) => fields
            .iter()
            .take(ENTRIES_MAX)
            .map(|(key, value)| (key.clone(), value))
            .collect(),
        Value::Array(items) => items
            .iter()
            .take(ENTRIES_MAX)
            .enumerate()
            .map(|(index, value)| (index.to_string(), value))
            .collect(),
        _ => IndexMap::new(),
    }
}

/// The fields of one JSON object, asked for by name. A missing one is unknown.
#[derive(Clone, Copy, Debug)]
pub struct Fields<'a>(Option<&'a Map<String, Value>>);

impl<'a> Fields<'a> {
    /// The fields of this map.
    #[must_use]
    pub fn new(fields: &'a Map<String, Value>) -> Fields<'a> {
        Fields(Some(fields))
    }

    /// The fields of this value; none at all when it is no object.
    #[must_use]
    pub fn of(value: &'a Value) -> Fields<'a> {
        Fields(value.as_object())
    }

    /// The fields of the object in this field.
    #[must_use]
    pub fn within(self, name: &str) -> Fields<'a> {
        Fields(self.value(name).and_then(Value::as_object))
    }

    /// Whether there is such a field, whatever it holds.
    #[must_use]
    pub fn has(self, name: &str) -> bool {
        self.value(name).is_some()
    }

    /// See [`integer`].
    #[must_use]
    pub fn integer(self, name: &str) -> Option<i64> {
        self.value(name).and_then(integer)
    }

    /// See [`count`].
    #[must_use]
    pub fn count(self, name: &str) -> Option<u64> {
        self.value(name).and_then(count)
    }

    /// See [`float`].
    #[must_use]
    pub fn float(self, name: &str) -> Option<f64> {
        self.value(name).and_then(float)
    }

    /// See [`truth`].
    #[must_use]
    pub fn truth(self, name: &str) -> Option<bool> {
        self.value(name).and_then(truth)
    }

    /// See [`text`](fn@text). An empty one is as good as none.
    #[must_use]
    pub fn text(self, name: &str) -> Option<String> {
        self.value(name).and_then(text).filter(says_something)
    }

    /// See [`lines`]. An empty one is as good as none.
    #[must_use]
    pub fn lines(self, name: &str) -> Option<String> {
        self.value(name).and_then(lines).filter(says_something)
    }

    /// See [`exact`]. An empty one is as good as none.
    #[must_use]
    pub fn exact(self, name: &str) -> Option<String> {
        self.value(name).and_then(exact).filter(says_something)
    }

    /// The lines of a text that hold something, each fit to be shown. None is left out for the length of
    /// all: what is edited and sent back must be whole.
    #[must_use]
    pub fn every_line(self, name: &str) -> Vec<String> {
        let text = self.value(name).and_then(worded).unwrap_or_default();
        text.lines()
            .map(|line| printable(line, LINES_MAX_CHARS).trim().to_owned())
            .filter(says_something)
            .take(ENTRIES_MAX)
            .collect()
    }

    /// See [`list`].
    #[must_use]
    pub fn list(self, name: &str) -> Vec<&'a Value> {
        self.value(name).map(list).unwrap_or_default()
    }

    /// See [`whole_list`].
    #[must_use]
    pub fn whole_list(self, name: &str) -> Vec<&'a Value> {
        self.value(name).map(whole_list).unwrap_or_default()
    }

    /// The texts in a list; what is no text is left out.
    #[must_use]
    pub fn texts(self, name: &str) -> Vec<String> {
        self.list(name).into_iter().filter_map(text).collect()
    }

    /// The same, as they came.
    #[must_use]
    pub fn exacts(self, name: &str) -> Vec<String> {
        self.list(name).into_iter().filter_map(exact).collect()
    }

    /// See [`map`].
    #[must_use]
    pub fn map(self, name: &str) -> IndexMap<String, &'a Value> {
        self.value(name).map(map).unwrap_or_default()
    }

    fn value(self, name: &str) -> Option<&'a Value> {
        self.0?.get(name)
    }
}

#[expect(clippy::ptr_arg, reason = "`Option::filter` gives what it holds")]
fn says_something(text: &String) -> bool {
    !text.trim().is_empty()
}

/// The whole part of a number that a computer can hold exactly enough.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the range is checked, the fraction is meant to go"
)]
fn whole(number: f64) -> Option<i64> {
    const LIMIT: f64 = 9.0e18;
    (number.abs() < LIMIT).then_some(number as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_number_may_come_as_text() {
        for (value, expected) in [
            (json!(41), Some(41)),
            (json!("41"), Some(41)),
            (json!(" 41 "), Some(41)),
            (json!("1234.0"), Some(1234)),
            (json!(1234.9), Some(1234)),
            (json!("-100"), Some(-100)),
            (json!(-0.5), Some(0)),
            (json!("2147483648000"), Some(2_147_483_648_000)),
        ] {
            assert_eq!(integer(&value), expected, "{value}");
        }
    }

    #[test]
    fn what_is_no_number_is_unknown_and_not_0() {
        for value in [
            json!(null),
            json!(""),
            json!("-"),
            json!("NaN"),
            json!("inf"),
            json!("1e400"),
            json!("12 GB"),
            json!(1e300),
            json!(u64::MAX),
            json!([]),
            json!({}),
            json!(true),
        ] {
            assert_eq!(integer(&value), None, "{value}");
            assert_eq!(count(&value), None, "{value}");
        }
        assert_eq!(count(&json!(-1)), None);
    }

    #[test]
    fn a_float_is_finite_or_unknown() {
        assert_eq!(float(&json!("0.33")), Some(0.33));
        assert_eq!(float(&json!(0.33)), Some(0.33));
        assert_eq!(float(&json!(3)), Some(3.0));
        for value in [
            json!("NaN"),
            json!("-inf"),
            json!("1e999"),
            json!(""),
            json!([]),
            json!(null),
        ] {
            assert_eq!(float(&value), None, "{value}");
        }
    }

    #[test]
    fn yes_and_no_come_in_every_form_of_php() {
        for value in [json!(true), json!(1), json!("1"), json!("true"), json!(2)] {
            assert_eq!(truth(&value), Some(true), "{value}");
        }
        for value in [
            json!(false),
            json!(0),
            json!("0"),
            json!(""),
            json!(null),
            json!(0.0),
        ] {
            assert_eq!(truth(&value), Some(false), "{value}");
        }
        for value in [json!("maybe"), json!([]), json!({})] {
            assert_eq!(truth(&value), None, "{value}");
        }
    }

    #[test]
    fn an_empty_map_comes_as_a_list_and_a_list_with_holes_as_a_map() {
        assert!(map(&json!([])).is_empty());
        assert!(map(&json!(null)).is_empty());
        assert_eq!(map(&json!(["a", "b"]))["1"], "b");
        assert_eq!(map(&json!({"x": 1}))["x"], 1);
        assert_eq!(list(&json!({"0": "a", "2": "c"})), ["a", "c"]);
        assert!(list(&json!(null)).is_empty());
        assert!(list(&json!("text")).is_empty());
    }

    #[test]
    fn an_empty_text_says_nothing() {
        let value = json!({"empty": " ", "number": 7, "null": null, "list": ["a", 1, null, {}]});
        let fields = Fields::of(&value);
        assert_eq!(fields.text("empty"), None);
        assert_eq!(fields.text("null"), None);
        assert_eq!(fields.text("number").as_deref(), Some("7"));
        assert_eq!(fields.texts("list"), ["a", "1"]);
        assert!(!fields.within("number").has("anything"));
    }

    #[test]
    fn t_ansi_a_view_is_fit_to_be_shown_and_what_is_sent_back_is_exact() {
        let value = json!({"name": "a\u{1b}[31m\u{202e}b\n", "list": ["x\u{7}"]});
        let fields = Fields::of(&value);
        assert_eq!(fields.text("name").as_deref(), Some("a[31mb "));
        assert_eq!(fields.lines("name").as_deref(), Some("a[31mb\n"));
        assert_eq!(
            fields.exact("name").as_deref(),
            Some("a\u{1b}[31m\u{202e}b\n")
        );
        assert_eq!(fields.texts("list"), ["x"]);
        assert_eq!(fields.exacts("list"), ["x\u{7}"]);
    }

    #[test]
    fn a_reply_without_end_is_read_to_a_bound() {
        let many = vec![0; 100_000];
        assert_eq!(list(&json!(many)).len(), ENTRIES_MAX);
        assert_eq!(map(&json!(many)).len(), ENTRIES_MAX);
        let long = json!("é".repeat(100_000));
        assert_eq!(text(&long).unwrap().chars().count(), TEXT_MAX_CHARS);
        assert_eq!(lines(&long).unwrap().chars().count(), LINES_MAX_CHARS);
        assert_eq!(exact(&long), None);
    }
}
