//! Who may do what on one VPS, why, and until when. Admins give here; whoever manages it reads.

use super::form::{Faults, Form};
use super::grant_fields::GrantFields;
use super::grants::{event, present, refuse_second, saved};
use super::head::Head;
use super::page::Page;
use super::section::Section;
use crate::app::App;
use crate::error::Error;
use crate::model::access::{self, Access, Right};
use crate::model::grant::{self, Grant, Scope};
use crate::model::person::{self, Person, Role};
use crate::model::reach;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "access/show.html")]
struct Show {
    page: Page,
    head: Head,
    rows: Vec<Row>,
    /// Whom something can be given.
    members: Vec<Person>,
    /// The row of the one who was chosen, as it was sent.
    chosen: String,
    fields: GrantFields,
    saved: bool,
    faults: Faults,
}

/// Somebody who may do something here.
struct Row {
    person: Person,
    access: Access,
    by: Vec<Grant>,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    saved: Option<String>,
}

pub(super) async fn show(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    page: Page,
) -> Result<Response, Error> {
    let head = Head::open(&app, &page, &id, Section::Access).await?;
    page.require(head.vps.id, Right::Manage)?;
    let untouched = (GrantFields::blank(), Faults::none());
    let mut show = view(&app, page, head, untouched).await?;
    show.saved = asked.saved.is_some();
    Page::html(&show)
}

async fn view(
    app: &App,
    page: Page,
    head: Head,
    (fields, faults): (GrantFields, Faults),
) -> Result<Show, Error> {
    let mut people = person::all(&app.db, page.now_s()).await?;
    people.retain(|person| person.disabled_at.is_none());
    let grants = grant::all(&app.db).await?;
    let row = |person: &Person| {
        Some(Row {
            access: access::access(person, head.vps.id)?,
            by: reach::reasons(person, &grants, &head.vps, page.now_s())
                .into_iter()
                .cloned()
                .collect(),
            person: person.clone(),
        })
    };
    Ok(Show {
        rows: people.iter().filter_map(row).collect(),
        members: members(people, &page),
        chosen: String::new(),
        saved: false,
        page,
        head,
        fields,
        faults,
    })
}

/// For admins only: the others give nothing, and need not know who else is here.
fn members(mut people: Vec<Person>, page: &Page) -> Vec<Person> {
    people.retain(|person| page.is_admin() && person.role == Role::Member);
    people
}

pub(super) async fn give(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
    form: Form,
) -> Result<Response, Error> {
    let head = Head::open(&app, &page, &id, Section::Access).await?;
    let fields = GrantFields::typed(&form);
    let mut faults = Faults::none();
    let given = fields.given(&page, &mut faults);
    let mut show = view(&app, page, head, (fields, faults)).await?;
    show.chosen = form.raw("person").to_owned();
    let chosen = |person: &&Person| person.id.to_string() == show.chosen;
    let person = show.members.iter().find(chosen).cloned();
    show.check_person(&app, person.as_ref()).await?;
    let (Some(person), Some(given), false) = (person, given, show.faults.any()) else {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Page::html(&show)?).into_response());
    };
    let vps = &show.head.vps;
    let scope = Scope::Vps(vps.id);
    let event = event("grant-given", &person.name, (&scope, &vps.label), given);
    let note = show.page.note(&app, event);
    grant::give(&app.db, (person.id, &scope), given, &note).await?;
    let path = saved(&show.head.path("/access"));
    Ok(show.page.visitor.see_other(&path))
}

impl Show {
    /// Somebody must be chosen who has nothing for this VPS alone yet.
    async fn check_person(&mut self, app: &App, person: Option<&Person>) -> Result<(), Error> {
        let Some(person) = person else {
            self.faults.add("person", self.page.say("form-missing"));
            return Ok(());
        };
        let scope = Scope::Vps(self.head.vps.id);
        let there = present(app, (person.id, &scope), self.page.now_s()).await?;
        let back = self.head.path("/access");
        let place = ("person", Some(back.as_str()));
        refuse_second(&self.page, there, place, &mut self.faults);
        Ok(())
    }
}
