//! The wrapper around a line, in the real shells of this machine: exactly the text in exactly the
//! directory, or nothing.

use crate::shell_upstream::{Order, Ran, Shell, Way, folder_in};
use kiwideck::shell::{Place, SENT_MAX_BYTES, Unsendable, report, wrapped};
use kiwideck::snippet::SHIPPED;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use tempfile::TempDir;

const MARK: &str = "0123456789abcdef0123456789abcdef";

/// What came of a line.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    status: i32,
    output: String,
    errors: String,
    place: Place,
}

fn in_directory(path: &Path) -> Place {
    Place::In(path.to_str().unwrap().to_owned())
}

/// What the client makes of a parameter on its way.
fn on_its_way(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

fn told(ran: Ran) -> Told {
    let output = String::from_utf8_lossy(&ran.output).into_owned();
    let report = report(&output, MARK);
    Told {
        status: ran.status,
        output: report.output.clone().into_owned(),
        errors: String::from_utf8_lossy(&ran.errors).into_owned(),
        place: report.place,
    }
}

fn run(shell: Shell, directory: &Path, line: &str) -> Told {
    run_by(Way::Argument, shell, (directory, line))
}

fn run_by(way: Way, shell: Shell, (directory, line): (&Path, &str)) -> Told {
    let sent = wrapped(directory.to_str().unwrap(), line, MARK).unwrap();
    told(shell.run(Order {
        way,
        errors_apart: true,
        ..Order::new(&on_its_way(&sent))
    }))
}

/// The line alone, in the directory.
fn run_alone(shell: Shell, directory: &Path, line: &str) -> Told {
    told(shell.run(Order {
        directory,
        errors_apart: true,
        ..Order::new(line)
    }))
}

fn scratch() -> TempDir {
    let scratch = tempfile::tempdir().unwrap();
    folder_in(scratch.path(), "sub");
    scratch
}

/// Lines that end in `sub` or where they began, told by the number of their first array.
const STAY: &[&str] = &[
    "",
    "\n\n",
    "true",
    "false",
    "printf abc",
    "exit 3",
    "exit 300",
    "(exit 7)",
    "eval 'exit 7'",
    "set -e; false; echo never",
    "echo hi # a comment",
    "# a comment",
    "echo a\\",
    "echo a \\\n  b",
    "echo 'two\nlines'; echo done",
    "cat <<END\nhere $((1 + 1))\nEND",
    "cat <<'END'\nhere $x `x` \\\nEND\n",
    "cat <<END\nnever ended",
    "cat; read x; echo end",
    "echo 'open",
    "echo \"open",
    "echo $(",
    "echo `",
    "echo )",
    "if true",
    "echo first\necho second; }",
    "no-such-command",
    "set -u; echo $nope; echo never",
    "${x?bad}; echo never",
    "readonly a=1; a=2",
    "set -x; echo traced",
    "kiwideck=1; mark=2; echo $kiwideck $1 $# $0",
    "printf() { echo mine; }; pwd() { echo mine; }; printf x",
    "command() { echo mine; }; alias command=x printf=x pwd=x eval=x; :",
    "IFS=0123456789abcdef/; x=/1/2; echo $x",
    "PWD=/; echo \"$PWD\"",
    "unset PWD OLDPWD",
    "exec 3>&1; echo three >&3",
    "return 3",
    "trap 'echo caught' USR1; kill -USR1 $$",
    "echo to-errors >&2",
];
const GO: &[&str] = &[
    "cd sub",
    "cd sub && false",
    "false; cd sub",
    "cd sub; exit 3",
    "cd sub; set -e; false",
    "cd sub\necho 'open",
    "cd ./sub/../sub && printf x",
    "f() { cd sub; }; f",
    "trap 'echo bye $?' EXIT; cd sub; (exit 4)",
    "cd sub; IFS=/",
];
/// Nobody can say where they ended.
const LOST: &[&str] = &[
    "exec echo replaced",
    "kill -9 $$",
    "trap 'echo bye' EXIT; cd sub; exit 5",
    "trap - EXIT; exit 3",
    "set -n; cd sub",
    "exec >/dev/null; exit 3",
];

#[test]
fn every_shell_runs_a_line_as_if_it_were_alone_and_says_where_it_ended() {
    let scratch = scratch();
    let sub = scratch.path().join("sub");
    for shell in Shell::ALL {
        let check = |lines: &[&str], place: &Place| {
            for line in lines {
                let told = run(shell, scratch.path(), line);
                let alone = run_alone(shell, scratch.path(), line);
                assert_eq!(&told.place, place, "{shell:?}: {line}");
                is_the_same(&told, &alone, &format!("{shell:?}: {line}"));
            }
        };
        check(STAY, &in_directory(scratch.path()));
        check(GO, &in_directory(&sub));
        check(LOST, &Place::Unknown);
        // Alone it would be an option.
        assert_eq!(run(shell, scratch.path(), "-x").status, 127, "{shell:?}");
    }
}

/// Output and status are the same. Errors are worded with another line or beginning; but there are
/// as many lines of them, and nothing of the wrapper is in them.
#[track_caller]
fn is_the_same(told: &Told, alone: &Told, what: &str) {
    assert_eq!(told.output, alone.output, "{what}");
    assert_eq!(told.status, alone.status, "{what}");
    let lines = |told: &Told| told.errors.lines().count();
    assert_eq!(lines(told), lines(alone), "{what}: {told:?} {alone:?}");
    for ours in [MARK, "kiwideck_", "printf %s", "/dev/null"] {
        assert!(!told.errors.contains(ours), "{what}: {told:?}");
    }
}

#[test]
fn a_line_may_come_as_an_argument_a_file_or_by_standard_input() {
    let scratch = scratch();
    for shell in Shell::ALL {
        for way in [Way::Argument, Way::File, Way::Input] {
            let told = run_by(
                way,
                shell,
                (scratch.path(), "cat; cat <<E\nhere\nE\ncd sub; exit 4"),
            );
            let what = format!("{shell:?} {way:?}");
            assert_eq!((told.status, told.output.as_str()), (4, "here\n"), "{what}");
            assert_eq!(
                told.place,
                in_directory(&scratch.path().join("sub")),
                "{what}"
            );
        }
    }
}

#[test]
fn a_line_that_prints_its_own_wrapper_or_mark_changes_nothing() {
    let scratch = scratch();
    let sub = scratch.path().join("sub");
    let fake = format!("cd sub; printf '{MARK}/etc\\n{MARK}{MARK}!{MARK}{MARK}{MARK}{MARK}'");
    for shell in Shell::ALL {
        let shown = run(shell, scratch.path(), "cat /proc/$$/cmdline; cd sub");
        assert!(shown.output.contains(MARK) && shown.output.ends_with('\0'));
        assert_eq!(shown.place, in_directory(&sub), "{shell:?}");
        let lost = run(shell, scratch.path(), "exec cat /proc/$$/cmdline");
        assert_eq!(lost.place, Place::Unknown, "{shell:?}");
        let told = run(shell, scratch.path(), &fake);
        let said = format!("{MARK}/etc\n{MARK}{MARK}!{MARK}{MARK}{MARK}{MARK}");
        assert_eq!(
            (told.output, told.place),
            (said, in_directory(&sub)),
            "{shell:?}"
        );
    }
}

#[test]
fn every_shell_can_read_the_snippets_that_come_with_the_program() {
    for (word, body) in SHIPPED {
        for shell in Shell::ALL {
            let text = format!("set -n\n{body}\n");
            let ran = shell.run(Order {
                way: Way::File,
                ..Order::new(&text)
            });
            let said = String::from_utf8_lossy(&ran.output).into_owned();
            assert_eq!((ran.status, &*said), (0, ""), "{shell:?} {word}");
        }
    }
}

#[test]
fn a_job_in_the_background_holds_nobody_up() {
    let scratch = scratch();
    for shell in Shell::ALL {
        let line = "sleep 30 >/dev/null 2>&1 & (sleep 30; :) >/dev/null 2>&1 & cd sub";
        let told = run(shell, scratch.path(), line);
        assert_eq!(told.place, in_directory(&scratch.path().join("sub")));
    }
}

#[test]
fn in_a_directory_that_is_gone_or_no_directory_or_closed_nothing_runs() {
    let scratch = scratch();
    std::fs::write(scratch.path().join("file"), "").unwrap();
    let line = format!("echo ran >> '{}/ran'", scratch.path().display());
    for shell in Shell::ALL {
        for name in ["gone", "file", "-", "--", "file/"] {
            let told = run(shell, &scratch.path().join(name), &line);
            assert_eq!(told.place, Place::NotEntered, "{shell:?} {name}");
            assert!(told.status != 0 && told.output.is_empty() && !told.errors.is_empty());
        }
    }
    assert!(!scratch.path().join("ran").exists());
}

#[test]
fn the_longest_text_that_is_sent_can_be_run() {
    let scratch = scratch();
    for (letters, count) in [("x", 127 * 1024), ("'", 127 * 1024), ("'\"$\n", 80 * 1024)] {
        let text = letters.repeat(count / letters.len());
        let line = format!("cat <<'END'\n{text}\nEND");
        for shell in Shell::ALL {
            let told = run(shell, scratch.path(), &line);
            assert!(told.output == format!("{text}\n"), "{shell:?} {letters:?}");
        }
    }
}

#[test]
fn a_text_of_exactly_the_limit_is_run_whole_and_one_letter_more_is_not_sent() {
    let scratch = scratch();
    let directory = scratch.path().to_str().unwrap();
    let around = |text: &str| format!("cat <<END\n{text}\nEND");
    let empty = wrapped(directory, &around(""), MARK).unwrap();
    let longest = "x".repeat(SENT_MAX_BYTES - empty.len());
    let sent = wrapped(directory, &around(&longest), MARK).unwrap();
    assert_eq!(sent.len(), SENT_MAX_BYTES);
    for shell in Shell::ALL {
        let told = run(shell, scratch.path(), &around(&longest));
        assert!(told.output == format!("{longest}\n"), "{shell:?}");
        assert_eq!(told.place, in_directory(scratch.path()), "{shell:?}");
    }
    let refused = wrapped(directory, &around(&format!("{longest}x")), MARK);
    assert_eq!(refused, Err(Unsendable::TooLong));
}

/// The same cases every time.
fn property<S: Strategy>(
    cases: u32,
    strategy: &S,
    holds: impl Fn(S::Value) -> Result<(), TestCaseError>,
) {
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 200,
        ..Config::default()
    };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let outcome = TestRunner::new_with_rng(config, rng).run(strategy, holds);
    outcome.unwrap_or_else(|why| panic!("{why}"));
}

