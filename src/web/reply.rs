//! How a reply of KiwiVM, or its absence, is drawn: names and values a person can read, tables where
//! a list holds objects. Everything in it is data, bounded and escaped; the rest is counted, and
//! stands in the reply itself.

mod json;

use super::markup::Fragment;
use super::page::Page;
use crate::i18n::format;
use crate::kiwivm::error::{Fault, Refusal, RefusalKind};
use crate::kiwivm::printable::{printable, printable_lines};
use askama::Template;
use indexmap::IndexSet;
use serde_json::{Map, Value};

/// So deep is drawn as it is; below stands JSON.
const DEPTH_MAX: usize = 6;
/// So much of that JSON.
const DEEP_MAX_BYTES: usize = 2_000;
/// So many entries of a list are drawn; the rest is counted.
const ENTRIES_MAX: usize = 100;
/// A wider table is a list of names and values.
const COLUMNS_MAX: usize = 30;
/// So many values of one reply are drawn in all.
const NODES_MAX: usize = 5_000;
/// So long are all its texts together.
const TEXTS_MAX_CHARS: usize = 256 * 1024;
/// So long is a field's name.
const NAME_MAX_CHARS: usize = 200;
/// So much of the reply itself stands in the fold.
const RAW_MAX_BYTES: usize = 256 * 1024;

/// A value, as it is drawn.
pub(super) enum Node {
    /// A word or a number; with `exact` beside it when it is shown in another form.
    Text {
        shown: String,
        exact: Option<String>,
    },
    /// Nothing: null, an empty text, an empty list.
    Nothing,
    /// Names with values, and how many more there are.
    Map(Vec<(String, Node)>, usize),
    /// Values, and how many more there are.
    List(Vec<Node>, usize),
    /// Objects with the same names, and how many more there are.
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
    pub(super) fn draw(&self, page: &Page) -> askama::Result<Fragment> {
        Fragment::of(&Drawn { page, node: self })
    }
}

/// A reply without what every reply has.
pub(super) fn node(page: &Page, reply: &Value) -> Node {
    let mut growth = Growth {
        page,
        nodes_left: NODES_MAX,
        chars_left: TEXTS_MAX_CHARS,
    };
    let Value::Object(fields) = reply else {
        return growth.grow(("", reply), 0);
    };
    let success = |(name, value): &(&String, &Value)| *name == "error" && **value == 0;
    let fields: Vec<_> = fields.iter().filter(|field| !success(field)).collect();
    match fields.is_empty() {
        true => Node::Nothing,
        false => growth.map(&fields, 1),
    }
}

/// A drawing under way, and how much more may be drawn of one reply.
struct Growth<'a> {
    page: &'a Page,
    nodes_left: usize,
    chars_left: usize,
}

/// A field of an object.
type Field<'a> = (&'a String, &'a Value);

