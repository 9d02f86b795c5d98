//! What stands in a command with a name: its placeholders, and how they are filled so that a value is one
//! word to the shell and nothing more. It knows no database.

use crate::shell::quoted;

/// The commands that come with the program; the message `snippet-…` names them.
pub const SHIPPED: &[(&str, &str)] = &[
    ("disk", "df -h; df -i"),
    (
        "memory",
        "free -h; ps -eo pid,user,rss,comm --sort=-rss | head -n 15",
    ),
    ("ports", "ss -tulpn"),
    (
        "sign-ins",
        "journalctl -u ssh -u sshd --since=-1d --no-pager 2>/dev/null | grep -i failed | tail -n 30; \
         grep -h 'Failed password' /var/log/auth.log /var/log/secure 2>/dev/null | tail -n 30",
    ),
    ("resolver", "cat /etc/resolv.conf"),
    (
        "updates",
        "if command -v apt-get >/dev/null; then apt-get -s upgrade | grep -E '^Inst|upgraded,'; \
         else dnf -q check-update; fi",
    ),
];

/// Where a value may be read another time: commands in a command, here-documents, arithmetic.
const NESTING: &[&str] = &["`", "<<", "(("];

/// What a secret is in what is written down.
const STARS: &str = "***";

/// One thing that is asked for before the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placeholder {
    /// Its name.
    pub name: String,
    /// Whether its value is starred wherever it is kept.
    pub is_secret: bool,
}

/// A command, in pieces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Hole(Placeholder),
}

/// Why a command cannot be a snippet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsafe {
    /// A placeholder is within quotes, behind a backslash, or where quotes nest: there its value would
    /// not be one word, and might be run.
    #[error("a placeholder is where its value cannot be quoted")]
    Placeholder,
}

/// A filled command: as it is sent, and as it is written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    /// For the VPS.
    pub sent: String,
    /// For the transcript, the history and the audit log.
    pub shown: String,
}

impl Body {
    /// Reads a command. `{name}` and `{secret:name}` are asked for, `{{name}}` is text, and so is `${name}`.
    ///
    /// # Errors
    /// See [`Unsafe`].
    pub fn read(text: &str) -> Result<Body, Unsafe> {
        let mut pieces = vec![];
        let mut rest = text;
        let mut before = String::new();
        while let Some(at) = rest.find('{') {
            before.push_str(&rest[..at]);
            let from = &rest[at..];
            let (taken, piece) = match (literal(from), hole(from)) {
                (Some(text), _) => (text.len() + 2, None),
                (None, Some((length, hole))) if !before.ends_with('$') => (length, Some(hole)),
                _ => (1, None),
            };
            match piece {
                Some(hole) => {
                    pieces.push(Piece::Text(std::mem::take(&mut before)));
                    pieces.push(Piece::Hole(hole));
                }
                None if taken > 1 => before.push_str(&from[1..taken - 1]),
                None => before.push('{'),
            }
            rest = &from[taken..];
        }
        before.push_str(rest);
        pieces.push(Piece::Text(before));
        let body = Body(pieces).with_secrets_everywhere();
        body.is_safe().then_some(body).ok_or(Unsafe::Placeholder)
    }

    /// A value that is secret once is secret wherever it stands.
    fn with_secrets_everywhere(mut self) -> Body {
        let holes = self.0.iter().filter_map(Piece::hole);
        let secret = holes.filter(|hole| hole.is_secret);
        let secret: Vec<String> = secret.map(|hole| hole.name.clone()).collect();
        for piece in &mut self.0 {
            if let Piece::Hole(hole) = piece {
                hole.is_secret = secret.contains(&hole.name);
            }
        }
        self
    }

    /// What is asked for, each once, in its order.
    #[must_use]
    pub fn placeholders(&self) -> Vec<&Placeholder> {
        let mut all: Vec<&Placeholder> = Vec::new();
        for hole in self.0.iter().filter_map(Piece::hole) {
            if all.iter().all(|known| known.name != hole.name) {
                all.push(hole);
            }
        }
        all
    }

    /// Puts the values in. None while one is missing or has a character that ends a line or steers.
    #[must_use]
    pub fn filled(&self, value: impl Fn(&str) -> Option<String>) -> Option<Filled> {
        let (mut sent, mut shown) = (String::new(), String::new());
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => {
                    sent.push_str(text);
                    shown.push_str(text);
                }
                Piece::Hole(hole) => {
                    let value =
                        value(&hole.name).filter(|value| !value.contains(char::is_control))?;
                    let word = quoted(&value);
                    shown.push_str(if hole.is_secret { STARS } else { &word });
                    sent.push_str(&word);
                }
            }
        }
        Some(Filled { sent, shown })
    }

    /// Without placeholders everything is. With them nothing may stand in the command whose quoting is
    /// not plain to see.
    fn is_safe(&self) -> bool {
        let mut quoting = Quoting::default();
        let mut texts = self.0.iter().filter_map(Piece::text);
        if self.0.len() == 1 {
            return true;
        }
        if texts.any(|text| NESTING.iter().any(|nests| text.contains(nests))) {
            return false;
        }
        let is_plain = self.0.iter().all(|piece| match piece {
            Piece::Text(text) => quoting.follow(text),
            Piece::Hole(_) => quoting.pass_a_word(),
        });
        is_plain && quoting.is_outside()
    }
}

impl Piece {
    fn text(&self) -> Option<&str> {
        match self {
            Piece::Text(text) => Some(text),
            Piece::Hole(_) => None,
        }
    }

    fn hole(&self) -> Option<&Placeholder> {
        match self {
            Piece::Text(_) => None,
            Piece::Hole(hole) => Some(hole),
        }
    }
}

