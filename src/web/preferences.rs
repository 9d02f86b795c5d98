//! The two switches of every page, language and theme: kept in the browser, good before signing in;
//! and where they lead back to when the page was the answer to a form.

use super::form::Form;
use super::page::Page;
use super::sign_in::local_path;
use super::visitor::{LANGUAGE_COOKIE, THEME_COOKIE, Theme};
use crate::app::App;
use crate::error::Error;
use crate::i18n::Language;
use axum::extract::State;
use axum::http::{Method, header};
use axum::response::{IntoResponse, Response};
use cookie::time::Duration;
use cookie::{Cookie, SameSite};

pub(super) async fn language(
    State(app): State<App>,
    page: Page,
    form: Form,
) -> Result<Response, Error> {
    let language = Language::from_tag(form.raw("language")).ok_or(Error::BadForm)?;
    Ok(chosen(
        &app,
        &page,
        &form,
        (LANGUAGE_COOKIE, language.tag()),
    ))
}

pub(super) async fn theme(
    State(app): State<App>,
    page: Page,
    form: Form,
) -> Result<Response, Error> {
    let theme = Theme::from_word(form.raw("theme")).ok_or(Error::BadForm)?;
    Ok(chosen(&app, &page, &form, (THEME_COOKIE, theme.word())))
}

/// A path that only takes forms, opened: after a switch, or by "back". It leads to the page with
/// that form.
pub(super) async fn page_of_form(method: Method, page: Page) -> Result<Response, Error> {
    if !matches!(method, Method::GET | Method::HEAD) {
        return Err(Error::BadMethod);
    }
    let path = page.path().split('?').next().unwrap_or_default();
    Ok(page.visitor.see_other(&owner(path)))
}

/// The form stands on the page above its path; those of a VPS's record stand beside it, and what
/// belongs to a second factor stands on one page.
fn owner(path: &str) -> String {
    if path.starts_with("/account/second-factor/passkeys") {
        return "/account/second-factor".to_owned();
    }
    match path.rsplit_once('/') {
        Some((vps, "remove" | "protection")) if vps.starts_with("/vps/") => format!("{vps}/edit"),
        Some((factor, "reset")) => factor.trim_end_matches("/factor").to_owned(),
        Some((above, _)) if !above.is_empty() => above.to_owned(),
        _ => "/".to_owned(),
    }
}

fn chosen(app: &App, page: &Page, form: &Form, choice: (&'static str, &'static str)) -> Response {
    let cookie = Cookie::build(choice)
        .path(page.url("/"))
        .max_age(Duration::days(365))
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(app.config.is_https())
        .build();
    let response = page.visitor.see_other(local_path(form.find("next")));
    ([(header::SET_COOKIE, cookie.to_string())], response).into_response()
}
