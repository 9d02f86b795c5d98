//! Asks a signed-in person to prove once more who they are, and then lets the request go on that
//! waited for it. It decides neither what needs a proof nor what the person may do.

use super::cookies::{self, Kind};
use super::form::Form;
use super::page::Page;
use super::proof::{self, Proof};
use super::sign_in::local_path;
use super::visitor::Visitor;
use crate::actions;
use crate::app::App;
use crate::error::Error;
use crate::factor::passkeys::Owner;
use crate::factor::{self, Means, Verdict};
use crate::held;
use crate::i18n::Message;
use crate::kiwivm::calls;
use crate::model::audit::{self, Event};
use crate::model::session::{self, Moment, Session};
use crate::model::{person, vps};
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
    proof: Proof,
    /// A page waits to be opened, not a form to be sent.
    opens_page: bool,
    /// What it is: nobody should prove who they are for something they did not send.
    waits: Option<String>,
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
    if parts.method.is_safe() {
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

/// What waits for the proof: a page to be opened, by its address, or a held request, by its id.
enum Waiting {
    Page(String),
    Form(String),
}

impl Waiting {
    fn action(&self) -> String {
        match self {
            Waiting::Page(_) => "/prove".to_owned(),
            Waiting::Form(id) => format!("/prove/{id}"),
        }
    }
}

/// Before a page is opened.
pub(super) async fn show(
    State(app): State<App>,
    Query(asked): Query<Asked>,
    page: Page,
) -> Result<Response, Error> {
    let next = local_path(asked.next.as_deref()).to_owned();
    if page.require_proof().is_ok() {
        return Ok(page.visitor.see_other(&next));
    }
    Page::html(&view(&app, page, &Waiting::Page(next), None).await?)
}

/// Before a form goes on.
pub(super) async fn show_held(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
) -> Result<Response, Error> {
    let session_id = page.session()?.id;
    match app.held.path(&id, session_id, app.clock.now_s()) {
        Some(_) => Page::html(&view(&app, page, &Waiting::Form(id), None).await?),
        None => Ok(page.visitor.see_other("/")),
    }
}

async fn view(
    app: &App,
    page: Page,
    waiting: &Waiting,
    fault: Option<Message>,
) -> Result<Show, Error> {
    let hidden = match waiting {
        Waiting::Page(next) => vec![("next", next.clone())],
        Waiting::Form(_) => Vec::new(),
    };
    let proof = Proof {
        action: waiting.action(),
        question: "/account/second-factor/question",
        methods: factor::methods(app, page.session()?.person.id).await?,
        hidden,
        fault,
    };
    let waits = match waiting {
        Waiting::Page(_) => None,
        Waiting::Form(id) => {
            let session_id = page.session()?.id;
            app.held.path(id, session_id, app.clock.now_s())
        }
    };
    let waits = match waits {
        Some(path) => Some(in_words(app, &page, &path).await?),
        None => None,
    };
    Ok(Show {
        page,
        proof,
        waits,
        opens_page: matches!(waiting, Waiting::Page(_)),
    })
}

pub(super) async fn submit(
    State(app): State<App>,
    page: Page,
    form: Form,
) -> Result<Response, Error> {
    let next = local_path(form.find("next")).to_owned();
    let means = match check(&app, &page, &form).await? {
        Checked::Proved(means) => means,
        Checked::Refused(verdict, words) => {
            let view = view(&app, page, &Waiting::Page(next), Some(words)).await?;
            return Ok(proof::refused(Page::html(&view)?, verdict));
        }
    };
    let (_, cookie) = renew(&app, &page, means).await?;
    let response = page.visitor.see_other(&next);
    Ok(([(header::SET_COOKIE, cookie)], response).into_response())
}

pub(super) async fn submit_held(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
    form: Form,
) -> Result<Response, Error> {
    let means = match check(&app, &page, &form).await? {
        Checked::Proved(means) => means,
        Checked::Refused(verdict, words) => {
            let view = view(&app, page, &Waiting::Form(id), Some(words)).await?;
            return Ok(proof::refused(Page::html(&view)?, verdict));
        }
    };
    let (session, cookie) = renew(&app, &page, means).await?;
    let Some(held) = app.held.take(&id, session.id, app.clock.now_s()) else {
        // It went on already, or waited too long.
        let response = page.visitor.see_other("/");
        return Ok(([(header::SET_COOKIE, cookie)], response).into_response());
    };
    let proved = Proved {
        session,
        cookie,
        held,
    };
    Ok((axum::Extension(proved), StatusCode::NO_CONTENT).into_response())
}

/// What a path is about: a call and a VPS, or a person, by name; then the path itself.
async fn in_words(app: &App, page: &Page, path: &str) -> Result<String, Error> {
    let path = path.split('?').next().unwrap_or_default();
    let parts: Vec<&str> = path.splitn(5, '/').skip(1).collect();
    let number = parts.get(1).and_then(|part| part.parse().ok());
    let about = match (parts.first(), number) {
        (Some(&"vps"), Some(id)) => vps::find(&app.db, id).await?.map(|vps| vps.label),
        (Some(&"people"), Some(id)) => {
            let person = person::find(&app.db, id, app.clock.now_s()).await?;
            person.map(|person| person.name)
        }
        _ => None,
    };
    let call = match parts[..] {
        ["vps", _, "call", name] => calls::find(name),
        _ => None,
    };
    let what = match call {
        Some(call) => page.say(&super::call::message(call)).text(),
        None => path.to_owned(),
    };
    Ok(match about {
        Some(about) => format!("{about} · {what}"),
        None => what,
    })
}

/// What was shown, and what came of it.
enum Checked {
    Proved(Means),
    Refused(Verdict, Message),
}

async fn check(app: &App, page: &Page, form: &Form) -> Result<Checked, Error> {
    let session = page.session()?;
    let Some(attempt) = proof::attempt(form) else {
        return Ok(Checked::Refused(Verdict::Wrong, page.say("form-missing")));
    };
    let owner = Owner::Session(session.id);
    let claimant = proof::claimant(app, &page.visitor, (&session.person, owner)).await?;
    let by = attempt.word();
    match factor::check(app, &claimant, attempt).await? {
        Verdict::Right(means) => Ok(Checked::Proved(means)),
        verdict => {
            if verdict == Verdict::Wrong {
                let event = Event::new("proof").with("by", by).refused();
                audit::note(&app.db, &page.note(app, event)).await?;
            }
            Ok(Checked::Refused(verdict, proof::fault(page, verdict)))
        }
    }
}

/// A session that was proved gets a new token.
async fn renew(app: &App, page: &Page, means: Means) -> Result<(Session, HeaderValue), Error> {
    let note = page.note(app, Event::new("proof").with("by", means.word()));
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
    let cookie = cookies::text(app, &page.visitor, (Kind::Session, token.reveal()));
    let cookie = HeaderValue::from_str(&cookie).map_err(|error| Error::Ours(error.to_string()))?;
    Ok((session, cookie))
}
