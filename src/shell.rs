//! One shell conversation: directory, command, output. KiwiVM remembers no directory, so a small
//! wrapper goes around each line; here are the wrapper, the reading of its report, and the
//! transcripts of those who are signed in. It sends nothing itself.

use crate::kiwivm::error::Fault;
use crate::kiwivm::printable::prints;
use crate::model::audit::Outcome;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Where a conversation begins.
pub const HOME: &str = "/root";
/// A transcript keeps so many entries.
const ENTRIES_MAX: usize = 100;
/// Of a longer output the middle is left out.
const OUTPUT_MAX_BYTES: usize = 256 * 1024;
/// All of one transcript; the oldest entries go first.
const TRANSCRIPT_MAX_BYTES: usize = 2 * 1024 * 1024;
/// All transcripts together; the oldest go first.
const ALL_MAX_BYTES: usize = 32 * 1024 * 1024;
/// The longest command: Linux takes twice that as one argument.
pub const COMMAND_MAX_BYTES: usize = 64 * 1024;
/// The longest path of Linux.
const DIRECTORY_MAX_BYTES: usize = 4096;

/// What a typed line is.
#[derive(Debug, PartialEq, Eq)]
pub enum Line {
    /// Only a change of directory, to this one.
    Cd(String),
    /// Anything else: it runs as it was typed.
    Command,
}

impl Line {
    /// Reads a line. `cd` with a word that the shell would expand, or with several words, is left
    /// to the shell.
    #[must_use]
    pub fn read(line: &str, directory: &str, before: Option<&str>) -> Line {
        let line = line.trim();
        let Some(rest) = line.strip_prefix("cd") else {
            return Line::Command;
        };
        if !rest.is_empty() && !rest.starts_with([' ', '\t']) {
            return Line::Command;
        }
        match rest.trim() {
            "" | "~" => Line::Cd(HOME.to_owned()),
            "-" => Line::Cd(before.unwrap_or(directory).to_owned()),
            word => match one_word(word) {
                Some(word) => Line::Cd(word),
                None => Line::Command,
            },
        }
    }
}

/// One shell word without expansions, unquoted; none when only a shell can read it.
fn one_word(text: &str) -> Option<String> {
    let (mut word, rest) = match text.strip_prefix("~/") {
        Some(rest) => (format!("{HOME}/"), rest),
        None if text.starts_with(['~', '-']) => return None,
        None => (String::new(), text),
    };
    let mut letters = rest.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\'' => loop {
                match letters.next()? {
                    '\'' => break,
                    quoted => word.push(quoted),
                }
            },
            '"' => loop {
                match letters.next()? {
                    '"' => break,
                    '$' | '`' | '\\' => return None,
                    quoted => word.push(quoted),
                }
            },
            '\\' => word.push(letters.next().filter(|letter| *letter != '\n')?),
            special if special.is_whitespace() || "$`*?[]{}();&|<>#!\"'".contains(special) => {
                return None;
            }
            plain => word.push(plain),
        }
    }
    Some(word)
}

/// A text as one shell word, whatever is in it.
#[must_use]
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// The text that runs `line` in `directory`: enter it or stop; report the directory at the end,
/// whichever way the line ends; keep its exit status. The line itself is as it was typed: here-
/// documents, comments and several lines survive.
#[must_use]
pub fn wrapped(directory: &str, line: &str, mark: &str) -> String {
    format!(
        "cd -- {} || exit\ntrap 'kiwideck=$?; printf \"\\n%s%s%s\" {mark} \"$PWD\" {mark}; exit $kiwideck' EXIT\n{line}\n",
        quoted(directory)
    )
}

/// Takes the wrapper's report off an output: the output as the line wrote it, and the directory it
/// ended in. Without a report (the shell was killed) the directory is unknown.
#[must_use]
pub fn report<'a>(output: &'a str, mark: &str) -> (&'a str, Option<&'a str>) {
    let output_end = output.strip_suffix('\n').unwrap_or(output);
    let found = output_end
        .strip_suffix(mark)
        .and_then(|rest| rest.rsplit_once(&format!("\n{mark}")));
    match found {
        Some((output, directory)) if directory.starts_with('/') => (output, Some(directory)),
        _ => (output, None),
    }
}

