//! When which VPS is read next, what of it is under way, and what is left of its key's budget. It reads
//! nothing itself.

use super::due::LOCKED_EVERY_S;
use crate::kiwivm::budget::{Budget, Purpose, Remaining};
use crate::kiwivm::call::Call;
use crate::kiwivm::calls::{LIVE_INFO, RAW_USAGE_STATS};
use crate::kiwivm::reply::RateLimitStatus;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::{Semaphore, SemaphorePermit, watch};

/// So often it is looked whose use is due.
const USAGE_LOOK_EVERY_S: i64 = 60;
/// A page that was opened counts as looked at for so long; an open one renews it.
const WATCHED_S: i64 = 150;
/// After a change its effect is read so soon.
const AFTER_CHANGE_S: i64 = 2;
/// After KiwiVM took a call that locks, the lock is looked for so long.
const EXPECTED_S: i64 = 30;
/// So many background readings at once.
const AT_ONCE: usize = 4;
/// How often a VPS was forgotten: what was asked before must not be taken for what holds now.
pub(super) type Generation = u64;

/// A reading under way: VPS, its generation, and call.
pub(super) type Key = (i64, Generation, &'static str);

/// Who reads what, and when next.
#[derive(Debug)]
pub struct Refresh {
    under_way: Mutex<HashMap<Key, watch::Receiver<bool>>>,
    /// A row is never dropped: an id might be given again.
    generations: Mutex<HashMap<i64, Generation>>,
    watched_until_s: Mutex<HashMap<i64, i64>>,
    due_at_s: Mutex<HashMap<i64, i64>>,
    /// When it is looked next whether a VPS is locked, by a call that KiwiVM then refuses.
    look_at_s: Mutex<HashMap<i64, i64>>,
    /// Until when a lock is looked for.
    expected_until_s: Mutex<HashMap<i64, i64>>,
    /// When it was last looked whose use is due.
    usage_looked_at_s: Mutex<Option<i64>>,
    /// When a person last had a VPS asked what it used, and under which action id.
    usage_asked: Mutex<HashMap<i64, (i64, String)>>,
    budgets: Mutex<HashMap<i64, Budget>>,
    permits: Semaphore,
}

impl Default for Refresh {
    fn default() -> Refresh {
        Refresh {
            under_way: Mutex::default(),
            generations: Mutex::default(),
            watched_until_s: Mutex::default(),
            due_at_s: Mutex::default(),
            look_at_s: Mutex::default(),
            expected_until_s: Mutex::default(),
            usage_looked_at_s: Mutex::default(),
            usage_asked: Mutex::default(),
            budgets: Mutex::default(),
            permits: Semaphore::new(AT_ONCE),
        }
    }
}

impl Refresh {
    /// Notes that somebody has this VPS on a page.
    pub fn watch(&self, vps_ids: impl IntoIterator<Item = i64>, now_s: i64) {
        let mut watched = lock(&self.watched_until_s);
        for vps_id in vps_ids {
            watched.insert(vps_id, now_s + WATCHED_S);
        }
    }

    /// Has this VPS read again soon: something may have changed.
    pub fn soon(&self, vps_id: i64, now_s: i64) {
        lock(&self.due_at_s).insert(vps_id, now_s + AFTER_CHANGE_S);
    }

    /// Has it looked soon whether this VPS is locked, and what it lists.
    pub fn look_soon(&self, vps_id: i64, now_s: i64) {
        lock(&self.look_at_s).insert(vps_id, now_s + AFTER_CHANGE_S);
    }

    /// KiwiVM took a call that locks the VPS, or may have: the lock is looked for.
    pub fn expect_lock(&self, vps_id: i64, now_s: i64) {
        lock(&self.expected_until_s).insert(vps_id, now_s + EXPECTED_S);
        self.look_soon(vps_id, now_s);
    }

    /// KiwiVM did not take it after all.
    pub(super) fn expect_no_lock(&self, vps_id: i64) {
        lock(&self.expected_until_s).remove(&vps_id);
        lock(&self.look_at_s).remove(&vps_id);
    }

    /// Whether a lock is looked for and was not yet seen.
    #[must_use]
    pub fn expects_lock(&self, vps_id: i64, now_s: i64) -> bool {
        let expected = lock(&self.expected_until_s);
        expected
            .get(&vps_id)
            .is_some_and(|until_s| (now_s..=now_s.saturating_add(EXPECTED_S)).contains(until_s))
    }

    /// The lock that was looked for is there. Where the calls that inform tell of it, these look on.
    pub(crate) fn lock_seen(&self, vps_id: i64, is_told_by_info: bool) {
        lock(&self.expected_until_s).remove(&vps_id);
        if is_told_by_info {
            lock(&self.look_at_s).remove(&vps_id);
        }
    }

    /// Whether its state is about to be read anew: a change was made since the last reading, or a
    /// reading is under way.
    #[must_use]
    pub fn is_due_soon(&self, vps_id: i64) -> bool {
        lock(&self.due_at_s).contains_key(&vps_id) || self.is_under_way(vps_id, LIVE_INFO)
    }

    /// Counts a call against the key's budget.
    pub fn spend(&self, vps_id: i64, purpose: Purpose, now_s: i64) {
        lock(&self.budgets)
            .entry(vps_id)
            .or_default()
            .spend(purpose, now_s);
    }

    /// Counts a call of the background's, if there is room for one.
    pub(crate) fn take_background(&self, vps_id: i64, now_s: i64) -> bool {
        let mut budgets = lock(&self.budgets);
        let budget = budgets.entry(vps_id).or_default();
        let may = budget.may_spend(Purpose::Background, now_s);
        if may {
            budget.spend(Purpose::Background, now_s);
        }
        may
    }

    /// The points left of this VPS's key, as far as one can know from here.
    #[must_use]
    pub fn remaining(&self, vps_id: i64, now_s: i64) -> Remaining {
        let mut budgets = lock(&self.budgets);
        budgets.entry(vps_id).or_default().remaining(now_s)
    }

    /// KiwiVM asked for a rest: the background keeps it.
    pub(crate) fn rest(&self, vps_id: i64, now_s: i64) {
        lock(&self.budgets).entry(vps_id).or_default().rest(now_s);
    }

    /// Forgets a VPS that was removed, or got another VEID or key. A reading of the former pair that
    /// is under way is waited for by nobody new, and what it brings is dropped.
    pub fn forget(&self, vps_id: i64) {
        *lock(&self.generations).entry(vps_id).or_default() += 1;
        lock(&self.watched_until_s).remove(&vps_id);
        lock(&self.due_at_s).remove(&vps_id);
        lock(&self.look_at_s).remove(&vps_id);
        lock(&self.expected_until_s).remove(&vps_id);
        lock(&self.usage_asked).remove(&vps_id);
        lock(&self.budgets).remove(&vps_id);
    }

    /// Begins a reading unless it is under way: whoever reads gets the end to tell. All get the end to
    /// wait for.
    pub(super) fn begin(&self, key: Key) -> (Option<watch::Sender<bool>>, watch::Receiver<bool>) {
        let mut under_way = lock(&self.under_way);
        if let Some(done) = under_way.get(&key) {
            return (None, done.clone());
        }
        let (finish, done) = watch::channel(false);
        under_way.insert(key, done.clone());
        (Some(finish), done)
    }

    /// A reading has ended.
    pub(super) fn end(&self, key: &Key) {
        lock(&self.under_way).remove(key);
    }

    /// Waits until the background may read one more.
    pub(super) async fn room(&self) -> Option<SemaphorePermit<'_>> {
        self.permits.acquire().await.ok()
    }

    /// What KiwiVM said of a key's points.
    pub(super) fn told(&self, vps_id: i64, status: &RateLimitStatus, now_s: i64) {
        let mut budgets = lock(&self.budgets);
        budgets.entry(vps_id).or_default().learn(status, now_s);
    }

    /// Whether this call is under way for this VPS, whoever made it.
    #[must_use]
    pub fn is_under_way(&self, vps_id: i64, call: &'static Call) -> bool {
        let key = (vps_id, self.generation(vps_id), call.name);
        lock(&self.under_way).contains_key(&key)
    }

    /// Whether any VPS is asked what it used.
    pub(super) fn usage_is_under_way(&self) -> bool {
        let under_way = lock(&self.under_way);
        under_way
            .keys()
            .any(|(_, _, call)| *call == RAW_USAGE_STATS.name)
    }

    /// Whether it is time to look whose use is due: that takes all VPSes, and is weekly.
    pub(super) fn take_usage_look(&self, now_s: i64) -> bool {
        let mut looked_at_s = lock(&self.usage_looked_at_s);
        let waits =
            looked_at_s.is_some_and(|at_s| (at_s..at_s + USAGE_LOOK_EVERY_S).contains(&now_s));
        if !waits {
            *looked_at_s = Some(now_s);
        }
        !waits
    }

    /// Lets a person have a VPS asked what it used, unless another did so within this time. The same
    /// action again is let through: it is sent once all the same.
    pub(crate) fn claim_usage(
        &self,
        (vps_id, action): (i64, &str),
        now_s: i64,
        within_s: i64,
    ) -> bool {
        let mut asked = lock(&self.usage_asked);
        match asked.get(&vps_id) {
            Some((at_s, by)) if (0..within_s).contains(&(now_s - at_s)) => by == action,
            _ => {
                asked.insert(vps_id, (now_s, action.to_owned()));
                true
            }
        }
    }

    pub(crate) fn generation(&self, vps_id: i64) -> Generation {
        lock(&self.generations)
            .get(&vps_id)
            .copied()
            .unwrap_or_default()
    }

    pub(super) fn is_watched(&self, vps_id: i64, now_s: i64) -> bool {
        let watched = lock(&self.watched_until_s);
        watched.get(&vps_id).is_some_and(|until_s| *until_s > now_s)
    }

    pub(super) fn take_due(&self, vps_id: i64, now_s: i64) -> bool {
        let mut due = lock(&self.due_at_s);
        let is_due = due.get(&vps_id).is_some_and(|at_s| *at_s <= now_s);
        if is_due {
            due.remove(&vps_id);
        }
        is_due
    }

    /// Whether it is time to look whether a VPS is locked. While only such a look tells, it is taken again
    /// every so many seconds, whatever comes of it.
    pub(super) fn take_look(&self, vps_id: i64, every_s: Option<i64>, now_s: i64) -> bool {
        let mut looks = lock(&self.look_at_s);
        let is_due = match looks.get(&vps_id) {
            Some(at_s) => *at_s <= now_s || *at_s > now_s + LOCKED_EVERY_S,
            None => every_s.is_some(),
        };
        if is_due {
            match every_s {
                Some(every_s) => looks.insert(vps_id, now_s + every_s),
                None => looks.remove(&vps_id),
            };
        }
        is_due
    }

    pub(super) fn may_spend(&self, vps_id: i64, now_s: i64) -> bool {
        lock(&self.budgets)
            .entry(vps_id)
            .or_default()
            .may_spend(Purpose::Background, now_s)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
