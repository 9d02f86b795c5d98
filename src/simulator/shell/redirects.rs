//! Reads redirections and here-documents; opens them when a command runs.

use super::parse::{Parser, Wrong};
use super::run::Shell;
use super::streams::{Input, Sink};
use super::syntax::{Part, Place, Redirect, Stream, Word};
use super::words::as_written;
use std::cell::RefCell;
use std::rc::Rc;

/// A here-document whose text is still to come.
pub(super) struct Waiting {
    end: String,
    quoted: bool,
    tabs_cut: bool,
    into: Rc<RefCell<Word>>,
}

impl Parser {
    pub(super) fn redirect(&mut self) -> Result<Option<Redirect>, Wrong> {
        self.skip_blanks();
        let Some((stream, length)) = self.stream() else {
            return Ok(None);
        };
        self.at += length;
        if self.take("<<<") {
            self.skip_blanks();
            let mut word = self.word()?;
            word.push(Part::Quoted("\n".to_owned()));
            return Ok(Some(Redirect {
                stream,
                to: Place::Text(Rc::new(RefCell::new(word))),
            }));
        }
        if self.take("<<") {
            return self.here(stream).map(Some);
        }
        let make = if self.take(">>") {
            Place::Append
        } else if self.take(">&") || self.take("<&") {
            Place::Same
        } else if self.take(">|") || self.take(">") {
            Place::Write
        } else {
            self.take("<");
            Place::Read
        };
        self.skip_blanks();
        Ok(Some(Redirect {
            stream,
            to: make(self.word()?),
        }))
    }

    /// Which stream a redirection is of, and how long its number is.
    fn stream(&self) -> Option<(Stream, usize)> {
        let next = self.text.get(self.at + 1);
        match (self.peek()?, next) {
            ('<', _) => Some((Stream::In, 0)),
            ('>', _) => Some((Stream::Out, 0)),
            ('&', Some('>')) => Some((Stream::OutAndErr, 1)),
            ('0', Some('<')) => Some((Stream::In, 1)),
            ('1', Some('>')) => Some((Stream::Out, 1)),
            ('2', Some('>')) => Some((Stream::Err, 1)),
            _ => None,
        }
    }

    fn here(&mut self, stream: Stream) -> Result<Redirect, Wrong> {
        let tabs_cut = self.take("-");
        self.skip_blanks();
        let word = self.word()?;
        let quoted = word.iter().any(|part| matches!(part, Part::Quoted(_)));
        let end = word.iter().map(as_written).collect();
        let into = Rc::new(RefCell::new(Word::new()));
        self.waiting.push(Waiting {
            end,
            quoted,
            tabs_cut,
            into: into.clone(),
        });
        Ok(Redirect {
            stream,
            to: Place::Text(into),
        })
    }

    pub(super) fn here_document(&mut self, waiting: &Waiting) -> Result<(), Wrong> {
        let mut text = String::new();
        while self.at < self.text.len() {
            let rest = &self.text[self.at..];
            let length = rest.iter().position(|character| *character == '\n');
            let line: String = rest[..length.unwrap_or(rest.len())].iter().collect();
            self.at += length.map_or(rest.len(), |length| length + 1);
            let line = if waiting.tabs_cut {
                line.trim_start_matches('\t')
            } else {
                &line
            };
            if line == waiting.end {
                break;
            }
            text.push_str(line);
            text.push('\n');
        }
        *waiting.into.borrow_mut() = if waiting.quoted {
            vec![Part::Quoted(text)]
        } else {
            Parser::new(&text, self.depth).quoted_text()?
        };
        Ok(())
    }
}

impl Shell<'_> {
    /// Makes a redirection take effect for what runs next.
    pub(super) fn open(&mut self, redirect: &Redirect) -> Result<(), String> {
        let sink = match &redirect.to {
            Place::Text(word) => {
                let word = word.borrow().clone();
                let text = self.expand_quoted(&word).unwrap_or_default();
                self.state.streams.input = Input::of(text.into_bytes());
                return Ok(());
            }
            Place::Read(word) => {
                let name = self.expand_quoted(word).unwrap_or_default();
                let path = self.path(&name);
                let content = if path == "/dev/null" {
                    Ok(&[][..])
                } else {
                    self.files.read(&path)
                };
                let content = content.map_err(|why| format!("{name}: {why}"))?;
                self.state.streams.input = Input::of(content.to_vec());
                return Ok(());
            }
            Place::Same(word) => match self.expand_quoted(word).unwrap_or_default().as_str() {
                "1" => self.state.streams.out.clone(),
                "2" => self.state.streams.err.clone(),
                _ => Sink::Nowhere,
            },
            Place::Write(word) => self.file_sink(word, true)?,
            Place::Append(word) => self.file_sink(word, false)?,
        };
        let streams = &mut self.state.streams;
        if matches!(redirect.stream, Stream::Out | Stream::OutAndErr) {
            streams.out = sink.clone();
        }
        if matches!(redirect.stream, Stream::Err | Stream::OutAndErr) {
            streams.err = sink;
        }
        Ok(())
    }

    fn file_sink(&mut self, word: &Word, empty_first: bool) -> Result<Sink, String> {
        let name = self.expand_quoted(word).unwrap_or_default();
        let path = self.path(&name);
        match path.as_str() {
            "/dev/null" => return Ok(Sink::Nowhere),
            "/dev/stdout" | "/dev/tty" => return Ok(self.state.streams.out.clone()),
            "/dev/stderr" => return Ok(self.state.streams.err.clone()),
            _ => {}
        }
        let opened = if empty_first {
            self.files.write(&path, Vec::new(), self.now_s)
        } else {
            self.files.append(&path, &[], self.now_s)
        };
        opened.map_err(|why| format!("{name}: {why}"))?;
        Ok(Sink::File(path))
    }
}
