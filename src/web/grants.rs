//! What a person is given: giving it, changing it, taking it back. For admins.

use super::form::{Faults, Form};
use super::grant_fields::{GrantFields, Scopes};
use super::page::Page;
use super::person;
use super::sign_in::local_path;
use crate::app::App;
use crate::error::Error;
use crate::i18n::Message;
use crate::model::access::Access;
use crate::model::audit::Event;
use crate::model::grant::{self, Given, Grant, Scope};
use crate::model::roster::Listed;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "grants/show.html")]
struct Show {
    page: Page,
    listed: Listed,
    grant: Grant,
    fields: GrantFields,
    /// Where to go afterwards.
    next: String,
    faults: Faults,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    next: Option<String>,
}

/// What a grant is for.
pub(super) fn scope_words(page: &Page, grant: &Grant) -> String {
    match &grant.scope {
        Scope::Every => page.say("grant-every").text(),
        Scope::Tag(tag) => page.say("grant-tag").with("tag", tag).text(),
        Scope::Vps(_) => grant.vps.clone().unwrap_or_default(),
    }
}

/// The same, where it stands beside the VPS.
pub(super) fn reason_words(page: &Page, grant: &Grant) -> String {
    match &grant.scope {
        Scope::Vps(_) => page.say("grant-this-vps").text(),
        _ => scope_words(page, grant),
    }
}

/// Level and shell.
pub(super) fn access_words(page: &Page, access: &Access) -> Message {
    let level = page.say(access.level.message());
    match access.shell {
        true => page.say("grant-with-shell").with("level", level),
        false => level,
    }
}

/// Until when, or since when no more; none for a grant without an end.
pub(super) fn end_words(page: &Page, given: &Given) -> Option<Message> {
    let ends_at = given.ends_at?;
    let message = if ends_at > page.now_s() {
        "grant-until"
    } else {
        "grant-ended"
    };
    Some(page.say(message).with("day", page.end(ends_at)))
}

/// Something given or taken, for the audit log.
pub(super) fn event(
    what: &'static str,
    person: &str,
    (scope, label): (&Scope, &str),
    given: Given,
) -> Event {
    let shell = if given.access.shell { "yes" } else { "no" };
    let mut event = Event::new(what)
        .with("name", person)
        .with("level", given.access.level.word())
        .with("shell", shell);
    if let Some(until) = given.ends_at.and_then(|at| Timestamp::from_second(at).ok()) {
        event = event.with("until", &until.to_string());
    }
    match scope {
        Scope::Vps(id) => event.about(*id, label),
        other => event.with("for", &other.word()),
    }
}

pub(super) async fn give(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
    form: Form,
) -> Result<Response, Error> {
    let listed = person::find(&app, &id).await?;
    let scopes = Scopes::read(&app).await?;
    let fields = GrantFields::typed(&form);
    let mut faults = Faults::none();
    let given = fields.given(&page, &mut faults);
    match (scopes.find(&fields.scope), given) {
        (Some(scope), Some(given)) => {
            let person = &listed.person;
            let label = match scope {
                Scope::Vps(id) => scopes.label(id).unwrap_or_default(),
                _ => "",
            };
            let event = event("grant-given", &person.name, (&scope, label), given);
            let note = page.note(&app, event);
            grant::give(&app.db, (person.id, &scope), given, &note).await?;
            Ok(page
                .visitor
                .see_other(&format!("/people/{}?saved=1", person.id)))
        }
        (scope, _) => {
            if scope.is_none() {
                faults.add("scope", page.say("grant-scope-missing"));
            }
            person::again(&app, page, listed, (fields, faults)).await
        }
    }
}

/// The person and one of their grants. Another person's is none of theirs.
async fn find(app: &App, (id, grant_id): (&str, &str)) -> Result<(Listed, Grant), Error> {
    let listed = person::find(app, id).await?;
    let grant_id: i64 = grant_id.parse().map_err(|_| Error::NoPage)?;
    let grants = grant::of_person(&app.db, listed.person.id).await?;
    let grant = grants.into_iter().find(|grant| grant.id == grant_id);
    Ok((listed, grant.ok_or(Error::NoPage)?))
}

pub(super) async fn show(
    State(app): State<App>,
    Path((id, grant_id)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    page: Page,
) -> Result<Response, Error> {
    let (listed, grant) = find(&app, (&id, &grant_id)).await?;
    let show = Show {
        fields: GrantFields::of(&grant, page.now_s()),
        next: next(&listed, asked.next.as_deref()),
        faults: Faults::none(),
        page,
        listed,
        grant,
    };
    Page::html(&show)
}

/// Back to where somebody came from, else to the person.
fn next(listed: &Listed, asked: Option<&str>) -> String {
    match local_path(asked) {
        "/" => format!("/people/{}", listed.person.id),
        path => path.to_owned(),
    }
}

pub(super) async fn change(
    State(app): State<App>,
    Path((id, grant_id)): Path<(String, String)>,
    page: Page,
    form: Form,
) -> Result<Response, Error> {
    let (listed, grant) = find(&app, (&id, &grant_id)).await?;
    let fields = GrantFields::typed(&form).keeping(&grant, page.now_s());
    let next = next(&listed, form.find("next"));
    let mut faults = Faults::none();
    let Some(given) = fields.given(&page, &mut faults) else {
        let show = Show {
            page,
            listed,
            grant,
            fields,
            next,
            faults,
        };
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Page::html(&show)?).into_response());
    };
    let note = page.note(&app, event_of("grant-given", &grant, given));
    grant::give(&app.db, (grant.person_id, &grant.scope), given, &note).await?;
    Ok(page.visitor.see_other(&next))
}

pub(super) async fn take(
    State(app): State<App>,
    Path((id, grant_id)): Path<(String, String)>,
    page: Page,
    form: Form,
) -> Result<Response, Error> {
    let (listed, grant) = find(&app, (&id, &grant_id)).await?;
    let note = page.note(&app, event_of("grant-taken", &grant, grant.given));
    grant::take(&app.db, &grant, &note).await?;
    Ok(page.visitor.see_other(&next(&listed, form.find("next"))))
}

fn event_of(what: &'static str, grant: &Grant, given: Given) -> Event {
    let label = grant.vps.as_deref().unwrap_or_default();
    event(what, &grant.person, (&grant.scope, label), given)
}

impl Show {
    fn target(&self) -> String {
        format!("/people/{}/grants/{}", self.listed.person.id, self.grant.id)
    }
}
