//! What a person is given: giving it, changing it, taking it back. For admins.

use super::form::{Faults, Form};
use super::grant_fields::{GrantFields, Scopes};
use super::page::Page;
use super::person;
use super::sign_in::{local_path, with_next};
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
    let scope = scopes.find(&fields.scope);
    match &scope {
        Some(scope) => {
            let there = present(&app, (listed.person.id, scope), page.now_s()).await?;
            refuse_second(&page, there, ("scope", None), &mut faults);
        }
        None => faults.add("scope", page.say("grant-scope-missing")),
    }
    let given = fields.given(&page, &mut faults);
    let (Some(scope), Some(given), false) = (scope, given, faults.any()) else {
        return person::again(&app, page, listed, (fields, faults)).await;
    };
    let person = &listed.person;
    let label = match scope {
        Scope::Vps(id) => scopes.label(id).unwrap_or_default(),
        _ => "",
    };
    let note = page.note(
        &app,
        event("grant-given", &person.name, (&scope, label), given),
    );
    grant::give(&app.db, (person.id, &scope), given, &note).await?;
    let path = saved(&format!("/people/{}", person.id));
    Ok(page.visitor.see_other(&path))
}

/// What this person has for this already, if it holds.
pub(super) async fn present(
    app: &App,
    (person_id, scope): (i64, &Scope),
    now_s: i64,
) -> Result<Option<Grant>, Error> {
    let grants = grant::of_person(&app.db, person_id).await?;
    let is_there = |grant: &Grant| match (&grant.scope, scope) {
        (Scope::Tag(one), Scope::Tag(other)) => one.eq_ignore_ascii_case(other),
        (one, other) => one == other,
    };
    Ok(grants
        .into_iter()
        .find(|grant| grant.holds(now_s) && is_there(grant)))
}

/// What is there is changed, not given once more: that could put less in its place, and nobody would
/// see it. The fault leads to it, and from there back to the page of this path.
pub(super) fn refuse_second(
    page: &Page,
    there: Option<Grant>,
    (field, back): (&'static str, Option<&str>),
    faults: &mut Faults,
) {
    let Some(grant) = there else {
        return;
    };
    let end = end_words(page, &grant.given).unwrap_or_else(|| page.say("grant-ends-never"));
    let words = page
        .say("grant-there")
        .with("access", access_words(page, &grant.given.access))
        .with("end", end);
    let path = format!("/people/{}/grants/{}", grant.person_id, grant.id);
    let path = match back {
        Some(back) => with_next(&path, back),
        None => path,
    };
    faults.refer(field, words, (page.say("grant-change"), path));
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
    Ok(page.visitor.see_other(&saved(&next)))
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
    let next = next(&listed, form.find("next"));
    Ok(page.visitor.see_other(&saved(&next)))
}

/// A path whose page then says so. It begins at its top, whichever part of it the form was sent from.
pub(super) fn saved(path: &str) -> String {
    let path = path.split('#').next().unwrap_or(path);
    let mark = if path.contains('?') { '&' } else { '?' };
    format!("{path}{mark}saved=1#main")
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
