//! Reads the logs of scripts that run in the background, each for the person who follows it: while their
//! session and their right last, within the background's share of the key's points. What it sends is text
//! of ours, and it sends nothing else.

use crate::app::App;
use crate::kiwivm::calls::SHELL_EXEC;
use crate::kiwivm::client::Credentials;
use crate::kiwivm::error::Fault;
use crate::model::access;
use crate::model::audit::Event;
use crate::model::run::{self, Run, State};
use crate::model::session;
use crate::model::vps::{self, Vps, VpsError};
use crate::secret::Secret;
use crate::shell::{self, LOG_MAX_BYTES, Piece};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How often is looked which log is due.
const TICK: Duration = Duration::from_secs(1);
/// A log that grows is read so often.
const EVERY_S: i64 = 3;
/// One that keeps quiet less and less often, down to this.
const EVERY_MAX_S: i64 = 60;
/// After so many readings in a row that failed nobody reads any more, until somebody asks again.
const FAILURES_MAX: u32 = 5;
/// So many logs are in memory; what was read longest ago goes first.
const LOGS_MAX: usize = 32;

/// What was read of a log.
#[derive(Clone, Debug, Default)]
pub struct Log {
    /// Its end, as far as it was read.
    pub text: String,
    /// Whether something before it is missing.
    pub is_cut: bool,
    /// When it was read.
    pub read_at_s: Option<i64>,
    /// Whether the last readings failed so often that it was given up.
    pub is_given_up: bool,
    offset_bytes: u64,
    due_at_s: i64,
    every_s: i64,
    failures: u32,
    is_under_way: bool,
}

/// The logs that are read, by run. They are in memory alone, and as long as somebody may look.
#[derive(Debug, Default)]
pub struct Logs(Mutex<HashMap<i64, Log>>);

impl Logs {
    /// What was read of this run's log.
    #[must_use]
    pub fn find(&self, run_id: i64) -> Log {
        self.lock().get(&run_id).cloned().unwrap_or_default()
    }

    /// Has it read at once.
    pub fn hurry(&self, run_id: i64) {
        if let Some(log) = self.lock().get_mut(&run_id) {
            (log.due_at_s, log.every_s, log.failures) = (i64::MIN, EVERY_S, 0);
            log.is_given_up = false;
        }
    }

    /// Drops what nobody has read for a day.
    pub fn sweep(&self, now_s: i64) {
        let is_fresh = |log: &Log| log.read_at_s.is_none_or(|at_s| now_s - at_s < 24 * 3600);
        self.lock().retain(|_, log| is_fresh(log));
    }

    /// The offset to read from, when it is due; its reading is under way then.
    fn take_due(&self, run_id: i64, now_s: i64) -> Option<u64> {
        let mut logs = self.lock();
        make_room(&mut logs, run_id);
        let log = logs.entry(run_id).or_default();
        // A clock that was set back must not stop the reading.
        let is_due = log.due_at_s <= now_s || log.due_at_s > now_s + EVERY_MAX_S;
        if log.is_under_way || !is_due {
            return None;
        }
        log.is_under_way = true;
        Some(log.offset_bytes)
    }

