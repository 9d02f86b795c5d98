//! Keeps readings fresh: in the background, spread out, within each key's budget; and for a page that
//! has none, once, however many people look. It only ever makes read calls, and records no action.

use crate::app::App;
use crate::kiwivm::budget::{Budget, Purpose};
use crate::kiwivm::call::{Call, Class};
use crate::kiwivm::calls::{LIVE_INFO, RATE_LIMIT_STATUS, RAW_USAGE_STATS, SERVICE_INFO};
use crate::kiwivm::client::Credentials;
use crate::kiwivm::error::{Fault, RefusalKind};
use crate::kiwivm::reply::Reply;
use crate::model::cycle::{self, Cycle};
use crate::model::reading::{self, Failure};
use crate::model::vps::{self, Vps, VpsError};
use crate::perform::Order;
use crate::readings::Latest;
use crate::usage;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, watch};

/// getServiceInfo: plan, addresses, transfer.
const SERVICE_EVERY_S: i64 = 10 * 60;
/// getLiveServiceInfo: whether it runs. It is slow and heavy.
const LIVE_EVERY_S: i64 = 30 * 60;
/// getRawUsageStats: 30 MB each time, which count as transfer of the panel's own host.
const USAGE_EVERY_S: i64 = 7 * 24 * 60 * 60;
/// While somebody looks at it.
const WATCHED_EVERY_S: i64 = 2 * 60;
/// While a long operation runs: its end shows only as the lock going away.
const LOCKED_EVERY_S: i64 = 60;
/// The same, while somebody looks.
const LOCKED_WATCHED_EVERY_S: i64 = 10;
/// A failing reading is tried again after half the time it has failed, at most this.
const FAILING_EVERY_MAX_S: i64 = 60 * 60;
/// A page that was opened counts as looked at for so long; an open one renews it.
const WATCHED_S: i64 = 150;
/// After a change its effect is read so soon.
const AFTER_CHANGE_S: i64 = 2;
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

    /// Whether its state is about to be read anew: a change was made since the last reading, or a
    /// reading is under way.
    #[must_use]
    pub fn is_due_soon(&self, vps_id: i64) -> bool {
        let key = (vps_id, self.generation(vps_id), LIVE_INFO.name);
        lock(&self.due_at_s).contains_key(&vps_id) || lock(&self.under_way).contains_key(&key)
    }

    /// Counts a person's call against the key's budget.
    pub fn spend(&self, vps_id: i64, now_s: i64) {
        lock(&self.budgets)
            .entry(vps_id)
            .or_default()
            .spend(Purpose::Person, now_s);
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
    }

    /// Forgets a VPS that was removed, or got another VEID or key. A reading of the former pair that
    /// is under way is waited for by nobody new, and what it brings is dropped.
    pub fn forget(&self, vps_id: i64) {
        *lock(&self.generations).entry(vps_id).or_default() += 1;
        lock(&self.watched_until_s).remove(&vps_id);
        lock(&self.due_at_s).remove(&vps_id);
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

/// Begins the one reading of use that is due most, unless there is one already: each is 30 MB.
async fn read_usage(app: &App, now_s: i64) -> Result<(), sqlx::Error> {
    if app.refresh.usage_is_under_way() {
        return Ok(());
    }
    let call = RAW_USAGE_STATS;
    let Some(vps_id) = reading::most_due(&app.db, call.name, (USAGE_EVERY_S, now_s)).await? else {
        return Ok(());
    };
    if let Some(vps) = vps::find(&app.db, vps_id).await?
        && app.refresh.may_spend(vps_id, now_s)
    {
        begin(app, vps, call, true);
    }
    Ok(())
}

/// The call that is due for this VPS, if any. The live call tells all that the other tells.
fn due(app: &App, vps: &Vps, now_s: i64) -> Option<&'static Call> {
    let latest = app.readings.of(vps.id);
    let watched = app.refresh.is_watched(vps.id, now_s);
    if app.refresh.take_due(vps.id, now_s) || live_is_due(&latest, vps, watched, now_s) {
        Some(LIVE_INFO)
    } else {
        service_is_due(&latest, vps, now_s).then_some(SERVICE_INFO)
    }
}

fn live_is_due(latest: &Latest, vps: &Vps, watched: bool, now_s: i64) -> bool {
    let every_s = if watched {
        WATCHED_EVERY_S
    } else {
        LIVE_EVERY_S
    };
    match &latest.live_failure {
        Some(failure) => now_s - failure.at >= after_failure_s(failure, watched, now_s),
        None => is_due(
            latest.live.as_ref().map(|aged| aged.at_s),
            every_s,
            vps,
            now_s,
        ),
    }
}

fn service_is_due(latest: &Latest, vps: &Vps, now_s: i64) -> bool {
    match &latest.service_failure {
        Some(failure) => now_s - failure.at >= after_failure_s(failure, false, now_s),
        None => is_due(
            latest.service().map(|(at_s, _)| at_s),
            SERVICE_EVERY_S,
            vps,
            now_s,
        ),
    }
}

/// A clock that was set back must not stop the readings: what lies in the future is due.
fn is_due(read_at_s: Option<i64>, every_s: i64, vps: &Vps, now_s: i64) -> bool {
    read_at_s.is_none_or(|at_s| at_s > now_s || now_s - at_s >= every_s + spread_s(vps, every_s))
}

