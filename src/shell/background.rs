//! A script that runs in the background: what goes around it, how its log is read piece by piece, and
//! how its end is known. KiwiVM names the log; the rest is text of ours.

use super::wrapper::{SENT_MAX_BYTES, Unsendable, evaluated};
use super::{is_path, quoted};

/// So much of a log is asked for at a time.
const PIECE_MAX_BYTES: u64 = 64 * 1024;
/// Of a log that is longer than what was read by more than this, the middle is passed over.
pub const LOG_MAX_BYTES: u64 = 256 * 1024;
/// No name of a log is longer.
const NAME_MAX_BYTES: usize = 512;

/// The text that runs `script` in `directory` in the background, and writes its exit status between two
/// `mark`s when it ends. The script is in a subshell: its `exit` ends itself, and not the mark's writing.
///
/// # Errors
/// See [`Unsendable`].
pub fn background(directory: &str, script: &str, mark: &str) -> Result<String, Unsendable> {
    if !is_path(directory) {
        return Err(Unsendable::NotAPath);
    }
    if script.contains(['\0', '\r']) {
        return Err(Unsendable::Unreadable);
    }
    let (directory, script) = (quoted(directory), evaluated(script));
    let sent = format!(
        "( cd -- {directory} && eval {script} ) </dev/null 2>&1; printf '%s%d%s\\n' {mark} \"$?\" {mark}\n"
    );
    match sent.len() {
        0..=SENT_MAX_BYTES => Ok(sent),
        _ => Err(Unsendable::TooLong),
    }
}

/// Whether this can be the name of a log: nothing that a shell or a reader could take for more.
#[must_use]
pub fn is_log(name: &str) -> bool {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "._/-".contains(letter);
    !name.is_empty()
        && name.len() <= NAME_MAX_BYTES
        && !name.starts_with('-')
        && name.chars().all(is_plain)
        && name.split('/').all(|part| part != "..")
}

/// The text that prints the piece of a log from this offset on, after a line that says where the piece
/// begins and how long the log is. What is written meanwhile is left to the next piece.
#[must_use]
pub fn reading(log: &str, offset_bytes: u64) -> String {
    let log = quoted(log);
    format!(
        "s=$(wc -c < {log}) || exit 1; n={offset_bytes}; \
         if [ $((s - n)) -gt {LOG_MAX_BYTES} ]; then n=$((s - {LOG_MAX_BYTES})); fi; \
         m=$((s - n)); if [ $m -lt 0 ]; then m=0; fi; \
         if [ $m -gt {PIECE_MAX_BYTES} ]; then m={PIECE_MAX_BYTES}; fi; \
         printf '%d %d\\n' \"$n\" \"$s\"; \
         tail -c +$((n + 1)) {log} | head -c $m\n"
    )
}

/// A piece of a log.
#[derive(Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    /// Where it begins in the log.
    pub from_bytes: u64,
    /// Where the next one begins.
    pub next_bytes: u64,
    /// How long the log is.
    pub log_bytes: u64,
    /// What it says.
    pub text: &'a str,
}

impl Piece<'_> {
    /// Whether there is more already.
    #[must_use]
    pub fn is_followed(&self) -> bool {
        self.next_bytes < self.log_bytes
    }
}

/// Reads what the text of [`reading`] printed.
#[must_use]
pub fn piece(printed: &str) -> Option<Piece<'_>> {
    let (head, text) = printed.split_once('\n')?;
    let (from, size) = head.split_once(' ')?;
    let (from_bytes, log_bytes): (u64, u64) = (from.parse().ok()?, size.parse().ok()?);
    let printed_bytes = log_bytes.saturating_sub(from_bytes).min(PIECE_MAX_BYTES);
    // A letter of several bytes that the end of the piece cuts comes whole with the next.
    let (text, bytes) = match text.find(char::REPLACEMENT_CHARACTER) {
        Some(at @ 1..) => (&text[..at], at as u64),
        _ => (text, printed_bytes),
    };
    Some(Piece {
        from_bytes,
        next_bytes: from_bytes + bytes.min(printed_bytes),
        log_bytes,
        text,
    })
}

/// The end of a script in its log: where the mark begins, and the exit status.
#[must_use]
pub fn end(log: &str, mark: &str) -> Option<(usize, i64)> {
    log.rmatch_indices(mark).find_map(|(at, _)| {
        let (status, _) = log[at + mark.len()..].split_once(mark)?;
        Some((at, status.parse().ok()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_says_where_the_next_begins_and_cuts_no_letter() {
        let whole = piece("0 4\nabc\n").unwrap();
        assert_eq!((whole.text, whole.next_bytes), ("abc\n", 4));
        assert!(!whole.is_followed());
        let cut = piece("10 70000\nab\u{fffd}").unwrap();
        assert_eq!((cut.text, cut.next_bytes), ("ab", 12));
        assert!(cut.is_followed());
        let binary = piece("12 14\n\u{fffd}x").unwrap();
        assert_eq!(binary.next_bytes, 14);
        for odd in ["", "no numbers\n", "1\n", "a 1\n", "cat: no such file"] {
            assert_eq!(piece(odd), None, "{odd:?}");
        }
    }

    #[test]
    fn the_end_is_the_mark_with_a_status_and_not_the_marks_own_text() {
        assert_eq!(end("a\nM10M1\n", "M1"), Some((2, 0)));
        assert_eq!(end("a\nM1137M1\n", "M1"), Some((2, 137)));
        let sent = background("/", "ps", "M1").unwrap();
        assert_eq!(end(&sent, "M1"), None);
        assert_eq!(end("M1", "M1"), None);
    }

    #[test]
    fn only_a_plain_name_is_a_log() {
        assert!(is_log("/root/script-1.log") && is_log("script_1.log".replace('_', "-").as_str()));
        for name in ["", "-x", "/a b", "/a;b", "/../etc", "/$(x)", "/a\n", "é"] {
            assert!(!is_log(name), "{name:?}");
        }
        assert!(!is_log(&"x".repeat(513)));
    }
}
