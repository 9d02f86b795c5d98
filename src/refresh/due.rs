//! Which call is due for a VPS, by what was last read of it: pure but for the marks that are taken. It
//! asks nobody.

use crate::app::App;
use crate::kiwivm::call::Call;
use crate::kiwivm::calls::{
    LIVE_INFO, POLICY_VIOLATIONS, SERVICE_INFO, SNAPSHOT_LIST, SUSPENSION_DETAILS,
};
use crate::model::reading::Failure;
use crate::model::vps::Vps;
use crate::readings::{Aged, Latest};

/// getServiceInfo: plan, addresses, transfer.
const SERVICE_EVERY_S: i64 = 10 * 60;
/// getLiveServiceInfo: whether it runs. It is slow and heavy.
const LIVE_EVERY_S: i64 = 30 * 60;
/// Why it is suspended or will be: asked as soon as KiwiVM says that there is something, and then so often.
const CASES_EVERY_S: i64 = 6 * 60 * 60;
/// While somebody looks at it.
const WATCHED_EVERY_S: i64 = 2 * 60;
/// While a long operation runs: its end shows only as the lock going away.
pub(super) const LOCKED_EVERY_S: i64 = 60;
/// The same, while somebody looks.
const LOCKED_WATCHED_EVERY_S: i64 = 10;
/// A failing reading is tried again after half the time it has failed, at most this.
const FAILING_EVERY_MAX_S: i64 = 60 * 60;

/// The call that is due for this VPS, if any. The live call tells all that the other tells.
pub(super) fn due(app: &App, vps: &Vps, now_s: i64) -> Option<&'static Call> {
    let latest = app.readings.of(vps.id);
    let watched = app.refresh.is_watched(vps.id, now_s);
    if app.refresh.take_due(vps.id, now_s) || live_is_due(&latest, vps, watched, now_s) {
        return Some(LIVE_INFO);
    }
    let is_expected = app.refresh.expects_lock(vps.id, now_s);
    let look_every_s = look_every_s(&latest, watched, is_expected);
    if app.refresh.take_look(vps.id, look_every_s, now_s) {
        return Some(SNAPSHOT_LIST);
    }
    if service_is_due(&latest, vps, now_s) {
        return Some(SERVICE_INFO);
    }
    cases_due(&latest, vps, now_s)
}

/// How often it is looked whether the VPS is locked, where the calls that inform do not tell.
fn look_every_s(latest: &Latest, watched: bool, is_expected: bool) -> Option<i64> {
    let is_hidden = latest
        .lock()
        .is_some_and(|running| !running.is_told_by_info);
    (is_expected || is_hidden).then(|| locked_every_s(watched || is_expected))
}

/// How often a lock is looked at.
fn locked_every_s(watched: bool) -> i64 {
    if watched {
        LOCKED_WATCHED_EVERY_S
    } else {
        LOCKED_EVERY_S
    }
}

/// What KiwiVM holds against it, while it holds something.
fn cases_due(latest: &Latest, vps: &Vps, now_s: i64) -> Option<&'static Call> {
    let (_, service) = latest.service()?;
    let wants = |read_at_s: Option<i64>, failure: &Option<Failure>| match failure {
        Some(failure) => now_s - failure.at >= after_failure_s(failure, false, now_s),
        None => is_due(read_at_s, CASES_EVERY_S, vps, now_s),
    };
    let suspensions_s = fresh_s(latest.suspensions.as_ref());
    let violations_s = fresh_s(latest.violations.as_ref());
    if service.suspended == Some(true) && wants(suspensions_s, &latest.suspensions_failure) {
        return Some(SUSPENSION_DETAILS);
    }
    let violates = service.policy_violation == Some(true);
    (violates && wants(violations_s, &latest.violations_failure)).then_some(POLICY_VIOLATIONS)
}

/// When it was read, unless something was changed since.
fn fresh_s<T>(read: Option<&Aged<T>>) -> Option<i64> {
    read.filter(|aged| !aged.is_stale).map(|aged| aged.at_s)
}

fn live_is_due(latest: &Latest, vps: &Vps, watched: bool, now_s: i64) -> bool {
    let every_s = if watched {
        WATCHED_EVERY_S
    } else {
        LIVE_EVERY_S
    };
    match &latest.live_failure {
        Some(failure) => now_s - failure.at >= after_failure_s(failure, watched, now_s),
        // getServiceInfo alone has told of a lock: from here on this call looks after it.
        None if latest.lock().is_some_and(|running| running.is_told_by_info) => {
            let told_at_s = latest.lock().map_or(now_s, |running| running.told_at_s);
            now_s - told_at_s >= locked_every_s(watched)
        }
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
        fault if fault.locked().is_some() => locked_every_s(watched),
        _ => ((now_s - failure.since) / 2).clamp(WATCHED_EVERY_S, FAILING_EVERY_MAX_S),
    }
}
