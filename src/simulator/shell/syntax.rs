//! What a script is made of. `parse` makes it, `run` walks it.

use std::cell::RefCell;
use std::rc::Rc;

/// Pipelines with what stands between them.
pub(super) type List = Vec<(Joint, Pipeline)>;

/// When a pipeline runs, given how the one before it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Joint {
    Always,
    IfSucceeded,
    IfFailed,
}

#[derive(Clone, Debug)]
pub(super) struct Pipeline {
    pub(super) negated: bool,
    pub(super) commands: Vec<Command>,
}

#[derive(Clone, Debug)]
pub(super) struct Command {
    pub(super) kind: Kind,
    pub(super) redirects: Vec<Redirect>,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    Simple {
        assignments: Vec<(String, Word)>,
        words: Vec<Word>,
    },
    Group(List),
    Subshell(List),
    If {
        branches: Vec<(List, List)>,
        otherwise: List,
    },
    For {
        name: String,
        words: Vec<Word>,
        body: List,
    },
    While {
        until: bool,
        condition: List,
        body: List,
    },
    Case {
        word: Word,
        arms: Vec<(Vec<Word>, List)>,
    },
    Function {
        name: String,
        body: Rc<Command>,
    },
}

#[derive(Clone, Debug)]
pub(super) struct Redirect {
    /// 0, 1 or 2; for `&>` both 1 and 2.
    pub(super) stream: Stream,
    pub(super) to: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stream {
    In,
    Out,
    Err,
    OutAndErr,
}

#[derive(Clone, Debug)]
pub(super) enum Place {
    Read(Word),
    Write(Word),
    Append(Word),
    /// `2>&1`: the same as another stream.
    Same(Word),
    /// A here-document, whose text follows the line; or a here-string.
    Text(Rc<RefCell<Word>>),
}

/// One word, not yet expanded.
pub(super) type Word = Vec<Part>;

#[derive(Clone, Debug)]
pub(super) enum Part {
    /// As it stands; `*` and `?` in it are patterns.
    Plain(String),
    /// As it stands, patterns included.
    Quoted(String),
    /// `~` at the beginning of a word.
    Home,
    Value {
        name: String,
        change: Option<Change>,
        quoted: bool,
    },
    Command {
        list: Rc<List>,
        quoted: bool,
    },
    Sum {
        text: Word,
        quoted: bool,
    },
}

/// What `${name…}` does to a value.
#[derive(Clone, Debug)]
pub(super) enum Change {
    Length,
    /// `-`, `=`, `+`, `?`; with a colon an empty value counts as none.
    Instead {
        sign: char,
        empty_too: bool,
        word: Word,
    },
    /// `#`, `##`, `%`, `%%`.
    Cut {
        sign: char,
        longest: bool,
        pattern: Word,
    },
}
