//! The text that goes around a line, and the reading of what it reports. KiwiVM runs each command in
//! `/` and remembers nothing; the wrapper runs exactly the line in exactly the directory, or nothing.
//! It works in dash, bash and busybox sh, and knows nothing of what the line means.

use super::is_path;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// The longest text that is sent, in bytes: KiwiVM hands it to a shell, and Linux takes 128 KiB as
/// one argument, the NUL at its end included.
pub const SENT_MAX_BYTES: usize = 128 * 1024 - 1;

/// Why a line cannot be sent. Nothing of it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsendable {
    /// With its quoting it is longer than [`SENT_MAX_BYTES`].
    #[error("the command is too long")]
    TooLong,
    /// The directory is none that can have been entered: see [`is_path`].
    #[error("the directory is no absolute path")]
    NotAPath,
    /// A NUL, which no shell can be given (what stands before it must not run alone), or a CR,
    /// which would arrive as LF: see [`typed`].
    #[error("the command contains a NUL or a CR")]
    Unreadable,
}

/// Where a line left the shell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// In this directory.
    In(String),
    /// Nothing ran: the directory it should have run in could not be entered.
    NotEntered,
    /// The line ended without a report: the shell was killed, replaced by `exec`, left by `exit`
    /// under the line's own EXIT trap, or its output had been sent elsewhere.
    Unknown,
}

/// An output without the wrapper's report.
#[derive(Debug, PartialEq, Eq)]
pub struct Report<'a> {
    /// As the line wrote it.
    pub output: Cow<'a, str>,
    /// Where it ended.
    pub place: Place,
}

/// What somebody typed, with the line ends of a shell: forms make CRLF of them.
#[must_use]
pub fn typed(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// The text that runs `line` in `directory` and reports, between two `mark`s (letters and digits),
/// where it ended. Its exit status is the line's own.
///
/// # Errors
/// See [`Unsendable`].
pub fn wrapped(directory: &str, line: &str, mark: &str) -> Result<String, Unsendable> {
    if !is_path(directory) {
        return Err(Unsendable::NotAPath);
    }
    if line.contains(['\0', '\r']) {
        return Err(Unsendable::Unreadable);
    }
    let sent = script(&quoted(directory), &evaluated(line), mark);
    match sent.len() {
        0..=SENT_MAX_BYTES => Ok(sent),
        _ => Err(Unsendable::TooLong),
    }
}

/// Each piece answers something that lines do:
/// - `eval` of a quoted word keeps unbalanced quotes, comments, here-documents and backslashes at
///   the end from reaching what follows; and all is one command on one line, so that a shell that
///   is fed by standard input has read it before the line can eat it, and counts lines as typed.
/// - The trap reports when the line ends the shell; the call after `eval` when it has a trap of its
///   own. The function replaces itself, so that there is one report.
/// - It is parsed before an alias can be defined, and `command` passes by functions.
/// - `pwd` knows better than `$PWD`, which can be assigned. One `printf` writes everything, so that
///   a job in the background cannot write into the middle.
/// - Without a terminal nobody can answer: a question gets the end of the input, not 30 s of silence.
fn script(directory: &str, line: &str, mark: &str) -> String {
    let report = format!("kiwideck_{mark}");
    format!(
        "cd -- {directory} || {{ printf %s%s%s {mark} '!' {mark}; exit 1; }}; \
         {report}() {{ set -- \"$?\"; {report}() {{ :; }}; unset -f command; \
         set -- \"$1\" \"$(command pwd || :; command printf %s {mark})\"; \
         command printf %s \"{mark}$2\"; return \"$1\"; }}; \
         trap '{{ {report}; }} 2>/dev/null' EXIT; \
         {{ eval {line}; {{ {report}; }} 2>/dev/null; }} </dev/null\n"
    )
}

/// The blank keeps a line that begins with `-` from being an option of `eval`.
pub(super) fn evaluated(line: &str) -> String {
    quoted(&format!(" {line}"))
}

/// A text as one shell word, whatever is in it but NUL, and at most about twice as long: a single
/// quote takes four bytes between single quotes, and nothing more than two between double ones.
#[must_use]
pub fn quoted(text: &str) -> String {
    let (single, double) = (single_quoted(text), double_quoted(text));
    if double.len() < single.len() {
        double
    } else {
        single
    }
}

/// CR is written by the shell itself: forms and KiwiVM take it for a line's end.
fn single_quoted(text: &str) -> String {
    let inside = text.replace('\'', r"'\''");
    format!("'{}'", inside.replace('\r', r#"'"$(printf '\015')"'"#))
}

fn double_quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() * 2);
    quoted.push('"');
    for letter in text.chars() {
        match letter {
            '\r' => quoted.push_str(r"$(printf '\015')"),
            '$' | '`' | '"' | '\\' => quoted.extend(['\\', letter]),
            plain => quoted.push(plain),
        }
    }
    quoted.push('"');
    quoted
}

/// Takes the wrapper's report off an output. What only looks like one (the line may print its own
/// wrapper, by `ps` for example) stays where it is: the last report counts.
#[must_use]
pub fn report<'a>(output: &'a str, mark: &str) -> Report<'a> {
    for (at, _) in output.rmatch_indices(mark) {
        let after = &output[at + mark.len()..];
        let found = after
            .split_once(mark)
            .and_then(|(said, rest)| Some((place(said)?, rest)));
        if let Some((place, rest)) = found {
            let output = joined(&output[..at], rest);
            return Report { output, place };
        }
    }
    Report {
        output: Cow::Borrowed(output),
        place: Place::Unknown,
    }
}

