//! Which shells are open: a proof of who somebody is opens the shell of one VPS for one session, and
//! using it keeps it open. In memory: after a restart the proof is asked for again.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// An open shell that is not used for so long is closed.
pub const OPEN_S: i64 = 20 * 60;

/// A session and a VPS, by their rows.
type Key = (i64, i64);

/// When each open shell was last used.
#[derive(Debug, Default)]
pub struct Openings(Mutex<HashMap<Key, i64>>);

impl Openings {
    /// Whether this shell is open. Looking does not keep it open.
    #[must_use]
    pub fn is_open(&self, key: Key, now_s: i64) -> bool {
        self.lock()
            .get(&key)
            .is_some_and(|used_s| holds(*used_s, now_s))
    }

    /// Notes a use of this shell: it stays open, or opens when there is a fresh proof. Says whether
    /// it is open.
    pub fn extend(&self, key: Key, proved: bool, now_s: i64) -> bool {
        let mut used = self.lock();
        let open = proved || used.get(&key).is_some_and(|used_s| holds(*used_s, now_s));
        if open {
            used.insert(key, now_s);
        }
        open
    }

    /// Closes what has not been used for long.
    pub fn sweep(&self, now_s: i64) {
        self.lock().retain(|_, used_s| holds(*used_s, now_s));
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, i64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A use in the future, by a clock that was set back, keeps nothing open.
fn holds(used_s: i64, now_s: i64) -> bool {
    (0..OPEN_S).contains(&(now_s - used_s))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t_stepup_a_shell_stays_open_while_it_is_used_and_looking_is_no_use() {
        let openings = Openings::default();
        assert!(!openings.extend((1, 7), false, 1000), "opened by itself");
        assert!(openings.extend((1, 7), true, 1000));
        assert!(openings.extend((1, 7), false, 1000 + OPEN_S - 1));
        assert!(openings.is_open((1, 7), 1000 + 2 * OPEN_S - 2));
        assert!(!openings.is_open((1, 7), 1000 + 2 * OPEN_S - 1));
        assert!(!openings.extend((1, 7), false, 1000 + 2 * OPEN_S));
    }

    #[test]
    fn t_stepup_an_open_shell_is_that_of_one_session_and_one_vps() {
        let openings = Openings::default();
        assert!(openings.extend((1, 7), true, 1000));
        assert!(!openings.is_open((2, 7), 1000));
        assert!(!openings.is_open((1, 8), 1000));
    }

    #[test]
    fn r_clock_a_clock_that_was_set_back_closes_the_shell() {
        let openings = Openings::default();
        assert!(openings.extend((1, 7), true, 1000));
        assert!(!openings.is_open((1, 7), 900));
    }
}
