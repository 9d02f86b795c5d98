//! The walk through sources and templates: no message is used that does not exist, and none
//! exists that is not used.

use super::parsed::parts;
use crate::i18n::Language::English;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Beginnings of ids that are put together at run time, so that no literal names them whole: from
/// the table of calls, from field names of a reply, from the names of enum values.
const BUILT_AT_RUN_TIME: [&str; 16] = [
    "attention-",
    "call-",
    "event-",
    "notice-",
    "class-",
    "fault-",
    "format-",
    "loss-",
    "outcome-",
    "parameter-",
    "refusal-",
    "reply-",
    "right-",
    "role-",
    "state-",
    "topic-",
];

/// The text of every source file and template.
fn texts() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts = Vec::new();
    walk(&root.join("src"), "rs", &mut texts);
    walk(&root.join("templates"), "html", &mut texts);
    assert!(texts.len() > 10, "the walk found nothing");
    texts
}

/// A folder that is not there holds nothing.
fn walk(folder: &Path, extension: &str, texts: &mut Vec<(PathBuf, String)>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            walk(&path, extension, texts);
        } else if path.extension().is_some_and(|found| found == extension) {
            let text = std::fs::read_to_string(&path).expect("a readable source");
            texts.push((path, text));
        }
    }
}

/// The first literal arguments, up to two, of each call of this function. Its bracket is added
/// here, so that the walk does not take the names below for calls.
fn literal_arguments<'a>(
    text: &'a str,
    function: &str,
) -> impl Iterator<Item = (&'a str, Option<&'a str>)> {
    let calls: Vec<&str> = text.split(&format!("{function}(")).collect();
    calls.into_iter().skip(1).filter_map(|rest| {
        let (first, rest) = literal(rest)?;
        let second = rest.trim_start().strip_prefix(',').and_then(literal);
        Some((first, second.map(|(second, _)| second)))
    })
}

/// The string literal that a text begins with, and what follows it.
fn literal(text: &str) -> Option<(&str, &str)> {
    text.trim_start().strip_prefix('"')?.split_once('"')
}

/// Everything between two quotation marks, whichever opens: more than there is, never less.
fn literals(texts: &[(PathBuf, String)]) -> BTreeSet<&str> {
    texts
        .iter()
        .flat_map(|(_, text)| text.split('"'))
        .filter(|piece| piece.len() < 100)
        .collect()
}

#[test]
fn every_message_that_is_used_exists() {
    for (path, text) in &texts() {
        let path = path.display();
        for function in ["say", "say_if_known"] {
            for (id, _) in literal_arguments(text, function) {
                assert!(English.say_if_known(id).is_some(), "{path}: {id}");
            }
        }
        for (id, attribute) in literal_arguments(text, ".attribute") {
            let Some(attribute) = attribute else { continue };
            let found = English.attribute(id, attribute);
            assert!(found.is_some(), "{path}: {id}.{attribute}");
        }
    }
}

#[test]
fn every_message_that_exists_is_used() {
    let texts = texts();
    let literals = literals(&texts);
    let unused: Vec<String> = parts(English)
        .iter()
        .filter(|part| {
            let (id, attribute) = part.split();
            let built = BUILT_AT_RUN_TIME
                .iter()
                .any(|beginning| id.starts_with(beginning));
            let named = built || literals.contains(id);
            !named || attribute.is_some_and(|attribute| !literals.contains(attribute))
        })
        .map(|part| part.name.clone())
        .collect();
    assert!(unused.is_empty(), "no literal names {unused:?}");
}

#[test]
fn a_literal_is_found_over_a_line_break() {
    let text = "language.say(\n    \"one\",\n).x().attribute( \"two\" , \"about\") say(id)";
    let said: Vec<_> = literal_arguments(text, "say").collect();
    assert_eq!(said, [("one", None)]);
    let attributes: Vec<_> = literal_arguments(text, ".attribute").collect();
    assert_eq!(attributes, [("two", Some("about"))]);
}
