//! The one place where an error becomes a page: its status, what happened, what to do next.

use super::page::Page;
use super::visitor::Visitor;
use crate::app::App;
use crate::error::Error;
use crate::i18n::{Language, Message};
use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use std::any::Any;
use std::sync::Arc;

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        response(self)
    }
}

/// An error on its way to [`draw`].
pub(super) fn response(error: Error) -> Response {
    let mut response = status(&error).into_response();
    response.extensions_mut().insert(Arc::new(error));
    response
}

/// Whether a page asks for a proof of identity first.
pub(super) fn needs_proof(response: &Response) -> bool {
    let error = response.extensions().get::<Arc<Error>>();
    error.is_some_and(|error| matches!(**error, Error::NeedsProof))
}

/// The page of an error; any other response as it is.
pub(super) fn draw(app: &App, visitor: &Visitor, mut response: Response) -> Response {
    let error = match response.extensions_mut().remove::<Arc<Error>>() {
        Some(error) => error,
        None => match unworded(response.status()) {
            Some(error) if !has_page(&response) => Arc::new(error),
            _ => return response,
        },
    };
    log(&error);
    let page = Page::new(visitor.clone());
    let words = words(app, page.language(), &error);
    let show = Show {
        vps_path: vps_path(&error, page.path()),
        code: status(&error).as_u16(),
        words,
        page,
    };
    let body = show.render().unwrap_or_else(|_| error.to_string());
    (status(&error), Html(body)).into_response()
}

/// What axum itself answers without a page: a body that is too long, a path that does not parse.
fn unworded(status: StatusCode) -> Option<Error> {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => Some(Error::TooLong),
        StatusCode::METHOD_NOT_ALLOWED => Some(Error::BadMethod),
        StatusCode::NOT_FOUND => Some(Error::NoPage),
        // Ours, for htmx: it leaves for the sign-in page and shows nothing.
        StatusCode::UNAUTHORIZED => None,
        status if status.is_client_error() => Some(Error::BadForm),
        status if status.is_server_error() => Some(Error::Ours(status.to_string())),
        _ => None,
    }
}

fn has_page(response: &Response) -> bool {
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    response.headers().get(header::CONTENT_TYPE) == Some(&html)
}

pub(super) async fn no_page() -> Error {
    Error::NoPage
}

/// A panic is one error page; the panel goes on.
pub(super) fn panicked(reason: Box<dyn Any + Send>) -> Response {
    let text = reason
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| reason.downcast_ref::<&str>().copied())
        .unwrap_or("no reason");
    response(Error::Ours(format!("panicked: {text}")))
}

#[derive(Template)]
#[template(path = "error_page/show.html")]
struct Show {
    page: Page,
    code: u16,
    words: Words,
    /// The VPS to go back to.
    vps_path: Option<String>,
}

/// What happened, and what to do.
struct Words {
    title: Message,
    text: Message,
}

fn status(error: &Error) -> StatusCode {
    match error {
        Error::NoPage | Error::NoVps(_) | Error::NoCall(_) | Error::NoAction | Error::NoPerson => {
            StatusCode::NOT_FOUND
        }
        Error::Forbidden(_) | Error::Protected | Error::ForeignOrigin | Error::NeedsProof => {
            StatusCode::FORBIDDEN
        }
        Error::Busy | Error::NoDirectory => StatusCode::CONFLICT,
        Error::ForeignHost(_) => StatusCode::MISDIRECTED_REQUEST,
        Error::SignedOut => StatusCode::UNAUTHORIZED,
        Error::TooMany | Error::JustAsked => StatusCode::TOO_MANY_REQUESTS,
        Error::BadForm => StatusCode::BAD_REQUEST,
        Error::TooLong => StatusCode::PAYLOAD_TOO_LARGE,
        Error::TooSlow => StatusCode::REQUEST_TIMEOUT,
        Error::BadMethod => StatusCode::METHOD_NOT_ALLOWED,
        Error::Database(_) | Error::Unrecorded(_) | Error::Stopping => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        Error::Ours(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// Whoever may not do something to a VPS may see it all the same.
fn vps_path(error: &Error, path: &str) -> Option<String> {
    let (Error::Forbidden(_) | Error::Protected | Error::Busy | Error::JustAsked) = error else {
        return None;
    };
    let id = path.strip_prefix("/vps/")?.split(['/', '?']).next()?;
    let id: i64 = id.parse().ok()?;
    Some(format!("/vps/{id}"))
}

fn message(error: &Error) -> &'static str {
    match error {
        Error::NoPage => "error-no-page",
        Error::NoVps(_) => "error-no-vps",
        Error::NoCall(_) => "error-no-call",
        Error::NoAction => "error-no-action",
        Error::NoPerson => "error-no-person",
        Error::Forbidden(_) => "error-forbidden",
        Error::Protected => "error-protected",
        Error::NeedsProof => "error-needs-proof",
        Error::Busy => "error-busy",
        Error::ForeignOrigin => "error-foreign-origin",
        Error::ForeignHost(_) => "error-foreign-host",
        Error::SignedOut => "error-signed-out",
        Error::NoDirectory => "error-no-directory",
        Error::TooMany => "error-too-many",
        Error::JustAsked => "error-just-asked",
        Error::BadForm => "error-bad-form",
        Error::TooLong => "error-too-long",
        Error::TooSlow => "error-too-slow",
        Error::BadMethod => "error-bad-method",
        Error::Database(error) if is_full(error) => "error-disk-full",
        Error::Database(_) => "error-database",
        Error::Unrecorded(_) => "error-unrecorded",
        Error::Stopping => "error-stopping",
        Error::Ours(_) => "error-ours",
    }
}

/// SQLite's code 13: the disk is full.
fn is_full(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    code.is_some_and(|code| code == "13")
}

fn words(app: &App, language: Language, error: &Error) -> Words {
    let id = message(error);
    let mut text = language
        .attribute(id, "next")
        .unwrap_or_else(|| language.say(id));
    text = match error {
        Error::NoVps(what) | Error::NoCall(what) => text.with("what", what.as_str()),
        Error::Forbidden(right) => text.with("right", language.say(right.message())),
        Error::ForeignHost(host) => text
            .with("host", host.as_str())
            .with("setting", setting(app)),
        _ => text,
    };
    Words {
        title: language.say(id),
        text,
    }
}

fn setting(app: &App) -> &'static str {
    match app.config.public_url {
        Some(_) => "set",
        None => "unset",
    }
}

fn log(error: &Error) {
    match error {
        Error::Database(_) | Error::Unrecorded(_) | Error::Ours(_) => {
            tracing::error!(%error, "a request failed");
        }
        _ => tracing::debug!(%error, "a request was turned away"),
    }
}
