//! What was said in the shell: the conversations of those who are signed in, bounded, each its
//! session's alone. It sends nothing.

mod kept;

pub use kept::{keep_later, load};

use crate::kiwivm::error::Fault;
use crate::model::audit::Outcome;
use crate::model::transcript::{KEPT_S, Key};
use crate::shell::{HOME, Output, Place, is_path, plain, wrapped};
use std::collections::HashMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A transcript keeps so many entries.
const ENTRIES_MAX: usize = 100;
/// All of one transcript; the oldest entries go first.
const TRANSCRIPT_MAX_BYTES: usize = 2 * 1024 * 1024;
/// All transcripts together; the oldest go first.
const ALL_MAX_BYTES: usize = 32 * 1024 * 1024;

/// Long outputs as a whole, all together: the longest reply of KiwiVM, or many shorter ones. They
/// stand apart from the transcripts, which are copied and drawn again and again; the oldest go first,
/// and what their pages show stays.
const WHOLES_MAX_BYTES: usize = 32 * 1024 * 1024;

/// How a command ended.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Accepted when it ran, whatever its exit status.
    pub outcome: Outcome,
    /// What it wrote, the middle of a long one left out.
    pub output: Arc<Output>,
    /// All that it wrote, plain, for a download: there when the middle is left out of `output`, as
    /// long as there is room.
    pub whole: Option<Arc<str>>,
    /// Where it left the shell. Of basicShell/cd this is unknown: its reply says the directory.
    pub place: Place,
    /// Its exit status.
    pub status: Option<i64>,
    /// Why it did not run, or no reply came.
    pub fault: Option<Fault>,
    /// How long it took.
    pub took_ms: i64,
}

impl Answer {
    /// The answer to a command that wrote this. Reading 32 MiB takes a while: not for a task that
    /// others wait for.
    #[must_use]
    pub fn written(text: &str, status: Option<i64>, took_ms: i64) -> Answer {
        let output = Output::read(text);
        let whole = output.is_folded().then(|| whole(text));
        Answer {
            outcome: Outcome::Accepted,
            output: Arc::new(output),
            whole,
            place: Place::Unknown,
            status,
            fault: None,
            took_ms,
        }
    }
}

