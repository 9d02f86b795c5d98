//! PHP's JSON, taken as it comes: `"41"` for 41, `""` for false, `[]` for an empty map.
//! Nothing here fails and nothing is invented: what cannot be understood is unknown (`None`), and
//! unknown stays apart from 0.

use indexmap::IndexMap;
use serde_json::{Map, Value};

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

/// A text, or a number as text.
#[must_use]
pub fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A list. PHP writes one with holes as an object, `{"0":…,"2":…}`; `null` is an empty one.
#[must_use]
pub fn list(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        Value::Object(fields) => fields.values().collect(),
        _ => Vec::new(),
    }
}

/// A map. PHP writes an empty one as `[]`, and one with the keys 0, 1, 2 … as a list.
#[must_use]
pub fn map(value: &Value) -> IndexMap<String, &Value> {
    match value {
        Value::Object(fields) => fields
            .iter()
            .map(|(key, value)| (key.clone(), value))
            .collect(),
        Value::Array(items) => items
            .iter()
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

    /// A text that says something: an empty one is as good as none.
    #[must_use]
    pub fn text(self, name: &str) -> Option<String> {
        let text = self.value(name).and_then(text)?;
        (!text.trim().is_empty()).then_some(text)
    }

    /// See [`list`].
    #[must_use]
    pub fn list(self, name: &str) -> Vec<&'a Value> {
        self.value(name).map(list).unwrap_or_default()
    }

    /// The texts in a list; what is no text is left out.
    #[must_use]
    pub fn texts(self, name: &str) -> Vec<String> {
        self.list(name).into_iter().filter_map(text).collect()
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
}
