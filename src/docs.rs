//! docs/calls.md, made from the table of calls and the English messages. Nothing at run time needs it;
//! a test writes and compares it.

use crate::i18n::Language::English;
use crate::kiwivm::call::{Call, Class, Parameter, Topic};
use crate::kiwivm::calls::CALLS;
use crate::model::access;
use std::fmt::Write as _;

/// docs/calls.md: every call by topic, with what it needs, takes, loses and hides.
#[must_use]
pub fn calls_page() -> String {
    let mut page = format!(
        "# The {} calls\n\nMade from `src/kiwivm/calls.rs` and `src/i18n/en/calls.ftl`. *Needs* is the right over the \
         VPS; a parameter in [brackets] may be left out; *hides* are the fields of the reply that are shown once or \
         never.\n",
        CALLS.len()
    );
    for topic in Topic::ALL {
        let _ = write!(
            page,
            "\n## {}\n\n| call | what it does | kind | needs | parameters | hides | time limit |\n|---|---|---|---|---|---|---|\n",
            English.say(topic.message())
        );
        for call in CALLS.iter().filter(|call| call.topic == topic) {
            let _ = writeln!(page, "{}", row(call));
        }
    }
    page
}

fn row(call: &Call) -> String {
    let id = format!("call-{}", call.slug());
    let about = English.attribute(&id, "about");
    let loss = call.loses.map(|loss| English.say(loss.message()).text());
    let what: Vec<String> = [about.map(|about| about.text()), loss]
        .into_iter()
        .flatten()
        .collect();
    let cells = [
        format!("`{}`", call.name),
        what.join(" "),
        kind(call).to_owned(),
        English.say(access::needed(call).message()).text(),
        listed(call.parameters.iter().map(parameter)),
        listed(call.secret_fields.iter().map(|name| format!("`{name}`"))),
        limit(call),
    ];
    format!(
        "| {} |",
        cells.map(|cell| cell.replace('|', "\\|")).join(" | ")
    )
}

const fn kind(call: &Call) -> &'static str {
    match call.class {
        Class::Read => "read",
        Class::Change if call.interrupts => "change, interrupts",
        Class::Change => "change",
        Class::Destroy => "destroy",
        Class::Shell => "shell",
    }
}

fn parameter(parameter: &Parameter) -> String {
    if parameter.required {
        format!("`{}`", parameter.name)
    } else {
        format!("[`{}`]", parameter.name)
    }
}

fn listed(words: impl Iterator<Item = String>) -> String {
    words.collect::<Vec<_>>().join(" ")
}

fn limit(call: &Call) -> String {
    match call.time_limit.as_secs() {
        minutes if minutes >= 60 => format!("{} min", minutes / 60),
        seconds => format!("{seconds} s"),
    }
}
