//! A VPS's own record in the panel: add, edit, remove. A new pair of VEID and key is tried before it is
//! saved; the key is sealed at once and never comes back to a page.

use super::form::{Faults, Form};
use super::gains::{self, Gains, Tagged};
use super::head::Head;
use super::known::WAIT;
use super::page::Page;
use super::section::Section;
use crate::app::App;
use crate::error::Error;
use crate::i18n::Message;
use crate::kiwivm::calls::{LIVE_INFO, SERVICE_INFO};
use crate::kiwivm::client::Credentials;
use crate::model::audit::Event;
use crate::model::name::tidy;
use crate::model::reading;
use crate::model::vps::{self, Details, Vps, VpsError};
use crate::refresh::read;
use crate::secret::Secret;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

/// The longest label, in characters.
const LABEL_MAX: usize = 64;
/// The longest tag, in characters.
const TAG_MAX: usize = 32;
/// The longest key: they have 32 letters today.
const KEY_MAX_BYTES: usize = 200;
/// The longest note, in characters.
const NOTE_MAX: usize = 4000;
/// The longest price, in characters.
const PRICE_MAX: usize = 40;

#[derive(Template)]
#[template(path = "record/edit.html")]
struct Edit {
    page: Page,
    /// None for a new one.
    head: Option<Head>,
    details: Details,
    tags: String,
    /// As it was typed.
    renews_on: String,
    faults: Faults,
    /// KiwiVM did not take this pair; it may be saved all the same.
    doubt: Option<String>,
    /// Who would be let in by these tags; it is to be confirmed.
    gains: Option<Gains>,
    /// A key was typed, and did not come back.
    key_is_lost: bool,
    /// Whom tags let in already.
    hints: Vec<Message>,
    /// Protection was just given or lifted.
    saved: bool,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    saved: Option<String>,
}

/// What stands in the way of saving.
#[derive(Default)]
struct Obstacles {
    faults: Faults,
    doubt: Option<String>,
    gains: Option<Gains>,
    /// A key was typed: it does not come back.
    key_is_lost: bool,
    /// A day that is none comes back as it was typed.
    renews_on: Option<String>,
}

impl Obstacles {
    fn any(&self) -> bool {
        let unconfirmed = self
            .gains
            .as_ref()
            .is_some_and(|gains| !gains.are_confirmed);
        self.faults.any() || self.doubt.is_some() || unconfirmed
    }
}

pub(super) async fn new(State(app): State<App>, page: Page) -> Result<Response, Error> {
    let nothing = (Details::default(), Obstacles::default());
    Page::html(&view(&app, page, None, nothing).await?)
}

async fn view(
    app: &App,
    page: Page,
    head: Option<Head>,
    (details, obstacles): (Details, Obstacles),
) -> Result<Edit, Error> {
    let tags = head.as_ref().map(|head| head.vps.tags.as_slice());
    Ok(Edit {
        hints: gains::hints(app, &page, tags).await?,
        tags: details.tags.join(", "),
        renews_on: obstacles
            .renews_on
            .or_else(|| details.renews_on.map(|day| day.to_string()))
            .unwrap_or_default(),
        page,
        head,
        details,
        faults: obstacles.faults,
        doubt: obstacles.doubt,
        gains: obstacles.gains,
        key_is_lost: obstacles.key_is_lost,
        saved: false,
    })
}

pub(super) async fn edit(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    page: Page,
) -> Result<Response, Error> {
    let head = Head::open(&app, &page, &id, Section::Edit).await?;
    let untouched = (head.vps.details(), Obstacles::default());
    let mut edit = view(&app, page, Some(head), untouched).await?;
    edit.saved = asked.saved.is_some();
    Page::html(&edit)
}

fn details(form: &Form) -> Details {
    Details {
        label: form.line("label"),
        veid: form.line("veid").replace(' ', ""),
        tags: tags(form.raw("tags")),
        note: form.lines("note"),
        is_panel_host: form.ticked("is_panel_host"),
        renews_on: form.line("renews_on").parse().ok(),
        price: form.line("price"),
    }
}

/// Tags as people type them: between commas, ASCII or Chinese ones, or spaces that are no part of one.
pub(super) fn tags(text: &str) -> Vec<String> {
    let mut tags: Vec<String> = text
        .split([',', '，', '、', ';', '\n'])
        .map(tidy)
        .filter(|tag| !tag.is_empty())
        .collect();
    tags.sort();
    tags.dedup_by(|one, other| one.eq_ignore_ascii_case(other));
    tags
}

