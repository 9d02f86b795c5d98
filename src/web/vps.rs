//! One VPS: its overview.

use super::fleet::tone;
use super::form::Form;
use super::head::{self, Head};
use super::known::WAIT;
use super::page::Page;
use super::section::Section;
use super::transfer;
use crate::app::App;
use crate::attention::{Attention, State as VpsState};
use crate::error::Error;
use crate::kiwivm::calls::LIVE_INFO;
use crate::kiwivm::reply::{LiveInfo, ServiceInfo};
use crate::model::access::Right;
use crate::refresh::read;
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
    asking: bool,
    /// Something was changed, and its effect is being read.
    changing: bool,
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
        matters: head.matters(),
        saved: asked.saved.is_some(),
        changing: is_due_soon && !asking,
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
    let asked = section
        .reads()
        .iter()
        .map(|call| read(&app, &vps, call, WAIT));
    futures_util::future::join_all(asked).await;
    let path = format!("/vps/{}{}", vps.id, section.path());
    Ok(page.visitor.see_other(&path))
}

impl Show {
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
        match self.head.state {
            _ if self.asking || self.changing => Some(3),
            VpsState::Locked => Some(5),
            _ => None,
        }
    }

    fn may_operate(&self) -> bool {
        self.page.may(self.head.vps.id, Right::Operate)
    }
}