/// Any name that Linux takes and Rust can write, but for U+FFFD, which stands for what it cannot; often
/// with what shells, terminals or forms treat in a way of their own.
fn name() -> impl Strategy<Value = String> {
    let odd = "'\"\\$`!*?[]{}()<>|&;#~ \t\n\r\u{1}\u{7f}\u{81}\u{88}-éā中\u{1f512}=%,.";
    let odd: Vec<char> = odd.chars().collect();
    let letter = prop_oneof![
        3 => proptest::sample::select(odd),
        1 => any::<char>(),
        1 => proptest::char::range('a', 'z'),
    ];
    let name = vec(letter, 1..24).prop_map(|letters| letters.into_iter().collect::<String>());
    name.prop_filter("no name of Linux", |name| {
        !name.contains(['/', '\0', '\u{fffd}']) && name.len() < 256 && name != "." && name != ".."
    })
}

/// Any text, up to the longest.
fn text() -> impl Strategy<Value = String> {
    let short = vec(name(), 0..20).prop_map(|names| names.join("/"));
    let long = (name(), 1..6000_usize).prop_map(|(name, times)| name.repeat(times));
    let free = any::<String>().prop_map(|text| text.replace('\0', ""));
    prop_oneof![4 => short, 1 => long, 2 => free]
}