fn place(said: &str) -> Option<Place> {
    match said {
        "!" => Some(Place::NotEntered),
        // `pwd` failed: the directory is gone.
        "" => Some(Place::Unknown),
        // Its name is no UTF-8, and cannot be said again.
        line if line.starts_with('/')
            && line.ends_with('\n')
            && line.contains(char::REPLACEMENT_CHARACTER) =>
        {
            Some(Place::Unknown)
        }
        line => {
            let directory = line.strip_suffix('\n').filter(|path| is_path(path))?;
            Some(Place::In(directory.to_owned()))
        }
    }
}

/// What the line's own EXIT trap writes comes after the report; a newline alone is KiwiVM's.
fn joined<'a>(before: &'a str, after: &str) -> Cow<'a, str> {
    match after {
        "" | "\n" => Cow::Borrowed(before),
        after => Cow::Owned(format!("{before}{after}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_is_taken_off_and_the_output_is_left_as_it_was() {
        let cases = [
            ("a\nbM1/etc\nM1", "a\nb", Some("/etc")),
            ("a\nM1/etc\nM1\n", "a\n", Some("/etc")),
            ("M1/a\nb\nM1", "", Some("/a\nb")),
            ("M1/a\n\nM1", "", Some("/a\n")),
            ("M1/etc\nM1bye\n", "bye\n", Some("/etc")),
            ("M1/fake\nM1x M1M1/etc\nM1", "M1/fake\nM1x M1", Some("/etc")),
            ("aM1M1", "a", None),
            ("aM1/b\u{fffd}\nM1c", "ac", None),
            ("killed", "killed", None),
            ("M1/killed", "M1/killed", None),
            ("M1 not a path\nM1", "M1 not a path\nM1", None),
        ];
        for (written, output, directory) in cases {
            let place = directory.map_or(Place::Unknown, |path| Place::In(path.to_owned()));
            let expected = Report {
                output: output.into(),
                place,
            };
            assert_eq!(report(written, "M1"), expected, "{written:?}");
        }
        assert_eq!(report("no such\nM1!M1", "M1").place, Place::NotEntered);
    }

    #[test]
    fn what_was_sent_is_no_report_when_the_line_prints_it() {
        let sent = wrapped("/a\nb", "ps; cat /proc/$$/cmdline", "M1").unwrap();
        assert_eq!(report(&sent, "M1").place, Place::Unknown);
    }

    #[test]
    fn what_cannot_be_sent_whole_is_not_sent() {
        for directory in [
            "",
            "etc",
            "-",
            "/a/..",
            "/a\0",
            "/a\u{fffd}",
            &format!("/{}", "x".repeat(4096)),
        ] {
            let refused = wrapped(directory, "true", "M1");
            assert_eq!(refused, Err(Unsendable::NotAPath), "{directory:?}");
        }
        for line in ["true\0false", "true\rfalse"] {
            assert_eq!(wrapped("/", line, "M1"), Err(Unsendable::Unreadable));
        }
        assert_eq!(typed("a\r\nb\rc\n"), "a\nb\nc\n");
        let long = "x".repeat(SENT_MAX_BYTES);
        assert_eq!(wrapped("/", &long, "M1"), Err(Unsendable::TooLong));
        let sent = wrapped("/", &long[..SENT_MAX_BYTES - 1024], "M1").unwrap();
        assert!(sent.len() <= SENT_MAX_BYTES);
    }

    #[test]
    fn quoting_never_makes_a_text_much_longer_than_twice_itself() {
        for text in ["'", "'a", "'\"$", "\\", "''''\"\"", "'`'`"] {
            let long = text.repeat(1000);
            assert!(quoted(&long).len() <= 2 * long.len() + 2, "{text}");
        }
        assert_eq!(quoted("it's"), r#""it's""#);
        assert_eq!(quoted("`$$`'s"), r"'`$$`'\''s'");
        assert!(!quoted("a\rb").contains('\r'));
    }
}