fn api_key(form: &Form) -> Secret {
    Secret::new(tidy(form.raw("api_key")))
}

fn check(page: &Page, form: &Form, details: &Details, key_needed: bool) -> Faults {
    let mut faults = Faults::none();
    check_label(page, &details.label, &mut faults);
    if details.veid.is_empty() {
        faults.add("veid", page.say("form-missing"));
    } else if !vps::is_veid(&details.veid) {
        faults.add("veid", page.say("vps-veid-digits"));
    }
    check_tags(page, &details.tags, &mut faults);
    if details.note.chars().count() > NOTE_MAX {
        faults.add("note", page.say("vps-note-too-long").with("most", NOTE_MAX));
    }
    if details.renews_on.is_none() && !form.line("renews_on").is_empty() {
        faults.add("renews_on", page.say("vps-day-odd"));
    }
    if details.price.chars().count() > PRICE_MAX {
        faults.add(
            "price",
            page.say("vps-note-too-long").with("most", PRICE_MAX),
        );
    }
    let key = api_key(form);
    if key.is_empty() && key_needed {
        faults.add("api_key", page.say("form-missing"));
    } else if key.reveal().contains(' ') || key.reveal().len() > KEY_MAX_BYTES {
        faults.add("api_key", page.say("vps-key-odd"));
    }
    faults
}

pub(super) fn check_tags(page: &Page, tags: &[String], faults: &mut Faults) {
    if tags.iter().any(|tag| tag.chars().count() > TAG_MAX) {
        faults.add("tags", page.say("vps-tag-too-long").with("most", TAG_MAX));
    }
}

pub(super) fn check_label(page: &Page, label: &str, faults: &mut Faults) {
    if label.is_empty() {
        faults.add("label", page.say("form-missing"));
    } else if label.chars().count() > LABEL_MAX {
        faults.add(
            "label",
            page.say("vps-label-too-long").with("most", LABEL_MAX),
        );
    }
}

pub(super) async fn create(
    State(app): State<App>,
    page: Page,
    form: Form,
) -> Result<Response, Error> {
    let details = details(&form);
    let mut obstacles = Obstacles {
        faults: check(&page, &form, &details, true),
        key_is_lost: !api_key(&form).is_empty(),
        renews_on: form.find("renews_on").map(str::to_owned),
        ..Obstacles::default()
    };
    if !obstacles.any() {
        obstacles.gains = let_in(&app, &form, (None, &details)).await?;
    }
    if !obstacles.any() {
        obstacles.doubt = try_pair(&app, &page, &form, &details.veid).await;
    }
    if !obstacles.any() {
        let key = api_key(&form);
        let event = Event::new("vps-added").with("veid", &details.veid);
        let note = page.note(&app, event);
        match vps::add(&app.db, &app.vault, &details, &key, &note).await {
            Ok(id) => return added(&app, &page, id).await,
            Err(error) => taken(&page, &mut obstacles.faults, error)?,
        }
    }
    again(&app, page, None, (details, obstacles)).await
}

/// Whom the tags would let in.
async fn let_in(
    app: &App,
    form: &Form,
    (vps, details): (Option<&Vps>, &Details),
) -> Result<Option<Gains>, Error> {
    let tagged = Tagged {
        vps_id: vps.map(|vps| vps.id),
        former: vps.map_or(&[], |vps| vps.tags.as_slice()),
        wanted: &details.tags,
    };
    gains::gains(app, form, &[tagged]).await
}

async fn added(app: &App, page: &Page, id: i64) -> Result<Response, Error> {
    if let Some(vps) = vps::find(&app.db, id).await? {
        read(app, &vps, LIVE_INFO, WAIT).await;
    }
    Ok(page.visitor.see_other(&format!("/vps/{id}?saved=pair")))
}

/// Tries a new pair with getServiceInfo. None when it is good, or is to be saved all the same; else
/// what KiwiVM, or its silence, says.
async fn try_pair(app: &App, page: &Page, form: &Form, veid: &str) -> Option<String> {
    if form.ticked("anyway") {
        return None;
    }
    let credentials = Credentials {
        veid: veid.to_owned(),
        api_key: api_key(form),
    };
    match app.client.send(SERVICE_INFO, &credentials, &[]).await {
        Ok(_) => None,
        Err(fault) if super::reply::proves_the_key(&fault) => None,
        Err(fault) => Some(super::reply::fault_words(page, &fault)),
    }
}

