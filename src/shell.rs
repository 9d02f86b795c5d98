//! One line of the shell: what it is, how it is sent, what came back. KiwiVM remembers no directory,
//! so a small wrapper goes around each line; here are the wrapper and the reading of its report. It
//! sends nothing itself, and remembers nothing: that is `transcript`.

use crate::kiwivm::printable::prints;

/// Where a conversation begins.
pub const HOME: &str = "/root";
/// The longest command: Linux takes twice that as one argument.
pub const COMMAND_MAX_BYTES: usize = 64 * 1024;
/// The longest path of Linux.
pub const DIRECTORY_MAX_BYTES: usize = 4096;

/// What a typed line is.
#[derive(Debug, PartialEq, Eq)]
pub enum Line {
    /// Only a change of directory, to this one.
    Cd(String),
    /// Anything else: it runs as it was typed.
    Command,
}

impl Line {
    /// Reads a line. `cd` with a word that the shell would expand, or with several words, is left
    /// to the shell.
    #[must_use]
    pub fn read(line: &str, directory: &str, before: Option<&str>) -> Line {
        let line = line.trim();
        let Some(rest) = line.strip_prefix("cd") else {
            return Line::Command;
        };
        if !rest.is_empty() && !rest.starts_with([' ', '\t']) {
            return Line::Command;
        }
        match rest.trim() {
            "" | "~" => Line::Cd(HOME.to_owned()),
            "-" => Line::Cd(before.unwrap_or(directory).to_owned()),
            word => match one_word(word) {
                Some(word) => Line::Cd(word),
                None => Line::Command,
            },
        }
    }
}

/// One shell word without expansions, unquoted; none when only a shell can read it.
fn one_word(text: &str) -> Option<String> {
    let (mut word, rest) = match text.strip_prefix("~/") {
        Some(rest) => (format!("{HOME}/"), rest),
        None if text.starts_with(['~', '-']) => return None,
        None => (String::new(), text),
    };
    let mut letters = rest.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\'' => loop {
                match letters.next()? {
                    '\'' => break,
                    quoted => word.push(quoted),
                }
            },
            '"' => loop {
                match letters.next()? {
                    '"' => break,
                    '$' | '`' | '\\' => return None,
                    quoted => word.push(quoted),
                }
            },
            '\\' => word.push(letters.next().filter(|letter| *letter != '\n')?),
            special if special.is_whitespace() || "$`*?[]{}();&|<>#!\"'".contains(special) => {
                return None;
            }
            plain => word.push(plain),
        }
    }
    Some(word)
}

/// A text as one shell word, whatever is in it.
#[must_use]
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// The text that runs `line` in `directory`: enter it or stop; report the directory at the end,
/// whichever way the line ends; keep its exit status. The line itself is as it was typed: here-
/// documents, comments and several lines survive.
#[must_use]
pub fn wrapped(directory: &str, line: &str, mark: &str) -> String {
    format!(
        "cd -- {} || exit\ntrap 'kiwideck=$?; printf \"\\n%s%s%s\" {mark} \"$PWD\" {mark}; exit $kiwideck' EXIT\n{line}\n",
        quoted(directory)
    )
}

/// Takes the wrapper's report off an output: the output as the line wrote it, and the directory it
/// ended in. Without a report (the shell was killed) the directory is unknown.
#[must_use]
pub fn report<'a>(output: &'a str, mark: &str) -> (&'a str, Option<&'a str>) {
    let output_end = output.strip_suffix('\n').unwrap_or(output);
    let found = output_end
        .strip_suffix(mark)
        .and_then(|rest| rest.rsplit_once(&format!("\n{mark}")));
    match found {
        Some((output, directory)) if directory.starts_with('/') => (output, Some(directory)),
        _ => (output, None),
    }
}

/// Whether a directory may go to a browser and come back: a path, in which nothing steers, turns
/// or is changed on the way. Any other stays here.
#[must_use]
pub fn travels(directory: &str) -> bool {
    directory.len() <= DIRECTORY_MAX_BYTES && directory.chars().all(prints)
}

