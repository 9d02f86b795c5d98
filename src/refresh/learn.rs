//! What a reply, or its absence, tells: of the reading, the key, the points, the lock, the cycle. It asks
//! nobody; whoever read says what came.

use super::Asked;
use crate::app::App;
use crate::kiwivm::call::Call;
use crate::kiwivm::calls::{
    POLICY_VIOLATIONS, RATE_LIMIT_STATUS, RAW_USAGE_STATS, SUSPENSION_DETAILS,
};
use crate::kiwivm::error::{Fault, RefusalKind};
use crate::kiwivm::reply::{Reply, ServiceInfo};
use crate::model::cycle::{self, Cycle};
use crate::model::reading;
use crate::model::usage;
use crate::model::vps::{self, Vps};
use crate::operations;
use crate::readings::Latest;
use serde_json::Value;

/// A call that tells what KiwiVM holds against a VPS, and whether it holds anything.
type Told = (&'static Call, fn(&ServiceInfo) -> Option<bool>);

const FLAGS: [Told; 2] = [
    (SUSPENSION_DETAILS, |service| service.suspended),
    (POLICY_VIOLATIONS, |service| service.policy_violation),
];

/// After a change: what was listed is stale, and the effect is read soon.
pub(super) async fn changed(app: &App, vps_id: i64) {
    app.refresh.soon(vps_id, app.clock.now_s());
    app.readings.doubt_cases(vps_id);
    if let Err(error) = reading::make_stale(&app.db, vps_id).await {
        tracing::error!(%error, "readings could not be marked as stale");
    }
}

/// Keeps what a reply, or its absence, tells, unless it tells of a former pair.
pub(super) async fn learn(app: &App, asked: &Asked, result: Result<&Reply, &Fault>) {
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
        kept = kept.and(usage::forget_former(&app.db, vps.id, &vps.veid).await);
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
        app.refresh.told(vps.id, &status, now_s);
    }
    operations::answered(app, vps.id, call).await?;
    if !call.is_read() {
        return Ok(());
    }
    let before = app.readings.of(vps.id);
    app.readings.keep(vps.id, call.name, reply, now_s);
    operations::compare(app, vps.id, (call, reply)).await?;
    note_cycle(app, vps, told_cycle(&before)).await?;
    note_turns(app, vps, &before).await?;
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
        Fault::TooManyRequests => app.refresh.rest(vps.id, now_s),
        _ => {}
    }
    if let Some(refusal) = fault.locked() {
        operations::told(app, vps.id, (call, refusal)).await?;
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

/// When KiwiVM says of a VPS that it is suspended, or violates a policy, and did not before, or the
/// other way around, then what it held against it was something else.
async fn note_turns(app: &App, vps: &Vps, before: &Latest) -> Result<(), sqlx::Error> {
    let now = app.readings.of(vps.id);
    for (call, flag) in FLAGS {
        let told = |latest: &Latest| latest.service().and_then(|(_, service)| flag(service));
        let (was, is) = (told(before), told(&now));
        if is.is_some() && is != was && (was.is_some() || is == Some(true)) {
            app.readings.forget_cases(vps.id, call.name);
            reading::make_call_stale(&app.db, vps.id, call.name).await?;
        }
    }
    Ok(())
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
