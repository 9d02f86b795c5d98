//! One person, for admins: what they may do and why, what they were given, and their leaving.

use super::form::{Faults, Form};
use super::grant_fields::{GrantFields, Scopes};
use super::grants::saved;
use super::invitation;
use super::page::Page;
use crate::app::App;
use crate::error::Error;
use crate::i18n::Message;
use crate::model::access;
use crate::model::audit::Event;
use crate::model::factor;
use crate::model::grant::{self, Grant};
use crate::model::leaving::{self, Exposed};
use crate::model::link;
use crate::model::person::{self, PersonError, Role};
use crate::model::reach::{self, Reach};
use crate::model::roster::{self, Listed};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

/// Of more VPSes than these in one row only the number is said at first.
const NAMED_MAX: usize = 5;

#[derive(Template)]
#[template(path = "person/show.html")]
struct Show {
    page: Page,
    listed: Listed,
    grants: Vec<Grant>,
    scopes: Scopes,
    fields: GrantFields,
    exposed: Vec<Exposed>,
    /// Whether they have a second factor.
    has_factor: bool,
    role: Role,
    saved: bool,
    faults: Faults,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    saved: Option<String>,
}

/// The person of this number in a URL.
pub(super) async fn find(app: &App, id: &str) -> Result<Listed, Error> {
    let id = id.parse().map_err(|_| Error::NoPerson)?;
    let listed = roster::find(&app.db, id, app.clock.now_s()).await?;
    listed.ok_or(Error::NoPerson)
}

pub(super) async fn show(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    page: Page,
) -> Result<Response, Error> {
    let listed = find(&app, &id).await?;
    let untouched = (GrantFields::blank(), Faults::none());
    let mut show = view(&app, page, listed, untouched).await?;
    show.saved = asked.saved.is_some();
    Page::html(&show)
}

async fn view(
    app: &App,
    page: Page,
    listed: Listed,
    (fields, faults): (GrantFields, Faults),
) -> Result<Show, Error> {
    let id = listed.person.id;
    Ok(Show {
        grants: grant::of_person(&app.db, id).await?,
        exposed: leaving::exposed(&app.db, id).await?,
        has_factor: factor::present(&app.db, id).await?.any(),
        scopes: Scopes::read(app).await?,
        role: listed.person.role,
        page,
        listed,
        fields,
        saved: false,
        faults,
    })
}

/// The page once more, with what was wrong.
pub(super) async fn again(
    app: &App,
    page: Page,
    listed: Listed,
    typed: (GrantFields, Faults),
) -> Result<Response, Error> {
    let show = view(app, page, listed, typed).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Page::html(&show)?).into_response())
}

pub(super) async fn update(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
    form: Form,
) -> Result<Response, Error> {
    let listed = find(&app, &id).await?;
    let role = Role::from_word(form.raw("role")).unwrap_or(Role::Member);
    if role == listed.person.role {
        return Ok(page.visitor.see_other(&path(&listed)));
    }
    let event = Event::new("person-changed")
        .with("name", &listed.person.name)
        .with("role", role.word());
    let note = page.note(&app, event);
    let done = person::change_role(&app.db, listed.person.id, role, &note).await;
    finish(&app, page, (listed, "role"), done).await
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
    let listed = find(app, id).await?;
    let what = match since {
        Some(_) => "person-disabled",
        None => "person-enabled",
    };
    let note = page.note(app, Event::new(what).with("name", &listed.person.name));
    let done = person::set_disabled(&app.db, listed.person.id, since, &note).await;
    let field = match since {
        Some(_) => "disable",
        None => "enable",
    };
    finish(app, page, (listed, field), done).await
}

/// After a change: the person's page, or the same with what was wrong beside this field.
async fn finish(
    app: &App,
    page: Page,
    (listed, field): (Listed, &'static str),
    done: Result<(), PersonError>,
) -> Result<Response, Error> {
    match done {
        // What is left to do for somebody who left stands there.
        Ok(()) if field == "disable" => {
            let path = format!("/people/{}?saved=1#leaving-title", listed.person.id);
            Ok(page.visitor.see_other(&path))
        }
        Ok(()) => Ok(page.visitor.see_other(&path(&listed))),
        Err(PersonError::LastAdmin) => {
            let mut faults = Faults::none();
            faults.add(field, page.say("person-last-admin"));
            again(app, page, listed, (GrantFields::blank(), faults)).await
        }
        Err(error) => Err(error.into()),
    }
}

fn path(listed: &Listed) -> String {
    saved(&format!("/people/{}", listed.person.id))
}

/// Makes a link: an invitation anew, or one to choose a new password with.
pub(super) async fn link(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
) -> Result<Response, Error> {
    let person = find(&app, &id).await?.person;
    let note = page.note(&app, Event::new("link-made").with("name", &person.name));
    match link::make(&app.db, person.id, &note).await? {
        Some(token) => invitation::show(&app, page, person.id, &token).await,
        // Disabled meanwhile: their page says so.
        None => Ok(page.visitor.see_other(&format!("/people/{}", person.id))),
    }
}

/// Takes an invitation back, and the invited with it.
pub(super) async fn withdraw(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
) -> Result<Response, Error> {
    let person = find(&app, &id).await?.person;
    let event = Event::new("invitation-withdrawn").with("name", &person.name);
    let note = page.note(&app, event);
    match link::withdraw(&app.db, person.id, &note).await? {
        true => Ok(page.visitor.see_other("/people")),
        // They were faster, and are here now.
        false => Ok(page.visitor.see_other(&format!("/people/{}", person.id))),
    }
}

impl Show {
    fn is_admin(&self) -> bool {
        access::is_admin(&self.listed.person)
    }

    fn is_here(&self) -> bool {
        self.listed.person.joined_at.is_some()
    }

    fn is_disabled(&self) -> bool {
        self.listed.person.disabled_at.is_some()
    }

    /// Nothing, for somebody who cannot sign in.
    fn reaches(&self) -> Vec<Reach<'_>> {
        if self.is_disabled() {
            return Vec::new();
        }
        let now_s = self.page.now_s();
        reach::of_person(&self.listed.person, &self.grants, &self.scopes.vpses, now_s)
    }

    /// How many VPSes a row is for, when it is for too many to name, or for all.
    fn number(&self, reach: &Reach<'_>) -> Option<Message> {
        let (count, all) = (reach.vpses.len(), self.scopes.vpses.len());
        if count > 1 && count == all {
            return Some(self.page.say("reach-all").with("count", count));
        }
        (count > NAMED_MAX).then(|| self.page.say("fleet-count").with("count", count))
    }

    /// What they did there that outlives their leaving.
    fn traces(&self, exposed: &Exposed) -> String {
        let traces = [
            (exposed.shell, "leaving-shell"),
            (exposed.secrets, "leaving-secrets"),
            (exposed.key, "leaving-key"),
        ];
        let said = traces.into_iter().filter(|(is_so, _)| *is_so);
        let said: Vec<String> = said.map(|(_, id)| self.page.say(id).text()).collect();
        said.join(" · ")
    }
}
