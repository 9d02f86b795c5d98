//! The cookies that open something or know somebody: what they are called, where they go and how long
//! they last. What is in them is known here to nobody.

use super::guard::cookie_name;
use super::visitor::Visitor;
use crate::app::App;
use crate::factor::passkeys::QUESTION_S;
use crate::model::device::KEPT_S;
use crate::model::pending::HOLDS_S;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use cookie::time::Duration;
use cookie::{Cookie, SameSite};

/// What a cookie is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Somebody is signed in.
    Session,
    /// The password was right, the second factor is still to come.
    Pending,
    /// A browser in which somebody has signed in before.
    Device,
    /// A stranger's browser, which was asked for a passkey.
    Asked,
}

impl Kind {
    const fn suffix(self) -> &'static str {
        match self {
            Kind::Session => "",
            Kind::Pending => "-pending",
            Kind::Device => "-device",
            Kind::Asked => "-asked",
        }
    }

    /// None is as long as the browser is open.
    const fn lasts_s(self) -> Option<i64> {
        match self {
            Kind::Session => None,
            Kind::Pending => Some(HOLDS_S),
            Kind::Device => Some(KEPT_S),
            Kind::Asked => Some(QUESTION_S),
        }
    }
}

/// The token in the visitor's cookie.
pub(super) fn read(app: &App, visitor: &Visitor, kind: Kind) -> Option<String> {
    visitor.cookie(&name(app, kind))
}

/// Gives the visitor a cookie; with no token, takes it away.
pub(super) fn set(app: &App, visitor: &Visitor, cookie: (Kind, &str), response: &mut Response) {
    // Every token is base64url, so this is always a header.
    if let Ok(value) = HeaderValue::from_str(&text(app, visitor, cookie)) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// The same as the value of a `Set-Cookie` header.
pub(super) fn text(app: &App, visitor: &Visitor, (kind, token): (Kind, &str)) -> String {
    let mut cookie = Cookie::build((name(app, kind), token.to_owned()))
        .path(visitor.url("/"))
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(app.config.is_https())
        .build();
    match kind.lasts_s() {
        _ if token.is_empty() => cookie.make_removal(),
        Some(lasts_s) => cookie.set_max_age(Duration::seconds(lasts_s)),
        None => {}
    }
    cookie.to_string()
}

fn name(app: &App, kind: Kind) -> String {
    format!("{}{}", cookie_name(app), kind.suffix())
}