/// Whether a directory may go to a browser and come back: a path, in which nothing steers, turns
/// or is changed on the way. Any other stays here.
#[must_use]
pub fn travels(directory: &str) -> bool {
    directory.len() <= DIRECTORY_MAX_BYTES && directory.chars().all(prints)
}

/// Text from a VPS, without escape sequences and without characters that steer or turn; `\r\n` becomes a new line, and
/// of a line that was overwritten by `\r` the last state stays.
#[must_use]
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\u{1b}' => skip_escape(&mut letters),
            '\n' | '\t' => plain.push(letter),
            '\r' if letters.peek() == Some(&'\n') => {}
            '\r' => plain.truncate(plain.rfind('\n').map_or(0, |end| end + 1)),
            letter if prints(letter) => plain.push(letter),
            _ => {}
        }
    }
    plain
}

/// After ESC: `[ … letter`, `] … BEL or ESC \`, or one character.
fn skip_escape(letters: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    match letters.next() {
        Some('[') => {
            while letters
                .next()
                .is_some_and(|letter| !('@'..='~').contains(&letter))
            {}
        }
        Some(']' | 'P' | 'X' | '^' | '_') => {
            while let Some(letter) = letters.next() {
                if letter == '\u{7}' {
                    return;
                }
                if letter == '\u{1b}' {
                    letters.next();
                    return;
                }
            }
        }
        _ => {}
    }
}

/// The text, or its two ends when it is very long, and whether the middle is left out.
fn folded(text: String) -> (String, bool) {
    if text.len() <= OUTPUT_MAX_BYTES {
        return (text, false);
    }
    let half = OUTPUT_MAX_BYTES / 2;
    let head_end = (0..=half)
        .rev()
        .find(|end| text.is_char_boundary(*end))
        .unwrap_or(0);
    let tail_start = (text.len() - half..text.len())
        .find(|start| text.is_char_boundary(*start))
        .unwrap_or(text.len());
    (
        format!("{}\n⋯\n{}", &text[..head_end], &text[tail_start..]),
        true,
    )
}

/// How a command ended.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Accepted when it ran, whatever its exit status.
    pub outcome: Outcome,
    /// What it wrote, plain, the middle of a long one left out.
    pub output: String,
    /// Whether the middle is left out.
    pub is_cut: bool,
    /// Its exit status.
    pub status: Option<i64>,
    /// Why it did not run, or no reply came.
    pub fault: Option<Fault>,
    /// How long it took.
    pub took_ms: i64,
}

impl Answer {
    /// The answer to a command that wrote this.
    #[must_use]
    pub fn written(text: &str, status: Option<i64>, took_ms: i64) -> Answer {
        let (output, is_cut) = folded(plain(text));
        Answer {
            outcome: Outcome::Accepted,
            output,
            is_cut,
            status,
            fault: None,
            took_ms,
        }
    }
}

/// One command in a transcript.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The action it was performed as.
    pub action: String,
    /// Where it ran.
    pub directory: String,
    /// As it was typed.
    pub command: String,
    /// When it was sent.
    pub at_s: i64,
    /// None while it runs.
    pub answer: Option<Answer>,
}

/// A conversation with one VPS.
#[derive(Clone, Debug)]
pub struct Transcript {
    /// Where the next command runs.
    pub directory: String,
    /// Where `cd -` leads.
    pub before: Option<String>,
    /// Oldest first.
    pub entries: Vec<Entry>,
}

impl Default for Transcript {
    fn default() -> Transcript {
        Transcript {
            directory: HOME.to_owned(),
            before: None,
            entries: Vec::new(),
        }
    }
}

impl Transcript {
    /// What is no path of Linux is not believed.
    fn enter(&mut self, directory: &str) {
        let is_path = directory.len() <= DIRECTORY_MAX_BYTES && !directory.contains('\0');
        if is_path && self.directory != directory {
            self.before = Some(std::mem::replace(&mut self.directory, directory.to_owned()));
        }
    }

    fn trim(&mut self) {
        let mut total = self.size_bytes();
        while self.entries.len() > ENTRIES_MAX
            || (total > TRANSCRIPT_MAX_BYTES && self.entries.len() > 1)
        {
            total -= self.entries.remove(0).size_bytes();
        }
    }

    fn size_bytes(&self) -> usize {
        self.entries.iter().map(Entry::size_bytes).sum()
    }

