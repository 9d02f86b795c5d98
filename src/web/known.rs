//! What a page of one VPS knows from a call that only reads: its last reply, asked for once when there
//! is none or when the VPS was changed since. Ten viewers cost one call; a reply that is kept costs none.

use super::page::Page;
use crate::app::App;
use crate::error::Error;
use crate::kiwivm::call::{Call, Source};
use crate::kiwivm::calls::{LIVE_INFO, SERVICE_INFO};
use crate::kiwivm::reply::{Choice, Reply, choices, plain_choices};
use crate::model::reading::{self, Failure, Reading};
use crate::model::vps::Vps;
use crate::refresh;
use std::time::Duration;

/// A page waits so long for a reply, then says that it asks.
pub(super) const WAIT: Duration = Duration::from_secs(4);
/// After a failure a page that is opened asks again only so much later.
const AFTER_FAILURE_S: i64 = 30;

/// What is known from one call.
#[derive(Debug)]
pub(super) struct Known {
    /// When KiwiVM last answered.
    pub(super) at_s: Option<i64>,
    /// What it said, secret fields starred.
    pub(super) reply: Option<Reply>,
    /// Since then it fails.
    pub(super) failure: Option<Failure>,
    /// It is being asked: the page comes again.
    pub(super) asking: bool,
}

impl Known {
    /// What is known from this call.
    pub(super) async fn of(app: &App, vps: &Vps, call: &'static Call) -> Result<Known, Error> {
        let mut kept = reading::find(&app.db, vps.id, call.name).await?;
        let mut asking = false;
        if wants_asking(&kept, app.clock.now_s()) && !vps.key_is_given_up() {
            asking = !refresh::read(app, vps, call, WAIT).await;
            kept = reading::find(&app.db, vps.id, call.name).await?;
        }
        Ok(Known::from_reading(kept, asking))
    }

    /// What is known from each of these calls; those without a reply are asked for side by side.
    pub(super) async fn of_all<const N: usize>(
        app: &App,
        vps: &Vps,
        calls: [&'static Call; N],
    ) -> Result<[Known; N], Error> {
        let asked = calls.map(|call| Known::of(app, vps, call));
        let known = futures_util::future::try_join_all(asked).await?;
        known
            .try_into()
            .map_err(|_| Error::Ours("as many answers as questions".into()))
    }

    /// What was last read of this call; nobody is asked.
    pub(super) async fn kept(app: &App, vps_id: i64, call: &Call) -> Result<Known, sqlx::Error> {
        let kept = reading::find(&app.db, vps_id, call.name).await?;
        Ok(Known::from_reading(kept, false))
    }

    /// What the reply tells, in the view that this reads; an empty one without a reply.
    pub(super) fn read<T: Default>(&self, view: impl FnOnce(&Reply) -> T) -> T {
        self.reply.as_ref().map(view).unwrap_or_default()
    }

    /// Whether the reply has this field, whatever is in it.
    pub(super) fn tells(&self, field: &str) -> bool {
        self.read(|reply| reply.view().has(field))
    }

    /// Why there is nothing to list of this field: nobody has read it, the reply is silent, or it holds
    /// nothing, for which the message is given.
    pub(super) fn nothing(&self, field: &str, held_none: &'static str) -> &'static str {
        match self.reply {
            None => "vps-not-read",
            Some(_) if self.tells(field) => held_none,
            Some(_) => "reply-untold",
        }
    }

    /// What can be chosen from the reply.
    pub(super) fn choices(&self, source: Source) -> Vec<Choice> {
        self.read(|reply| choices(source, reply))
    }

    /// The same without what does not print as it is.
    pub(super) fn plain_choices(&self, source: Source) -> Vec<Choice> {
        self.read(|reply| plain_choices(source, reply))
    }

    /// Whether both fail for the same reason, which a page says once.
    pub(super) fn fails_like(&self, other: &Known, page: &Page) -> bool {
        let words = |known: &Known| {
            let failure = known.failure.as_ref();
            failure.map(|failure| page.fault(&failure.fault))
        };
        words(self) == words(other)
    }

    pub(super) fn from_reading(kept: Reading, asking: bool) -> Known {
        let (at_s, text) = kept.reply.unzip();
        Known {
            at_s,
            reply: text.and_then(|text| Reply::parse(&text)),
            failure: kept.failure,
            asking,
        }
    }
}

/// Whether a page asks before it is drawn.
fn wants_asking(kept: &Reading, now_s: i64) -> bool {
    let failed_just_now = kept
        .failure
        .as_ref()
        .is_some_and(|failure| (0..AFTER_FAILURE_S).contains(&(now_s - failure.at)));
    (kept.reply.is_none() || kept.is_stale) && !failed_just_now
}

/// What is known of plan, addresses and transfer. Of both calls that tell them the newer reply counts, and
/// one of them is made when neither has told since the last change. If that fails, the newer of the old
/// replies stays, with the reason.
pub(super) async fn service(app: &App, vps: &Vps) -> Result<Known, Error> {
    let live = reading::find(&app.db, vps.id, LIVE_INFO.name).await?;
    let service = reading::find(&app.db, vps.id, SERVICE_INFO.name).await?;
    let holds = |kept: &Reading| kept.reply.is_some() && !kept.is_stale;
    let (live_holds, service_holds) = (holds(&live), holds(&service));
    let live = Known::from_reading(live, false);
    let service = match live_holds || service_holds {
        true => Known::from_reading(service, false),
        false => Known::of(app, vps, SERVICE_INFO).await?,
    };
    // What holds is said without what failed of the other.
    if live_holds && (!service_holds || live.at_s >= service.at_s) {
        return Ok(live);
    }
    if service_holds || service.at_s >= live.at_s {
        return Ok(service);
    }
    Ok(Known {
        failure: service.failure,
        asking: service.asking,
        ..live
    })
}
