//! The message files: complete, and the same in both languages.

use super::parsed::parts;
use crate::i18n::Language::{self, Chinese, English};
use crate::i18n::catalogue::FILES;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Messages in which a language may leave out arguments: each writes a date its own way.
const OWN_ARGUMENTS: [&str; 3] = ["format-date", "format-date-time", "format-day"];

#[test]
fn every_message_file_is_listed_and_stands_in_both_folders() {
    let listed: BTreeSet<String> = FILES.iter().map(|file| file.name.to_owned()).collect();
    assert_eq!(listed.len(), FILES.len(), "a file is listed twice");
    for language in Language::ALL {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("src/i18n")
            .join(language.tag());
        let found: BTreeSet<String> = std::fs::read_dir(folder)
            .expect("a folder of messages")
            .map(|entry| entry.expect("an entry").file_name())
            .map(|name| name.into_string().expect("a plain name"))
            .collect();
        assert_eq!(found, listed, "{}", language.tag());
    }
}

#[test]
fn no_message_is_said_twice() {
    for language in Language::ALL {
        let mut seen = BTreeSet::new();
        for part in parts(language) {
            let tag = language.tag();
            assert!(seen.insert(part.name.clone()), "{tag}: {}", part.name);
        }
    }
}

#[test]
fn both_languages_say_the_same_with_the_same_arguments() {
    let arguments = |language| -> BTreeMap<String, BTreeSet<String>> {
        parts(language)
            .into_iter()
            .map(|part| (part.name, part.arguments))
            .collect()
    };
    let (english, chinese) = (arguments(English), arguments(Chinese));
    let names = |map: &BTreeMap<String, _>| map.keys().cloned().collect::<BTreeSet<_>>();
    let one_sided: Vec<String> = names(&english)
        .symmetric_difference(&names(&chinese))
        .cloned()
        .collect();
    assert!(one_sided.is_empty(), "in one language only: {one_sided:?}");
    for (name, wanted) in &english {
        if !OWN_ARGUMENTS.contains(&name.as_str()) {
            assert_eq!(&chinese[name], wanted, "{name}");
        }
    }
}

#[test]
fn every_message_and_attribute_is_found_by_the_bundle() {
    for language in Language::ALL {
        for part in parts(language) {
            let found = match part.split() {
                (id, Some(attribute)) => language.attribute(id, attribute),
                (id, None) => language.say_if_known(id),
            };
            assert!(found.is_some(), "{}: {}", language.tag(), part.name);
        }
    }
}