/// What is not UTF-8 gets longer when it is replaced; a whole that has no room alone is cut.
fn whole(text: &str) -> Arc<str> {
    let mut whole = plain(text);
    whole.truncate(whole.floor_char_boundary(WHOLES_MAX_BYTES));
    whole.into()
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
    /// Whether a secret in it was starred: what is here is not what ran, and is not to be run.
    pub is_starred: bool,
    /// What its report stands between; none of what went to basicShell/cd.
    pub mark: Option<String>,
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
    /// Every directory that it knows, the present one first.
    pub fn directories(&self) -> impl Iterator<Item = &str> {
        let present = std::iter::once(self.directory.as_str());
        let entries = self.entries.iter().map(|entry| entry.directory.as_str());
        present.chain(self.before.as_deref()).chain(entries)
    }

    /// What is no path of Linux is not believed.
    fn enter(&mut self, directory: &str) {
        if is_path(directory) && self.directory != directory {
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
    /// The text that was sent: the line in its wrapper. None of what went to basicShell/cd.
    #[must_use]
    pub fn sent(&self) -> Option<String> {
        wrapped(&self.directory, &self.command, self.mark.as_deref()?).ok()
    }

    fn size_bytes(&self) -> usize {
        let output = self
            .answer
            .as_ref()
            .map_or(0, |answer| answer.output.size_bytes());
        self.directory.len() + self.command.len() + output
    }

    fn whole_bytes(&self) -> usize {
        let whole = self
            .answer
            .as_ref()
            .and_then(|answer| answer.whole.as_ref());
        whole.map_or(0, |whole| whole.len())
    }
}

/// The conversations of those who are signed in, in memory, each its session's alone.
#[derive(Debug, Default)]
pub struct Transcripts {
    all: Mutex<HashMap<Key, Transcript>>,
    /// Held while the disk follows.
    writing: tokio::sync::Mutex<()>,
    /// Whether the disk could not follow the last time.
    is_failing: AtomicBool,
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
        make_room_for_wholes(&mut all);
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

    /// The sessions that have one.
    #[must_use]
    pub fn owners(&self) -> Vec<i64> {
        self.lock().keys().map(|(owner, _)| *owner).collect()
    }

    /// Drops what is older than a day.
    pub fn sweep(&self, now_s: i64) {
        self.lock().retain(|_, transcript| {
            let entries = &mut transcript.entries;
            entries.retain(|entry| now_s - entry.at_s < KEPT_S);
            !entries.is_empty()
        });
    }

    /// Takes up conversations of before a restart, the newest as far as there is room.
    fn restore(&self, mut all: HashMap<Key, Transcript>) {
        all.values_mut().for_each(Transcript::trim);
        let newest = all.iter().max_by_key(|(_, one)| one.newest_s());
        if let Some(newest) = newest.map(|(key, _)| *key) {
            make_room(&mut all, newest);
        }
        *self.lock() = all;
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

/// Drops the oldest of the long outputs until the rest fits.
fn make_room_for_wholes(all: &mut HashMap<Key, Transcript>) {
    let entries = all
        .values_mut()
        .flat_map(|transcript| &mut transcript.entries);
    let mut long: Vec<&mut Entry> = entries.filter(|entry| entry.whole_bytes() > 0).collect();
    long.sort_by_key(|entry| std::cmp::Reverse(entry.at_s));
    let mut total = 0;
    for entry in long {
        total += entry.whole_bytes();
        if total > WHOLES_MAX_BYTES
            && let Some(answer) = &mut entry.answer
        {
            answer.whole = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_long_output_both_ends_stay_and_the_whole_is_kept_apart() {
        let text = format!("begin{}end", "é".repeat(300_000));
        let answer = Answer::written(&text, Some(0), 1);
        assert!(answer.output.is_folded());
        assert_eq!(answer.whole.as_deref(), Some(text.as_str()));
        assert!(answer.output.size_bytes() < 300 * 1024);
        assert_eq!(Answer::written("short", Some(0), 1).whole, None);
    }

    #[test]
    fn of_the_long_outputs_the_oldest_go_first() {
        let transcripts = Transcripts::default();
        let long = Answer {
            whole: Some("x".repeat(12 * 1024 * 1024).into()),
            ..Answer::written("long", Some(0), 1)
        };
        for index in 0..4 {
            transcripts.send(index, 7, entry(index, "cat"));
            transcripts.answer((index, 7), &index.to_string(), long.clone(), None);
        }
        let has_whole = |session_id| {
            let entries = transcripts.find(session_id, 7).entries;
            let answer = entries[0].answer.as_ref().expect("it was answered");
            assert!(!answer.output.is_empty());
            answer.whole.is_some()
        };
        assert_eq!([0, 1, 2, 3].map(has_whole), [false, false, true, true]);
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
            is_starred: false,
            mark: None,
            at_s: index,
            answer: None,
        }
    }

    #[test]
    fn what_was_sent_can_be_said_again() {
        let sent = Entry {
            mark: Some("M1".into()),
            ..entry(1, "ls")
        };
        assert_eq!(sent.sent(), wrapped(HOME, "ls", "M1").ok());
        assert_eq!(entry(1, "cd /").sent(), None);
    }

    #[test]
    fn a_directory_counts_and_all_transcripts_together_do_not_grow_for_ever() {
        let transcripts = Transcripts::default();
        let long = "x".repeat(64 * 1024);
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
        for directory in ["", "a", "/a\0b", &format!("/{}", "x".repeat(4096))] {
            transcript.enter(directory);
            assert_eq!(transcript.directory, HOME);
        }
        transcript.enter("/a\nb");
        assert_eq!(transcript.directory, "/a\nb");
    }
}
