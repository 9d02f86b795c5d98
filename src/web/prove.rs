//! Asks a signed-in person to prove once more who they are, and then lets the request go on that
//! waited for it. It decides neither what needs a proof nor what the person may do.

use super::form::Form;
use super::page::{Page, Visitor};
use super::sign_in::{local_path, session_cookie};
use crate::actions;
use crate::app::App;
use crate::error::Error;
use crate::held;
use crate::i18n::Message;
use crate::model::audit::{self, Event};
use crate::model::person;
use crate::model::session::{self, Moment, Session};
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, Query, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use zeroize::Zeroizing;

#[derive(Template)]
#[template(path = "prove/show.html")]
struct Show {
    page: Page,
    /// Where the form goes.
    action: String,
    /// Where a page that waits is; empty when a form waits.
    next: String,
    fault: Option<Message>,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    next: Option<String>,
}

/// On a response: the proof was good, and this request may go on now.
#[derive(Clone)]
pub(super) struct Proved {
    pub(super) session: Session,
    pub(super) cookie: HeaderValue,
    pub(super) held: held::Request,
}

/// Holds the request, and leads to the page that asks for the proof. A page that is only to be
/// opened needs no holding: its address is enough.
pub(super) fn ask(
    app: &App,
    visitor: &Visitor,
    (parts, body): (&Parts, &Bytes),
) -> Result<Response, Error> {
    let session = visitor.session.as_ref().ok_or(Error::SignedOut)?;
    if parts.method == Method::GET {
        let next: String = form_urlencoded::byte_serialize(visitor.path.as_bytes()).collect();
        return Ok(visitor.leave_for(&format!("/prove?next={next}")));
    }
    let content_type = parts.headers.get(header::CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok());
    let request = held::Request {
        path: visitor.path.clone(),
        content_type: content_type.unwrap_or_default().to_owned(),
        body: Zeroizing::new(body.to_vec()),
    };
    let id = actions::new_id()?;
    app.held.hold(&id, session.id, request, app.clock.now_s());
    Ok(visitor.leave_for(&format!("/prove/{id}")))
}

/// The held request, to be sent through the pages again.
pub(super) fn replay(held: &held::Request) -> (Parts, Bytes) {
    let (mut parts, ()) = Request::new(()).into_parts();
    parts.method = Method::POST;
    parts.uri = held.path.parse().unwrap_or_default();
    if let Ok(content_type) = HeaderValue::from_str(&held.content_type) {
        parts.headers.insert(header::CONTENT_TYPE, content_type);
    }
    (parts, Bytes::copy_from_slice(&held.body))
}

/// Before a page is opened.
pub(super) async fn show(Query(asked): Query<Asked>, page: Page) -> Result<Response, Error> {
    let next = local_path(asked.next.as_deref()).to_owned();
    if page.require_proof().is_ok() {
        return Ok(page.visitor.see_other(&next));
    }
    Page::html(&view(page, "/prove", &next))
}

/// Before a form goes on.
pub(super) async fn show_held(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
) -> Result<Response, Error> {
    let waits = app
        .held
        .path(&id, page.session()?.id, app.clock.now_s())
        .is_some();
    if !waits {
        return Ok(page.visitor.see_other("/"));
    }
    Page::html(&view(page, &format!("/prove/{id}"), ""))
}

fn view(page: Page, action: &str, next: &str) -> Show {
    Show {
        page,
        action: action.to_owned(),
        next: next.to_owned(),
        fault: None,
    }
}

pub(super) async fn submit(
    State(app): State<App>,
    page: Page,
    form: Form,
) -> Result<Response, Error> {
    let next = local_path(form.find("next")).to_owned();
    match check(&app, &page, &form).await? {
        None => {
            let (_, cookie) = renew(&app, &page).await?;
            let response = page.visitor.see_other(&next);
            Ok(([(header::SET_COOKIE, cookie)], response).into_response())
        }
        Some(fault) => again(view(page, "/prove", &next), fault),
    }
}

pub(super) async fn submit_held(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
    form: Form,
) -> Result<Response, Error> {
    if let Some(fault) = check(&app, &page, &form).await? {
        return again(view(page, &format!("/prove/{id}"), ""), fault);
    }
    let (session, cookie) = renew(&app, &page).await?;
    match app.held.take(&id, session.id, app.clock.now_s()) {
        Some(held) => {
            let proved = Proved {
                session,
                cookie,
                held,
            };
            Ok((axum::Extension(proved), StatusCode::NO_CONTENT).into_response())
        }
        // It went on already, or waited too long.
        None => {
            let response = page.visitor.see_other("/");
            Ok(([(header::SET_COOKIE, cookie)], response).into_response())
        }
    }
}

/// What is wrong with a proof, and for how long nobody may try again.
struct Fault {
    words: Message,
    wait_s: Option<i64>,
}

fn again(view: Show, fault: Fault) -> Result<Response, Error> {
    let show = Show {
        fault: Some(fault.words),
        ..view
    };
    let mut response = Page::html(&show)?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    if let Some(wait_s) = fault.wait_s {
        *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
        let headers = response.headers_mut();
        headers.insert(header::RETRY_AFTER, HeaderValue::from(wait_s));
    }
    Ok(response)
}

/// Checks the proof. A stolen session must not guess here: it is held back like a sign-in.
async fn check(app: &App, page: &Page, form: &Form) -> Result<Option<Fault>, Error> {
    let person = &page.session()?.person;
    let (address, now_s) = (page.visitor.address, app.clock.now_s());
    if let Some(wait_s) = app.throttle.take(&person.name, address, now_s) {
        let words = page.say("sign-in-wait").with("wait", page.duration(wait_s));
        let wait_s = Some(wait_s);
        return Ok(Some(Fault { words, wait_s }));
    }
    let hash = person::password_hash(&app.db, person.id).await?;
    if app.hasher.check(form.secret("password"), hash).await? {
        app.throttle.right(&person.name, address);
        return Ok(None);
    }
    audit::note(&app.db, &page.note(app, Event::new("proof").refused())).await?;
    let words = page.say("account-present-wrong");
    Ok(Some(Fault {
        words,
        wait_s: None,
    }))
}

/// A session that was proved gets a new token.
async fn renew(app: &App, page: &Page) -> Result<(Session, HeaderValue), Error> {
    let note = page.note(app, Event::new("proof"));
    let token = session::prove(&app.db, page.session()?.id, &note)
        .await?
        .ok_or(Error::SignedOut)?;
    let moment = Moment {
        now_s: app.clock.now_s(),
        active: true,
        limits: app.config.session,
    };
    let session = session::find(&app.db, token.reveal(), moment)
        .await?
        .ok_or(Error::SignedOut)?;
    let cookie = session_cookie(app, &page.visitor, token.reveal());
    let cookie = HeaderValue::from_str(&cookie).map_err(|error| Error::Ours(error.to_string()))?;
    Ok((session, cookie))
}
