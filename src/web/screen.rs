//! The screen of a VPS, as its graphics card shows it: asked for on demand, with a proof, and kept in memory for
//! the session that asked. What stands on a screen may be a secret.

use super::head::Head;
use super::order::{ANSWER_WITHIN, order};
use super::page::Page;
use super::section::Section;
use crate::actions;
use crate::app::App;
use crate::error::Error;
use crate::kiwivm::calls::LIVE_INFO;
use crate::model::access::Right;
use crate::model::audit::{self, Event};
use crate::perform;
use crate::screens::Picture;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use std::sync::Arc;

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
    let order = order(&page, (head.vps.clone(), LIVE_INFO), action.clone())?;
    perform::perform(&app, order).await?;
    let ended = perform::wait_for(&app, &action, ANSWER_WITHIN).await;
    // How it goes, or why it did not, its own page tells.
    if ended.is_none_or(|ended| ended.fault.is_some()) {
        return Ok(page.visitor.see_other(&format!("/actions/{action}")));
    }
    let picture = keep(&app, &page, (&head, &action)).await?;
    if picture.png.is_some() {
        let event = Event::new("secrets-shown")
            .about(head.vps.id, &head.vps.label)
            .with("call", LIVE_INFO.name);
        audit::note(&app.db, &page.note(&app, event)).await?;
    }
    app.screens.keep(page.session()?.id, picture);
    let path = head.path(&format!("/screen/{action}"));
    Ok(page.visitor.see_other(&path))
}

/// Takes the picture out of what KiwiVM said. It may have said it slowly: who asks is asked for again.
async fn keep(app: &App, page: &Page, (head, action): (&Head, &str)) -> Result<Picture, Error> {
    let session = page.session()?;
    let secrets = app.actions.take_secrets(action, session.id);
    page.still_manages(app, head.vps.id).await?;
    let field = secrets.iter().find(|(path, _)| path == FIELD);
    let png = field
        .and_then(|(_, text)| BASE64_STANDARD.decode(text.reveal()).ok())
        .filter(|png| png.starts_with(PNG));
    Ok(Picture {
        vps_id: head.vps.id,
        action: action.to_owned(),
        taken_s: app.clock.now_s(),
        png: png.map(Arc::from),
    })
}

pub(super) async fn show(
    State(app): State<App>,
    Path((id, action)): Path<(String, String)>,
    page: Page,
) -> Result<Response, Error> {
    let head = Head::open(&app, &page, &id, Section::Overview).await?;
    let kept = kept(&app, &page, (&head, &action))?;
    let taken_s = kept.as_ref().map(|picture| picture.taken_s);
    let path = head.path(&format!("/screen/{action}/picture"));
    let show = Show {
        picture: kept.and_then(|picture| picture.png).map(|_| path),
        taken_s,
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
    let kept = kept(&app, &page, (&head, &action))?;
    let png = kept
        .and_then(|picture| picture.png)
        .ok_or(Error::NoAction)?;
    let headers = [
        (header::CONTENT_TYPE, "image/png"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, png.to_vec()).into_response())
}

/// The picture of this VPS that the session asked for with this action, while it is kept and its person may
/// see it.
fn kept(app: &App, page: &Page, (head, action): (&Head, &str)) -> Result<Option<Picture>, Error> {
    page.require(head.vps.id, Right::Manage)?;
    let kept = app.screens.find(page.session()?.id, action, page.now_s());
    Ok(kept.filter(|picture| picture.vps_id == head.vps.id))
}
