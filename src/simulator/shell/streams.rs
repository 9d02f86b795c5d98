//! Where commands read from and write to: buffers in memory, or files of the simulated VPS.

use super::files::Files;
use std::cell::RefCell;
use std::rc::Rc;

/// Where output goes.
#[derive(Clone, Debug)]
pub(super) enum Sink {
    Buffer(Rc<RefCell<Vec<u8>>>),
    File(String),
    Nowhere,
}

/// What is read, and how much of it has been.
#[derive(Clone, Debug, Default)]
pub(super) struct Input(Rc<RefCell<(Vec<u8>, usize)>>);

/// The three streams of a command.
#[derive(Clone, Debug)]
pub(super) struct Streams {
    pub(super) input: Input,
    pub(super) out: Sink,
    pub(super) err: Sink,
}

impl Sink {
    pub(super) fn buffer() -> Sink {
        Sink::Buffer(Rc::default())
    }

    /// Writes, and says whether it could.
    pub(super) fn write(&self, bytes: &[u8], files: &mut Files, now_s: i64) -> bool {
        match self {
            Sink::Buffer(buffer) => buffer.borrow_mut().extend_from_slice(bytes),
            Sink::File(path) => return files.append(path, bytes, now_s).is_ok(),
            Sink::Nowhere => {}
        }
        true
    }

    /// What a buffer holds; it is empty afterwards.
    pub(super) fn taken(&self) -> Vec<u8> {
        match self {
            Sink::Buffer(buffer) => std::mem::take(&mut buffer.borrow_mut()),
            _ => Vec::new(),
        }
    }
}

impl Input {
    pub(super) fn of(bytes: Vec<u8>) -> Input {
        Input(Rc::new(RefCell::new((bytes, 0))))
    }

    /// All that is left.
    pub(super) fn rest(&self) -> Vec<u8> {
        let (bytes, read) = &mut *self.0.borrow_mut();
        let rest = bytes[*read..].to_vec();
        *read = bytes.len();
        rest
    }

    /// The next line without its end, and whether it had one; nothing at the end.
    pub(super) fn line(&self) -> Option<(String, bool)> {
        let (bytes, read) = &mut *self.0.borrow_mut();
        let rest = &bytes[*read..];
        if rest.is_empty() {
            return None;
        }
        let end = rest.iter().position(|byte| *byte == b'\n');
        let line = &rest[..end.unwrap_or(rest.len())];
        let text = String::from_utf8_lossy(line).into_owned();
        *read += line.len() + usize::from(end.is_some());
        Some((text, end.is_some()))
    }
}
