//! What a command wrote, as styled text: bounded in bytes and in looks, both ends kept. It draws
//! nothing; `web::terminal` does.

use super::screen::{Sink, show};
use super::style::Style;
use serde::{Deserialize, Serialize};

/// So much of each end is kept; of a longer output the middle is left out.
const END_MAX_BYTES: usize = 128 * 1024;
/// Each end changes its look so many times at most; what is more is plain. A busy log line changes
/// it every 20 bytes.
const END_MAX_RUNS: usize = 8 * 1024;
/// What a run counts in a transcript: on a page it takes about so many bytes more than its text.
const RUN_BYTES: usize = 64;

/// Text from a VPS, as a terminal would show it, without its looks: see [`Output`].
#[must_use]
pub fn plain(text: &str) -> String {
    show(text, String::with_capacity(text.len()))
}

/// Text in pieces of one look each.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Runs {
    text: String,
    runs: Vec<Run>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Run {
    /// Where it ends in the text.
    end: usize,
    style: Style,
}

impl Runs {
    /// The text of all pieces.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The pieces in their order.
    pub fn pieces(&self) -> impl Iterator<Item = (&str, Style)> {
        let mut start = 0;
        self.runs.iter().map(move |run| {
            let piece = &self.text[start..run.end];
            start = run.end;
            (piece, run.style)
        })
    }

    fn push(&mut self, text: &str, style: Style) {
        if text.is_empty() {
            return;
        }
        self.text.push_str(text);
        let end = self.text.len();
        match self.runs.last_mut() {
            Some(last) if last.style == style => last.end = end,
            _ => self.runs.push(Run { end, style }),
        }
    }

    /// Keeps the end of the text, this long at most, and says how many bytes went.
    fn keep_end(&mut self, limit_bytes: usize) -> usize {
        let start = self.text.len().saturating_sub(limit_bytes);
        let start = self.text.ceil_char_boundary(start);
        self.text.drain(..start);
        self.runs.retain_mut(|run| {
            let stays = run.end > start;
            run.end = run.end.saturating_sub(start);
            stays
        });
        start
    }

    /// Makes the first looks plain, so that this many stay and a plain piece before them.
    fn keep_last_looks(&mut self, limit: usize) {
        let Some(plain) = self.runs.len().checked_sub(limit + 1) else {
            return;
        };
        self.runs[plain].style = Style::default();
        self.runs.drain(..plain);
    }

    fn size_bytes(&self) -> usize {
        self.text.len() + self.runs.len() * RUN_BYTES
    }
}

/// What a command wrote: colours and looks kept, progress lines folded, every other control sequence
/// removed, and its middle left out when it is long.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Output {
    /// Its beginning.
    pub head: Runs,
    /// Its end. When nothing is left out it follows the beginning at once.
    pub tail: Runs,
    /// How much is missing between them, in bytes.
    pub left_out_bytes: usize,
}

impl Output {
    /// Reads what came from the VPS. However often it changes colour, it takes less than 2 MiB.
    #[must_use]
    pub fn read(text: &str) -> Output {
        show(text, Ends::default()).finished()
    }

    /// Whether nothing was written that can be seen.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.head.text.is_empty()
    }

    /// Whether the middle is left out.
    #[must_use]
    pub fn is_folded(&self) -> bool {
        self.left_out_bytes > 0
    }

    /// What it counts in a transcript: its text, and about what its looks take on a page.
    #[must_use]
    pub fn size_bytes(&self) -> usize {
        self.head.size_bytes() + self.tail.size_bytes()
    }
}

/// Keeps both ends of what comes; never more than three times what stays.
#[derive(Default)]
struct Ends {
    output: Output,
    head_is_full: bool,
}

impl Sink for Ends {
    fn write(&mut self, text: &str, style: Style) {
        let rest = self.fill_head(text, style);
        let Output {
            tail,
            left_out_bytes,
            ..
        } = &mut self.output;
        tail.push(rest, style);
        if tail.text.len() > 2 * END_MAX_BYTES {
            *left_out_bytes += tail.keep_end(END_MAX_BYTES);
        }
        if tail.runs.len() > 2 * END_MAX_RUNS {
            tail.keep_last_looks(END_MAX_RUNS);
        }
    }
}

impl Ends {
    /// What the beginning has no room for.
    fn fill_head<'a>(&mut self, text: &'a str, style: Style) -> &'a str {
        if self.head_is_full {
            return text;
        }
        let head = &mut self.output.head;
        let room = END_MAX_BYTES - head.text.len();
        let (fits, rest) = text.split_at(text.floor_char_boundary(room));
        let is_plain = head.runs.len() >= END_MAX_RUNS;
        head.push(fits, if is_plain { Style::default() } else { style });
        self.head_is_full = !rest.is_empty();
        rest
    }

    fn finished(mut self) -> Output {
        let tail = &mut self.output.tail;
        self.output.left_out_bytes += tail.keep_end(END_MAX_BYTES);
        tail.keep_last_looks(END_MAX_RUNS);
        self.output
    }
}
