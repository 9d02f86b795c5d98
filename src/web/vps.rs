//! One VPS: its overview.

use super::fleet::tone;
use super::form::Form;
use super::head::{self, Head};
use super::known::WAIT;
use super::page::Page;
use super::section::Section;
use super::transfer;
use super::verdict::{self, Verdict};
use crate::actions;
use crate::app::App;
use crate::attention::{Attention, Kind, State as VpsState};
use crate::error::Error;
use crate::kiwivm::budget::Remaining;
use crate::kiwivm::calls::{LIVE_INFO, RAW_USAGE_STATS};
use crate::kiwivm::reply::{LiveInfo, ServiceInfo};
use crate::model::access::Right;
use crate::refresh::read;
use crate::usage;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "vps/show.html", blocks = ["content"])]
struct Show {
    page: Page,
    head: Head,
    matters: Vec<Attention>,
    saved: bool,
    /// What was saved was a pair of VEID and key.
    saved_pair: bool,
    asking: bool,
    /// Something was changed, and its effect is being read.
    changing: bool,
    /// The points left of the key.
    points: Remaining,
    outside: Outside,
}

/// Pages of the provider's, for what the API does not tell.
struct Outside {
    check: String,
    change: String,
    console: String,
    key: String,
}

impl Outside {
    /// As people of the community link to them.
    fn of(app: &App) -> Outside {
        let (panel, site) = (&app.config.kiwivm_panel, &app.config.provider_site);
        Outside {
            check: format!("{panel}/main-exec.php?mode=blacklistcheck"),
            change: format!("{site}/ipchange.php"),
            console: format!("{panel}/main.php"),
            key: format!("{panel}/main-exec.php?mode=api"),
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Asked {
    saved: Option<String>,
}

/// A share of something, as a bar.
pub(super) struct Gauge {
    pub(super) used_bytes: u64,
    pub(super) total_bytes: u64,
    pub(super) tone: &'static str,
}

impl Gauge {
    pub(super) fn new(used_bytes: Option<u64>, total_bytes: Option<u64>) -> Option<Gauge> {
        let (used_bytes, total_bytes) = (used_bytes?, total_bytes.filter(|bytes| *bytes > 0)?);
        let percent = used_bytes as f64 / total_bytes as f64 * 100.0;
        Some(Gauge {
            used_bytes,
            total_bytes,
            tone: tone(percent),
        })
    }
}

pub(super) async fn show(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    page: Page,
) -> Result<Response, Error> {
    let mut head = Head::open(&app, &page, &id, Section::Overview).await?;
    if is_unread(&head) && !head.vps.key_is_given_up() {
        read(&app, &head.vps, LIVE_INFO, WAIT).await;
        head = head.again(&app);
    }
    let asking = is_unread(&head);
    let is_due_soon = app.refresh.is_due_soon(head.vps.id) && !head.vps.key_is_given_up();
    let show = Show {
        matters: head.matters(&page),
        points: app.refresh.remaining(head.vps.id, page.now_s()),
        outside: Outside::of(&app),
        saved: asked.saved.is_some(),
        saved_pair: asked.saved.as_deref() == Some("pair"),
        changing: is_due_soon && !asking && head.latest.lock().is_none(),
        asking,
        head,
        page,
    };
    if show.page.visitor.by_htmx {
        return Ok(Html(show.as_content().render()?).into_response());
    }
    Page::html(&show)
}

/// Whether KiwiVM has never said anything about it, good or bad.
fn is_unread(head: &Head) -> bool {
    head.read_at_s.is_none() && head.latest.failure().is_none()
}

/// Asks KiwiVM again, once, for what the page shows from which it is asked, and comes back.
pub(super) async fn refresh(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
    form: Form,
) -> Result<Response, Error> {
    let vps = head::find(&app, &page, &id).await?;
    let section = Section::from_word(form.raw("section")).unwrap_or(Section::Overview);
    if matches!(section, Section::Usage) {
        leave_room(&app, vps.id).await?;
    }
    let calls = section.asks(&app.readings.of(vps.id));
    let asked = calls.iter().map(|call| read(&app, &vps, call, WAIT));
    futures_util::future::join_all(asked).await;
    let path = format!("/vps/{}{}", vps.id, section.path());
    Ok(page.visitor.see_other(&path))
}

/// A reading of use keeps those of all other VPSes waiting. One that is under way is everybody's.
async fn leave_room(app: &App, vps_id: i64) -> Result<(), Error> {
    let is_room = app.refresh.is_under_way(vps_id, RAW_USAGE_STATS)
        || usage::may_ask(app, vps_id, &actions::new_id()?).await?;
    match is_room {
        true => Ok(()),
        false => Err(Error::JustAsked),
    }
}

impl Show {
    /// Its verdict leads to the other ways to look.
    fn is_out_of_reach(&self) -> bool {
        self.head.state == VpsState::Unreachable
    }

    fn service(&self) -> Option<&ServiceInfo> {
        self.head.latest.service().map(|(_, service)| service)
    }

    fn live(&self) -> Option<&LiveInfo> {
        self.head.latest.live.as_ref().map(|aged| &*aged.value)
    }

    fn live_at_s(&self) -> Option<i64> {
        self.head.latest.live.as_ref().map(|aged| aged.at_s)
    }

    fn transfer(&self) -> Option<Gauge> {
        let transfer = self.service()?.transfer()?;
        Gauge::new(Some(transfer.used_bytes), Some(transfer.quota_bytes))
    }

    fn verdict(&self) -> Verdict {
        verdict::of(&self.page, &self.head, &self.matters)
    }

    /// The matters that neither the verdict nor the banner of a lock tells.
    fn others(&self) -> Vec<&Attention> {
        let others = self.matters.iter().skip(1);
        others
            .filter(|matter| !matches!(matter.kind, Kind::Locked { .. }))
            .collect()
    }

    /// What the guest calls itself, when that is another name than KiwiVM's.
    fn other_hostname(&self) -> Option<&str> {
        let inside = self.live()?.live_hostname.as_deref()?;
        (self.service()?.hostname.as_deref() != Some(inside)).then_some(inside)
    }

    /// Whether people wrote something down about it.
    fn has_own_words(&self) -> bool {
        let vps = &self.head.vps;
        !vps.note.is_empty() || vps.renews_on.is_some() || !vps.price.is_empty()
    }

    fn may_manage(&self) -> bool {
        self.page.may(self.head.vps.id, Right::Manage)
    }

    /// Whether the transfer lasts until it is counted anew.
    fn outlook(&self) -> Option<String> {
        transfer::outlook(&self.page, &self.head.latest)
    }

    fn disk(&self) -> Option<Gauge> {
        let live = self.live()?;
        let quota_bytes = live.disk_quota_bytes.or(self.service()?.plan_disk_bytes);
        Gauge::new(live.used_disk_bytes, quota_bytes)
    }

    fn memory(&self) -> Option<Gauge> {
        let total_bytes = self.service()?.plan_ram_bytes;
        let available_bytes = self.live()?.memory_available_bytes?;
        Gauge::new(
            total_bytes.map(|bytes| bytes.saturating_sub(available_bytes)),
            total_bytes,
        )
    }

    fn swap(&self) -> Option<Gauge> {
        let live = self.live()?;
        let total_bytes = live.swap_total_bytes;
        let used_bytes = total_bytes
            .zip(live.swap_available_bytes)
            .map(|(total, free)| total.saturating_sub(free));
        Gauge::new(used_bytes, total_bytes)
    }

    fn multiplier(&self) -> Option<f64> {
        transfer::multiplier(self.service()?)
    }

    /// The page comes again by itself while there is something to wait for: a first reading, the
    /// effect of a change, or the end of a long operation.
    fn refresh_s(&self) -> Option<u32> {
        if self.asking || self.changing {
            Some(3)
        } else {
            self.head.awaits_lock(&self.page).then_some(5)
        }
    }

    fn may_operate(&self) -> bool {
        self.page.may(self.head.vps.id, Right::Operate)
    }
}
