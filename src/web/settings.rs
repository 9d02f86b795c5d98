//! What admins decide for the whole panel: whether everybody must have a second factor.

use super::form::{Faults, Form};
use super::page::Page;
use super::second_factor::require_proof;
use crate::app::App;
use crate::error::Error;
use crate::model::audit::Event;
use crate::model::{factor, person, setting};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "settings/show.html")]
struct Show {
    page: Page,
    factor_required: bool,
    /// Who is here without a second factor.
    without: Vec<String>,
    saved: bool,
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
    page.require_admin()?;
    Page::html(&Show {
        without: without(&app).await?,
        page,
        factor_required: setting::factor_required(&app.db).await?,
        saved: asked.saved.is_some(),
        faults: Faults::none(),
    })
}

/// The names of those who can sign in and have no second factor.
async fn without(app: &App) -> Result<Vec<String>, Error> {
    let mut names = Vec::new();
    for person in person::all(&app.db, app.clock.now_s()).await? {
        let is_here = person.joined_at.is_some() && person.disabled_at.is_none();
        if is_here && !factor::present(&app.db, person.id).await?.any() {
            names.push(person.name);
        }
    }
    Ok(names)
}

pub(super) async fn submit(
    State(app): State<App>,
    page: Page,
    form: Form,
) -> Result<Response, Error> {
    page.require_admin()?;
    require_proof(&page)?;
    let required = form.ticked("factor_required");
    let own = factor::present(&app.db, page.session()?.person.id).await?;
    if required && !own.any() {
        let mut faults = Faults::none();
        faults.add("factor_required", page.say("settings-factor-own-first"));
        let show = Show {
            without: without(&app).await?,
            page,
            factor_required: false,
            saved: false,
            faults,
        };
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Page::html(&show)?).into_response());
    }
    let word = if required { "required" } else { "optional" };
    let event = Event::new("settings-changed").with("second-factor", word);
    setting::require_factor(&app.db, required, &page.note(&app, event)).await?;
    Ok(page.visitor.see_other("/settings?saved=1"))
}