/// VPSes that were added together are not read together: up to a tenth later, always the same.
fn spread_s(vps: &Vps, every_s: i64) -> i64 {
    (vps.id * 37) % (every_s / 10).max(1)
}

fn after_failure_s(failure: &Failure, watched: bool, now_s: i64) -> i64 {
    match &failure.fault {
        Fault::Refused(refusal) if refusal.kind == RefusalKind::Locked => {
            if watched {
                LOCKED_WATCHED_EVERY_S
            } else {
                LOCKED_EVERY_S
            }
        }
        _ => ((now_s - failure.since) / 2).clamp(WATCHED_EVERY_S, FAILING_EVERY_MAX_S),
    }
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
    lock(&app.refresh.budgets)
        .entry(asked.vps.id)
        .or_default()
        .spend(purpose, app.clock.now_s());
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

/// After a change: what was listed is stale, and the effect is read soon.
async fn changed(app: &App, vps_id: i64) {
    app.refresh.soon(vps_id, app.clock.now_s());
    if let Err(error) = reading::make_stale(&app.db, vps_id).await {
        tracing::error!(%error, "readings could not be marked as stale");
    }
}

/// Keeps what a reply, or its absence, tells, unless it tells of a former pair.
async fn learn(app: &App, asked: &Asked, result: Result<&Reply, &Fault>) {
    if asked.is_stale(app) {
        return;
    }
    let Asked { vps, call, .. } = asked;
    let now_s = app.clock.now_s();
    let mut kept = match result {
        Ok(reply) => take_up(app, vps, call, reply, now_s).await,
        Err(fault) => note(app, vps, call, fault, now_s).await,
    };
    if asked.is_stale(app) {
        // Forgotten while it was written. It may have come after what holds now: that is read again.
        app.readings.forget(vps.id);
        kept = kept.and(reading::forget(&app.db, vps.id).await);
        kept = kept.and(cycle::forget_former(&app.db, vps.id, &vps.veid).await);
    }
    if let Err(error) = kept {
        tracing::error!(vps = vps.label, call = call.name, %error, "a reading could not be kept");
    }
}

async fn take_up(
    app: &App,
    vps: &Vps,
    call: &'static Call,
    reply: &Reply,
    now_s: i64,
) -> Result<(), sqlx::Error> {
    vps::key_taken(&app.db, vps.id).await?;
    if call.name == RATE_LIMIT_STATUS.name {
        let status = reply.rate_limit_status();
        lock(&app.refresh.budgets)
            .entry(vps.id)
            .or_default()
            .learn(&status, now_s);
    }
    if !call.is_read() {
        return Ok(());
    }
    if app.readings.of(vps.id).lock().is_some() {
        // The long operation is over: what was listed before it may be gone.
        reading::make_stale(&app.db, vps.id).await?;
    }
    let before = told_cycle(&app.readings.of(vps.id));
    app.readings.keep(vps.id, call.name, reply, now_s);
    note_cycle(app, vps, before).await?;
    let text = kept(call, reply).to_string();
    reading::keep(&app.db, vps.id, call.name, &text, now_s).await
}

async fn note(
    app: &App,
    vps: &Vps,
    call: &'static Call,
    fault: &Fault,
    now_s: i64,
) -> Result<(), sqlx::Error> {
    match fault {
        Fault::Refused(refusal) if refusal.kind == RefusalKind::Authentication => {
            vps::key_refused(&app.db, vps.id, now_s).await?;
        }
        // Any other word of KiwiVM's shows that it took the key.
        Fault::Refused(_) => vps::key_taken(&app.db, vps.id).await?,
        Fault::TooManyRequests => {
            lock(&app.refresh.budgets)
                .entry(vps.id)
                .or_default()
                .rest(now_s);
        }
        _ => {}
    }
    if !call.is_read() {
        return Ok(());
    }
    app.readings.fail(vps.id, call.name, fault, now_s);
    reading::fail(&app.db, vps.id, call.name, fault, now_s).await
}

/// What is kept of a reply. Points of use are not a part of it: they have a store of their own.
fn kept(call: &Call, reply: &Reply) -> Value {
    let mut kept = reply.starred(call);
    if call.name == RAW_USAGE_STATS.name
        && let Some(fields) = kept.as_object_mut()
    {
        fields.remove("data");
    }
    kept
}

/// Notes the transfer of the present cycle, if it is another than was told before.
async fn note_cycle(app: &App, vps: &Vps, before: Option<Cycle>) -> Result<(), sqlx::Error> {
    let Some(told) = told_cycle(&app.readings.of(vps.id)) else {
        return Ok(());
    };
    let is_same = before
        .is_some_and(|before| (before.resets_s, before.transfer) == (told.resets_s, told.transfer));
    match is_same {
        true => Ok(()),
        false => cycle::note(&app.db, vps.id, &told).await,
    }
}

/// What the last reading says of the present cycle.
fn told_cycle(latest: &Latest) -> Option<Cycle> {
    let (read_at_s, service) = latest.service()?;
    Some(Cycle {
        resets_s: service.data_next_reset_s?,
        transfer: service.transfer()?,
        read_at_s,
    })
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