/// `{{name}}`: the text inside, with one pair of braces.
fn literal(from: &str) -> Option<&str> {
    let inner = from.strip_prefix('{')?;
    let (length, _) = hole(inner)?;
    inner[length..].starts_with('}').then(|| &inner[..length])
}

fn hole(from: &str) -> Option<(usize, Placeholder)> {
    let (inside, _) = from.strip_prefix('{')?.split_once('}')?;
    let secret = inside.strip_prefix("secret:");
    let name = secret.unwrap_or(inside);
    let is_name = name.starts_with(|letter: char| letter.is_ascii_lowercase())
        && name.chars().all(|letter| {
            letter.is_ascii_lowercase() || letter.is_ascii_digit() || "-_".contains(letter)
        });
    let placeholder = Placeholder {
        name: name.to_owned(),
        is_secret: secret.is_some(),
    };
    is_name.then_some((inside.len() + 2, placeholder))
}

/// Where in a command one is.
struct Quoting {
    quote: Option<char>,
    is_escaped: bool,
    /// What begins like a comment, to the end of its line. Not everywhere is it one.
    in_comment: bool,
    last: char,
}

impl Default for Quoting {
    fn default() -> Quoting {
        Quoting {
            quote: None,
            is_escaped: false,
            in_comment: false,
            last: '\n',
        }
    }
}

impl Quoting {
    /// Goes on through a text; false where it is not plain to see what is quoted.
    fn follow(&mut self, text: &str) -> bool {
        text.chars().all(|letter| {
            let is_plain = self.take(letter);
            self.last = letter;
            is_plain
        })
    }

    fn take(&mut self, letter: char) -> bool {
        match (self.quote, letter) {
            _ if self.is_escaped => self.is_escaped = false,
            (_, '\n') if self.in_comment => self.in_comment = false,
            (_, '\'' | '"' | '\\') if self.in_comment => return false,
            (Some('\''), '\'') | (Some('"'), '"') => self.quote = None,
            (Some('"'), '(') | (None, '\'') if self.last == '$' => return false,
            (None | Some('"'), '\\') => self.is_escaped = true,
            (None, '\'' | '"') => self.quote = Some(letter),
            (None, '#') if self.is_at_a_words_start() => self.in_comment = true,
            _ => {}
        }
        true
    }

    fn is_at_a_words_start(&self) -> bool {
        self.last.is_whitespace() || ";&|()<>".contains(self.last)
    }

    /// A value comes next, quoted.
    fn pass_a_word(&mut self) -> bool {
        self.last = '\'';
        self.is_outside()
    }

    fn is_outside(&self) -> bool {
        self.quote.is_none() && !self.is_escaped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        let body = Body::read(text).unwrap();
        let placeholders = body.placeholders();
        placeholders.iter().map(|one| one.name.clone()).collect()
    }

    fn filled(text: &str, value: &str) -> Filled {
        let body = Body::read(text).unwrap();
        body.filled(|_| Some(value.to_owned())).unwrap()
    }

    #[test]
    fn placeholders_are_asked_for_once_and_text_stays_text() {
        assert_eq!(
            names("ping -c {count} {host}; dig {host}"),
            ["count", "host"]
        );
        assert_eq!(names("curl -u {secret:token}"), ["token"]);
        for text in [
            "${HOME}",
            "${x}",
            "awk '{ print $1 }'",
            "echo {a,b} {} {A}",
            "x{{y}}",
        ] {
            assert_eq!(names(text), [""; 0], "{text}");
        }
        assert_eq!(filled("x {{y}} {z}", "1").sent, "x {y} '1'");
        for (_, text) in SHIPPED {
            assert_eq!(filled(text, "").sent, *text);
        }
    }

    #[test]
    fn t_secret_leak_a_secret_is_starred_where_it_is_written_down() {
        let filled = filled("login {secret:word}", "hunter2");
        assert_eq!(filled.sent, "login 'hunter2'");
        assert_eq!(filled.shown, "login ***");
        let body = Body::read("echo {word}; login {secret:word} {name}").unwrap();
        let filled = body.filled(|name| Some(name.to_owned())).unwrap();
        assert_eq!(filled.shown, "echo ***; login *** 'name'");
        assert!(body.placeholders()[0].is_secret);
    }

    #[test]
    fn a_placeholder_where_it_cannot_be_quoted_is_refused() {
        for text in [
            "echo '{x}'",
            "echo \"{x}\"",
            "echo \\{x}",
            "cat <<END\n{x}\nEND",
            "echo `echo {x}`",
            "echo \"$(echo \"{x}\")\"",
            "# it's\necho '{x}'",
            "echo ${y/ #/'} {x} '",
            "echo {x} # it's",
            "echo $'\\'' ' {x} '",
            "echo $(( {x} ))",
            "echo {x} '",
            "echo {x} \\",
        ] {
            assert_eq!(Body::read(text), Err(Unsafe::Placeholder), "{text}");
        }
        for text in [
            "echo 'a' \"b $c\" $(echo {x}) {y} # {z}",
            "# look\necho '#' {x}#'y' ${#z} $#",
            "echo \"it's $5\" {x}",
        ] {
            assert!(Body::read(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn a_value_that_ends_a_line_is_not_put_in() {
        let body = Body::read("echo {x} # {x}").unwrap();
        for value in ["a\nreboot", "a\r", "\u{1b}"] {
            assert_eq!(body.filled(|_| Some(value.to_owned())), None, "{value:?}");
        }
        assert_eq!(body.filled(|_| None), None);
    }
}
