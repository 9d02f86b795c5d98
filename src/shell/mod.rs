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
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use std::borrow::Cow;

/// Where a conversation begins.
pub const HOME: &str = "/root";
/// The longest path of Linux.
pub const DIRECTORY_MAX_BYTES: usize = 4096;

/// What a word for a directory that stays here begins with.
const REFERENCE: char = '#';

/// Whether this can be a directory that was entered. None of those has `..` in it, and dash takes
/// `gone/..` for a directory that is there. A name that is no UTF-8 comes with U+FFFD in it, and is then
/// the name of another: neither is entered.
#[must_use]
pub fn is_path(directory: &str) -> bool {
    directory.starts_with('/')
        && directory.len() <= DIRECTORY_MAX_BYTES
        && !directory.contains(['\0', char::REPLACEMENT_CHARACTER])
        && directory.split('/').all(|part| part != "..")
}

/// Whether a directory may go to a browser and come back: a path, in which nothing steers, turns
/// or is changed on the way. Any other stays here.
#[must_use]
pub fn travels(directory: &str) -> bool {
    is_path(directory) && directory.chars().all(prints)
}

/// How a form names a directory: itself, or one that does not travel by a word that finds it again.
#[must_use]
pub fn travelling(directory: &str) -> Cow<'_, str> {
    match travels(directory) {
        true => directory.into(),
        false => {
            let word = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(directory));
            format!("{REFERENCE}{word}").into()
        }
    }
}

/// Whether a form names a directory that did not travel. No path begins like this.
#[must_use]
pub fn is_reference(named: &str) -> bool {
    named.starts_with(REFERENCE)
}
