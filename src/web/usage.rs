//! What a VPS used: its transfer, and its use over time, drawn here and again by the browser. Opening it
//! asks KiwiVM for use at most every six hours.

mod chart;
mod drawing;
mod export;
mod figures;
mod span;

use super::form::Faults;
use super::head::{self, Head};
use super::known::{self, Known, WAIT};
use super::page::Page;
use super::section::Section;
use super::transfer;
use super::vps::Gauge;
use crate::app::App;
use crate::error::Error;
use crate::forecast;
use crate::i18n::format;
use crate::kiwivm::calls::RAW_USAGE_STATS;
use crate::kiwivm::reply::{ServiceInfo, Transfer};
use crate::model::audit::{self, Event};
use crate::model::cycle::{self, Cycle};
use crate::model::reading::{self, Reading};
use crate::model::usage;
use crate::model::vps::Vps;
use crate::refresh;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chart::Chart;
use drawing::Drawing;
use figures::{Row, rows};
use span::{Asked, Kind, Span};
use std::time::Duration;

/// A page that is opened asks for 30 MB at most so often.
const ASKED_EVERY_S: i64 = 6 * 60 * 60;
/// Who has something to look at waits no longer than this.
const SHORT_WAIT: Duration = Duration::from_millis(300);

#[derive(Template)]
#[template(path = "usage/show.html")]
struct Show {
    page: Page,
    head: Head,
    /// Of plan and transfer.
    service: Known,
    /// Of use.
    known: Known,
    past: Vec<Cycle>,
    span: Span,
    faults: Faults,
    asked: Asked,
    is_stored: bool,
    drawings: Vec<Drawing>,
    rows: Vec<Row>,
    asking: bool,
}

pub(super) async fn show(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    page: Page,
) -> Result<Response, Error> {
    let head = Head::open(&app, &page, &id, Section::Usage).await?;
    let (service, known) = tokio::try_join!(
        known::service(&app, &head.vps),
        known_usage(&app, &head.vps)
    )?;
    let extent = usage::extent(&app.db, head.vps.id).await?;
    let (span, faults) = asked.span(&page, extent);
    let samples = usage::read(&app.db, head.vps.id, span.bounds()).await?;
    let chart = Chart::of(&samples, span.bounds());
    let show = Show {
        past: cycle::past(&app.db, head.vps.id, page.now_s()).await?,
        drawings: drawing::all(&page, &chart),
        rows: rows(&samples),
        is_stored: extent.is_some(),
        asking: known.asking || service.asking,
        head: head.again(&app),
        service,
        known,
        span,
        faults,
        asked,
        page,
    };
    let status = match show.faults.any() {
        true => StatusCode::UNPROCESSABLE_ENTITY,
        false => StatusCode::OK,
    };
    Ok((status, Page::html(&show)?).into_response())
}

/// The points of a span, for the script that draws them.
pub(super) async fn points(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    page: Page,
) -> Result<Response, Error> {
    let vps = head::find(&app, &page, &id).await?;
    let extent = usage::extent(&app.db, vps.id).await?;
    let (span, _) = asked.span(&page, extent);
    let samples = usage::read(&app.db, vps.id, span.bounds()).await?;
    let json = serde_json::to_string(&Chart::of(&samples, span.bounds()))
        .map_err(|error| Error::Ours(error.to_string()))?;
    Ok(([(header::CONTENT_TYPE, "application/json")], json).into_response())
}

/// Every sample of a span, as a file.
pub(super) async fn export(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
    axum::Form(asked): axum::Form<Asked>,
) -> Result<Response, Error> {
    let vps = head::find(&app, &page, &id).await?;
    let extent = usage::extent(&app.db, vps.id).await?;
    let (mut span, _) = asked.span(&page, extent);
    // Nothing is looked for where nothing can be.
    let (oldest_s, newest_s) = extent.unwrap_or((span.from_s, span.from_s - 1));
    span.from_s = span.from_s.max(oldest_s);
    span.to_s = span.to_s.min(newest_s + 1);
    let event = Event::new("usage-exported")
        .about(vps.id, &vps.label)
        .with("span", span.kind.word());
    audit::note(&app.db, &page.note(&app, event)).await?;
    let export = export::Export {
        vps_id: vps.id,
        span,
        session_id: page.session()?.id,
        zone: page.zone.clone(),
    };
    Ok(export.response(&app))
}

