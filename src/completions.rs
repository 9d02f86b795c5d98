//! The names that a shell offered a moment ago, in memory, so that Tab does not ask for them again.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Files come and go.
const FILES_S: i64 = 15;
/// Programs stay.
const COMMANDS_S: i64 = 5 * 60;
/// So many lists are kept; the oldest go first.
const LISTS_MAX: usize = 64;

/// Whose names, and which: the session, the VPS, and the text that lists them.
pub type Key = (i64, i64, String);

struct List {
    at_s: i64,
    names: String,
}

/// The lists of those who are signed in.
#[derive(Default)]
pub struct Completions(Mutex<HashMap<Key, List>>);

impl std::fmt::Debug for Completions {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Completions")
    }
}

impl Completions {
    /// The names, when they are still fresh.
    #[must_use]
    pub fn find(&self, key: &Key, (is_command, now_s): (bool, i64)) -> Option<String> {
        let kept_s = if is_command { COMMANDS_S } else { FILES_S };
        let lists = self.lock();
        let list = lists.get(key)?;
        (0..kept_s)
            .contains(&(now_s - list.at_s))
            .then(|| list.names.clone())
    }

    /// Keeps a list.
    pub fn keep(&self, key: Key, names: String, now_s: i64) {
        let mut lists = self.lock();
        lists.insert(key, List { at_s: now_s, names });
        while lists.len() > LISTS_MAX {
            let oldest = lists.iter().min_by_key(|(_, list)| list.at_s);
            let Some(oldest) = oldest.map(|(key, _)| key.clone()) else {
                return;
            };
            lists.remove(&oldest);
        }
    }

    /// Drops what is no longer fresh.
    pub fn sweep(&self, now_s: i64) {
        self.lock()
            .retain(|_, list| (0..COMMANDS_S).contains(&(now_s - list.at_s)));
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, List>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
