//! Keeps readings fresh: in the background, spread out, within each key's budget; and for a page that
//! has none, once, however many people look. It only ever makes read calls, and records no action.

mod due;
mod learn;

use crate::app::App;
use crate::kiwivm::budget::{Budget, Purpose, Remaining};
use crate::kiwivm::call::{Call, Class};
use crate::kiwivm::calls::{LIVE_INFO, RAW_USAGE_STATS};
use crate::kiwivm::client::Credentials;
use crate::kiwivm::error::Fault;
use crate::kiwivm::reply::Reply;
use crate::model::reading;
use crate::model::vps::{self, Vps, VpsError};
use crate::perform::Order;
use crate::usage;
use due::{LOCKED_EVERY_S, due};
use learn::{changed, learn};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, watch};

/// getRawUsageStats: 30 MB each time, which count as transfer of the panel's own host.
const USAGE_EVERY_S: i64 = 7 * 24 * 60 * 60;
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
/// How often the background looks what is due.
const TICK: Duration = Duration::from_secs(2);

/// How often a VPS was forgotten: what was asked before must not be taken for what holds now.
type Generation = u64;

/// A reading under way: VPS, its generation, and call.
type Key = (i64, Generation, &'static str);

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
    fn expect_no_lock(&self, vps_id: i64) {
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

    /// Learns from a call that a person made: its reading, whether the key is good, and that the
    /// VPS may have changed.
    pub(crate) async fn heard(
        &self,
        app: &App,
        order: &Order,
        result: &Result<&Reply, Option<&Fault>>,
    ) {
        let result = match result {
            Ok(reply) => Ok(*reply),
            Err(Some(fault)) => Err(*fault),
            Err(None) => return,
        };
        let asked = Asked {
            generation: self.generation(order.vps.id),
            vps: order.vps.clone(),
            call: order.call,
        };
        if !has_another_veid(app, &asked.vps).await {
            learn(app, &asked, result).await;
        }
        if matches!(order.call.class, Class::Change | Class::Destroy) {
            changed(app, order.vps.id).await;
        }
        let may_have_begun = result.map_or_else(Fault::outcome_unknown, |_| true);
        if order.call.locks && may_have_begun {
            app.refresh.expect_lock(order.vps.id, app.clock.now_s());
        } else if order.call.locks {
            app.refresh.expect_no_lock(order.vps.id);
        }
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

    /// Whether this call is under way for this VPS, whoever made it.
    #[must_use]
    pub fn is_under_way(&self, vps_id: i64, call: &'static Call) -> bool {
        let key = (vps_id, self.generation(vps_id), call.name);
        lock(&self.under_way).contains_key(&key)
    }

    /// Whether any VPS is asked what it used.
    fn usage_is_under_way(&self) -> bool {
        let under_way = lock(&self.under_way);
        under_way
            .keys()
            .any(|(_, _, call)| *call == RAW_USAGE_STATS.name)
    }

    /// Whether it is time to look whose use is due: that takes all VPSes, and is weekly.
    fn take_usage_look(&self, now_s: i64) -> bool {
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

    fn is_watched(&self, vps_id: i64, now_s: i64) -> bool {
        let watched = lock(&self.watched_until_s);
        watched.get(&vps_id).is_some_and(|until_s| *until_s > now_s)
    }

    fn take_due(&self, vps_id: i64, now_s: i64) -> bool {
        let mut due = lock(&self.due_at_s);
        let is_due = due.get(&vps_id).is_some_and(|at_s| *at_s <= now_s);
        if is_due {
            due.remove(&vps_id);
        }
        is_due
    }

    /// Whether it is time to look whether a VPS is locked. While only such a look tells, it is taken again
    /// every so many seconds, whatever comes of it.
    fn take_look(&self, vps_id: i64, every_s: Option<i64>, now_s: i64) -> bool {
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

    fn may_spend(&self, vps_id: i64, now_s: i64) -> bool {
        lock(&self.budgets)
            .entry(vps_id)
            .or_default()
            .may_spend(Purpose::Background, now_s)
    }
}

/// Reads in the background until the panel stops.
pub async fn run(app: App) {
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = tick(&app).await {
            tracing::error!(%error, "what is due could not be looked up");
        }
    }
}

/// Starts every background reading that is due now.
///
/// # Errors
/// SQLite's.
pub async fn tick(app: &App) -> Result<(), sqlx::Error> {
    let now_s = app.clock.now_s();
    for vps in vps::all(&app.db).await? {
        if vps.key_is_given_up() {
            continue;
        }
        let call = due(app, &vps, now_s);
        if let Some(call) = call
            && app.refresh.may_spend(vps.id, now_s)
        {
            begin(app, vps, call, true);
        }
    }
    read_usage(app, now_s).await
}

/// Begins the one reading of use that is due most and within its key's budget, unless there is one
/// already: each is 30 MB.
async fn read_usage(app: &App, now_s: i64) -> Result<(), sqlx::Error> {
    if app.refresh.usage_is_under_way() || !app.refresh.take_usage_look(now_s) {
        return Ok(());
    }
    let call = RAW_USAGE_STATS;
    let mut due = reading::due(&app.db, call.name, (USAGE_EVERY_S, now_s)).await?;
    due.retain(|vps_id| app.refresh.may_spend(*vps_id, now_s));
    if let Some(vps_id) = due.first()
        && let Some(vps) = vps::find(&app.db, *vps_id).await?
    {
        begin(app, vps, call, true);
    }
    Ok(())
}

/// Reads this call once, for a page that has no reading or a person who asks again, and waits for
/// it at most so long. Whoever asks while it is under way waits for the same reply. Tells whether
/// it has come.
pub async fn read(app: &App, vps: &Vps, call: &'static Call, at_most: Duration) -> bool {
    let mut done = begin(app, vps.clone(), call, false);
    let waited = tokio::time::timeout(at_most, done.wait_for(|done| *done)).await;
    matches!(waited, Ok(Ok(_)))
}

/// Has this VPS read in the background as soon as there is room.
pub fn ask(app: &App, vps: Vps) {
    begin(app, vps, LIVE_INFO, true);
}

/// Begins a reading unless it is under way, and gives what tells its end.
fn begin(app: &App, vps: Vps, call: &'static Call, background: bool) -> watch::Receiver<bool> {
    let generation = app.refresh.generation(vps.id);
    let key = (vps.id, generation, call.name);
    let mut under_way = lock(&app.refresh.under_way);
    if let Some(done) = under_way.get(&key) {
        return done.clone();
    }
    let (finish, done) = watch::channel(false);
    under_way.insert(key, done.clone());
    let app_of_task = app.clone();
    app.tasks.spawn(async move {
        let finished = Finished {
            app: &app_of_task,
            key,
            finish,
        };
        let asked = Asked {
            vps,
            generation,
            call,
        };
        fetch(&app_of_task, asked, background).await;
        drop(finished);
    });
    done
}

/// What is read, of which VPS, with which pair of VEID and key.
struct Asked {
    vps: Vps,
    generation: Generation,
    call: &'static Call,
}

impl Asked {
    /// Whether the VPS got another pair since.
    fn is_stale(&self, app: &App) -> bool {
        app.refresh.generation(self.vps.id) != self.generation
    }
}

/// A VPS that is no longer there has none, and nothing is learnt of it.
async fn has_another_veid(app: &App, vps: &Vps) -> bool {
    match vps::find(&app.db, vps.id).await {
        Ok(now) => now.is_none_or(|now| now.veid != vps.veid),
        Err(_) => false,
    }
}

/// Tells the end of a reading when it is dropped: also after a panic nobody waits for ever.
struct Finished<'a> {
    app: &'a App,
    key: Key,
    finish: watch::Sender<bool>,
}

impl Drop for Finished<'_> {
    fn drop(&mut self) {
        lock(&self.app.refresh.under_way).remove(&self.key);
        self.finish.send_replace(true);
    }
}

async fn fetch(app: &App, mut asked: Asked, background: bool) {
    let _permit = if background {
        app.refresh.permits.acquire().await.ok()
    } else {
        None
    };
    let Some((vps, credentials)) = pair(app, &asked.vps).await else {
        return;
    };
    asked.vps = vps;
    if asked.is_stale(app) {
        return;
    }
    let purpose = if background {
        Purpose::Background
    } else {
        Purpose::Person
    };
    app.refresh.spend(asked.vps.id, purpose, app.clock.now_s());
    let result = if asked.call.name == RAW_USAGE_STATS.name {
        usage::take_in(app, asked.vps.id, &credentials).await
    } else {
        app.client.send(asked.call, &credentials, &[]).await
    };
    learn(app, &asked, result.as_ref()).await;
}

/// The VPS as it is now, with its key: the reading may have waited, and VEID and key belong together.
/// None when it was removed, or cannot be opened.
async fn pair(app: &App, vps: &Vps) -> Option<(Vps, Credentials)> {
    match open(app, vps.id).await {
        Ok(pair) => pair,
        Err(error) => {
            tracing::error!(vps = vps.label, %error, "a key could not be opened");
            None
        }
    }
}

async fn open(app: &App, vps_id: i64) -> Result<Option<(Vps, Credentials)>, VpsError> {
    let Some(vps) = vps::find(&app.db, vps_id).await? else {
        return Ok(None);
    };
    let credentials = Credentials {
        veid: vps.veid.clone(),
        api_key: vps::open_key(&app.db, &app.vault, vps_id).await?,
    };
    Ok(Some((vps, credentials)))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
