//! Labels and tags of many VPSes, edited in one table.

use super::form::{Faults, Form};
use super::gains::{self, Gains, Tagged};
use super::page::Page;
use super::record::{check_label, check_tags, tags};
use crate::app::App;
use crate::error::Error;
use crate::i18n::Message;
use crate::model::audit::Event;
use crate::model::name::tidy;
use crate::model::vps::{self, VpsError};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "labels/show.html")]
struct Show {
    page: Page,
    rows: Vec<Row>,
    saved: bool,
    /// Who would be let in by these tags; it is to be confirmed.
    gains: Option<Gains>,
    /// Whom tags let in already.
    hints: Vec<Message>,
    faults: Faults,
}

/// One VPS, as it stands in the table.
struct Row {
    id: i64,
    veid: String,
    label: String,
    tags: String,
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
    let rows = vps::all(&app.db).await?.into_iter().map(|vps| Row {
        id: vps.id,
        veid: vps.veid,
        label: vps.label,
        tags: vps.tags.join(", "),
    });
    let show = Show {
        rows: rows.collect(),
        saved: asked.saved.is_some(),
        gains: None,
        hints: gains::hints(&app, &page, None).await?,
        faults: Faults::none(),
        page,
    };
    Page::html(&show)
}

pub(super) async fn submit(
    State(app): State<App>,
    page: Page,
    form: Form,
) -> Result<Response, Error> {
    let rows = rows(&form);
    let mut faults = Faults::none();
    for row in &rows {
        check_label(&page, &row.label, &mut faults);
        check_tags(&page, &tags(&row.tags), &mut faults);
    }
    let mut gains = None;
    if !faults.any() {
        gains = let_in(&app, &form, &rows).await?;
    }
    if !faults.any() && gains.as_ref().is_none_or(|gains| gains.are_confirmed) {
        match save(&app, &page, &rows).await {
            Err(VpsError::LabelTaken) => faults.add("label", page.say("labels-taken")),
            other => {
                other?;
                return Ok(page.visitor.see_other("/vps/labels?saved=1"));
            }
        }
    }
    let show = Show {
        hints: gains::hints(&app, &page, None).await?,
        page,
        rows,
        saved: false,
        gains,
        faults,
    };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Page::html(&show)?).into_response())
}

/// Whom the tags would let in.
async fn let_in(app: &App, form: &Form, rows: &[Row]) -> Result<Option<Gains>, Error> {
    let vpses = vps::all(&app.db).await?;
    let wanted: Vec<Vec<String>> = rows.iter().map(|row| tags(&row.tags)).collect();
    let tagged = rows.iter().zip(&wanted).filter_map(|(row, wanted)| {
        let vps = vpses.iter().find(|vps| vps.id == row.id)?;
        Some(Tagged {
            vps_id: Some(vps.id),
            former: &vps.tags,
            wanted,
        })
    });
    let tagged: Vec<Tagged<'_>> = tagged.collect();
    gains::gains(app, form, &tagged).await
}

fn rows(form: &Form) -> Vec<Row> {
    let fields = form
        .all("vps")
        .zip(form.all("veid"))
        .zip(form.all("label").zip(form.all("tags")));
    fields
        .filter_map(|((id, veid), (label, tags))| {
            Some(Row {
                id: id.parse().ok()?,
                veid: veid.to_owned(),
                label: tidy(label),
                tags: tags.to_owned(),
            })
        })
        .collect()
}

/// All or nothing; what did not change is not written.
async fn save(app: &App, page: &Page, rows: &[Row]) -> Result<(), VpsError> {
    let mut changes = Vec::new();
    for known in vps::all(&app.db).await? {
        if let Some(row) = rows.iter().find(|row| row.id == known.id) {
            let tags = tags(&row.tags);
            if row.label != known.label || tags != known.tags {
                changes.push((known.id, row.label.clone(), tags));
            }
        }
    }
    let note = page.note(app, Event::new("vps-changed"));
    vps::relabel(&app.db, &changes, &note).await
}
