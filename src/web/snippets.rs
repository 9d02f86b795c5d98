//! Commands with a name: one's own, the team's, and those that come with the program.

use super::form::{Faults, Form};
use super::page::Page;
use crate::app::App;
use crate::error::Error;
use crate::model::audit::Event;
use crate::model::snippet::{self, Snippet};
use crate::shell;
use crate::snippet::{Body, SHIPPED};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

/// So long a name may be.
const NAME_MAX_CHARS: usize = 80;
/// A longer command is a script, and no snippet.
const BODY_MAX_BYTES: usize = 4096;

#[derive(Template)]
#[template(path = "snippets/show.html")]
struct Show {
    page: Page,
    snippets: Vec<Snippet>,
    /// The one that is changed; none: a new one.
    changed: Option<i64>,
    name: String,
    body: String,
    is_team: bool,
    faults: Faults,
}

pub(super) async fn show(State(app): State<App>, page: Page) -> Result<Response, Error> {
    let typed = (String::new(), String::new(), false);
    Page::html(&view(&app, page, (None, typed), Faults::none()).await?)
}

pub(super) async fn edit(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
) -> Result<Response, Error> {
    let known = find(&app, &page, &id).await?;
    let typed = (known.name, known.body, known.is_team);
    Page::html(&view(&app, page, (Some(known.id), typed), Faults::none()).await?)
}

/// The snippets that this person may use.
pub(super) async fn all(app: &App, page: &Page) -> Result<Vec<Snippet>, Error> {
    Ok(snippet::of_person(&app.db, page.session()?.person.id).await?)
}

async fn view(
    app: &App,
    page: Page,
    (changed, (name, body, is_team)): (Option<i64>, (String, String, bool)),
    faults: Faults,
) -> Result<Show, Error> {
    Ok(Show {
        snippets: all(app, &page).await?,
        changed,
        name,
        body,
        is_team,
        faults,
        page,
    })
}

/// One that this person may change: their own, and the team's for an admin.
async fn find(app: &App, page: &Page, id: &str) -> Result<Snippet, Error> {
    let mut snippets = all(app, page).await?.into_iter();
    let found = snippets.find(|snippet| snippet.id.to_string() == id);
    let found = found.ok_or(Error::NoPage)?;
    if found.is_team {
        page.require_admin()?;
    }
    Ok(found)
}

pub(super) async fn add(State(app): State<App>, page: Page, form: Form) -> Result<Response, Error> {
    let is_team = form.ticked("team");
    if is_team {
        // Others will run it as root.
        page.require_admin()?;
        page.require_proof()?;
    }
    let (name, body) = typed(&form);
    let mut faults = check(&page, (&name, &body));
    if !faults.any() {
        let owner = page.session()?.person.id;
        let owner = (!is_team).then_some(owner);
        let note = page.note(&app, event("snippet-saved", (&name, &body), is_team));
        if snippet::add(&app.db, owner, (&name, &body), &note).await? {
            return Ok(page.visitor.see_other("/snippets"));
        }
        faults.add("name", page.say("snippet-too-many"));
    }
    let show = view(&app, page, (None, (name, body, is_team)), faults).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Page::html(&show)?).into_response())
}

pub(super) async fn change(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
    form: Form,
) -> Result<Response, Error> {
    let known = find(&app, &page, &id).await?;
    if known.is_team {
        page.require_proof()?;
    }
    let (name, body) = typed(&form);
    let faults = check(&page, (&name, &body));
    if faults.any() {
        let typed = (name, body, known.is_team);
        let show = view(&app, page, (Some(known.id), typed), faults).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Page::html(&show)?).into_response());
    }
    let note = page.note(&app, event("snippet-saved", (&name, &body), known.is_team));
    snippet::change(&app.db, known.id, (&name, &body), &note).await?;
    Ok(page.visitor.see_other("/snippets"))
}

pub(super) async fn remove(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
) -> Result<Response, Error> {
    let known = find(&app, &page, &id).await?;
    let removed = event("snippet-removed", (&known.name, &known.body), known.is_team);
    snippet::remove(&app.db, known.id, &page.note(&app, removed)).await?;
    Ok(page.visitor.see_other("/snippets"))
}

fn typed(form: &Form) -> (String, String) {
    let body = shell::typed(form.raw("body"));
    (form.line("name"), body.trim_end().to_owned())
}

fn check(page: &Page, (name, body): (&str, &str)) -> Faults {
    let mut faults = Faults::none();
    if name.is_empty() {
        faults.add("name", page.say("form-missing"));
    } else if name.chars().count() > NAME_MAX_CHARS {
        let words = page.say("snippet-name-too-long");
        faults.add("name", words.with("most", NAME_MAX_CHARS));
    }
    if body.trim().is_empty() {
        faults.add("body", page.say("form-missing"));
    } else if body.len() > BODY_MAX_BYTES || body.contains('\0') {
        faults.add("body", page.say("snippet-body-too-long"));
    } else if Body::read(body).is_err() {
        faults.add("body", page.say("snippet-unsafe"));
    }
    faults
}

fn event(what: &'static str, (name, body): (&str, &str), is_team: bool) -> Event {
    Event::new(what)
        .with("name", name)
        .with("of", if is_team { "team" } else { "own" })
        .with("body", body)
}

/// The name of one that comes with the program.
pub(super) fn shipped_name(page: &Page, word: &str) -> String {
    let id = match word {
        "disk" => "snippet-disk",
        "memory" => "snippet-memory",
        "ports" => "snippet-ports",
        "sign-ins" => "snippet-sign-ins",
        "resolver" => "snippet-resolver",
        _ => "snippet-updates",
    };
    page.say(id).text()
}

impl Show {
    fn shipped(&self) -> impl Iterator<Item = (String, &'static str)> {
        let name = |(word, body): &(&str, &'static str)| (shipped_name(&self.page, word), *body);
        SHIPPED.iter().map(name)
    }

    fn may_change(&self, snippet: &Snippet) -> bool {
        !snippet.is_team || self.page.is_admin()
    }

    fn target(&self) -> String {
        match self.changed {
            Some(id) => format!("/snippets/{id}"),
            None => "/snippets".to_owned(),
        }
    }
}
