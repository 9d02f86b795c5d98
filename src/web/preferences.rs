//! The two switches of every page, language and theme: kept in the browser, good before signing in.

use super::form::Form;
use super::page::{LANGUAGE_COOKIE, Page, THEME_COOKIE, Theme};
use super::sign_in::local_path;
use crate::app::App;
use crate::error::Error;
use crate::i18n::Language;
use axum::extract::State;
use axum::http::header;
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
