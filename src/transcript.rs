//! What was said in the shell: the conversations of those who are signed in, in memory, bounded, each
//! its session's alone. It sends nothing.

use crate::kiwivm::error::Fault;
use crate::model::audit::Outcome;
use crate::shell::{DIRECTORY_MAX_BYTES, HOME, plain};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A transcript keeps so many entries.
const ENTRIES_MAX: usize = 100;
/// Of a longer output the middle is left out.
const OUTPUT_MAX_BYTES: usize = 256 * 1024;
/// All of one transcript; the oldest entries go first.
const TRANSCRIPT_MAX_BYTES: usize = 2 * 1024 * 1024;
/// All transcripts together; the oldest go first.
const ALL_MAX_BYTES: usize = 32 * 1024 * 1024;

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
    use crate::shell::COMMAND_MAX_BYTES;

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
    fn a_directory_that_is_no_path_is_not_believed() {
        let mut transcript = Transcript::default();
        for directory in ["/a\0b", &format!("/{}", "x".repeat(4096))] {
            transcript.enter(directory);
            assert_eq!(transcript.directory, HOME);
        }
        transcript.enter("/a\nb");
        assert_eq!(transcript.directory, "/a\nb");
    }
}
