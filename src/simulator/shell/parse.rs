//! Reads a script: lines, lists, pipelines, simple commands. What holds other commands is read in
//! `parse_compound`, words in `words`.

use super::redirects::Waiting;
use super::syntax::{Command, Joint, Kind, List, Part, Pipeline, Place, Redirect, Stream};

/// How deep commands may stand in each other.
const DEPTH_LIMIT: usize = 40;

/// Where reading a script has come to.
pub(super) struct Parser {
    pub(super) text: Vec<char>,
    pub(super) at: usize,
    pub(super) depth: usize,
    pub(super) waiting: Vec<Waiting>,
}

/// What is wrong, as bash says it.
pub(super) type Wrong = String;

/// The script, or what is wrong with it.
pub(super) fn parse(text: &str) -> Result<List, Wrong> {
    let mut parser = Parser::new(text, 0);
    let list = parser.list(&[])?;
    match parser.peek() {
        None => Ok(list),
        Some(character) => Err(unexpected(character)),
    }
}

pub(super) fn unexpected(what: impl std::fmt::Display) -> Wrong {
    format!("syntax error near unexpected token `{what}'")
}

pub(super) fn unfinished() -> Wrong {
    "syntax error: unexpected end of file".to_owned()
}

impl Parser {
    pub(super) fn new(text: &str, depth: usize) -> Parser {
        Parser {
            text: text.chars().collect(),
            at: 0,
            depth,
            waiting: Vec::new(),
        }
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    pub(super) fn starts(&self, text: &str) -> bool {
        text.chars()
            .enumerate()
            .all(|(index, character)| self.text.get(self.at + index) == Some(&character))
    }

    /// Steps over this text, if it comes next.
    pub(super) fn take(&mut self, text: &str) -> bool {
        let found = self.starts(text);
        if found {
            self.at += text.chars().count();
        }
        found
    }

    pub(super) fn skip_blanks(&mut self) {
        loop {
            match self.peek() {
                Some(' ' | '\t') => self.at += 1,
                Some('\\') if self.text.get(self.at + 1) == Some(&'\n') => self.at += 2,
                Some('#') => {
                    while self.peek().is_some_and(|character| character != '\n') {
                        self.at += 1;
                    }
                }
                _ => return,
            }
        }
    }

    /// Steps over the end of a line, and reads the here-documents that wait for it.
    fn newline(&mut self) -> Result<bool, Wrong> {
        self.skip_blanks();
        if self.peek() != Some('\n') {
            return Ok(false);
        }
        self.at += 1;
        for waiting in std::mem::take(&mut self.waiting) {
            self.here_document(&waiting)?;
        }
        Ok(true)
    }

    pub(super) fn skip_newlines(&mut self) -> Result<(), Wrong> {
        while self.newline()? {}
        Ok(())
    }

    /// The reserved word or plain word that comes next, without stepping over it.
    pub(super) fn peek_word(&self) -> String {
        let rest = self.text[self.at..].iter();
        let name = rest.take_while(|character| !is_delimiter(**character));
        name.collect()
    }

    /// Steps over a reserved word, if it comes next.
    pub(super) fn take_word(&mut self, word: &str) -> bool {
        self.peek_word() == word && self.take(word)
    }

    pub(super) fn need_word(&mut self, word: &str) -> Result<(), Wrong> {
        self.skip_newlines()?;
        if self.take_word(word) {
            return Ok(());
        }
        Err(self.peek().map_or_else(unfinished, unexpected))
    }

    /// One level further in; too many are refused, since reading them takes stack.
    pub(super) fn deeper(&mut self) -> Result<(), Wrong> {
        self.depth += 1;
        if self.depth > DEPTH_LIMIT {
            return Err("maximum nesting level exceeded".to_owned());
        }
        Ok(())
    }

    /// Commands up to one of these words, a closing bracket, `;;` or the end.
    pub(super) fn list(&mut self, ends: &[&str]) -> Result<List, Wrong> {
        self.deeper()?;
        let mut list = List::new();
        let mut joint = Joint::Always;
        loop {
            self.skip_newlines()?;
            if joint == Joint::Always && self.at_end(ends) {
                break;
            }
            list.push((joint, self.pipeline()?));
            self.skip_blanks();
            joint = self.joint();
        }
        self.depth -= 1;
        Ok(list)
    }

    fn at_end(&self, ends: &[&str]) -> bool {
        matches!(self.peek(), None | Some(')'))
            || self.starts(";;")
            || ends.contains(&self.peek_word().as_str())
    }

    fn joint(&mut self) -> Joint {
        if self.take("&&") {
            Joint::IfSucceeded
        } else if self.take("||") {
            Joint::IfFailed
        } else {
            // In the background is as good as in front: nothing here takes time.
            let _ = !self.starts(";;") && (self.take(";") || self.take("&"));
            Joint::Always
        }
    }

    fn pipeline(&mut self) -> Result<Pipeline, Wrong> {
        let negated = self.take_word("!");
        let mut commands = Vec::new();
        loop {
            self.skip_blanks();
            if !commands.is_empty() {
                self.skip_newlines()?;
            }
            commands.push(self.command()?);
            self.skip_blanks();
            if self.starts("||") || !self.take("|") {
                return Ok(Pipeline { negated, commands });
            }
            if self.take("&") {
                let both = Redirect {
                    stream: Stream::Err,
                    to: Place::Same(vec![Part::Quoted("1".to_owned())]),
                };
                if let Some(last) = commands.last_mut() {
                    last.redirects.push(both);
                }
            }
        }
    }

    pub(super) fn command(&mut self) -> Result<Command, Wrong> {
        let kind = match self.peek_word().as_str() {
            "{" => self.group()?,
            "if" => self.conditional()?,
            "for" => self.for_loop()?,
            "while" | "until" => self.while_loop()?,
            "case" => self.case()?,
            "function" => {
                self.at += "function".len();
                self.skip_blanks();
                self.function()?
            }
            _ if self.take("(") => Kind::Subshell(self.inside("", ")")?),
            _ if self.at_function() => self.function()?,
            _ => return self.simple(),
        };
        let mut redirects = Vec::new();
        while let Some(redirect) = self.redirect()? {
            redirects.push(redirect);
        }
        Ok(Command { kind, redirects })
    }

    /// A list and what closes it.
    pub(super) fn inside(&mut self, word: &str, bracket: &str) -> Result<List, Wrong> {
        let (list, closed) = if word.is_empty() {
            (self.list(&[])?, self.take(bracket))
        } else {
            (self.list(&[word])?, self.take_word(word))
        };
        if closed {
            return Ok(list);
        }
        Err(self.peek().map_or_else(unfinished, unexpected))
    }

    fn simple(&mut self) -> Result<Command, Wrong> {
        let (mut assignments, mut words) = (Vec::new(), Vec::new());
        let mut redirects = Vec::new();
        let start = self.at;
        loop {
            self.skip_blanks();
            if let Some(redirect) = self.redirect()? {
                redirects.push(redirect);
                continue;
            }
            match self.peek() {
                None | Some('\n' | ';' | '&' | '|' | '(' | ')') => break,
                Some(_) => {}
            }
            match self.assignment_name() {
                Some(name) if words.is_empty() => {
                    self.at += name.chars().count() + 1;
                    assignments.push((name, self.word()?));
                }
                _ => words.push(self.word()?),
            }
        }
        if self.at == start || self.peek() == Some('(') {
            return Err(match self.peek() {
                None => unfinished(),
                Some('\n') => unexpected("newline"),
                Some(found) => unexpected(found),
            });
        }
        Ok(Command {
            kind: Kind::Simple { assignments, words },
            redirects,
        })
    }

    /// The name in front of `=`.
    fn assignment_name(&self) -> Option<String> {
        let rest = self.text[self.at..].iter();
        let name: String = rest
            .take_while(|c| c.is_ascii_alphanumeric() || **c == '_')
            .collect();
        let equals = self.text.get(self.at + name.len()) == Some(&'=');
        (equals && is_name(&name)).then_some(name)
    }
}

pub(super) fn is_delimiter(character: char) -> bool {
    matches!(
        character,
        ' ' | '\t' | '\n' | ';' | '&' | '|' | '<' | '>' | '(' | ')'
    )
}

pub(super) fn is_name(text: &str) -> bool {
    let first = text.chars().next();
    first.is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
