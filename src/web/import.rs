//! Importing the provider's CSV: choose the file, look at what it would do, import, and see per row
//! whether its key is good.

use super::form::{Faults, Form};
use super::gains::{self, Gains, Tagged};
use super::head::Head;
use super::page::Page;
use super::record::{check_label, check_tags, tags};
use super::section::Section;
use crate::actions;
use crate::app::App;
use crate::error::Error;
use crate::i18n::Message;
use crate::import::{self, ImportError, ROWS_MAX, Row, Verdict};
use crate::model::audit::{Event, Note};
use crate::model::name::tidy;
use crate::model::reading;
use crate::model::vps::{self, Details, Vps, VpsError};
use crate::refresh;
use askama::Template;
use axum::extract::{Multipart, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

#[derive(Template)]
#[template(path = "import/show.html")]
struct Show {
    page: Page,
    fault: Option<Message>,
}

#[derive(Template)]
#[template(path = "import/preview.html")]
struct Preview {
    page: Page,
    id: String,
    rows: Vec<Row>,
    /// Who would be let in by these tags; it is to be confirmed.
    gains: Option<Gains>,
    faults: Faults,
}

#[derive(Template)]
#[template(path = "import/result.html")]
struct Outcome {
    page: Page,
    id: String,
    heads: Vec<Head>,
}

pub(super) async fn show(page: Page) -> Result<Response, Error> {
    Page::html(&Show { page, fault: None })
}

pub(super) async fn preview(
    State(app): State<App>,
    page: Page,
    upload: Multipart,
) -> Result<Response, Error> {
    let bytes = file(upload).await?;
    let vpses = vps::all(&app.db).await?;
    let read = if bytes.is_empty() {
        None
    } else {
        Some(import::read(&bytes, &vpses))
    };
    let rows = match read {
        Some(Ok(rows)) => rows,
        other => {
            let fault = other.and_then(Result::err);
            let words = unreadable(&page, fault.as_ref());
            let show = Show {
                page,
                fault: Some(words),
            };
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, Page::html(&show)?).into_response());
        }
    };
    let id = actions::new_id()?;
    app.imports
        .keep(&id, page.session()?.id, rows.clone(), app.clock.now_s());
    let faults = Faults::none();
    Page::html(&Preview {
        page,
        id,
        rows,
        gains: None,
        faults,
    })
}

/// The bytes of the field `file`. They stay in memory.
async fn file(mut upload: Multipart) -> Result<Vec<u8>, Error> {
    while let Some(field) = upload
        .next_field()
        .await
        .map_err(|error| too_long(&error))?
    {
        if field.name() == Some("file") {
            return Ok(field
                .bytes()
                .await
                .map_err(|error| too_long(&error))?
                .to_vec());
        }
    }
    Ok(Vec::new())
}

fn too_long(error: &axum::extract::multipart::MultipartError) -> Error {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Error::TooLong
    } else {
        Error::BadForm
    }
}

fn unreadable(page: &Page, error: Option<&ImportError>) -> Message {
    match error {
        None => page.say("import-no-file"),
        Some(ImportError::Columns) => page.say("import-columns"),
        Some(ImportError::Line(line)) => page.say("import-unreadable").with("line", *line),
        Some(ImportError::TooMany) => page.say("import-too-many").with("most", ROWS_MAX),
        Some(ImportError::Empty) => page.say("import-empty"),
    }
}

pub(super) async fn save(
    State(app): State<App>,
    page: Page,
    form: Form,
) -> Result<Response, Error> {
    let id = form.raw("import").to_owned();
    let session_id = page.session()?.id;
    let Some(mut rows) = app.imports.take(&id, session_id, app.clock.now_s()) else {
        if app
            .imports
            .imported(&id, session_id)
            .is_some_and(|vps_ids| !vps_ids.is_empty())
        {
            return Ok(page.visitor.see_other(&format!("/vps/import/{id}")));
        }
        let fault = Some(page.say("import-expired"));
        return Ok((
            StatusCode::UNPROCESSABLE_ENTITY,
            Page::html(&Show { page, fault })?,
        )
            .into_response());
    };
    for row in rows.iter_mut().filter(|row| row.verdict.is_imported()) {
        fill_in(row, &form);
    }
    let faults = check(&app, &page, &rows).await?;
    let gains = let_in(&app, &form, &rows).await?;
    if faults.any() || gains.as_ref().is_some_and(|gains| !gains.are_confirmed) {
        app.imports.put_back(&id, rows.clone());
        let preview = Preview {
            page,
            id,
            rows,
            gains,
            faults,
        };
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Page::html(&preview)?).into_response());
    }
    rows.retain(|row| row.is_chosen && row.verdict.is_imported());
    let vps_ids = bring_in(&app, &page, rows).await?;
    app.imports.done(&id, vps_ids);
    Ok(page.visitor.see_other(&format!("/vps/import/{id}")))
}

