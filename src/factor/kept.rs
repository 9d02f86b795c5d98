//! Things that wait in memory for a short while, one for each owner, and never too many.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What waits, by its owner, with the time since when.
pub(super) struct Kept<K, V> {
    within_s: i64,
    most: usize,
    things: Mutex<HashMap<K, (V, i64)>>,
}

impl<K, V> std::fmt::Debug for Kept<K, V> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Kept(…)")
    }
}

impl<K: Clone + Eq + Hash, V: Clone> Kept<K, V> {
    /// Room for so many, each for so long.
    pub(super) fn new(within_s: i64, most: usize) -> Kept<K, V> {
        Kept {
            within_s,
            most,
            things: Mutex::default(),
        }
    }

    /// Keeps a thing in the place of what its owner had. When there are too many the oldest goes.
    pub(super) fn put(&self, owner: K, thing: V, now_s: i64) {
        let mut things = self.lock();
        things.insert(owner, (thing, now_s));
        if things.len() > self.most {
            let oldest = things.iter().min_by_key(|(_, (_, since_s))| *since_s);
            if let Some(oldest) = oldest.map(|(owner, _)| owner.clone()) {
                things.remove(&oldest);
            }
        }
    }

    /// What this owner has, left where it is.
    pub(super) fn find(&self, owner: &K, now_s: i64) -> Option<V> {
        let things = self.lock();
        let (thing, since_s) = things.get(owner)?;
        self.holds(*since_s, now_s).then(|| thing.clone())
    }

    /// What this owner has, once.
    pub(super) fn take(&self, owner: &K, now_s: i64) -> Option<V> {
        let (thing, since_s) = self.lock().remove(owner)?;
        self.holds(since_s, now_s).then_some(thing)
    }

    pub(super) fn forget(&self, owner: &K) {
        self.lock().remove(owner);
    }

    pub(super) fn sweep(&self, now_s: i64) {
        self.lock()
            .retain(|_, (_, since_s)| self.holds(*since_s, now_s));
    }

    /// Something from the future, by a clock that was set back, is not kept for ever.
    fn holds(&self, since_s: i64, now_s: i64) -> bool {
        (0..self.within_s).contains(&(now_s - since_s))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<K, (V, i64)>> {
        self.things.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thing_is_taken_once_by_its_owner_and_in_time() {
        let kept = Kept::new(300, 10);
        kept.put(1, "a", 1000);
        assert_eq!(kept.take(&2, 1000), None);
        assert_eq!(kept.find(&1, 1299), Some("a"));
        assert_eq!(kept.take(&1, 1299), Some("a"));
        assert_eq!(kept.take(&1, 1299), None);
        kept.put(1, "b", 1000);
        assert_eq!(kept.take(&1, 1300), None);
    }

    #[test]
    fn of_too_many_the_oldest_goes() {
        let kept = Kept::new(300, 2);
        for owner in 0..3 {
            kept.put(owner, (), 1000 + owner);
        }
        assert_eq!(kept.lock().len(), 2);
        assert_eq!(kept.find(&0, 1002), None);
    }

    #[test]
    fn r_clock_what_waits_is_forgotten_although_the_clock_was_set_back() {
        let kept = Kept::new(300, 2);
        kept.put(1, (), 2000);
        kept.sweep(1000);
        assert_eq!(kept.lock().len(), 0);
    }
}
