//! Who sent a request, as the guard sees them: the person or stranger, their address, browser, language and
//! look. It draws nothing.

use super::guard::{cookie_name, host, without_token};
use crate::app::App;
use crate::error::Error;
use crate::hops::UntrustedHop;
use crate::i18n::Language;
use crate::model::audit::{Event, Note, Who};
use crate::model::name::tidy;
use crate::model::notice::Notice;
use crate::model::session::Session;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use cookie::Cookie;
use jiff::tz::TimeZone;
use std::net::IpAddr;
use std::sync::Arc;

/// The cookies of the two switches; they tell nothing about a person.
pub(super) const LANGUAGE_COOKIE: &str = "kiwideck-language";
pub(super) const THEME_COOKIE: &str = "kiwideck-theme";

/// Tells htmx to open another page.
const HX_REDIRECT: HeaderName = HeaderName::from_static("hx-redirect");

/// Light or dark, when the person chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Theme {
    Light,
    Dark,
}

impl Theme {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    pub(super) fn from_word(word: &str) -> Option<Theme> {
        [Theme::Light, Theme::Dark]
            .into_iter()
            .find(|theme| theme.word() == word)
    }
}

/// One request's person or stranger, as the guard sees them.
#[derive(Clone, Debug)]
pub(super) struct Visitor {
    pub(super) language: Language,
    pub(super) theme: Option<Theme>,
    pub(super) session: Option<Session>,
    /// A session's cookie came, whether or not the session is still there.
    pub(super) had_session: bool,
    /// What the person has not read yet.
    pub(super) notices: Vec<Notice>,
    /// A proxy that nobody named, for admins to hear of.
    pub(super) hop: Option<UntrustedHop>,
    pub(super) address: IpAddr,
    pub(super) browser: String,
    pub(super) request_id: String,
    pub(super) by_htmx: bool,
    /// Below the base path, with the query.
    pub(super) path: String,
    /// Scheme and host of absolute addresses.
    origin: Arc<str>,
    base: Arc<str>,
    cookies: Arc<str>,
    pub(super) own_zone: TimeZone,
    pub(super) now_s: i64,
}

impl Visitor {
    pub(super) fn new(app: &App, parts: &Parts, address: IpAddr) -> Visitor {
        let headers = &parts.headers;
        let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let cookies: Arc<str> = header(header::COOKIE).unwrap_or_default().into();
        let chosen =
            find_cookie(&cookies, LANGUAGE_COOKIE).and_then(|tag| Language::from_tag(&tag));
        Visitor {
            language: chosen
                .unwrap_or_else(|| Language::from_accept_language(header(header::ACCEPT_LANGUAGE))),
            theme: find_cookie(&cookies, THEME_COOKIE).and_then(|word| Theme::from_word(&word)),
            session: None,
            had_session: find_cookie(&cookies, &cookie_name(app)).is_some(),
            notices: Vec::new(),
            hop: None,
            address,
            browser: tidy(header(header::USER_AGENT).unwrap_or_default())
                .chars()
                .take(200)
                .collect(),
            request_id: crate::actions::new_id()
                .unwrap_or_default()
                .chars()
                .take(12)
                .collect(),
            by_htmx: headers.contains_key("hx-request"),
            path: without_token(parts.uri.path_and_query().map_or("/", |path| path.as_str()))
                .to_owned(),
            origin: match &app.config.public_url {
                Some(url) => url.origin.as_str().into(),
                None => format!("http://{}", host(parts)).into(),
            },
            base: app.config.base().into(),
            cookies,
            own_zone: app.config.time_zone.clone(),
            now_s: app.clock.now_s(),
        }
    }

    /// The same visitor, who has just proved who they are, at the page that waited for it.
    pub(super) fn as_proved(&self, session: Session, path: &str) -> Visitor {
        Visitor {
            session: Some(session),
            path: path.to_owned(),
            by_htmx: false,
            ..self.clone()
        }
    }

    /// Sends the browser to another page of ours. htmx would put that page where it puts rows: it is
    /// told to leave for it.
    pub(super) fn leave_for(&self, path: &str) -> Response {
        if !self.by_htmx {
            return self.see_other(path);
        }
        let fallback = HeaderValue::from_static("/");
        let target = HeaderValue::from_str(&self.url(path)).unwrap_or(fallback);
        (StatusCode::UNAUTHORIZED, [(HX_REDIRECT, target)]).into_response()
    }

    pub(super) fn cookie(&self, name: &str) -> Option<String> {
        find_cookie(&self.cookies, name)
    }

    /// An address below the base path.
    pub(super) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// An address to send to somebody.
    pub(super) fn absolute_url(&self, path: &str) -> String {
        format!("{}{}{path}", self.origin, self.base)
    }

    /// After a form: to another page of ours.
    pub(super) fn see_other(&self, path: &str) -> Response {
        Redirect::to(&self.url(path)).into_response()
    }

    /// An event that this visitor causes, for the audit log.
    pub(super) fn note(&self, app: &App, event: Event) -> Note {
        Note {
            who: self.who(),
            event,
            at_ms: app.clock.now_ms(),
        }
    }

    /// For the audit log.
    pub(super) fn who(&self) -> Who {
        let person = self.session.as_ref().map(|session| &session.person);
        Who {
            person_id: person.map(|person| person.id),
            person: person.map(|person| person.name.clone()).unwrap_or_default(),
            address: self.address.to_string(),
            request_id: self.request_id.clone(),
            session_id: self.session.as_ref().map(|session| session.id),
            device_id: None,
        }
    }
}

fn find_cookie(cookies: &str, name: &str) -> Option<String> {
    Cookie::split_parse(cookies)
        .flatten()
        .find(|cookie| cookie.name() == name)
        .map(|cookie| cookie.value().to_owned())
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Visitor, Response> {
        parts.extensions.get::<Visitor>().cloned().ok_or_else(|| {
            super::error_page::response(Error::Ours("a page outside the guard".into()))
        })
    }
}
