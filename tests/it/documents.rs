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
pub(crate) fn in_step(page: &str, wanted: &str) {
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

/// Tests that answer an attack or a fault begin with its name; SECURITY.md lists the names.
#[test]
fn the_names_of_attacks_and_faults_in_security_md_are_those_of_tests() {
    let page = std::fs::read_to_string(root().join("SECURITY.md")).unwrap();
    let listed: BTreeSet<String> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(' ').next())
        .filter(|name| name.starts_with("T-") || name.starts_with("R-"))
        .map(|name| name.to_lowercase().replace('-', "_") + "_")
        .collect();
    let mut tests = BTreeSet::new();
    for folder in ["src", "tests"] {
        tests.extend(named_tests(&root().join(folder)));
    }
    let unproved: Vec<&String> = listed
        .iter()
        .filter(|name| !tests.iter().any(|test| test.starts_with(*name)))
        .collect();
    assert!(unproved.is_empty(), "listed without a test: {unproved:?}");
    let unlisted: Vec<&String> = tests
        .iter()
        .filter(|test| !listed.iter().any(|name| test.starts_with(name.as_str())))
        .collect();
    assert!(unlisted.is_empty(), "tests without a row: {unlisted:?}");
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The names of all functions below a folder that begin with `t_` or `r_`.
fn named_tests(folder: &Path) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            names.extend(named_tests(&path));
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let functions = text.split("fn ").skip(1);
            let name = |rest: &str| rest.split('(').next().unwrap_or_default().to_owned();
            names.extend(
                functions
                    .map(name)
                    .filter(|name| name.starts_with("t_") || name.starts_with("r_")),
            );
        }
    }
    names
}
