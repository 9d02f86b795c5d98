//! Adding an authenticator app, and taking it away. Until its first right code the seed is in memory
//! alone, for this session.

use super::form::{Faults, Form};
use super::page::Page;
use super::qr::QrCode;
use super::second_factor::{after_removal, require_proof, show_codes};
use crate::app::App;
use crate::error::Error;
use crate::factor::authenticator::{Seed, code};
use crate::factor::recovery;
use crate::model::audit::Event;
use crate::model::totp::{self, Confirmed};
use crate::secret::Secret;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

#[derive(Template)]
#[template(path = "authenticator/show.html")]
struct Show {
    page: Page,
    picture: QrCode,
    groups: Secret,
    /// The seed as it is copied.
    seed: Secret,
    /// The same for an app on the device that shows this page.
    address: Secret,
    faults: Faults,
}

/// The proof comes first: somebody at an unlocked screen must not photograph a seed that its owner
/// confirms later.
pub(super) async fn show(State(app): State<App>, page: Page) -> Result<Response, Error> {
    require_proof(&page)?;
    Page::html(&view(&app, page, Faults::none())?)
}

fn view(app: &App, page: Page, faults: Faults) -> Result<Show, Error> {
    let session = page.session()?;
    let seed = app.factors.enrolment(session.id, app.clock.now_s())?;
    let address = seed.address(&account(app, &session.person.name));
    Ok(Show {
        picture: QrCode::of(address.reveal())?,
        groups: seed.groups(),
        seed: seed.base32().clone(),
        address,
        page,
        faults,
    })
}

/// What the app calls the account: a person may have one on several panels.
fn account(app: &App, name: &str) -> String {
    match &app.config.public_url {
        Some(url) => format!("{name}@{}", url.host),
        None => name.to_owned(),
    }
}

pub(super) async fn confirm(
    State(app): State<App>,
    page: Page,
    form: Form,
) -> Result<Response, Error> {
    require_proof(&page)?;
    let now_s = app.clock.now_s();
    let seed = app.factors.enrolment(page.session()?.id, now_s)?;
    let step = code(form.raw("code")).and_then(|code| seed.step_of(&code, now_s));
    let Some(step) = step else {
        let mut faults = Faults::none();
        faults.add("code", page.say("authenticator-wrong"));
        let view = view(&app, page, faults)?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Page::html(&view)?).into_response());
    };
    keep(&app, page, (&seed, step)).await
}

async fn keep(app: &App, page: Page, (seed, step): (&Seed, i64)) -> Result<Response, Error> {
    let session = page.session()?;
    let codes = recovery::new_codes()?;
    let confirmed = Confirmed {
        seed: seed.base32(),
        step,
        code_hashes: recovery::hashes(&codes),
    };
    let note = page.note(app, Event::new("factor-added").with("kind", "app"));
    let are_new = totp::keep(&app.db, &app.vault, (session.person.id, confirmed), &note).await?;
    app.factors.enrolled(session.id);
    match are_new {
        true => show_codes(page, codes),
        false => Ok(page.visitor.see_other("/account/second-factor")),
    }
}

pub(super) async fn remove(State(app): State<App>, page: Page) -> Result<Response, Error> {
    require_proof(&page)?;
    let note = page.note(&app, Event::new("factor-removed").with("kind", "app"));
    let done = totp::remove(&app.db, page.session()?.person.id, &note).await;
    after_removal(&app, page, done).await
}
