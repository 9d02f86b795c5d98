//! Follows the long operations that lock a VPS: from what its calls are answered it learns that one runs,
//! that it has ended, and what is otherwise since. It asks nobody; `refresh` looks again in time.

use crate::app::App;
use crate::kiwivm::call::Call;
use crate::kiwivm::calls::{LIVE_INFO, RATE_LIMIT_STATUS, SERVICE_INFO, SNAPSHOT_LIST};
use crate::kiwivm::error::Refusal;
use crate::kiwivm::reply::Reply;
use crate::model::operation::{self, Facts, Operation};
use crate::model::reading;
use crate::readings::Latest;

/// What is read later than this after an end may have another reason.
pub const COMPARED_WITHIN_S: i64 = 3600;

/// Whether KiwiVM may answer this call although the VPS is locked: some VPSes inform all the same.
fn informs(call: &Call) -> bool {
    call.name == SERVICE_INFO.name || call.name == LIVE_INFO.name
}

/// A call was refused because a long operation runs.
///
/// # Errors
/// SQLite's.
pub(crate) async fn told(
    app: &App,
    vps_id: i64,
    (call, refusal): (&Call, &Refusal),
) -> Result<(), sqlx::Error> {
    let now_s = app.clock.now_s();
    let said = (refusal.lock.clone().unwrap_or_default(), informs(call));
    let another = |running: &&Operation| !running.is_told_of(&said.0, now_s);
    let former = app.readings.follow(vps_id, |latest| {
        Some(latest.lock().filter(another)?.ended(now_s))
    });
    if let Some(former) = former {
        operation::keep(&app.db, vps_id, &former).await?;
    }
    let snapshots = listed_snapshots(app, vps_id).await?;
    let step = |latest: &Latest| match latest.operation.as_deref() {
        Some(newest) if newest.is_told_of(&said.0, now_s) => newest.told(now_s, said),
        _ => Operation::begun(now_s, said, before(latest, snapshots)),
    };
    let operation = app.readings.follow(vps_id, |latest| Some(step(latest)));
    let Some(operation) = operation else {
        return Ok(());
    };
    app.refresh.lock_seen(vps_id, operation.is_told_by_info);
    if operation.seen_at_s == now_s && !informs(call) {
        // Whether the calls that inform tell of it too decides how its end is found.
        app.refresh.soon(vps_id, now_s);
    }
    operation::keep(&app.db, vps_id, &operation).await
}

fn before(latest: &Latest, snapshots: Option<usize>) -> Facts {
    let service = latest.service();
    let facts = service.map(|(at_s, service)| Facts::of(at_s, service));
    Facts {
        snapshots,
        ..facts.unwrap_or_default()
    }
}

async fn listed_snapshots(app: &App, vps_id: i64) -> Result<Option<usize>, sqlx::Error> {
    let kept = reading::find(&app.db, vps_id, SNAPSHOT_LIST.name).await?;
    let reply = kept.reply.and_then(|(_, text)| Reply::parse(&text));
    Ok(reply.map(|reply| reply.snapshots().len()))
}

/// A call was answered: if it is refused during the long operation that is known, that is over. What was
/// listed before may be gone, and what the VPS is like now is read soon.
///
/// # Errors
/// SQLite's.
pub(crate) async fn answered(app: &App, vps_id: i64, call: &Call) -> Result<(), sqlx::Error> {
    let now_s = app.clock.now_s();
    let ended = app.readings.follow(vps_id, |latest| {
        let running = latest.lock().filter(|running| is_end(running, call))?;
        Some(running.ended(now_s))
    });
    let Some(ended) = ended else {
        return Ok(());
    };
    if !informs(call) {
        app.refresh.soon(vps_id, now_s);
    }
    if call.name != SNAPSHOT_LIST.name {
        app.refresh.look_soon(vps_id, now_s);
    }
    operation::keep(&app.db, vps_id, &ended).await?;
    reading::make_stale(&app.db, vps_id).await
}

/// What KiwiVM answers during a lock is no end of it; nor is the reply of the call that began it, which may
/// come long after the lock.
fn is_end(running: &Operation, call: &Call) -> bool {
    if running.is_told_by_info {
        informs(call)
    } else {
        !informs(call) && !call.locks && call.name != RATE_LIMIT_STATUS.name
    }
}

/// What was just read is the first that is known since the end of an operation.
///
/// # Errors
/// SQLite's.
pub(crate) async fn compare(
    app: &App,
    vps_id: i64,
    (call, reply): (&Call, &Reply),
) -> Result<(), sqlx::Error> {
    let now_s = app.clock.now_s();
    let settled = app.readings.follow(vps_id, |latest| {
        let ended = latest.operation.as_deref()?;
        let is_recent = now_s - ended.ended_at_s? <= COMPARED_WITHIN_S;
        if !is_recent {
            return None;
        }
        let after = after(&ended.after, (call, reply), now_s)?;
        Some(Operation {
            after,
            ..ended.clone()
        })
    });
    match settled {
        Some(operation) => operation::keep(&app.db, vps_id, &operation).await,
        None => Ok(()),
    }
}

/// The facts with what this reply adds, if it adds something.
fn after(known: &Facts, (call, reply): (&Call, &Reply), now_s: i64) -> Option<Facts> {
    if informs(call) && known.read_at_s.is_none() {
        let facts = Facts::of(now_s, &reply.service_info());
        return Some(Facts {
            snapshots: known.snapshots,
            ..facts
        });
    }
    let is_list = call.name == SNAPSHOT_LIST.name && known.snapshots.is_none();
    is_list.then(|| Facts {
        snapshots: Some(reply.snapshots().len()),
        ..known.clone()
    })
}
