//! What ARCHITECTURE.md promises about imports and files, read from the sources.

use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A source file: its path below `src/`, and its text without comments and unit tests.
struct Source {
    path: String,
    text: String,
}

impl Source {
    /// `web` of `web/fleet.rs`, `app` of `app.rs`.
    fn module(&self) -> &str {
        let end = self.path.find('/').unwrap_or(self.path.len());
        self.path[..end].trim_end_matches(".rs")
    }

    /// The top modules of this crate that it names.
    fn imports(&self) -> BTreeSet<String> {
        let named = self.text.split("crate::").skip(1);
        named
            .map(|rest| {
                rest.chars()
                    .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
                    .collect()
            })
            .collect()
    }

    fn names(&self, word: &str) -> bool {
        self.text.contains(word)
    }
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    walk(&root, &mut files);
    let is_test = |path: &str| path.contains("/tests/") || path.ends_with("/tests.rs");
    let sources = files.into_iter().map(|file| Source {
        path: file.strip_prefix(&root).unwrap().display().to_string(),
        text: code(&std::fs::read_to_string(&file).unwrap()),
    });
    let sources: Vec<Source> = sources.filter(|source| !is_test(&source.path)).collect();
    assert!(sources.len() > 80, "the walk found only {}", sources.len());
    sources
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn code(text: &str) -> String {
    let text = text
        .split("#[cfg(test)]\nmod tests {")
        .next()
        .unwrap_or_default();
    let lines = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// Which layer a module belongs to; the higher one imports the lower. `i18n`, `secret` and `clock`
/// may be imported by all.
fn layer(module: &str) -> u8 {
    match module {
        "main" => 9,
        "cli" => 8,
        // It builds the panel from all parts, so it names them all.
        "start" => 7,
        "web" | "docs" => 6,
        // One layer with the panel itself: they are its parts, and get it back as an argument.
        "app" | "completions" | "factor" | "forecast" | "handover" | "held" | "openings"
        | "screens" | "operations" | "perform" | "refresh" | "actions" | "readings" | "records"
        | "attention" | "runs" | "shell" | "snippet" | "transcript" | "import" | "usage" => 5,
        "model" => 4,
        "simulator" | "vault" | "password" | "throttle" | "hops" | "setup" => 3,
        "kiwivm" => 2,
        "config" => 1,
        "i18n" | "secret" | "clock" => 0,
        // The words for what a request can fail with name the errors of the layers below the pages.
        "error" => 6,
        "lib" => 10,
        other => panic!("{other} is in no layer: say which in ARCHITECTURE.md and here"),
    }
}

#[test]
fn imports_go_down_only() {
    for source in sources() {
        for imported in source.imports() {
            let (from, to) = (layer(source.module()), layer(&imported));
            assert!(
                to <= from,
                "{} imports {imported}, which is above it",
                source.path
            );
        }
    }
}

/// Whoever names this word is in one of these places.
fn only(places: &[&str], word: &str) {
    for source in sources().iter().filter(|source| source.names(word)) {
        let allowed = places.iter().any(|place| source.path.starts_with(place));
        assert!(allowed, "{} names {word}", source.path);
    }
}

#[test]
fn each_library_is_named_in_its_own_layer_only() {
    only(&["web/", "simulator/"], "axum");
    only(&["web/", "error.rs"], "askama");
    only(&["kiwivm/", "cli/health.rs"], "reqwest");
    only(&["model/"], "sqlx::query");
    only(&["model/"], "sqlx::Sqlite");
    only(
        &[
            "web/",
            "error.rs",
            "factor/",
            "model/",
            "start.rs",
            "refresh",
            "operations.rs",
            "runs.rs",
            "usage.rs",
            "transcript/",
            "readings.rs",
            "perform.rs",
            "cli/",
        ],
        "sqlx",
    );
    only(&["cli/"], "clap");
    only(&["i18n/"], "fluent_bundle");
    only(&["shell/"], "vte::");
    only(&["vault.rs"], "chacha20poly1305");
    only(&["password.rs"], "argon2::");
    only(&["factor/"], "totp_rs");
    only(&["factor/"], "webauthn_rs");
    only(&["web/qr.rs"], "qrcodegen");
}

#[test]
fn only_the_clock_knows_the_time_and_only_the_settings_the_environment() {
    only(&["clock.rs"], "SystemTime::now");
    only(&["clock.rs"], "Timestamp::now");
    only(&["config.rs"], "std::env::var");
    // How long something took is no time of day.
    only(&["kiwivm/client.rs"], "Instant::now");
}

#[test]
fn nothing_starts_a_process() {
    only(&[], "std::process::Command");
    only(&[], "tokio::process");
}

#[test]
fn a_request_leaves_through_one_function() {
    only(&["kiwivm/client.rs", "cli/health.rs"], ".send()");
    only(&["kiwivm/client.rs"], ".post(format!");
}

#[test]
fn vendored_files_are_the_ones_that_are_listed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("static/vendor");
    let list = std::fs::read_to_string(folder.join("VENDORED.md")).unwrap();
    let mut listed = BTreeSet::from(["VENDORED.md".to_owned()]);
    for row in list.lines().filter(|line| line.ends_with("` |")) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let bytes = std::fs::read(folder.join(cells[1])).unwrap();
        let hash: String = Sha256::digest(&bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(format!("`{hash}`"), cells[5], "{}", cells[1]);
        listed.insert(cells[1].to_owned());
    }
    let found = std::fs::read_dir(&folder).unwrap();
    let found: BTreeSet<String> = found
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(found, listed);
}
