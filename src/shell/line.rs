//! What a typed line is: only a change of directory, or a command. It expands nothing: what only a
//! shell can read is left to the shell.

use super::HOME;

/// What a typed line is.
#[derive(Debug, PartialEq, Eq)]
pub enum Line {
    /// Only a change of directory, to this one.
    Cd(String),
    /// Anything else: it runs as it was typed.
    Command,
}

/// The blanks between words, and the line's end.
const BLANKS: [char; 3] = [' ', '\t', '\n'];

impl Line {
    /// Reads a line typed in `directory`, where `cd -` leads to `before`. `cd` with a word that the
    /// shell would expand, or with several words, is left to the shell.
    #[must_use]
    pub fn read(line: &str, directory: &str, before: Option<&str>) -> Line {
        match target(line, directory, before) {
            Some(to) if is_safe_for_cd(&to) && is_safe_for_cd(directory) => Line::Cd(to),
            _ => Line::Command,
        }
    }
}

fn target(line: &str, directory: &str, before: Option<&str>) -> Option<String> {
    let line = line.trim_matches(BLANKS);
    let rest = line.strip_prefix("cd")?;
    if rest.contains('\n') || !(rest.is_empty() || rest.starts_with([' ', '\t'])) {
        return None;
    }
    match rest.trim_matches(BLANKS) {
        "" | "~" => Some(HOME.to_owned()),
        "-" => Some(before.unwrap_or(directory).to_owned()),
        word => one_word(word),
    }
}

/// Nobody knows how KiwiVM quotes what basicShell/cd gets, and CR does not get through. What could
/// mean more than a name goes the other way, where the quoting is ours.
fn is_safe_for_cd(directory: &str) -> bool {
    let acts = |letter: char| letter.is_control() || "$`\"'\\;&|<>(){}[]*?!#~".contains(letter);
    !directory.is_empty() && !directory.starts_with('-') && !directory.contains(acts)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Line {
        Line::read(line, "/etc", Some("/var"))
    }

    #[test]
    fn a_line_that_only_changes_the_directory_is_told_from_a_command() {
        let cd = |directory: &str| Line::Cd(directory.to_owned());
        assert_eq!(read("cd"), cd("/root"));
        assert_eq!(read(" cd ~ "), cd("/root"));
        assert_eq!(read("cd ~/a"), cd("/root/a"));
        assert_eq!(read("cd -"), cd("/var"));
        assert_eq!(read("cd 'a b'"), cd("a b"));
        assert_eq!(read(r"cd a\ b"), cd("a b"));
        assert_eq!(read(r#"cd "x y"/z"#), cd("x y/z"));
        assert_eq!(read("cd 中文\n"), cd("中文"));
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
            "cd\nls",
            "cd \nls",
            "cd /etc\nls",
        ] {
            assert_eq!(read(command), Line::Command, "{command}");
        }
    }

    #[test]
    fn a_name_that_could_mean_more_than_a_name_is_left_to_the_shell() {
        for command in [
            "cd 'a;reboot'",
            "cd '$(reboot)'",
            r"cd a\'b",
            "cd 'a\rb'",
            "cd ''",
            "cd '-x'",
            "cd '~'",
            "cd \u{a0}",
        ] {
            assert_eq!(read(command), Line::Command, "{command:?}");
        }
        assert_eq!(Line::read("cd x", "/a'b", None), Line::Command);
        assert_eq!(Line::read("cd -", "/", Some("/a\rb")), Line::Command);
    }
}
