//! Keeps readings fresh: in the background, spread out, within each key's budget; and for a page that
//! has none, once, however many people look. It only ever makes read calls, and records no action.

mod due;
mod learn;
mod schedule;

use crate::app::App;
use crate::kiwivm::budget::Purpose;
use crate::kiwivm::call::{Call, Class};
use crate::kiwivm::calls::{LIVE_INFO, RAW_USAGE_STATS};
use crate::kiwivm::client::Credentials;
use crate::kiwivm::error::Fault;
use crate::kiwivm::reply::Reply;
use crate::model::reading;
use crate::model::vps::{self, Vps, VpsError};
use crate::perform::Order;
use crate::usage;
use due::due;
use learn::{changed, learn};
pub use schedule::Refresh;
use schedule::{Generation, Key};
use std::time::Duration;
use tokio::sync::watch;

/// getRawUsageStats: 30 MB each time, which count as transfer of the panel's own host.
const USAGE_EVERY_S: i64 = 7 * 24 * 60 * 60;
/// How often the background looks what is due.
const TICK: Duration = Duration::from_secs(2);

impl Refresh {
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
    let (finish, done) = app.refresh.begin(key);
    let Some(finish) = finish else { return done };
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
        self.app.refresh.end(&self.key);
        self.finish.send_replace(true);
    }
}

async fn fetch(app: &App, mut asked: Asked, background: bool) {
    let _permit = if background {
        app.refresh.room().await
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
