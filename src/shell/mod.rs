//! One line of the shell: what it is, how it is sent, what came back. KiwiVM remembers no directory,
//! so a small wrapper goes around each line. It sends nothing itself, and remembers nothing: that is
//! `transcript`.

mod background;
mod completion;
mod line;
mod output;
pub mod palette;
mod screen;
mod style;
#[cfg(test)]
mod tests;
mod wrapper;

pub use background::{LOG_MAX_BYTES, Piece, background, end, is_log, piece, reading};
pub use completion::Wanted;
pub use line::Line;
pub use output::{Output, Runs, plain};
pub use style::Style;
pub use wrapper::{Place, Report, SENT_MAX_BYTES, Unsendable, quoted, report, typed, wrapped};

use crate::kiwivm::printable::prints;

/// Where a conversation begins.
pub const HOME: &str = "/root";
/// The longest path of Linux.
pub const DIRECTORY_MAX_BYTES: usize = 4096;

/// Whether this can be a directory that was entered. None of those has `..` in it, and dash takes
/// `gone/..` for a directory that is there.
#[must_use]
pub fn is_path(directory: &str) -> bool {
    directory.starts_with('/')
        && directory.len() <= DIRECTORY_MAX_BYTES
        && !directory.contains('\0')
        && directory.split('/').all(|part| part != "..")
}

/// Whether a directory may go to a browser and come back: a path, in which nothing steers, turns
/// or is changed on the way. Any other stays here.
#[must_use]
pub fn travels(directory: &str) -> bool {
    is_path(directory) && directory.chars().all(prints)
}
