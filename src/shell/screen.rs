//! Reads text for a terminal: follows colours, backspace and overwritten lines, and drops every other
//! control sequence. It keeps no more than one line.

use super::style::Style;
use crate::kiwivm::printable::prints;
use vte::{Params, Parser, Perform};

/// Of a longer line the beginning can no longer be overwritten.
const LINE_MAX_LETTERS: usize = 16 * 1024;
/// Ends any sequence that is under way.
const CANCEL: u8 = 0x18;

/// What takes finished text.
pub(super) trait Sink {
    fn write(&mut self, text: &str, style: Style);
}

/// Text alone.
impl Sink for String {
    fn write(&mut self, text: &str, _style: Style) {
        self.push_str(text);
    }
}

/// Writes a whole text into a sink, as a terminal would show it.
pub(super) fn show<S: Sink>(text: &str, sink: S) -> S {
    let mut screen = Screen::new(sink);
    let mut parser = Parser::new();
    for line in text.split_inclusive('\n') {
        let inside = line.strip_suffix('\n').unwrap_or(line);
        read(&mut parser, &mut screen, inside);
        if inside.len() < line.len() {
            // A sequence that nobody ends would hide all that follows; it ends with its line.
            parser.advance(&mut screen, &[CANCEL]);
            screen.end_line();
        }
    }
    screen.flush();
    screen.sink
}

/// A character of C1 stands for ESC and a letter.
fn read<S: Sink>(parser: &mut Parser, screen: &mut Screen<S>, mut text: &str) {
    let is_c1 = |letter: char| ('\u{80}'..='\u{9f}').contains(&letter);
    while let Some(at) = text.find(is_c1) {
        parser.advance(screen, &text.as_bytes()[..at]);
        parser.advance(screen, &[0x1b, text.as_bytes()[at + 1] - 0x40]);
        text = &text[at + 2..];
    }
    parser.advance(screen, text.as_bytes());
}

struct Screen<S> {
    sink: S,
    line: Vec<(char, Style)>,
    /// Where the next letter goes; never beyond the line's end.
    at: usize,
    pen: Style,
}

impl<S: Sink> Screen<S> {
    fn new(sink: S) -> Screen<S> {
        Screen {
            sink,
            line: Vec::new(),
            at: 0,
            pen: Style::default(),
        }
    }

    fn put(&mut self, letter: char) {
        match self.line.get_mut(self.at) {
            Some(place) => *place = (letter, self.pen),
            None => self.line.push((letter, self.pen)),
        }
        self.at += 1;
        if self.line.len() >= LINE_MAX_LETTERS {
            self.flush();
        }
    }

    /// The line's end looks as what stands before it, so that a look that goes on is one piece.
    fn end_line(&mut self) {
        let style = self.line.last().map_or(self.pen, |(_, style)| *style);
        self.line.push(('\n', style));
        self.flush();
    }

    fn flush(&mut self) {
        for piece in self.line.chunk_by(|(_, one), (_, other)| one == other) {
            let text: String = piece.iter().map(|(letter, _)| letter).collect();
            let style = piece.first().map_or(self.pen, |(_, style)| *style);
            self.sink.write(&text, style);
        }
        self.line.clear();
        self.at = 0;
    }

    /// Progress lines that get shorter end in this. Erased wholly, a line begins anew, as programs
    /// go back to its beginning before or after.
    fn erase(&mut self, which: u16) {
        match which {
            0 => self.line.truncate(self.at),
            1 => {
                let blank = (' ', Style::default());
                self.line
                    .iter_mut()
                    .take(self.at)
                    .for_each(|place| *place = blank);
            }
            2 => {
                self.line.clear();
                self.at = 0;
            }
            _ => {}
        }
    }
}

impl<S: Sink> Perform for Screen<S> {
    fn print(&mut self, letter: char) {
        if prints(letter) {
            self.put(letter);
        }
    }

    fn execute(&mut self, byte: u8) {
        match byte {
            b'\t' => self.put('\t'),
            b'\r' => self.at = 0,
            0x08 => self.at = self.at.saturating_sub(1),
            _ => {}
        }
    }

    fn csi_dispatch(&mut self, parameters: &Params, marks: &[u8], _ignore: bool, action: char) {
        match action {
            'm' if marks.is_empty() => self.pen.change(parameters),
            'K' if marks.is_empty() => {
                let which = parameters.iter().next();
                self.erase(which.and_then(|which| which.first().copied()).unwrap_or(0));
            }
            _ => {}
        }
    }
}
