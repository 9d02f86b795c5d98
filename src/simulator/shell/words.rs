//! Reads words: quotes, `$name`, `${name…}`, `$(…)`, `$((…))`, backquotes.

use super::parse::{Parser, Wrong, is_delimiter, is_name, unfinished};
use super::syntax::{Change, Part, Word};
use std::rc::Rc;

/// A part that says what it is without being expanded.
pub(super) fn as_written(part: &Part) -> &str {
    match part {
        Part::Plain(text) | Part::Quoted(text) => text,
        Part::Home => "~",
        Part::Value { name, .. } => name,
        Part::Command { .. } | Part::Sum { .. } => "",
    }
}

impl Parser {
    /// The word that comes next; it may be empty only after `=`.
    pub(super) fn word(&mut self) -> Result<Word, Wrong> {
        let mut word = Word::new();
        if self.peek() == Some('~')
            && self
                .text
                .get(self.at + 1)
                .is_none_or(|c| *c == '/' || is_delimiter(*c))
        {
            self.at += 1;
            word.push(Part::Home);
        }
        while let Some(character) = self.peek() {
            match character {
                '\'' => word.push(Part::Quoted(self.single_quoted()?)),
                '"' => self.double_quoted(&mut word)?,
                '\\' => self.escaped(&mut word),
                '$' | '`' => self.dollar(&mut word, false)?,
                _ if is_delimiter(character) => break,
                _ => {
                    self.at += 1;
                    push_plain(&mut word, character);
                }
            }
        }
        Ok(word)
    }

    fn single_quoted(&mut self) -> Result<String, Wrong> {
        self.at += 1;
        let start = self.at;
        while self.peek().is_some_and(|character| character != '\'') {
            self.at += 1;
        }
        let text = self.text[start..self.at].iter().collect();
        if self.take("'") {
            return Ok(text);
        }
        Err("unexpected EOF while looking for matching `''".to_owned())
    }

    fn escaped(&mut self, word: &mut Word) {
        self.at += 1;
        match self.peek() {
            Some('\n') => {}
            Some(character) => word.push(Part::Quoted(character.to_string())),
            None => {
                word.push(Part::Quoted("\\".to_owned()));
                return;
            }
        }
        self.at += 1;
    }