    fn newest_s(&self) -> i64 {
        self.entries.last().map_or(i64::MIN, |entry| entry.at_s)
    }
}

impl Entry {
    fn size_bytes(&self) -> usize {
        let output = self.answer.as_ref().map_or(0, |answer| answer.output.len());
        self.directory.len() + self.command.len() + output
    }
}

/// Session and VPS.
type Key = (i64, i64);

/// The conversations of those who are signed in, in memory, each its session's alone.
#[derive(Debug, Default)]
pub struct Transcripts {
    all: Mutex<HashMap<Key, Transcript>>,
}

impl Transcripts {
    /// The conversation of this session with this VPS.
    #[must_use]
    pub fn find(&self, session_id: i64, vps_id: i64) -> Transcript {
        self.lock()
            .get(&(session_id, vps_id))
            .cloned()
            .unwrap_or_default()
    }

    /// Notes that a command was sent. One that is there already (its form came twice) stays once.
    pub fn send(&self, session_id: i64, vps_id: i64, entry: Entry) {
        let mut all = self.lock();
        let transcript = all.entry((session_id, vps_id)).or_default();
        if transcript
            .entries
            .iter()
            .all(|known| known.action != entry.action)
        {
            transcript.entries.push(entry);
            transcript.trim();
        }
        make_room(&mut all, (session_id, vps_id));
    }

    /// Notes how a command ended, and the directory it ended in.
    pub fn answer(&self, key: Key, action: &str, answer: Answer, directory: Option<&str>) {
        let mut all = self.lock();
        let Some(transcript) = all.get_mut(&key) else {
            return;
        };
        if let Some(entry) = transcript
            .entries
            .iter_mut()
            .find(|entry| entry.action == action)
        {
            entry.answer = Some(answer);
        }
        if let Some(directory) = directory {
            transcript.enter(directory);
        }
        transcript.trim();
        make_room(&mut all, key);
    }

    /// Empties the conversation; the directory stays.
    pub fn clear(&self, session_id: i64, vps_id: i64) {
        if let Some(transcript) = self.lock().get_mut(&(session_id, vps_id)) {
            transcript.entries.retain(|entry| entry.answer.is_none());
        }
    }

    /// Drops the conversations of a session that has ended.
    pub fn forget(&self, session_id: i64) {
        self.lock().retain(|(owner, _), _| *owner != session_id);
    }

