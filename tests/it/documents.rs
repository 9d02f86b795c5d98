//! The pages that are made from the code, and the provider's own list of calls, agree with it.

use kiwideck::kiwivm::call::{Call, Class};
use kiwideck::kiwivm::calls::CALLS;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

#[test]
fn the_page_of_settings_is_in_step() {
    in_step("docs/settings.md", &kiwideck::config::settings_page());
}

#[test]
fn the_page_of_calls_is_in_step() {
    in_step("docs/calls.md", &kiwideck::docs::calls_page());
}

/// Compares a page, or writes it when `UPDATE_DOCS=1` asks for it.
#[expect(
    clippy::disallowed_methods,
    reason = "whoever runs the tests says it by environment"
)]
fn in_step(page: &str, wanted: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
    if std::env::var("UPDATE_DOCS").is_ok_and(|value| value == "1") {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, wanted).unwrap();
    }
    let found = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        found == wanted,
        "{page} is out of step: run UPDATE_DOCS=1 cargo test in_step"
    );
}

/// One line of the provider's list.
#[derive(Debug, PartialEq, Eq)]
struct Line {
    class: &'static str,
    interrupts: bool,
    guarded: bool,
    /// With a question mark when it may be left out.
    parameters: BTreeSet<String>,
}

#[test]
fn the_providers_list_and_the_table_agree() {
    let listed = include_str!("../provider_calls.txt");
    let lines: Vec<&str> = listed
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
        .collect();
    let provider: BTreeMap<String, Line> = lines.iter().map(|line| understood(line)).collect();
    let ours: BTreeMap<String, Line> = CALLS
        .iter()
        .map(|call| (call.name.to_owned(), declared(call)))
        .collect();
    assert_eq!(lines.len(), 45);
    assert_eq!(
        provider.keys().collect::<Vec<_>>(),
        ours.keys().collect::<Vec<_>>()
    );
    for (name, line) in &provider {
        assert_eq!(line, &ours[name], "{name}");
    }
}

fn understood(line: &str) -> (String, Line) {
    let mut words = line
        .split_whitespace()
        .filter(|word| !word.starts_with('@'));
    let name = words.next().unwrap().to_owned();
    let class = words.next().unwrap();
    let known = ["read", "change", "destroy", "shell"];
    let plain = class.trim_end_matches(['!', '*']);
    let line = Line {
        class: known.into_iter().find(|known| *known == plain).unwrap(),
        interrupts: class.contains('!'),
        guarded: class.contains('*'),
        parameters: words.map(str::to_owned).collect(),
    };
    (name, line)
}

fn declared(call: &Call) -> Line {
    Line {
        class: match call.class {
            Class::Read => "read",
            Class::Change => "change",
            Class::Destroy => "destroy",
            Class::Shell => "shell",
        },
        interrupts: call.interrupts,
        guarded: call.guarded,
        parameters: call
            .parameters
            .iter()
            .map(|one| format!("{}{}", one.name, if one.required { "" } else { "?" }))
            .collect(),
    }
}
