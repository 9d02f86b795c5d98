//! What a person typed at a VPS: for the keys of the prompt, as JSON, and the form that empties it.

use super::super::form::Form;
use super::super::page::Page;
use super::{json, open};
use crate::app::App;
use crate::error::Error;
use crate::model::history;
use axum::extract::{Path, State};
use axum::response::Response;

pub(in crate::web) async fn show(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
) -> Result<Response, Error> {
    let head = open(&app, &page, &id).await?;
    let lines = history::lines(&app.db, page.session()?.person.id, head.vps.id).await?;
    Ok(json(&serde_json::json!({ "lines": lines })))
}

/// Empties it, or decides what goes into it.
pub(in crate::web) async fn change(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
    form: Form,
) -> Result<Response, Error> {
    let head = open(&app, &page, &id).await?;
    let person_id = page.session()?.person.id;
    match form.raw("do") {
        "clear" => history::clear(&app.db, person_id, head.vps.id).await?,
        "spaced" => history::keep_spaced(&app.db, person_id, form.ticked("keep")).await?,
        _ => return Err(Error::BadForm),
    }
    Ok(page.visitor.see_other(&head.path("/shell#command")))
}
