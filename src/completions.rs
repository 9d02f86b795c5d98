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

#[cfg(test)]
mod tests {
    use super::*;

    fn key(session_id: i64, vps_id: i64, text: &str) -> Key {
        (session_id, vps_id, text.to_owned())
    }

    #[test]
    fn names_are_fresh_for_a_while_those_of_commands_for_longer() {
        let lists = Completions::default();
        lists.keep(key(1, 7, "ls"), "a".to_owned(), 1000);
        for (is_command, until_s) in [(false, 1000 + FILES_S), (true, 1000 + COMMANDS_S)] {
            let found = |now_s| lists.find(&key(1, 7, "ls"), (is_command, now_s));
            assert_eq!(found(1000).as_deref(), Some("a"));
            assert_eq!(found(until_s - 1).as_deref(), Some("a"));
            assert_eq!(found(until_s), None);
            // By a clock that was set back they come from the future.
            assert_eq!(found(999), None);
        }
        lists.sweep(1000 + COMMANDS_S - 1);
        assert_eq!(lists.lock().len(), 1);
        lists.sweep(1000 + COMMANDS_S);
        assert!(lists.lock().is_empty());
    }

    #[test]
    fn names_are_their_sessions_their_vpses_and_their_directorys_alone() {
        let lists = Completions::default();
        lists.keep(key(1, 7, "ls /a"), "a".to_owned(), 1000);
        for other in [key(2, 7, "ls /a"), key(1, 8, "ls /a"), key(1, 7, "ls /b")] {
            assert_eq!(lists.find(&other, (false, 1000)), None, "{other:?}");
        }
        lists.keep(key(1, 7, "ls /a"), "b".to_owned(), 1001);
        let found = lists.find(&key(1, 7, "ls /a"), (false, 1001));
        assert_eq!(found.as_deref(), Some("b"));
    }

    #[test]
    fn of_very_many_lists_the_oldest_goes_first() {
        let lists = Completions::default();
        for at_s in 0..=64 {
            lists.keep(key(at_s, 7, "ls"), "a".to_owned(), at_s);
        }
        let is_there = |session_id| lists.find(&key(session_id, 7, "ls"), (true, 64)).is_some();
        assert_eq!([0, 1, 64].map(is_there), [false, true, true]);
    }
}