    /// Drops what is older than a day.
    pub fn sweep(&self, now_s: i64) {
        self.lock().retain(|_, transcript| {
            transcript
                .entries
                .last()
                .is_some_and(|entry| now_s - entry.at_s < 24 * 3600)
        });
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Transcript>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Drops the oldest conversations, all but this one, until the rest fits.
fn make_room(all: &mut HashMap<Key, Transcript>, latest: Key) {
    let mut total: usize = all.values().map(Transcript::size_bytes).sum();
    while total > ALL_MAX_BYTES {
        let others = all.iter().filter(|(key, _)| **key != latest);
        let Some(oldest) = others.min_by_key(|(_, transcript)| transcript.newest_s()) else {
            return;
        };
        let oldest = *oldest.0;
        total -= all
            .remove(&oldest)
            .map_or(0, |transcript| transcript.size_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_only_changes_the_directory_is_told_from_a_command() {
        let read = |line| Line::read(line, "/etc", Some("/var"));
        let cd = |directory: &str| Line::Cd(directory.to_owned());
        assert_eq!(read("cd"), cd("/root"));
        assert_eq!(read(" cd ~ "), cd("/root"));
        assert_eq!(read("cd ~/a"), cd("/root/a"));
        assert_eq!(read("cd -"), cd("/var"));
        assert_eq!(read("cd 'a b'"), cd("a b"));
        assert_eq!(read(r"cd a\ b"), cd("a b"));
        assert_eq!(read(r#"cd "x y"/z"#), cd("x y/z"));
        for command in [
            "cd a b",
            "cd $HOME",
            "cd *",
            "cd /etc && ls",
            "cdrom",
            "cd `pwd`",
            "cd 'a",
            "cd -P /",
            "ls",
            "cd ~ada",
        ] {
            assert_eq!(read(command), Line::Command, "{command}");
        }
    }

    #[test]
    fn the_report_is_taken_off_and_the_output_is_left_as_it_was() {
        assert_eq!(report("a\nb\nMARK/etcMARK", "MARK"), ("a\nb", Some("/etc")));
        assert_eq!(report("a\n\nMARK/etcMARK\n", "MARK"), ("a\n", Some("/etc")));
        assert_eq!(report("\nMARK/a\nbMARK", "MARK"), ("", Some("/a\nb")));
        assert_eq!(
            report("\nMARK/fakeMARK\n\nMARK/etcMARK", "MARK"),
            ("\nMARK/fakeMARK\n", Some("/etc"))
        );
        assert_eq!(report("killed", "MARK"), ("killed", None));
    }

    #[test]
    fn t_ansi_no_control_sequence_survives() {
        assert_eq!(plain("\u{1b}[31mred\u{1b}[0m"), "red");
        assert_eq!(plain("\u{1b}]0;title\u{7}text\u{1b}]8;;x\u{1b}\\"), "text");
        assert_eq!(plain("10%\r50%\r100%\ndone\r\n"), "100%\ndone\n");
        assert_eq!(plain("a\u{0}\u{8}\u{9b}b\u{7f}"), "ab");
        assert_eq!(plain("\u{1b}"), "");
        assert_eq!(
            plain("a\u{202a}\u{202e}\u{2066}\u{2069}\u{200e}\u{200f}b"),
            "ab"
        );
    }

    #[test]
    fn of_a_long_output_both_ends_stay() {
        let text = format!("begin{}end", "é".repeat(300_000));
        let answer = Answer::written(&text, Some(0), 1);
        assert!(answer.is_cut);
        assert!(answer.output.starts_with("begin") && answer.output.ends_with("end"));
        assert!(answer.output.len() < OUTPUT_MAX_BYTES + 10);
    }

    #[test]
    fn a_transcript_is_its_sessions_alone_and_does_not_grow_for_ever() {
        let transcripts = Transcripts::default();
        for index in 0..150 {
            transcripts.send(1, 7, entry(index, "true"));
        }
        assert_eq!(transcripts.find(1, 7).entries.len(), ENTRIES_MAX);
        assert!(transcripts.find(2, 7).entries.is_empty());
        transcripts.forget(1);
        assert!(transcripts.find(1, 7).entries.is_empty());
    }

    fn entry(index: i64, command: &str) -> Entry {
        Entry {
            action: index.to_string(),
            directory: HOME.into(),
            command: command.into(),
            at_s: index,
            answer: None,
        }
    }

    #[test]
    fn a_directory_counts_and_all_transcripts_together_do_not_grow_for_ever() {
        let transcripts = Transcripts::default();
        let long = "x".repeat(COMMAND_MAX_BYTES);
        let entry = |index| Entry {
            directory: long.clone(),
            ..entry(index, &long)
        };
        for index in 0..100 {
            transcripts.send(1, 7, entry(index));
        }
        assert_eq!(transcripts.find(1, 7).entries.len(), 16);
        for vps_id in 100..200 {
            for index in 0..16 {
                transcripts.send(1, vps_id, entry(1000 * vps_id + index));
            }
        }
        let total: usize = transcripts
            .lock()
            .values()
            .map(Transcript::size_bytes)
            .sum();
        assert!(
            (ALL_MAX_BYTES / 2..=ALL_MAX_BYTES).contains(&total),
            "{total}"
        );
        assert!(
            transcripts.find(1, 100).entries.is_empty(),
            "the oldest stayed"
        );
        assert_eq!(transcripts.find(1, 199).entries.len(), 16);
    }

    #[test]
    fn a_directory_that_is_no_path_is_not_believed_and_an_odd_one_does_not_travel() {
        let mut transcript = Transcript::default();
        for directory in ["/a\0b", &format!("/{}", "x".repeat(4096))] {
            transcript.enter(directory);
            assert_eq!(transcript.directory, HOME);
        }
        transcript.enter("/a\nb");
        assert_eq!(transcript.directory, "/a\nb");
        assert!(travels("/a b/é"));
        for directory in ["/a\nb", "/a\u{1b}b", "/a\u{202e}b", &"x".repeat(4097)] {
            assert!(!travels(directory), "{directory:?}");
        }
    }
}