/// What was typed and ticked for a row.
fn fill_in(row: &mut Row, form: &Form) {
    let field = |name: &str| form.raw(&format!("{name}-{}", row.veid)).to_owned();
    let (label, tags) = (tidy(&field("label")), field("tags"));
    row.is_chosen = form.ticked(&format!("take-{}", row.veid));
    if row.verdict == Verdict::New {
        row.label = label;
    }
    row.tags = tags;
}

async fn check(app: &App, page: &Page, rows: &[Row]) -> Result<Faults, Error> {
    let mut faults = Faults::none();
    let mut labels: Vec<String> = vps::all(&app.db)
        .await?
        .into_iter()
        .map(|vps| vps.label.to_lowercase())
        .collect();
    let new = |row: &&Row| row.verdict == Verdict::New && row.is_chosen;
    for row in rows.iter().filter(new) {
        check_label(page, &row.label, &mut faults);
        check_tags(page, &tags(&row.tags), &mut faults);
        if labels.contains(&row.label.to_lowercase()) {
            faults.add(
                "label",
                page.say("import-label-taken")
                    .with("label", row.label.as_str()),
            );
        }
        labels.push(row.label.to_lowercase());
    }
    Ok(faults)
}

/// Whom the tags would let in. A known VPS keeps its own beside them.
async fn let_in(app: &App, form: &Form, rows: &[Row]) -> Result<Option<Gains>, Error> {
    let vpses = vps::all(&app.db).await?;
    let chosen = rows.iter().filter(|row| row.is_chosen);
    let wanted = chosen.map(|row| {
        let known = match row.verdict {
            Verdict::Known(id) => vpses.iter().find(|vps| vps.id == id),
            _ => None,
        };
        (known, tags(&row.tags))
    });
    let wanted: Vec<(Option<&Vps>, Vec<String>)> = wanted.collect();
    let tagged = wanted.iter().map(|(known, wanted)| Tagged {
        vps_id: known.map(|vps| vps.id),
        former: known.map_or(&[], |vps| vps.tags.as_slice()),
        wanted,
    });
    let tagged: Vec<Tagged<'_>> = tagged.collect();
    gains::gains(app, form, &tagged).await
}

/// Saves each row, and has its key checked in the background.
async fn bring_in(app: &App, page: &Page, rows: Vec<Row>) -> Result<Vec<i64>, Error> {
    let mut vps_ids = Vec::new();
    for row in rows {
        let event = Event::new("vps-imported").with("veid", &row.veid);
        let note = page.note(app, event);
        let id = match row.verdict {
            Verdict::New => add(app, &row, &note).await?,
            Verdict::Known(id) => replace_key(app, id, &row, &note).await?,
            _ => continue,
        };
        if let Some(vps) = vps::find(&app.db, id).await? {
            refresh::ask(app, vps);
        }
        vps_ids.push(id);
    }
    Ok(vps_ids)
}

async fn add(app: &App, row: &Row, note: &Note) -> Result<i64, VpsError> {
    let details = Details {
        label: row.label.clone(),
        veid: row.veid.clone(),
        tags: tags(&row.tags),
        note: row.note.clone(),
        ..Details::default()
    };
    vps::add(&app.db, &app.vault, &details, &row.key, note).await
}

/// A known VPS gets the key, and the tags beside its own. What was read with the old key is forgotten.
async fn replace_key(app: &App, id: i64, row: &Row, note: &Note) -> Result<i64, Error> {
    let vps = vps::find(&app.db, id)
        .await?
        .ok_or_else(|| Error::NoVps(id.to_string()))?;
    let mut details = vps.details();
    details.tags.extend(tags(&row.tags));
    vps::change(&app.db, id, &details, Some((&app.vault, &row.key)), note).await?;
    app.refresh.forget(id);
    reading::forget(&app.db, id).await?;
    app.readings.forget(id);
    Ok(id)
}

pub(super) async fn result(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
) -> Result<Response, Error> {
    let vps_ids = app
        .imports
        .imported(&id, page.session()?.id)
        .ok_or(Error::NoPage)?;
    let mut heads = Vec::new();
    for vps_id in vps_ids {
        if let Some(vps) = vps::find(&app.db, vps_id).await? {
            heads.push(Head::of(&app, vps, Section::Overview));
        }
    }
    Page::html(&Outcome { page, id, heads })
}

impl Outcome {
    fn is_checking(&self) -> bool {
        self.heads
            .iter()
            .any(|head| head.read_at_s.is_none() && head.latest.failure().is_none())
    }
}

impl Preview {
    fn count(&self) -> usize {
        self.rows
            .iter()
            .filter(|row| row.verdict.is_imported())
            .count()
    }
}
