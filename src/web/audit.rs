//! The audit log: who did what on which VPS, when, with what, and how it ended.

use super::head::Head;
use super::page::Page;
use crate::app::App;
use crate::error::Error;
use crate::kiwivm::calls;
use crate::model::access::{self, Right};
use crate::model::audit::{self, Entry, Outcome, PAGE, Reader, Search};
use crate::model::person;
use crate::model::vps::{self, Vps};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;

/// What is looked for, as plain URL parameters.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    person: String,
    vps: String,
    call: String,
    outcome: String,
    before: String,
}

#[derive(Template)]
#[template(path = "audit/show.html")]
struct Show {
    page: Page,
    /// Of one VPS only.
    head: Option<Head>,
    asked: Asked,
    entries: Vec<Entry>,
    older: Option<i64>,
    people: Vec<String>,
    vpses: Vec<Vps>,
}

/// Everything for an admin; for a member what was done on the VPSes they may see, and by themselves.
pub(super) async fn show(
    State(app): State<App>,
    Query(asked): Query<Asked>,
    page: Page,
) -> Result<Response, Error> {
    let show = look_up(&app, page, asked, None).await?;
    Page::html(&show)
}

pub(super) async fn of_vps(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    page: Page,
) -> Result<Response, Error> {
    let head = Head::open(&app, &page, &id, "audit").await?;
    let show = look_up(&app, page, asked, Some(head)).await?;
    Page::html(&show)
}

async fn look_up(app: &App, page: Page, asked: Asked, head: Option<Head>) -> Result<Show, Error> {
    let search = Search {
        person: asked.person.clone(),
        vps_id: head
            .as_ref()
            .map(|head| head.vps.id)
            .or_else(|| asked.vps.parse().ok()),
        what: asked.call.clone(),
        outcome: asked.outcome.clone(),
        before: asked.before.parse().ok(),
        reader: reader(&page)?,
    };
    let mut entries = audit::page(&app.db, &search).await?;
    let is_whole = entries.len() <= PAGE;
    entries.truncate(PAGE);
    let older = entries.last().map(|entry| entry.id).filter(|_| !is_whole);
    let people = if page.is_admin() {
        person::all(&app.db, app.clock.now_s()).await?
    } else {
        Vec::new()
    };
    Ok(Show {
        vpses: vps::all(&app.db)
            .await?
            .into_iter()
            .filter(|vps| page.may(vps.id, Right::View))
            .collect(),
        people: people.into_iter().map(|person| person.name).collect(),
        page,
        head,
        asked,
        entries,
        older,
    })
}

/// An admin reads everything.
fn reader(page: &Page) -> Result<Option<Reader>, Error> {
    let person = &page.session()?.person;
    let reader = Reader {
        person_id: person.id,
        now_s: page.now_s(),
    };
    Ok((!access::is_admin(person)).then_some(reader))
}

/// The parameters of an entry, by name.
pub(super) fn parameters(json: &str) -> Vec<(String, String)> {
    let fields: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(json).unwrap_or_default();
    fields
        .into_iter()
        .map(|(name, value)| match value {
            serde_json::Value::String(text) => (name, text),
            other => (name, other.to_string()),
        })
        .collect()
}

impl Show {
    /// A call or an event in words.
    fn what(&self, entry: &Entry) -> String {
        match calls::find(&entry.what) {
            Some(call) => self.page.say(&super::call::message(call)).text(),
            None => self.page.say(&format!("event-{}", entry.what)).text(),
        }
    }

    /// The action whose page this person may open.
    fn open_action<'a>(&self, entry: &'a Entry) -> Option<&'a str> {
        let person = self.page.person()?;
        let is_theirs = entry.person_id == Some(person.id) || access::is_admin(person);
        entry.action.as_deref().filter(|_| is_theirs)
    }

    fn at_s(&self, entry: &Entry) -> i64 {
        entry.at_ms.div_euclid(1000)
    }

    fn outcome(&self, entry: &Entry) -> (&'static str, &'static str, &'static str) {
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

    fn calls(&self) -> &'static [crate::kiwivm::call::Call] {
        calls::CALLS
    }

    fn outcomes(&self) -> [Outcome; 4] {
        Outcome::ALL
    }

    fn older_path(&self, before: &i64) -> String {
        let asked = &self.asked;
        let before = before.to_string();
        let pairs = [
            ("person", asked.person.as_str()),
            ("vps", &asked.vps),
            ("call", &asked.call),
            ("outcome", &asked.outcome),
            ("before", &before),
        ];
        let set = pairs.into_iter().filter(|(_, value)| !value.is_empty());
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(set)
            .finish();
        format!("{}?{query}", self.path())
    }

    fn path(&self) -> String {
        self.head
            .as_ref()
            .map_or_else(|| "/audit".to_owned(), |head| head.path("/audit"))
    }
}