/// Text from a VPS, without escape sequences and without characters that steer or turn; `\r\n` becomes a new line, and
/// of a line that was overwritten by `\r` the last state stays.
#[must_use]
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\u{1b}' => skip_escape(&mut letters),
            '\n' | '\t' => plain.push(letter),
            '\r' if letters.peek() == Some(&'\n') => {}
            '\r' => plain.truncate(plain.rfind('\n').map_or(0, |end| end + 1)),
            letter if prints(letter) => plain.push(letter),
            _ => {}
        }
    }
    plain
}

/// After ESC: `[ … letter`, `] … BEL or ESC \`, or one character.
fn skip_escape(letters: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    match letters.next() {
        Some('[') => {
            while letters
                .next()
                .is_some_and(|letter| !('@'..='~').contains(&letter))
            {}
        }
        Some(']' | 'P' | 'X' | '^' | '_') => {
            while let Some(letter) = letters.next() {
                if letter == '\u{7}' {
                    return;
                }
                if letter == '\u{1b}' {
                    letters.next();
                    return;
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_only_changes_the_directory_is_told_from_a_command() {
        let read = |line| Line::read(line, "/etc", Some("/var"));
        let cd = |directory: &str| Line::Cd(directory.to_owned());
        assert_eq!(read("cd"), cd("/root"));
        assert_eq!(read(" cd ~ "), cd("/root"));
        assert_eq!(read("cd ~/a"), cd("/root/a"));
        assert_eq!(read("cd -"), cd("/var"));
        assert_eq!(read("cd 'a b'"), cd("a b"));
        assert_eq!(read(r"cd a\ b"), cd("a b"));
        assert_eq!(read(r#"cd "x y"/z"#), cd("x y/z"));
        for command in [
            "cd a b",
            "cd $HOME",
            "cd *",
            "cd /etc && ls",
            "cdrom",
            "cd `pwd`",
            "cd 'a",
            "cd -P /",
            "ls",
            "cd ~ada",
        ] {
            assert_eq!(read(command), Line::Command, "{command}");
        }
    }

    #[test]
    fn the_report_is_taken_off_and_the_output_is_left_as_it_was() {
        assert_eq!(report("a\nb\nMARK/etcMARK", "MARK"), ("a\nb", Some("/etc")));
        assert_eq!(report("a\n\nMARK/etcMARK\n", "MARK"), ("a\n", Some("/etc")));
        assert_eq!(report("\nMARK/a\nbMARK", "MARK"), ("", Some("/a\nb")));
        assert_eq!(
            report("\nMARK/fakeMARK\n\nMARK/etcMARK", "MARK"),
            ("\nMARK/fakeMARK\n", Some("/etc"))
        );
        assert_eq!(report("killed", "MARK"), ("killed", None));
    }

    #[test]
    fn t_ansi_no_control_sequence_survives() {
        assert_eq!(plain("\u{1b}[31mred\u{1b}[0m"), "red");
        assert_eq!(plain("\u{1b}]0;title\u{7}text\u{1b}]8;;x\u{1b}\\"), "text");
        assert_eq!(plain("10%\r50%\r100%\ndone\r\n"), "100%\ndone\n");
        assert_eq!(plain("a\u{0}\u{8}\u{9b}b\u{7f}"), "ab");
        assert_eq!(plain("\u{1b}"), "");
        assert_eq!(
            plain("a\u{202a}\u{202e}\u{2066}\u{2069}\u{200e}\u{200f}b"),
            "ab"
        );
    }

    #[test]
    fn a_directory_that_steers_or_is_no_path_does_not_travel() {
        assert!(travels("/a b/é"));
        for directory in ["/a\nb", "/a\u{1b}b", "/a\u{202e}b", &"x".repeat(4097)] {
            assert!(!travels(directory), "{directory:?}");
        }
    }
}
