//! Reads the commands that hold others: `{`, `if`, `for`, `while`, `case`, functions.

use super::parse::{Parser, Wrong, is_delimiter, is_name, unexpected, unfinished};
use super::syntax::{Kind, List, Part, Word};
use std::rc::Rc;

impl Parser {
    pub(super) fn group(&mut self) -> Result<Kind, Wrong> {
        self.at += 1;
        Ok(Kind::Group(self.inside("}", "")?))
    }

    pub(super) fn conditional(&mut self) -> Result<Kind, Wrong> {
        let mut branches = Vec::new();
        let mut otherwise = List::new();
        while self.take_word("if") || self.take_word("elif") {
            let condition = self.inside("then", "")?;
            branches.push((condition, self.list(&["elif", "else", "fi"])?));
        }
        if self.take_word("else") {
            otherwise = self.list(&["fi"])?;
        }
        self.need_word("fi")?;
        Ok(Kind::If {
            branches,
            otherwise,
        })
    }

    pub(super) fn for_loop(&mut self) -> Result<Kind, Wrong> {
        self.at += "for".len();
        self.skip_blanks();
        let name = self.peek_word();
        self.at += name.chars().count();
        self.skip_newlines()?;
        let mut words = vec![vec![Part::Value {
            name: "@".to_owned(),
            change: None,
            quoted: true,
        }]];
        if self.take_word("in") {
            words = self.words()?;
        }
        self.skip_blanks();
        self.take(";");
        self.need_word("do")?;
        Ok(Kind::For {
            name,
            words,
            body: self.inside("done", "")?,
        })
    }

    fn words(&mut self) -> Result<Vec<Word>, Wrong> {
        let mut words = Vec::new();
        loop {
            self.skip_blanks();
            match self.peek() {
                Some(next) if !is_delimiter(next) => words.push(self.word()?),
                _ => return Ok(words),
            }
        }
    }

    pub(super) fn while_loop(&mut self) -> Result<Kind, Wrong> {
        let until = self.take_word("until");
        if !until {
            self.take_word("while");
        }
        let condition = self.inside("do", "")?;
        Ok(Kind::While {
            until,
            condition,
            body: self.inside("done", "")?,
        })
    }

    pub(super) fn case(&mut self) -> Result<Kind, Wrong> {
        self.at += "case".len();
        self.skip_blanks();
        let word = self.word()?;
        self.need_word("in")?;
        let mut arms = Vec::new();
        loop {
            self.skip_newlines()?;
            if self.take_word("esac") {
                return Ok(Kind::Case { word, arms });
            }
            self.take("(");
            let patterns = self.patterns()?;
            arms.push((patterns, self.list(&["esac"])?));
            self.take(";;");
        }
    }

    fn patterns(&mut self) -> Result<Vec<Word>, Wrong> {
        let mut patterns = Vec::new();
        loop {
            self.skip_blanks();
            patterns.push(self.word()?);
            self.skip_blanks();
            if self.take(")") {
                return Ok(patterns);
            }
            if !self.take("|") {
                return Err(self.peek().map_or_else(unfinished, unexpected));
            }
        }
    }

    pub(super) fn at_function(&self) -> bool {
        let name = self.peek_word();
        let after: String = self.text[self.at + name.chars().count()..]
            .iter()
            .take(4)
            .collect();
        is_name(&name)
            && after.trim_start().starts_with('(')
            && after.replace(' ', "").starts_with("()")
    }

    pub(super) fn function(&mut self) -> Result<Kind, Wrong> {
        let name = self.peek_word();
        self.at += name.chars().count();
        self.skip_blanks();
        if self.take("(") {
            self.skip_blanks();
            self.take(")");
        }
        self.skip_newlines()?;
        let body = Rc::new(self.command()?);
        Ok(Kind::Function { name, body })
    }
}