/// What is known of use. It is asked for when that was long ago, or now.
async fn known_usage(app: &App, vps: &Vps) -> Result<Known, Error> {
    let call = RAW_USAGE_STATS;
    let mut kept = reading::find(&app.db, vps.id, call.name).await?;
    let is_due = is_due(&kept, app.clock.now_s()) && !vps.key_is_given_up();
    let mut asking = false;
    if is_due || app.refresh.is_under_way(vps.id, call) {
        let at_most = match kept.reply {
            Some(_) => SHORT_WAIT,
            None => WAIT,
        };
        asking = !refresh::read(app, vps, call, at_most).await;
        kept = reading::find(&app.db, vps.id, call.name).await?;
    }
    Ok(Known::from_reading(kept, asking))
}

/// A failure counts as asking. A clock that was set back must not keep a page from asking.
fn is_due(kept: &Reading, now_s: i64) -> bool {
    let answered_s = kept.reply.as_ref().map(|(at_s, _)| *at_s);
    let failed_s = kept.failure.as_ref().map(|failure| failure.at);
    let asked_s = answered_s.max(failed_s);
    asked_s.is_none_or(|at_s| !(0..ASKED_EVERY_S).contains(&(now_s - at_s)))
}

impl Show {
    fn info(&self) -> Option<&ServiceInfo> {
        self.head.latest.service().map(|(_, service)| service)
    }

    fn info_at_s(&self) -> Option<i64> {
        self.head.latest.service().map(|(at_s, _)| at_s)
    }

    fn transfer(&self) -> Option<Transfer> {
        self.info()?.transfer()
    }

    fn gauge(&self) -> Option<Gauge> {
        gauge(&self.transfer()?)
    }

    fn percent(&self) -> Option<String> {
        let percent = self.transfer()?.percent()?;
        Some(format::percent(percent))
    }

    fn is_used_up(&self) -> bool {
        self.transfer().is_some_and(|transfer| transfer.exhausted())
    }

    /// A reset that is past tells nothing of the present cycle.
    fn resets_s(&self) -> Option<i64> {
        self.info()?.next_reset_s(self.page.now_s())
    }

    fn multiplier(&self) -> Option<f64> {
        transfer::multiplier(self.info()?)
    }

    fn pace_bytes(&self) -> Option<u64> {
        let read_at_s = self.info_at_s()?;
        forecast::pace_bytes_a_day(&self.transfer()?, self.resets_s(), read_at_s)
    }

    fn outlook(&self) -> Option<String> {
        transfer::outlook(&self.page, &self.head.latest)
    }

    fn kinds(&self) -> [Kind; 5] {
        Kind::FIXED
    }

    /// The address of this page for a span.
    fn path_of(&self, kind: &Kind) -> String {
        self.head.path(&format!("/usage?span={}", kind.word()))
    }

    fn path_of_all(&self) -> String {
        self.path_of(&Kind::All)
    }

    /// What is below this page, for the span that is shown.
    fn path_of_shown(&self, below: &str) -> String {
        let path = self.head.path(&format!("/usage{below}"));
        format!("{path}?{}", self.span.query())
    }

    /// What the script needs to say rates.
    fn bit_units(&self) -> String {
        format::bit_units(self.page.language()).join("|")
    }

    fn byte_units(&self) -> String {
        let units = format::byte_units(self.page.language()).into_iter();
        let rates = units.map(|unit| self.page.say("usage-a-second").with("bytes", unit).text());
        rates.collect::<Vec<_>>().join("|")
    }

    fn zone_name(&self) -> &str {
        self.page.zone.iana_name().unwrap_or("UTC")
    }
}

fn gauge(transfer: &Transfer) -> Option<Gauge> {
    Gauge::new(Some(transfer.used_bytes), Some(transfer.quota_bytes))
}

/// Nothing where there is no quota.
fn percent(transfer: &Transfer) -> String {
    transfer.percent().map(format::percent).unwrap_or_default()
}