    fn double_quoted(&mut self, word: &mut Word) -> Result<(), Wrong> {
        self.at += 1;
        word.push(Part::Quoted(String::new()));
        loop {
            match self.peek() {
                None => return Err("unexpected EOF while looking for matching `\"'".to_owned()),
                Some('"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(character) => self.quoted_character(word, character)?,
            }
        }
    }

    /// All of the text as if it stood in double quotes, where `"` is an ordinary character.
    pub(super) fn quoted_text(&mut self) -> Result<Word, Wrong> {
        let mut word = Word::new();
        while let Some(character) = self.peek() {
            self.quoted_character(&mut word, character)?;
        }
        Ok(word)
    }

    fn quoted_character(&mut self, word: &mut Word, character: char) -> Result<(), Wrong> {
        match character {
            '$' | '`' => return self.dollar(word, true),
            '\\' => match self.text.get(self.at + 1) {
                Some('\n') => self.at += 2,
                Some(next @ ('$' | '`' | '"' | '\\')) => {
                    push_quoted(word, *next);
                    self.at += 2;
                }
                _ => {
                    push_quoted(word, '\\');
                    self.at += 1;
                }
            },
            _ => {
                push_quoted(word, character);
                self.at += 1;
            }
        }
        Ok(())
    }

    /// What begins with `$` or a backquote.
    fn dollar(&mut self, word: &mut Word, quoted: bool) -> Result<(), Wrong> {
        let part = if self.take("`") {
            self.backquoted(quoted)?
        } else if self.take("$((") {
            let text = self.balanced()?;
            self.deeper()?;
            let text = Parser::new(&text, self.depth).quoted_text()?;
            self.depth -= 1;
            Part::Sum { text, quoted }
        } else if self.take("$(") {
            let list = Rc::new(self.inside("", ")")?);
            Part::Command { list, quoted }
        } else if self.take("${") {
            self.braced(quoted)?
        } else if !quoted && self.take("$'") {
            Part::Quoted(self.c_quoted()?)
        } else {
            self.at += 1;
            self.named(quoted)
        };
        word.push(part);
        Ok(())
    }

    fn backquoted(&mut self, quoted: bool) -> Result<Part, Wrong> {
        let mut text = String::new();
        loop {
            match (self.peek(), self.text.get(self.at + 1)) {
                (None, _) => return Err("unexpected EOF while looking for matching ``'".to_owned()),
                (Some('`'), _) => break,
                (Some('\\'), Some(next @ ('`' | '\\' | '$'))) => {
                    text.push(*next);
                    self.at += 2;
                }
                (Some(character), _) => {
                    text.push(character);
                    self.at += 1;
                }
            }
        }
        self.at += 1;
        let list = Rc::new(Parser::new(&text, self.depth).list(&[])?);
        Ok(Part::Command { list, quoted })
    }

    /// The text up to the `))` that closes it.
    fn balanced(&mut self) -> Result<String, Wrong> {
        let mut open = 0;
        let mut text = String::new();
        while let Some(character) = self.peek() {
            if open == 0 && self.take("))") {
                return Ok(text);
            }
            match character {
                '(' => open += 1,
                ')' => open -= 1,
                _ => {}
            }
            text.push(character);
            self.at += 1;
        }
        Err(unfinished())
    }

    fn named(&mut self, quoted: bool) -> Part {
        let name = match self.peek() {
            Some(character) if "?$#@*!-0123456789".contains(character) => character.to_string(),
            _ => self.name(),
        };
        if name.is_empty() {
            return Part::Quoted("$".to_owned());
        }
        if !is_name(&name) {
            self.at += 1;
        }
        Part::Value {
            name,
            change: None,
            quoted,
        }
    }

    /// A name, stepped over.
    fn name(&mut self) -> String {
        let rest = self.text[self.at..].iter();
        let name: String = rest
            .take_while(|c| c.is_ascii_alphanumeric() || **c == '_')
            .collect();
        self.at += name.len();
        name
    }

    fn braced(&mut self, quoted: bool) -> Result<Part, Wrong> {
        if self.starts("#") && !self.starts("#}") {
            self.at += 1;
            let name = self.name();
            self.take("}");
            return Ok(Part::Value {
                name,
                change: Some(Change::Length),
                quoted,
            });
        }
        let mut name = self.name();
        if name.is_empty() {
            name = self
                .peek()
                .map_or_else(String::new, |character| character.to_string());
            self.at += 1;
        }
        self.deeper()?;
        let change = self.change()?;
        self.depth -= 1;
        if self.take("}") {
            return Ok(Part::Value {
                name,
                change,
                quoted,
            });
        }
        Err("bad substitution".to_owned())
    }

    fn change(&mut self) -> Result<Option<Change>, Wrong> {
        let empty_too = self.take(":");
        let Some(sign) = self.peek().filter(|sign| "-=+?#%".contains(*sign)) else {
            return Ok(None);
        };
        self.at += 1;
        let longest = matches!(sign, '#' | '%') && self.take(&sign.to_string());
        let word = self.up_to_brace()?;
        Ok(Some(match sign {
            '#' | '%' => Change::Cut {
                sign,
                longest,
                pattern: word,
            },
            _ => Change::Instead {
                sign,
                empty_too,
                word,
            },
        }))
    }

    fn up_to_brace(&mut self) -> Result<Word, Wrong> {
        let mut word = Word::new();
        loop {
            match self.peek() {
                None => return Err(unfinished()),
                Some('}') => return Ok(word),
                Some('\'') => word.push(Part::Quoted(self.single_quoted()?)),
                Some('"') => self.double_quoted(&mut word)?,
                Some('\\') => self.escaped(&mut word),
                Some('$' | '`') => self.dollar(&mut word, false)?,
                Some(character) => {
                    self.at += 1;
                    push_plain(&mut word, character);
                }
            }
        }
    }

    /// `$'…'`, with the escapes of C.
    fn c_quoted(&mut self) -> Result<String, Wrong> {
        let start = self.at;
        while let Some(character) = self.peek() {
            match character {
                '\\' => self.at += 2,
                '\'' => {
                    let text: String = self.text[start..self.at].iter().collect();
                    self.at += 1;
                    let bytes = super::programs::print::unescaped(&text.replace("\\'", "'"));
                    return Ok(String::from_utf8_lossy(&bytes).into_owned());
                }
                _ => self.at += 1,
            }
        }
        Err(unfinished())
    }
}

fn push_plain(word: &mut Word, character: char) {
    match word.last_mut() {
        Some(Part::Plain(text)) => text.push(character),
        _ => word.push(Part::Plain(character.to_string())),
    }
}

fn push_quoted(word: &mut Word, character: char) {
    match word.last_mut() {
        Some(Part::Quoted(text)) => text.push(character),
        _ => word.push(Part::Quoted(character.to_string())),
    }
}
