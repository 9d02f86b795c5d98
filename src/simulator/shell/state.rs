//! What a shell knows: its variables, functions, directory, streams; and the machine's facts.

use super::streams::{Input, Sink, Streams};
use super::syntax::Command;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The environment of a new shell.
const ENVIRONMENT: [(&str, &str); 6] = [
    ("HOME", "/root"),
    ("LANG", "C.UTF-8"),
    (
        "PATH",
        "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    ),
    ("PWD", "/"),
    ("SHELL", "/bin/bash"),
    ("USER", "root"),
];

/// What programs can see of the machine.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    pub(super) hostname: String,
    pub(super) up_s: i64,
    pub(super) load: String,
    pub(super) memory_kb: u64,
    pub(super) memory_available_kb: u64,
    pub(super) swap_kb: u64,
    pub(super) disk_bytes: u64,
    pub(super) disk_used_bytes: u64,
}

/// What a subshell has a copy of.
#[derive(Clone, Debug)]
pub(super) struct State {
    /// Each with whether it is exported.
    pub(super) variables: BTreeMap<String, (String, bool)>,
    pub(super) arguments: Vec<String>,
    pub(super) functions: BTreeMap<String, Rc<Command>>,
    pub(super) directory: String,
    pub(super) status: i32,
    pub(super) streams: Streams,
    pub(super) at_exit: Option<String>,
    /// `set -e`.
    pub(super) exits_on_failure: bool,
}

impl State {
    /// Root in `/`, both outputs going to the same place.
    pub(super) fn newborn() -> State {
        let output = Sink::buffer();
        let exported = |(name, value): (&str, &str)| (name.to_owned(), (value.to_owned(), true));
        State {
            variables: ENVIRONMENT.into_iter().map(exported).collect(),
            arguments: Vec::new(),
            functions: BTreeMap::new(),
            directory: "/".to_owned(),
            status: 0,
            streams: Streams {
                input: Input::default(),
                out: output.clone(),
                err: output,
            },
            at_exit: None,
            exits_on_failure: false,
        }
    }
}
