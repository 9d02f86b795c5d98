//! What a half-typed line may go on with: which word is meant, the text that lists the names on the VPS,
//! and the words that fit. Nothing of the line is run, and what only a shell could expand is left alone.

use super::{is_path, quoted};
use crate::kiwivm::printable::prints;

/// So much of a list of names is read.
const NAMES_MAX_BYTES: usize = 64 * 1024;
/// So many words are offered.
const WORDS_MAX: usize = 100;
/// What a shell takes for itself in a word.
const SAFE: &str = "_-./:@%+,=";

/// The last word of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// As it was typed.
    pub typed: String,
    /// Where its names are: up to the last slash, or empty.
    pub folder: String,
    /// How the name begins.
    pub begins: String,
    /// Whether it is the name of a program.
    pub is_command: bool,
}

/// The word that a line ends in.
#[derive(Default)]
struct Word {
    start: usize,
    name: String,
    is_quoted: bool,
    is_argument: bool,
}

impl Wanted {
    /// Reads a line up to the cursor. None where only a shell knows what the word means.
    #[must_use]
    pub fn read(line: &str) -> Option<Wanted> {
        let word = last_word(line)?;
        let at = word.name.rfind('/').map_or(0, |at| at + 1);
        let (folder, begins) = word.name.split_at(at);
        Some(Wanted {
            typed: line[word.start..].to_owned(),
            folder: folder.to_owned(),
            begins: begins.to_owned(),
            is_command: !word.is_argument && folder.is_empty(),
        })
    }

    /// The text that lists the names, for somebody in `directory`.
    #[must_use]
    pub fn listing(&self, directory: &str) -> Option<String> {
        if !is_path(directory) {
            return None;
        }
        let enter = format!("cd -- {} || exit 1", quoted(directory));
        let names = if self.is_command {
            "if command -v bash >/dev/null 2>&1; then bash -c 'compgen -c'; \
             else IFS=:; for folder in $PATH; do ls -1 \"$folder\" 2>/dev/null; done; fi | sort -u"
                .to_owned()
        } else {
            format!("cd -- {} || exit 1; ls -1Ap", self.entered())
        };
        Some(format!("{enter}; {names} | head -c {NAMES_MAX_BYTES}\n"))
    }

    fn entered(&self) -> String {
        match self.folder.strip_prefix("~/") {
            Some(rest) => format!("\"$HOME\"/{}", quoted(rest)),
            None if self.folder.is_empty() => ".".to_owned(),
            None => quoted(&self.folder),
        }
    }

    /// The words that fit, in the place of what was typed, each as a shell reads it.
    #[must_use]
    pub fn words(&self, names: &str) -> Vec<String> {
        let is_hidden = |name: &&str| name.starts_with('.') && !self.begins.starts_with('.');
        let mut words: Vec<&str> = names
            .lines()
            .filter(|name| name.starts_with(&self.begins) && name.chars().all(prints))
            .filter(|name| !name.is_empty() && !is_hidden(name))
            .collect();
        words.sort_unstable();
        words.dedup();
        let words = words.into_iter().take(WORDS_MAX);
        words.map(|name| self.word(name)).collect()
    }

    fn word(&self, name: &str) -> String {
        match self.folder.strip_prefix("~/") {
            Some(rest) => format!("~/{}{}", escaped(rest), escaped(name)),
            None => format!("{}{}", escaped(&self.folder), escaped(name)),
        }
    }
}

fn escaped(name: &str) -> String {
    let mut word = String::with_capacity(name.len());
    for letter in name.chars() {
        if !letter.is_alphanumeric() && !SAFE.contains(letter) {
            word.push('\\');
        }
        word.push(letter);
    }
    word
}

fn last_word(line: &str) -> Option<Word> {
    let mut word = Word::default();
    let mut letters = line.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\'' | '"' => {
                word.is_quoted = true;
                if !take_quoted(letter, &mut letters, &mut word.name)? {
                    break;
                }
            }
            '\\' => word.name.extend(letters.next().map(|(_, letter)| letter)),
            '$' | '`' | '*' | '?' | '[' | '{' => return None,
            '#' if word.is_new() => return None,
            ' ' | '\t' => {
                let is_argument = word.is_argument || !word.is_new();
                word = Word::after(at, letter, is_argument);
            }
            '\n' | ';' | '|' | '&' | '(' => word = Word::after(at, letter, false),
            '<' | '>' => word = Word::after(at, letter, true),
            plain => word.name.push(plain),
        }
    }
    Some(word)
}

/// Reads up to the closing quote, and says whether there is one. None where something is expanded.
fn take_quoted(
    quote: char,
    letters: &mut std::str::CharIndices<'_>,
    name: &mut String,
) -> Option<bool> {
    while let Some((_, letter)) = letters.next() {
        match letter {
            end if end == quote => return Some(true),
            '$' | '`' if quote == '"' => return None,
            '\\' if quote == '"' => name.extend(letters.next().map(|(_, letter)| letter)),
            plain => name.push(plain),
        }
    }
    Some(false)
}

impl Word {
    fn after(at: usize, letter: char, is_argument: bool) -> Word {
        Word {
            start: at + letter.len_utf8(),
            is_argument,
            ..Word::default()
        }
    }

    fn is_new(&self) -> bool {
        self.name.is_empty() && !self.is_quoted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(line: &str) -> (String, String, bool) {
        let wanted = Wanted::read(line).unwrap();
        (wanted.folder, wanted.begins, wanted.is_command)
    }

    fn meant(folder: &str, begins: &str, is_command: bool) -> (String, String, bool) {
        (folder.to_owned(), begins.to_owned(), is_command)
    }

    #[test]
    fn the_last_word_is_what_is_meant() {
        assert_eq!(wanted("sys"), meant("", "sys", true));
        assert_eq!(wanted("cat /etc/ho"), meant("/etc/", "ho", false));
        assert_eq!(wanted("ls -l "), meant("", "", false));
        assert_eq!(wanted("a | gr"), meant("", "gr", true));
        assert_eq!(wanted("a; ./b"), meant("./", "b", false));
        assert_eq!(wanted("echo x > ~/o"), meant("~/", "o", false));
        assert_eq!(wanted(r"cat a\ b"), meant("", "a b", false));
        assert_eq!(wanted("cat 'a b"), meant("", "a b", false));
        assert_eq!(wanted("cat \"a;b/c"), meant("a;b/", "c", false));
        assert_eq!(Wanted::read("cat 'a b").unwrap().typed, "'a b");
        for odd in ["cat $HO", "ls *.t", "echo `da", "# comm", "cat \"$x"] {
            assert_eq!(Wanted::read(odd), None, "{odd}");
        }
    }

    #[test]
    fn words_are_offered_as_a_shell_reads_them() {
        let offered = |line: &str, names| Wanted::read(line).unwrap().words(names);
        assert_eq!(offered("cat a", "b\na b\na$\n.a\n"), [r"a\ b", r"a\$"]);
        assert_eq!(offered("cat ~/x/", "y/\n"), ["~/x/y/"]);
        assert_eq!(offered("cat 'a b/", "c;d\n"), [r"a\ b/c\;d"]);
        assert_eq!(offered("cat .", ".a\n.b\u{1b}\n"), [".a"]);
        assert_eq!(offered("ls ", "中文\n~\n"), [r"\~", "中文"]);
    }
}