impl Growth<'_> {
    fn has_room(&self) -> bool {
        self.nodes_left > 0 && self.chars_left > 0
    }

    fn grow(&mut self, (name, value): (&str, &Value), depth: usize) -> Node {
        self.nodes_left = self.nodes_left.saturating_sub(1);
        if let Some(truth) = flag(name, value) {
            return Node::Text {
                shown: self.truth(truth),
                exact: Some(value.to_string()),
            };
        }
        match value {
            Value::Null => Node::Nothing,
            Value::Bool(truth) => plain(self.truth(*truth)),
            Value::Number(number) => figure(self.page, name, number),
            Value::String(words) if words.is_empty() => Node::Nothing,
            Value::String(words) => match words.parse::<u64>() {
                // KiwiVM writes some sizes as strings.
                Ok(bytes) if is_bytes(name) => figure(self.page, name, &bytes.into()),
                _ => self.text(words),
            },
            Value::Array(entries) if entries.is_empty() => Node::Nothing,
            Value::Object(fields) if fields.is_empty() => Node::Nothing,
            _ if depth >= DEPTH_MAX => self.deep(value),
            Value::Object(fields) => self.map(&fields.iter().collect::<Vec<_>>(), depth + 1),
            Value::Array(entries) => self.list((name, entries), depth + 1),
        }
    }

    fn truth(&self, truth: bool) -> String {
        let id = if truth { "form-yes" } else { "form-no" };
        self.page.say(id).text()
    }

    /// As much of a text as there is room for.
    fn text(&mut self, words: &str) -> Node {
        let mut shown = printable_lines(words, self.chars_left + 1);
        let length = shown.chars().count();
        if length > self.chars_left {
            shown.pop();
            shown.push('…');
        }
        self.chars_left = self.chars_left.saturating_sub(length);
        plain(shown)
    }

    fn deep(&mut self, value: &Value) -> Node {
        let (mut text, cut) = json::compact(value, DEEP_MAX_BYTES);
        if cut {
            text.push('…');
        }
        self.text(&text)
    }

    /// Names with values; a table when each value is an object of plain values: one row each.
    fn map(&mut self, fields: &[Field<'_>], depth: usize) -> Node {
        let objects: Option<Vec<_>> = fields.iter().map(|(_, value)| flat(value)).collect();
        if let Some(objects) = objects
            && let Some(names) = columns(&objects)
        {
            return self.named_table(fields, (&objects, &names), depth);
        }
        let mut drawn = Vec::new();
        for (name, value) in fields {
            if !self.has_room() {
                break;
            }
            drawn.push((label(self.page, name), self.grow((name, value), depth)));
        }
        let more = fields.len() - drawn.len();
        Node::Map(drawn, more)
    }

    /// A table whose first column is the name of each row.
    fn named_table(
        &mut self,
        fields: &[Field<'_>],
        columns: (&[&Map<String, Value>], &[&String]),
        depth: usize,
    ) -> Node {
        let mut drawn = self.table(columns, depth);
        if let Node::Table { names, rows, .. } = &mut drawn {
            names.insert(0, String::new());
            for (row, (name, _)) in rows.iter_mut().zip(fields) {
                row.insert(0, plain(label(self.page, name)));
            }
        }
        drawn
    }

    fn list(&mut self, (name, entries): (&str, &[Value]), depth: usize) -> Node {
        let objects: Option<Vec<_>> = entries.iter().map(Value::as_object).collect();
        if let Some(objects) = objects
            && let Some(names) = columns(&objects)
        {
            return self.table((&objects, &names), depth);
        }
        let mut drawn = Vec::new();
        for value in entries.iter().take(ENTRIES_MAX) {
            if !self.has_room() {
                break;
            }
            drawn.push(self.grow((name, value), depth));
        }
        let more = entries.len() - drawn.len();
        Node::List(drawn, more)
    }

    fn table(
        &mut self,
        (objects, names): (&[&Map<String, Value>], &[&String]),
        depth: usize,
    ) -> Node {
        let mut rows = Vec::new();
        for object in objects.iter().take(ENTRIES_MAX) {
            if !self.has_room() {
                break;
            }
            let cell = |name: &&String| match object.get(*name) {
                Some(value) => self.grow((name, value), depth),
                None => Node::Nothing,
            };
            rows.push(names.iter().map(cell).collect());
        }
        Node::Table {
            more: objects.len() - rows.len(),
            rows,
            names: names.iter().map(|name| label(self.page, name)).collect(),
        }
    }
}

/// An object that holds only plain values.
fn flat(value: &Value) -> Option<&Map<String, Value>> {
    let is_plain = |value: &Value| !value.is_object() && !value.is_array();
    value
        .as_object()
        .filter(|fields| fields.values().all(is_plain))
}

/// The names in these objects; none when they are too many for a table.
fn columns<'a>(objects: &[&'a Map<String, Value>]) -> Option<Vec<&'a String>> {
    let mut names = IndexSet::new();
    let shown = objects.iter().take(ENTRIES_MAX);
    for name in shown.flat_map(|object| object.keys()) {
        names.insert(name);
        if names.len() > COLUMNS_MAX {
            return None;
        }
    }
    Some(names.into_iter().collect())
}

fn plain(shown: String) -> Node {
    Node::Text { shown, exact: None }
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

/// A field's name in words, where we have some.
fn label(page: &Page, name: &str) -> String {
    let message = page.language().say_if_known(&format!("reply-{name}"));
    message.map_or_else(|| printable(name, NAME_MAX_CHARS), |message| message.text())
}

/// The place of a value in a reply, such as `snapshots[0].downloadLink`, with its field in words.
pub(super) fn path_words(page: &Page, path: &str) -> String {
    match path.rsplit_once('.') {
        Some((place, field)) => {
            let place = printable(place, NAME_MAX_CHARS);
            format!("{place} · {}", label(page, field))
        }
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
        None => plain(number.to_string()),
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

/// The fields in which KiwiVM tells whose account it is.
const ADDRESSES: [&str; 2] = ["email", "notificationEmail"];

/// The reply for those who only look: whose account it is stays masked.
pub(super) fn without_addresses(reply: &Value) -> Value {
    let mut reply = reply.clone();
    for name in ADDRESSES {
        if let Some(Value::String(address)) = reply.get_mut(name) {
            *address = masked(address);
        }
    }
    reply
}

/// `c***@example.com`
pub(super) fn masked(address: &str) -> String {
    let first = address.chars().next().map(String::from).unwrap_or_default();
    match address.split_once('@') {
        Some((_, host)) => format!("{first}***@{host}"),
        None => "***".to_owned(),
    }
}

/// The reply as JSON for the fold, cut when it is very long.
pub(super) fn raw(reply: &Value) -> (String, bool) {
    json::pretty(reply, RAW_MAX_BYTES)
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