    fn change(&self, run_id: i64, change: impl FnOnce(&mut Log)) {
        if let Some(log) = self.lock().get_mut(&run_id) {
            log.is_under_way = false;
            change(log);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<i64, Log>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn make_room(logs: &mut HashMap<i64, Log>, latest: i64) {
    if logs.contains_key(&latest) || logs.len() < LOGS_MAX {
        return;
    }
    let idle = logs.iter().filter(|(_, log)| !log.is_under_way);
    let oldest = idle.min_by_key(|(_, log)| log.read_at_s).map(|(id, _)| *id);
    if let Some(oldest) = oldest {
        logs.remove(&oldest);
    }
}

impl Log {
    fn take(&mut self, piece: &Piece<'_>, now_s: i64) {
        let grew = !piece.text.is_empty();
        self.is_cut |= piece.from_bytes > self.offset_bytes;
        // A log that is shorter than before was begun anew.
        let is_shorter = piece.log_bytes < self.offset_bytes;
        self.offset_bytes = if is_shorter { 0 } else { piece.next_bytes };
        self.text.push_str(piece.text);
        self.keep_end();
        self.every_s = match grew {
            true => EVERY_S,
            false => (self.every_s.max(EVERY_S) * 2).min(EVERY_MAX_S),
        };
        self.due_at_s = if piece.is_followed() {
            now_s + 1
        } else {
            now_s + self.every_s
        };
        self.read_at_s = Some(now_s);
        self.failures = 0;
    }

    fn keep_end(&mut self) {
        let limit_bytes = usize::try_from(LOG_MAX_BYTES).unwrap_or(usize::MAX);
        let surplus = self.text.len().saturating_sub(limit_bytes);
        if surplus > 0 {
            self.is_cut = true;
            let start = self.text.ceil_char_boundary(surplus);
            self.text.drain(..start);
        }
    }

    fn fail(&mut self, now_s: i64) {
        self.failures += 1;
        self.is_given_up = self.failures >= FAILURES_MAX;
        self.every_s = (self.every_s.max(EVERY_S) * 2).min(EVERY_MAX_S);
        self.due_at_s = now_s + self.every_s;
    }
}

/// Reads until the panel stops.
pub async fn run(app: App) {
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = tick(&app).await {
            tracing::error!(%error, "the logs that are due could not be looked up");
        }
    }
}

/// Begins every reading that is due now.
///
/// # Errors
/// SQLite's.
pub async fn tick(app: &App) -> Result<(), sqlx::Error> {
    for run in run::followed(&app.db).await? {
        if let Some(offset_bytes) = app.logs.take_due(run.id, app.clock.now_s()) {
            let app_of_task = app.clone();
            app.tasks.spawn(async move {
                let id = run.id;
                if let Err(error) = read(&app_of_task, run, offset_bytes).await {
                    tracing::warn!(%error, "a log could not be read");
                    let now_s = app_of_task.clock.now_s();
                    app_of_task.logs.change(id, |log| log.fail(now_s));
                }
            });
        }
    }
    Ok(())
}

async fn read(app: &App, run: Run, offset_bytes: u64) -> Result<(), VpsError> {
    let now_s = app.clock.now_s();
    let Some(vps) = allowed(app, &run, now_s).await? else {
        app.logs.change(run.id, |_| {});
        return Ok(run::pause(&app.db, run.id).await?);
    };
    if !app.refresh.take_background(vps.id, now_s) {
        app.logs
            .change(run.id, |log| log.due_at_s = now_s + EVERY_MAX_S / 2);
        return Ok(());
    }
    let credentials = Credentials {
        veid: vps.veid.clone(),
        api_key: vps::open_key(&app.db, &app.vault, vps.id).await?,
    };
    let text = shell::reading(run.log.as_deref().unwrap_or_default(), offset_bytes);
    let parameters = [("command", Secret::new(text))];
    match app.client.send(SHELL_EXEC, &credentials, &parameters).await {
        Ok(reply) => {
            let told = reply.starred(SHELL_EXEC);
            let printed = told["message"].as_str().unwrap_or_default();
            take(app, (&run, &vps), shell::piece(printed)).await
        }
        Err(fault) => {
            if matches!(fault, Fault::TooManyRequests) {
                app.refresh.rest(vps.id, now_s);
            }
            fail(app, &run).await
        }
    }
}

/// The VPS, while the session lasts and its person may still run commands there.
async fn allowed(app: &App, run: &Run, now_s: i64) -> Result<Option<Vps>, sqlx::Error> {
    let Some(session_id) = run.reader_id else {
        return Ok(None);
    };
    let Some((person, _)) = session::holder(&app.db, session_id, now_s).await? else {
        return Ok(None);
    };
    let vps = vps::find(&app.db, run.vps_id).await?;
    Ok(vps.filter(|vps| access::may(&person, SHELL_EXEC, vps).is_ok()))
}

async fn take(
    app: &App,
    (run, vps): (&Run, &Vps),
    piece: Option<Piece<'_>>,
) -> Result<(), VpsError> {
    let Some(piece) = piece else {
        return fail(app, run).await;
    };
    let now_s = app.clock.now_s();
    let has_ended = run.state == State::Ended;
    let mut ended = None;
    app.logs.change(run.id, |log| {
        log.take(&piece, now_s);
        if let Some((at, status)) = shell::end(&log.text, &run.mark) {
            log.text.truncate(at);
            ended = Some(status);
        }
    });
    if has_ended {
        // Its log was read before, and is once more, as far as it goes.
        if ended.is_some() || !piece.is_followed() {
            run::pause(&app.db, run.id).await?;
        }
    } else if let Some(status) = ended {
        let event = Event::new("run-ended")
            .about(vps.id, &vps.label)
            .with("person", &run.person)
            .with("run", &run.action)
            .with("status", &status.to_string());
        run::end(&app.db, (run.id, status), event, app.clock.now_ms()).await?;
    }
    Ok(())
}

async fn fail(app: &App, run: &Run) -> Result<(), VpsError> {
    let now_s = app.clock.now_s();
    app.logs.change(run.id, |log| log.fail(now_s));
    if app.logs.find(run.id).is_given_up {
        run::pause(&app.db, run.id).await?;
    }
    Ok(())
}