pub(super) async fn update(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
    form: Form,
) -> Result<Response, Error> {
    let head = Head::open(&app, &page, &id, Section::Edit).await?;
    let details = details(&form);
    let new_key = !api_key(&form).is_empty();
    let pair_changed = new_key || details.veid != head.vps.veid;
    // Another VEID is another machine: its key is another one too.
    let mut obstacles = Obstacles {
        faults: check(&page, &form, &details, details.veid != head.vps.veid),
        key_is_lost: new_key,
        renews_on: form.find("renews_on").map(str::to_owned),
        ..Obstacles::default()
    };
    if !obstacles.any() {
        obstacles.gains = let_in(&app, &form, (Some(&head.vps), &details)).await?;
    }
    if !obstacles.any() && pair_changed {
        obstacles.doubt = try_pair(&app, &page, &form, &details.veid).await;
    }
    if !obstacles.any() {
        let key = new_key.then(|| api_key(&form));
        let event =
            Event::new("vps-changed").with("key", if pair_changed { "replaced" } else { "kept" });
        let new_key = key.as_ref().map(|key| (&app.vault, key));
        match vps::change(
            &app.db,
            head.vps.id,
            &details,
            new_key,
            &page.note(&app, event),
        )
        .await
        {
            Ok(()) => return changed(&app, &page, &head.vps, pair_changed).await,
            Err(error) => taken(&page, &mut obstacles.faults, error)?,
        }
    }
    again(&app, page, Some(head), (details, obstacles)).await
}

async fn changed(app: &App, page: &Page, vps: &Vps, pair_changed: bool) -> Result<Response, Error> {
    if pair_changed {
        // First of all: what is being read with the former pair must not land any more.
        app.refresh.forget(vps.id);
        reading::forget(&app.db, vps.id).await?;
        app.readings.forget(vps.id);
        if let Some(vps) = vps::find(&app.db, vps.id).await? {
            read(app, &vps, LIVE_INFO, WAIT).await;
        }
    }
    let saved = if pair_changed { "pair" } else { "1" };
    let path = format!("/vps/{}?saved={saved}", vps.id);
    Ok(page.visitor.see_other(&path))
}

/// A label or VEID that is taken is a fault of the form; anything else an error.
fn taken(page: &Page, faults: &mut Faults, error: VpsError) -> Result<(), Error> {
    match error {
        VpsError::LabelTaken => faults.add("label", page.say("vps-label-taken")),
        VpsError::VeidTaken => faults.add("veid", page.say("vps-veid-taken")),
        other => return Err(other.into()),
    }
    Ok(())
}

async fn again(
    app: &App,
    page: Page,
    head: Option<Head>,
    typed: (Details, Obstacles),
) -> Result<Response, Error> {
    let edit = view(app, page, head, typed).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Page::html(&edit)?).into_response())
}

impl Edit {
    fn target(&self) -> String {
        match &self.head {
            Some(head) => head.path("/edit"),
            None => "/vps/new".to_owned(),
        }
    }
}

/// Protects a VPS from every destroying call, or lifts that.
pub(super) async fn protect(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
    form: Form,
) -> Result<Response, Error> {
    let head = Head::open(&app, &page, &id, Section::Edit).await?;
    let protect = form.ticked("protect");
    let what = match protect {
        true => "vps-protected",
        false => "vps-unprotected",
    };
    let event = Event::new(what).about(head.vps.id, &head.vps.label);
    vps::protect(&app.db, head.vps.id, protect, &page.note(&app, event)).await?;
    Ok(page
        .visitor
        .see_other(&head.path("/edit?saved=1#protection")))
}

/// Removal asks for the label.
pub(super) async fn remove(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
    form: Form,
) -> Result<Response, Error> {
    let head = Head::open(&app, &page, &id, Section::Edit).await?;
    if form.line("confirm_name") != head.vps.label {
        let mut obstacles = Obstacles::default();
        obstacles.faults.add(
            "confirm_name",
            page.say("confirm-differs")
                .with("label", head.vps.label.as_str()),
        );
        let details = head.vps.details();
        return again(&app, page, Some(head), (details, obstacles)).await;
    }
    let event = Event::new("vps-removed")
        .about(head.vps.id, &head.vps.label)
        .with("veid", &head.vps.veid);
    vps::remove(&app.db, head.vps.id, &page.note(&app, event)).await?;
    app.refresh.forget(head.vps.id);
    app.readings.forget(head.vps.id);
    Ok(page.visitor.see_other("/"))
}