/// Instead of running the text, the shell prints what it was given.
fn printed(sent: &str) -> String {
    let at = sent.rfind("{ eval ").unwrap();
    format!(
        "{}{{ printf %s {}",
        &sent[..at],
        &sent[at + "{ eval ".len()..]
    )
}

#[test]
fn any_text_gets_to_any_directory_as_it_is_or_is_not_sent() {
    let scratch = scratch();
    property(120, &(name(), name(), text()), |(outer, inner, text)| {
        let directory = folder_in(&folder_in(scratch.path(), &outer), &inner);
        // The last `{ eval ` must be ours.
        let text = text.replace('\r', "").replace("{ eval ", "");
        let Ok(sent) = wrapped(directory.to_str().unwrap(), &text, MARK) else {
            // Quoting at most doubles it, and the rest is short.
            prop_assert!(text.len() > 60 * 1024);
            return Ok(());
        };
        for shell in Shell::ALL {
            let told = told(shell.run(Order::new(&on_its_way(&printed(&sent)))));
            prop_assert!(told.output == format!(" {text}"), "{shell:?}");
            prop_assert_eq!(&told.place, &in_directory(&directory), "{:?}", shell);
        }
        Ok(())
    });
}

#[test]
fn any_directory_is_the_one_where_a_line_runs() {
    let scratch = scratch();
    property(100, &(name(), name()), |(outer, inner)| {
        let directory = folder_in(&folder_in(scratch.path(), &outer), &inner);
        let inode = std::fs::metadata(&directory).unwrap().ino();
        for shell in Shell::ALL {
            let told = run(shell, &directory, "ls -di .; cat <<'E'\nhere\nE");
            let expected = format!("{inode} .\nhere\n");
            prop_assert_eq!(told.output.trim_start(), expected, "{:?}", shell);
            prop_assert_eq!(&told.place, &in_directory(&directory), "{:?}", shell);
        }
        std::fs::remove_dir(&directory).unwrap();
        for shell in Shell::ALL {
            let told = run(shell, &directory, "echo ran");
            prop_assert_eq!(told.place, Place::NotEntered, "{:?}", shell);
            prop_assert_eq!(told.output, "", "{:?}", shell);
        }
        Ok(())
    });
}

