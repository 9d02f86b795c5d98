//! The people, for admins: add, change role and level, disable, reset a password.

use super::form::{Faults, Form};
use super::page::Page;
use super::setup::{check_name, check_password};
use super::sign_in::shown_name;
use crate::app::App;
use crate::error::Error;
use crate::model::audit::Event;
use crate::model::person::{self, Person, PersonError, Role};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

#[derive(Template)]
#[template(path = "people/show.html")]
struct Show {
    page: Page,
    people: Vec<Person>,
    username: String,
    role: Role,
    faults: Faults,
}

#[derive(Template)]
#[template(path = "people/edit.html")]
struct Edit {
    page: Page,
    person: Person,
    role: Role,
    faults: Faults,
}

pub(super) async fn show(State(app): State<App>, page: Page) -> Result<Response, Error> {
    let show = Show {
        people: person::all(&app.db, app.clock.now_s()).await?,
        username: String::new(),
        role: Role::Member,
        faults: Faults::none(),
        page,
    };
    Page::html(&show)
}

pub(super) async fn create(
    State(app): State<App>,
    page: Page,
    form: Form,
) -> Result<Response, Error> {
    let mut faults = Faults::none();
    check_name(&page, &form, &mut faults);
    check_password(&page, &form, &mut faults);
    if !faults.any() {
        let hash = app.hasher.hash(form.secret("password")).await?;
        match add(&app, &page, (&form, &hash)).await {
            Err(PersonError::NameTaken) => faults.add("username", page.say("person-name-taken")),
            other => {
                let id = other?;
                return Ok(page.visitor.see_other(&format!("/people/{id}")));
            }
        }
    }
    let show = Show {
        people: person::all(&app.db, app.clock.now_s()).await?,
        username: shown_name(&form),
        role: role(&form),
        faults,
        page,
    };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Page::html(&show)?).into_response())
}

async fn add(app: &App, page: &Page, (form, hash): (&Form, &str)) -> Result<i64, PersonError> {
    let (name, role) = (form.line("username"), role(form));
    let event = Event::new("person-added")
        .with("name", &name)
        .with("role", role.word());
    person::add(&app.db, &name, hash, role, &page.note(app, event)).await
}

fn role(form: &Form) -> Role {
    Role::from_word(form.raw("role")).unwrap_or(Role::Member)
}

async fn find(app: &App, id: &str) -> Result<Person, Error> {
    let id = id.parse().map_err(|_| Error::NoPerson)?;
    person::find(&app.db, id, app.clock.now_s())
        .await?
        .ok_or(Error::NoPerson)
}

pub(super) async fn edit(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
) -> Result<Response, Error> {
    let person = find(&app, &id).await?;
    Page::html(&view(page, person, Faults::none()))
}

fn view(page: Page, person: Person, faults: Faults) -> Edit {
    Edit {
        role: person.role,
        person,
        page,
        faults,
    }
}

pub(super) async fn update(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
    form: Form,
) -> Result<Response, Error> {
    let person = find(&app, &id).await?;
    let role = role(&form);
    let event = Event::new("person-changed")
        .with("name", &person.name)
        .with("role", role.word());
    let note = page.note(&app, event);
    let done = person::change_role(&app.db, person.id, role, &note).await;
    finish(page, person, done)
}

pub(super) async fn disable(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
) -> Result<Response, Error> {
    let since = Some(app.clock.now_s());
    set_disabled(&app, page, &id, since).await
}

pub(super) async fn enable(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
) -> Result<Response, Error> {
    set_disabled(&app, page, &id, None).await
}

async fn set_disabled(
    app: &App,
    page: Page,
    id: &str,
    since: Option<i64>,
) -> Result<Response, Error> {
    let person = find(app, id).await?;
    let what = match since {
        Some(_) => "person-disabled",
        None => "person-enabled",
    };
    let note = page.note(app, Event::new(what).with("name", &person.name));
    let done = person::set_disabled(&app.db, person.id, since, &note).await;
    finish(page, person, done)
}

pub(super) async fn reset_password(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
    form: Form,
) -> Result<Response, Error> {
    let person = find(&app, &id).await?;
    let mut faults = Faults::none();
    check_password(&page, &form, &mut faults);
    if faults.any() {
        let view = view(page, person, faults);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Page::html(&view)?).into_response());
    }
    let hash = app.hasher.hash(form.secret("password")).await?;
    let event = Event::new("password-reset").with("name", &person.name);
    let note = page.note(&app, event);
    let done = person::set_password(&app.db, person.id, &hash, &note).await;
    finish(page, person, done)
}

/// After a change: the list, or the same page with what was wrong.
fn finish(page: Page, person: Person, done: Result<(), PersonError>) -> Result<Response, Error> {
    match done {
        Ok(()) => Ok(page.visitor.see_other("/people")),
        Err(PersonError::LastAdmin) => {
            let mut faults = Faults::none();
            faults.add("role", page.say("person-last-admin"));
            let view = view(page, person, faults);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Page::html(&view)?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}
