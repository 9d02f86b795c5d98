//! A person's own page: time zone, password, and the way to the second factor.

use super::form::{Faults, Form};
use super::page::Page;
use super::setup::check_password;
use super::sign_in::{self, known_device};
use crate::app::App;
use crate::error::Error;
use crate::i18n::format;
use crate::model::audit::{self, Event};
use crate::model::factor::{self, Present};
use crate::model::person;
use crate::throttle::Guesser;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "account/show.html")]
struct Show {
    page: Page,
    time_zone: String,
    own_zone: String,
    time_zones: Vec<String>,
    saved: bool,
    present: Present,
    faults: Faults,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    saved: Option<String>,
}

pub(super) async fn show(
    State(app): State<App>,
    Query(asked): Query<Asked>,
    page: Page,
) -> Result<Response, Error> {
    let zone = page.session()?.person.time_zone.clone().unwrap_or_default();
    let mut view = view(&app, page, zone, Faults::none()).await?;
    view.saved = asked.saved.is_some();
    Page::html(&view)
}

async fn view(app: &App, page: Page, time_zone: String, faults: Faults) -> Result<Show, Error> {
    let own_zone = app.config.time_zone.iana_name().unwrap_or("UTC").to_owned();
    let time_zones = jiff::tz::db()
        .available()
        .map(|name| name.to_string())
        .collect();
    Ok(Show {
        present: factor::present(&app.db, page.session()?.person.id).await?,
        page,
        time_zone,
        own_zone,
        time_zones,
        saved: false,
        faults,
    })
}

pub(super) async fn time_zone(
    State(app): State<App>,
    page: Page,
    form: Form,
) -> Result<Response, Error> {
    let name = form.line("time_zone");
    if !name.is_empty() && format::time_zone(&name).is_none() {
        let mut faults = Faults::none();
        faults.add("time_zone", page.say("account-time-zone-unknown"));
        let view = view(&app, page, name, faults).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Page::html(&view)?).into_response());
    }
    let chosen = Some(name.as_str()).filter(|name| !name.is_empty());
    person::set_time_zone(&app.db, page.session()?.person.id, chosen).await?;
    Ok(page.visitor.see_other("/account?saved=1"))
}

/// A new password ends every session; this one begins anew.
pub(super) async fn password(
    State(app): State<App>,
    page: Page,
    form: Form,
) -> Result<Response, Error> {
    // It begins a session anew, so it must not be a way past the second factor.
    page.require_proof()?;
    let person = page.session()?.person.clone();
    let mut faults = Faults::none();
    check_password(&page, &form, &mut faults);
    let former_hash = match faults.any() {
        true => None,
        false => present_hash(&app, &page, &form, &mut faults).await?,
    };
    if !faults.any() && former_hash.is_none() {
        faults.add("present", page.say("account-present-wrong"));
        let refused = Event::new("password-changed").refused();
        audit::note(&app.db, &page.note(&app, refused)).await?;
    }
    if faults.any() {
        let zone = person.time_zone.unwrap_or_default();
        let view = view(&app, page, zone, faults).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Page::html(&view)?).into_response());
    }
    let hash = app.hasher.hash(form.secret("password")).await?;
    let note = page.note(&app, Event::new("password-changed"));
    let ids = (person.id, page.session()?.id);
    let hashes = (former_hash.as_deref().unwrap_or_default(), hash.as_str());
    if !person::change_password(&app.db, ids, hashes, &note).await? {
        return Err(Error::SignedOut);
    }
    let target = (&person, hash.as_str(), "/account?saved=1");
    let admitted = sign_in::admit(&app, &page.visitor, target).await?;
    Ok(admitted.unwrap_or_else(|| page.visitor.see_other("/sign-in")))
}

/// The hash of the password, if the present one was typed. A stolen session must not guess it here: it
/// is held back like a sign-in.
async fn present_hash(
    app: &App,
    page: &Page,
    form: &Form,
    faults: &mut Faults,
) -> Result<Option<String>, Error> {
    let person = &page.session()?.person;
    let now_s = app.clock.now_s();
    let guesser = Guesser {
        name: &person.name,
        address: page.visitor.address,
        device_id: known_device(app, &page.visitor, &person.name).await?,
    };
    if let Some(wait_s) = app.throttle.take(&guesser, now_s) {
        faults.add(
            "present",
            page.say("sign-in-wait").with("wait", page.duration(wait_s)),
        );
        return Ok(None);
    }
    let hash = person::password_hash(&app.db, person.id).await?;
    let fits = app
        .hasher
        .check(form.secret("present"), hash.clone())
        .await?;
    if fits {
        app.throttle.right(&guesser);
    }
    Ok(hash.filter(|_| fits))
}
