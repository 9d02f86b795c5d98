//! The audit log: who did what on which VPS, when, with what, and how it ended.

mod export;
pub(super) mod filter;

use super::form::Faults;
use super::head::Head;
use super::page::Page;
use super::section::Section;
use crate::app::App;
use crate::error::Error;
use crate::kiwivm::calls;
use crate::kiwivm::printable::printable_lines;
use crate::model::access::{self, Right};
use crate::model::audit::{self, Cursor, Entry, Event, Outcome, PAGE, Reader};
use crate::model::person::{self, Person};
use crate::model::vps::{self, Vps};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use export::{Export, Format};
use filter::Asked;

#[derive(Template)]
#[template(path = "audit/show.html")]
struct Show {
    page: Page,
    /// Of one VPS only.
    head: Option<Head>,
    asked: Asked,
    faults: Faults,
    entries: Vec<Entry>,
    older: Option<Cursor>,
    people: Vec<String>,
    vpses: Vec<Vps>,
    events: Vec<String>,
}

/// Everything for an admin; for a member what was done on the VPSes they may see, and by themselves.
pub(super) async fn show(
    State(app): State<App>,
    Query(asked): Query<Asked>,
    page: Page,
) -> Result<Response, Error> {
    look_up(&app, page, (asked, None)).await
}

pub(super) async fn of_vps(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    page: Page,
) -> Result<Response, Error> {
    let head = Head::open(&app, &page, &id, Section::Records).await?;
    look_up(&app, page, (asked, Some(head))).await
}

/// What the page finds, all of it, as a file.
pub(super) async fn export(
    State(app): State<App>,
    page: Page,
    axum::Form(asked): axum::Form<Asked>,
) -> Result<Response, Error> {
    download(&app, page, (asked, None)).await
}

pub(super) async fn export_of_vps(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
    axum::Form(asked): axum::Form<Asked>,
) -> Result<Response, Error> {
    let head = Head::open(&app, &page, &id, Section::Records).await?;
    download(&app, page, (asked, Some(head))).await
}

async fn look_up(
    app: &App,
    page: Page,
    (asked, head): (Asked, Option<Head>),
) -> Result<Response, Error> {
    let reader = reader(&page.session()?.person, page.now_s());
    let mut search = match asked.search(&page) {
        Ok(search) => search,
        Err(faults) => return refuse(app, page, (asked, head), faults).await,
    };
    search.vps_id = head.as_ref().map(|head| head.vps.id).or(search.vps_id);
    search.reader = reader;
    let mut entries = audit::page(&app.db, &search, PAGE + 1).await?;
    let is_whole = entries.len() <= PAGE;
    entries.truncate(PAGE);
    let last = entries.last().filter(|_| !is_whole);
    let show = Show {
        older: last.map(Entry::cursor),
        entries,
        ..Show::empty(app, page, (asked, head)).await?
    };
    Page::html(&show)
}

/// The same page with what is wrong beside its field.
async fn refuse(
    app: &App,
    page: Page,
    asked: (Asked, Option<Head>),
    faults: Faults,
) -> Result<Response, Error> {
    let show = Show {
        faults,
        ..Show::empty(app, page, asked).await?
    };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Page::html(&show)?).into_response())
}

async fn download(
    app: &App,
    page: Page,
    (asked, head): (Asked, Option<Head>),
) -> Result<Response, Error> {
    let mut search = match asked.search(&page) {
        Ok(search) => search,
        Err(faults) => return refuse(app, page, (asked, head), faults).await,
    };
    // A file begins at the newest entry, on whatever page its button was.
    search.before = None;
    search.vps_id = head.as_ref().map(|head| head.vps.id).or(search.vps_id);
    search.reader = reader(&page.session()?.person, page.now_s());
    let format = Format::of(&asked.format);
    let mut event = Event::new("audit-exported").with("format", format.word());
    for (name, value) in asked.pairs() {
        event = event.with(name, value);
    }
    if let Some(head) = &head {
        event = event.about(head.vps.id, &head.vps.label);
    }
    audit::note(&app.db, &page.note(app, event)).await?;
    let export = Export {
        format,
        search,
        session_id: page.session()?.id,
        zone: page.zone.clone(),
    };
    Ok(export.response(app, head.map(|head| head.vps.id)))
}

