//! Reads what a VPS used into the store, whoever asks: as a stream, and only what is new. It decides
//! neither who may ask nor when.

use crate::app::App;
use crate::kiwivm::calls::RAW_USAGE_STATS;
use crate::kiwivm::client::Credentials;
use crate::kiwivm::error::Fault;
use crate::kiwivm::reply::{Reply, UsagePoint};
use crate::model::reading;
use crate::model::usage::{self, Gathered};

/// A person's reading of use comes so long after the last, or after another person's beginning: each is
/// 30 MB, and all VPSes wait for one another. No reading takes longer.
const AGAIN_S: i64 = 5 * 60;

/// Whether a person may have KiwiVM asked now, under this action id, what this VPS used.
///
/// # Errors
/// SQLite's.
pub(crate) async fn may_ask(app: &App, vps_id: i64, action: &str) -> Result<bool, sqlx::Error> {
    let now_s = app.clock.now_s();
    let is_recent = |at_s: i64| (0..AGAIN_S).contains(&(now_s - at_s));
    let last = reading::find(&app.db, vps_id, RAW_USAGE_STATS.name).await?;
    let is_known = last.reply.is_some_and(|(at_s, _)| is_recent(at_s));
    let is_asked = app.refresh.is_under_way(vps_id, RAW_USAGE_STATS);
    let claim = || app.refresh.claim_usage((vps_id, action), now_s, AGAIN_S);
    Ok(!is_known && !is_asked && claim())
}

/// Asks KiwiVM, once, and stores what is new. Nothing is kept of a reply that did not end well. The reply
/// says how many points there were, since when, and shows the newest of them.
///
/// # Errors
/// See [`crate::kiwivm::client::Client::send_for_usage`].
pub(crate) async fn take_in(
    app: &App,
    vps_id: i64,
    credentials: &Credentials,
) -> Result<Reply, Fault> {
    let generation = app.refresh.generation(vps_id);
    let gathered = Gathered::new(stored_until_s(app, vps_id).await, app.clock.now_s());
    let (rest, gathered) = app
        .client
        .send_for_usage(RAW_USAGE_STATS, credentials, gathered)
        .await?;
    if app.refresh.generation(vps_id) == generation
        && let Err(error) = keep(app, (vps_id, &credentials.veid), &gathered).await
    {
        tracing::error!(vps_id, %error, "what a VPS used could not be stored");
    }
    Ok(shown(rest, &gathered))
}

/// Without an answer of SQLite's everything counts as new; what is there stands all the same.
async fn stored_until_s(app: &App, vps_id: i64) -> Option<i64> {
    usage::stored_until_s(&app.db, vps_id)
        .await
        .unwrap_or_default()
}

async fn keep(
    app: &App,
    (vps_id, veid): (i64, &str),
    gathered: &Gathered,
) -> Result<(), sqlx::Error> {
    usage::keep(&app.db, vps_id, gathered).await?;
    // It may have become another machine while this was written.
    usage::forget_former(&app.db, vps_id, veid).await
}

/// A reply that can be shown.
fn shown(rest: Reply, gathered: &Gathered) -> Reply {
    let mut fields = rest.fields;
    fields.insert("points".into(), gathered.points().into());
    fields.insert("since_timestamp".into(), gathered.since_s().into());
    let newest = gathered.newest().map(UsagePoint::shown);
    fields.insert("data".into(), newest.collect());
    Reply::new(fields)
}
