//! How a reply of KiwiVM, or its absence, is drawn: names and values a person can read, tables where
//! a list holds objects. Everything in it is data and is escaped.

use super::page::Page;
use crate::i18n::format;
use crate::kiwivm::error::{Fault, Refusal, RefusalKind};
use askama::Template;
use serde_json::{Map, Value};

/// So deep is drawn as it is; below stands JSON.
const DEPTH_MAX: usize = 6;
/// So many entries of a list are drawn; the rest is counted.
const ENTRIES_MAX: usize = 100;

/// A value, as it is drawn.
pub(super) enum Node {
    /// A word or a number; with `exact` beside it when it is shown in another form.
    Text {
        shown: String,
        exact: Option<String>,
    },
    /// Nothing: null, an empty text, an empty list.
    Nothing,
    /// Names with values.
    Map(Vec<(String, Node)>),
    /// Values.
    List(Vec<Node>, usize),
    /// Objects with the same names.
    Table {
        names: Vec<String>,
        rows: Vec<Vec<Node>>,
        more: usize,
    },
}

#[derive(Template)]
#[template(path = "components/node.html")]
pub(super) struct Drawn<'a> {
    page: &'a Page,
    node: &'a Node,
}

impl Node {
    /// Whether it wants a row of its own below its name.
    fn is_table(&self) -> bool {
        matches!(self, Node::Table { .. })
    }

    /// Draws itself, and what is in it.
    pub(super) fn draw(&self, page: &Page) -> String {
        Drawn { page, node: self }.render().unwrap_or_default()
    }
}

/// A reply without what every reply has.
pub(super) fn node(page: &Page, reply: &Value) -> Node {
    let mut reply = reply.clone();
    if let Value::Object(fields) = &mut reply
        && fields.get("error").is_some_and(|error| *error == 0)
    {
        fields.shift_remove("error");
    }
    grow(page, ("", &reply), 0)
}

fn grow(page: &Page, (name, value): (&str, &Value), depth: usize) -> Node {
    if let Some(truth) = flag(name, value) {
        return Node::Text {
            shown: page.say(if truth { "form-yes" } else { "form-no" }).text(),
            exact: Some(value.to_string()),
        };
    }
    match value {
        Value::Null => Node::Nothing,
        Value::Bool(truth) => text(page.say(if *truth { "form-yes" } else { "form-no" }).text()),
        Value::Number(number) => figure(page, name, number),
        Value::String(words) if words.is_empty() => Node::Nothing,
        Value::String(words) => match words.parse::<u64>() {
            // KiwiVM writes some sizes as strings.
            Ok(bytes) if is_bytes(name) => figure(page, name, &bytes.into()),
            _ => text(words.clone()),
        },
        Value::Array(entries) if entries.is_empty() => Node::Nothing,
        Value::Object(fields) if fields.is_empty() => Node::Nothing,
        _ if depth >= DEPTH_MAX => text(value.to_string()),
        Value::Object(fields) => map(page, fields, depth + 1),
        Value::Array(entries) => list(page, (name, entries), depth + 1),
    }
}

/// A yes or no that PHP writes as a number or a text.
fn flag(name: &str, value: &Value) -> Option<bool> {
    let is_flag = name.starts_with("is_") || matches!(name, "sticky" | "suspended");
    if is_flag && (value.is_number() || value.is_string()) {
        crate::kiwivm::loose::truth(value)
    } else {
        None
    }
}

fn text(shown: String) -> Node {
    Node::Text { shown, exact: None }
}

/// A field's name in words, where we have some.
fn label(page: &Page, name: &str) -> String {
    let message = page.language().say_if_known(&format!("reply-{name}"));
    message.map_or_else(|| name.to_owned(), |message| message.text())
}

/// The place of a value in a reply, such as `snapshots[0].downloadLink`, with its field in words.
pub(super) fn path_words(page: &Page, path: &str) -> String {
    match path.rsplit_once('.') {
        Some((place, field)) => format!("{place} · {}", label(page, field)),
        None => label(page, path),
    }
}

/// Bytes, times and spans by the field's name; the number itself stays beside it.
fn figure(page: &Page, name: &str, number: &serde_json::Number) -> Node {
    let shown = match number.as_i64() {
        Some(value) if is_time(name) && value > 0 => Some(page.date_time(value)),
        Some(value) if is_span(name) && value > 0 => Some(page.duration(value)),
        _ => number
            .as_u64()
            .filter(|_| is_bytes(name))
            .map(|bytes| page.bytes(bytes)),
    };
    match shown {
        Some(shown) => Node::Text {
            shown,
            exact: Some(number.to_string()),
        },
        None => text(number.to_string()),
    }
}

fn is_time(name: &str) -> bool {
    matches!(
        name,
        "timestamp"
            | "data_next_reset"
            | "suspend_at"
            | "nullroute_timestamp"
            | "changed_timestamp"
    )
}

fn is_span(name: &str) -> bool {
    name.ends_with("_s") && !name.ends_with("ipv6s") || name == "purgesIn"
}

fn is_bytes(name: &str) -> bool {
    matches!(
        name,
        "size"
            | "plan_disk"
            | "plan_ram"
            | "plan_swap"
            | "plan_monthly_data"
            | "data_counter"
            | "ve_used_disk_space_b"
            | "uncompressed"
    ) || name.ends_with("_bytes")
}