/// An admin reads everything.
pub(super) fn reader(person: &Person, now_s: i64) -> Option<Reader> {
    let reader = Reader {
        person_id: person.id,
        now_s,
    };
    (!access::is_admin(person)).then_some(reader)
}

/// The parameters of an entry, by name, to be read: a directory of a VPS may have any letter in its name.
pub(super) fn parameters(json: &str) -> Vec<(String, String)> {
    let fields: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(json).unwrap_or_default();
    fields
        .into_iter()
        .map(|(name, value)| match value {
            serde_json::Value::String(text) => (name, printable_lines(&text, usize::MAX)),
            other => (name, other.to_string()),
        })
        .collect()
}

/// A call or an event in words.
pub(super) fn what(page: &Page, entry: &Entry) -> String {
    match calls::find(&entry.what) {
        Some(call) => page.say(&super::call::message(call)).text(),
        None => event(page, &entry.what),
    }
}

fn event(page: &Page, word: &str) -> String {
    page.say(&format!("event-{word}")).text()
}

/// Who did it, in the reader's language where it was nobody with a name.
pub(super) fn who(page: &Page, entry: &Entry) -> String {
    match entry.person.as_str() {
        audit::PANEL => page.say("audit-by-panel").text(),
        audit::COMMAND_LINE => page.say("audit-by-command").text(),
        name => name.to_owned(),
    }
}

/// The action whose page this person may open.
pub(super) fn open_action<'a>(page: &Page, entry: &'a Entry) -> Option<&'a str> {
    let person = page.person()?;
    let is_theirs = entry.person_id == Some(person.id) || access::is_admin(person);
    entry.action.as_deref().filter(|_| is_theirs)
}

/// How an entry ended: class name, icon and message id.
pub(super) fn mark(entry: &Entry) -> (&'static str, &'static str, &'static str) {
    match entry.outcome.as_deref().and_then(Outcome::from_word) {
        Some(Outcome::Accepted) if calls::find(&entry.what).is_none() => {
            ("is-ok", "ok", "outcome-done")
        }
        Some(Outcome::Accepted) => ("is-ok", "ok", "outcome-accepted"),
        Some(Outcome::Refused) => ("is-warning", "danger", "outcome-refused"),
        Some(Outcome::Unsent) => ("is-warning", "danger", "outcome-unsent"),
        Some(Outcome::Unknown) => ("is-danger", "unknown", "outcome-unknown"),
        None => ("is-info", "clock", "outcome-running"),
    }
}

impl Show {
    /// The page without entries: its filter, and what may be chosen there.
    async fn empty(
        app: &App,
        page: Page,
        (asked, head): (Asked, Option<Head>),
    ) -> Result<Show, Error> {
        let people = if page.is_admin() {
            person::all(&app.db, page.now_s()).await?
        } else {
            Vec::new()
        };
        let vpses = vps::all(&app.db).await?.into_iter();
        Ok(Show {
            vpses: vpses.filter(|vps| page.may(vps.id, Right::View)).collect(),
            people: people.into_iter().map(|person| person.name).collect(),
            events: audit::events(&app.db, reader(&page.session()?.person, page.now_s())).await?,
            faults: Faults::none(),
            entries: Vec::new(),
            older: None,
            page,
            head,
            asked,
        })
    }

    fn event(&self, word: &str) -> String {
        event(&self.page, word)
    }

    fn at_s(&self, entry: &Entry) -> i64 {
        entry.at_ms.div_euclid(1000)
    }

    /// The fields of the span: name, what was typed, and the message of their name.
    fn days(&self) -> [(&'static str, &str, &'static str); 2] {
        [
            ("from", &self.asked.from, "audit-first-day"),
            ("to", &self.asked.to, "audit-last-day"),
        ]
    }

    fn calls(&self) -> &'static [crate::kiwivm::call::Call] {
        calls::CALLS
    }

    fn outcomes(&self) -> [Outcome; 4] {
        Outcome::ALL
    }

    fn older_path(&self, before: &Cursor) -> String {
        let before = before.to_string();
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(self.asked.pairs())
            .append_pair("before", &before)
            .finish();
        format!("{}?{query}", self.path())
    }

    fn path(&self) -> String {
        self.head
            .as_ref()
            .map_or_else(|| "/audit".to_owned(), |head| head.path("/audit"))
    }
}
