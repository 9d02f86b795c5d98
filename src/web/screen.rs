//! The screen of a VPS, as its graphics card shows it: asked for on demand, kept in memory for the session
//! that asked, and gone with its action. What stands on a screen may be a secret.

use super::call;
use super::head::Head;
use super::page::Page;
use super::section::Section;
use crate::actions::{self, Action};
use crate::app::App;
use crate::error::Error;
use crate::kiwivm::calls::LIVE_INFO;
use crate::model::access::Right;
use crate::model::audit::{self, Event};
use crate::perform;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

/// The field of getLiveServiceInfo with the picture, recorded on KVM while the VPS runs.
const FIELD: &str = "screendump_png_base64";
/// With these bytes every PNG begins.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

#[derive(Template)]
#[template(path = "screen/show.html")]
struct Show {
    page: Page,
    head: Head,
    /// When it was taken; none when it is gone.
    taken_s: Option<i64>,
    /// None when KiwiVM sent no picture: the VPS does not run, or is a container.
    picture: Option<String>,
}

/// Asks for a new picture.
pub(super) async fn take(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
) -> Result<Response, Error> {
    let head = Head::open(&app, &page, &id, Section::Overview).await?;
    page.require(head.vps.id, Right::Manage)?;
    page.require_proof()?;
    let action = actions::new_id()?;
    let order = call::order(&page, (head.vps.clone(), LIVE_INFO), action.clone())?;
    perform::perform(&app, order).await?;
    let begun = app.actions.find(&action, page.now_s());
    let ended = match begun {
        Some(begun) => perform::wait(begun, call::ANSWER_WITHIN).await,
        None => None,
    };
    // How it goes, or why it did not, its own page tells.
    if ended.is_none_or(|ended| ended.fault.is_some()) {
        return Ok(page.visitor.see_other(&format!("/actions/{action}")));
    }
    if picture_of(&app, &page, (&head, &action))?.is_some() {
        let event = Event::new("secrets-shown")
            .about(head.vps.id, &head.vps.label)
            .with("call", LIVE_INFO.name);
        audit::note(&app.db, &page.note(&app, event)).await?;
    }
    let path = head.path(&format!("/screen/{action}"));
    Ok(page.visitor.see_other(&path))
}

pub(super) async fn show(
    State(app): State<App>,
    Path((id, action)): Path<(String, String)>,
    page: Page,
) -> Result<Response, Error> {
    let head = Head::open(&app, &page, &id, Section::Overview).await?;
    let taken = taken(&app, &page, (&head, &action))?;
    let picture = picture_of(&app, &page, (&head, &action))?;
    let path = head.path(&format!("/screen/{action}/picture"));
    let show = Show {
        picture: picture.map(|_| path),
        taken_s: taken,
        head,
        page,
    };
    Page::html(&show)
}

/// The picture itself.
pub(super) async fn picture(
    State(app): State<App>,
    Path((id, action)): Path<(String, String)>,
    page: Page,
) -> Result<Response, Error> {
    let head = Head::open(&app, &page, &id, Section::Overview).await?;
    let png = picture_of(&app, &page, (&head, &action))?.ok_or(Error::NoAction)?;
    let headers = [
        (header::CONTENT_TYPE, "image/png"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, png).into_response())
}

/// When this action asked for a picture of this VPS, while it is kept.
fn taken(app: &App, page: &Page, (head, action): (&Head, &str)) -> Result<Option<i64>, Error> {
    page.require(head.vps.id, Right::Manage)?;
    let found = app.actions.find(action, page.now_s());
    let is_asked_for = |found: &Action| {
        found.vps_id == head.vps.id
            && found.call.name == LIVE_INFO.name
            && page
                .session()
                .is_ok_and(|session| session.id == found.session_id)
    };
    Ok(found.filter(is_asked_for).map(|found| found.began_s))
}

/// What it shows, for the session that asked for it.
fn picture_of(
    app: &App,
    page: &Page,
    (head, action): (&Head, &str),
) -> Result<Option<Vec<u8>>, Error> {
    if taken(app, page, (head, action))?.is_none() {
        return Ok(None);
    }
    let secret = app
        .actions
        .look_at_secret((action, page.session()?.id), FIELD);
    Ok(secret
        .and_then(|text| BASE64_STANDARD.decode(text.reveal()).ok())
        .filter(|png| png.starts_with(PNG)))
}
