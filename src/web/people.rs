//! Everybody, and what they may reach; inviting somebody. For admins.

use super::form::{Faults, Form};
use super::grant_fields::{GrantFields, Scopes};
use super::grants::{access_words, end_words, scope_words};
use super::invitation;
use super::page::Page;
use super::setup::{check_name, check_taken};
use super::sign_in::shown_name;
use crate::app::App;
use crate::error::Error;
use crate::model::access;
use crate::model::audit::Event;
use crate::model::factor;
use crate::model::grant::{self, Given, Grant, Scope};
use crate::model::link::{self, Invited};
use crate::model::person::{PersonError, Role};
use crate::model::roster::{self, Listed};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

#[derive(Template)]
#[template(path = "people/show.html")]
struct Show {
    page: Page,
    people: Vec<Row>,
    username: String,
    role: Role,
    fields: GrantFields,
    scopes: Scopes,
    faults: Faults,
}

struct Row {
    listed: Listed,
    has_factor: bool,
    reach: Vec<Line>,
}

/// One thing that a person may reach, in words.
struct Line {
    what: String,
    end: Option<String>,
}

pub(super) async fn show(State(app): State<App>, page: Page) -> Result<Response, Error> {
    let typed = Typed {
        username: String::new(),
        role: Role::Member,
        fields: GrantFields::blank(),
    };
    let show = view(&app, page, typed, Faults::none()).await?;
    Page::html(&show)
}

/// What stands in the form that invites.
struct Typed {
    username: String,
    role: Role,
    fields: GrantFields,
}

async fn view(app: &App, page: Page, typed: Typed, faults: Faults) -> Result<Show, Error> {
    let grants = grant::all(&app.db).await?;
    let mut people = Vec::new();
    for listed in roster::all(&app.db, app.clock.now_s()).await? {
        people.push(Row {
            reach: reach(&page, &listed, &grants),
            has_factor: factor::present(&app.db, listed.person.id).await?.any(),
            listed,
        });
    }
    Ok(Show {
        people,
        scopes: Scopes::read(app).await?,
        username: typed.username,
        role: typed.role,
        fields: typed.fields,
        faults,
        page,
    })
}

/// What a person may reach now: one line for each thing, and one for all VPSes that were given alike.
fn reach(page: &Page, listed: &Listed, grants: &[Grant]) -> Vec<Line> {
    let person_id = listed.person.id;
    let holds = |grant: &&Grant| grant.person_id == person_id && grant.holds(page.now_s());
    let mut alike: Vec<(&Grant, usize)> = Vec::new();
    for grant in grants.iter().filter(holds) {
        let is_vps = |grant: &Grant| matches!(grant.scope, Scope::Vps(_));
        let same = |other: &&mut (&Grant, usize)| {
            is_vps(grant) && is_vps(other.0) && other.0.given == grant.given
        };
        match alike.iter_mut().find(same) {
            Some((_, count)) => *count += 1,
            None => alike.push((grant, 1)),
        }
    }
    alike
        .into_iter()
        .map(|(grant, count)| line(page, grant, count))
        .collect()
}

fn line(page: &Page, grant: &Grant, count: usize) -> Line {
    let scope = match count {
        1 => scope_words(page, grant),
        _ => page.say("fleet-count").with("count", count).text(),
    };
    let what = page
        .say("grant-line")
        .with("scope", scope)
        .with("access", access_words(page, &grant.given.access));
    Line {
        what: what.text(),
        end: end_words(page, &grant.given).map(|end| end.text()),
    }
}

pub(super) async fn invite(
    State(app): State<App>,
    page: Page,
    form: Form,
) -> Result<Response, Error> {
    let typed = Typed {
        username: shown_name(&form),
        role: Role::from_word(form.raw("role")).unwrap_or(Role::Member),
        fields: GrantFields::typed(&form),
    };
    let mut faults = Faults::none();
    check_name(&page, &form, &mut faults);
    if !faults.any() {
        check_taken(&app, (&page, &form), None, &mut faults).await?;
    }
    let grant = first_grant(&app, &page, &typed, &mut faults).await?;
    if !faults.any() {
        let invited = Invited {
            name: &typed.username,
            role: typed.role,
            grant: grant.as_ref().map(|(scope, given)| (scope, *given)),
        };
        let note = page.note(&app, event(&invited));
        match link::invite(&app.db, &invited, &note).await {
            Err(PersonError::NameTaken) => faults.add("username", page.say("person-name-taken")),
            other => {
                let (id, token) = other?;
                return invitation::show(&app, page, id, &token).await;
            }
        }
    }
    let show = view(&app, page, typed, faults).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Page::html(&show)?).into_response())
}

/// What somebody is given from the beginning. An admin needs nothing.
async fn first_grant(
    app: &App,
    page: &Page,
    typed: &Typed,
    faults: &mut Faults,
) -> Result<Option<(Scope, Given)>, Error> {
    if typed.role == Role::Admin || typed.fields.scope.is_empty() {
        return Ok(None);
    }
    let scope = Scopes::read(app).await?.find(&typed.fields.scope);
    if scope.is_none() {
        faults.add("scope", page.say("grant-scope-missing"));
    }
    Ok(scope.zip(typed.fields.given(page, faults)))
}

fn event(invited: &Invited<'_>) -> Event {
    let event = match invited.grant {
        Some((scope, given)) => {
            super::grants::event("person-invited", invited.name, (scope, ""), given)
                .with("for", &scope.word())
        }
        None => Event::new("person-invited").with("name", invited.name),
    };
    event.with("role", invited.role.word())
}

impl Row {
    fn is_admin(&self) -> bool {
        access::is_admin(&self.listed.person)
    }
}