/// Names with values; a table when each value is an object of plain values: one row each.
fn map(page: &Page, fields: &Map<String, Value>, depth: usize) -> Node {
    let is_plain = |value: &Value| !value.is_object() && !value.is_array();
    let objects: Option<Vec<(&String, &Map<String, Value>)>> = fields
        .iter()
        .map(|(name, value)| Some((name, value.as_object()?)))
        .collect();
    match objects {
        Some(objects)
            if objects
                .iter()
                .all(|(_, object)| object.values().all(is_plain)) =>
        {
            named_table(page, &objects, depth)
        }
        _ => {
            let grown = |(name, value): (&String, &Value)| {
                (label(page, name), grow(page, (name, value), depth))
            };
            Node::Map(fields.iter().map(grown).collect())
        }
    }
}

/// A table whose first column is the name of each row.
fn named_table(page: &Page, objects: &[(&String, &Map<String, Value>)], depth: usize) -> Node {
    let more = objects.len().saturating_sub(ENTRIES_MAX);
    let shown = &objects[..objects.len() - more];
    let rows: Vec<&Map<String, Value>> = shown.iter().map(|(_, object)| *object).collect();
    let mut drawn = table(page, (&rows, more), depth);
    if let Node::Table { names, rows, .. } = &mut drawn {
        names.insert(0, String::new());
        for (row, (name, _)) in rows.iter_mut().zip(shown) {
            row.insert(0, text(label(page, name)));
        }
    }
    drawn
}

fn list(page: &Page, (name, entries): (&str, &Vec<Value>), depth: usize) -> Node {
    let more = entries.len().saturating_sub(ENTRIES_MAX);
    let shown = &entries[..entries.len() - more];
    let objects: Option<Vec<&Map<String, Value>>> = shown.iter().map(Value::as_object).collect();
    match objects {
        Some(objects) => table(page, (&objects, more), depth),
        None => Node::List(
            shown
                .iter()
                .map(|value| grow(page, (name, value), depth))
                .collect(),
            more,
        ),
    }
}

fn table(page: &Page, (objects, more): (&[&Map<String, Value>], usize), depth: usize) -> Node {
    let mut names: Vec<&String> = Vec::new();
    for name in objects.iter().flat_map(|object| object.keys()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let cell = |object: &Map<String, Value>, name: &String| match object.get(name) {
        Some(value) => grow(page, (name, value), depth),
        None => Node::Nothing,
    };
    Node::Table {
        rows: objects
            .iter()
            .map(|object| names.iter().map(|name| cell(object, name)).collect())
            .collect(),
        names: names.iter().map(|name| label(page, name)).collect(),
        more,
    }
}

/// The reply as JSON for the fold, cut when it is very long.
pub(super) fn raw(reply: &Value) -> (String, bool) {
    const LONGEST: usize = 256 * 1024;
    let mut text = serde_json::to_string_pretty(reply).unwrap_or_default();
    let cut = text.len() > LONGEST;
    if cut {
        let end = (0..=LONGEST)
            .rev()
            .find(|end| text.is_char_boundary(*end))
            .unwrap_or(0);
        text.truncate(end);
    }
    (text, cut)
}

/// What happened, and what to do next, in one paragraph.
pub(super) fn fault_words(page: &Page, fault: &Fault) -> String {
    let fill = |message: crate::i18n::Message| match fault {
        Fault::Refused(refusal) => message
            .with("code", refusal.code)
            .with("message", refusal.message.as_str())
            .with("operation", operation(refusal))
            .with("percent", percent(refusal)),
        Fault::Unreachable { why } | Fault::Broken { why } => message.with("reason", why.as_str()),
        Fault::Silent { after } => message.with("seconds", after.as_secs()),
        Fault::Nonsense { status, beginning } => message
            .with("status", *status)
            .with("beginning", beginning.as_str()),
        Fault::TooManyRequests | Fault::TooLong { .. } => message,
    };
    let id = fault.message_id();
    let what = fill(page.say(id)).text();
    let next = page
        .language()
        .attribute(id, "next")
        .map(|next| fill(next).text());
    let sentences: Vec<String> = std::iter::once(what).chain(next).collect();
    format::sentences(page.language(), &sentences)
}

/// What keeps the VPS locked, or the word `unknown`, by which the message chooses its words.
fn operation(refusal: &Refusal) -> String {
    let lock = refusal.lock.as_ref();
    lock.and_then(|lock| lock.operation.clone().or_else(|| lock.progress.clone()))
        .unwrap_or_else(|| "unknown".to_owned())
}

fn percent(refusal: &Refusal) -> String {
    let lock = refusal.lock.as_ref();
    lock.and_then(|lock| lock.percent)
        .map_or_else(|| "unknown".to_owned(), |percent| percent.to_string())
}

/// Whether KiwiVM's no shows that it knows the key: any word but "authentication failure".
pub(super) fn proves_the_key(fault: &Fault) -> bool {
    matches!(fault, Fault::Refused(refusal) if refusal.kind != RefusalKind::Authentication)
}