/// Nonsense from pieces of shell, of which none can do harm: the only program among them is `cat`,
/// files appear in the scratch directory alone, and nothing runs beside anything else. Without `[[`: bash alone says of half of one that
/// nothing was wrong.
fn nonsense() -> impl Strategy<Value = String> {
    let pieces = [
        "'",
        "\"",
        "\\",
        "`",
        "$",
        "(",
        ")",
        "{",
        "}",
        "<",
        ">",
        "&&",
        "||",
        ";",
        "\n",
        "#",
        " ",
        " ",
        " ",
        "$(",
        "${",
        "$((",
        "))",
        "<<E\n",
        "<<'E'\n",
        "\nE\n",
        "if ",
        "then ",
        "else ",
        "fi",
        "case ",
        " in ",
        "esac",
        "for a in b c; do ",
        " done",
        "!",
        "*",
        "?",
        "~",
        "=",
        "a",
        "b",
        "sub",
        "echo a",
        "printf %s b",
        "cat",
        "cd sub",
        "cd ..",
        "exit 3",
        "set -e; ",
        "set -u; ",
        "set -f; ",
        "false",
        "true",
        "trap 'echo t' EXIT",
        "a() ",
        "unset a",
        "shift",
        "return 2",
        "eval ",
        "exec ",
        ": ",
        "$?",
        "$a",
        "${a?b}",
        "é",
        "\t",
    ];
    let pieces = vec(proptest::sample::select(pieces.to_vec()), 1..14);
    // The number of a process is never the same.
    pieces.prop_map(|pieces| pieces.concat().replace("$$", "$"))
}

#[test]
fn any_nonsense_ends_as_it_ends_alone() {
    property(120, &nonsense(), |line| {
        for shell in Shell::ALL {
            let (one, other) = (scratch(), scratch());
            let told = run(shell, one.path(), &line);
            let alone = run_alone(shell, other.path(), &line);
            let (output, expected) = (unworded(&told.output), unworded(&alone.output));
            prop_assert_eq!(output, expected, "{:?} {:?}", shell, &told);
            // After a syntax error bash alone may tell the status of the command before it.
            let is_misread = told.errors.contains("sh: eval: line");
            prop_assert!(
                is_misread && told.status != 0 || told.status == alone.status,
                "{shell:?} {told:?} {alone:?}"
            );
            prop_assert!(!told.errors.contains(MARK), "{:?} {:?}", shell, &told);
            prop_assert_eq!(files(one.path()), files(other.path()), "{:?}", shell);
        }
        Ok(())
    });
}

/// A complaint names `eval` and another line; where it went into an output or a file, that is all.
fn unworded(text: &str) -> String {
    let lines = text.replace("eval: ", "").replace("-c: ", "");
    let mut parts = lines.split("line ");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        text + part.trim_start_matches(|letter: char| letter.is_ascii_digit())
    })
}

/// Names and contents.
fn files(folder: &Path) -> Vec<(String, String)> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let content = std::fs::read(&path).unwrap_or_default();
        files.push((name, unworded(&String::from_utf8_lossy(&content))));
    }
    files.sort();
    files
}
