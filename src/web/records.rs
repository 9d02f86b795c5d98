//! KiwiVM's audit log and ours on one time line, for whoever may view the VPS. Entries from addresses
//! that are not the panel's are marked, and a change whose reply never came is looked for in KiwiVM's log.

mod export;
mod filter;

use super::audit::reader;
use super::form::Faults;
use super::head::Head;
use super::known::Known;
use super::page::Page;
use super::section::Section;
use crate::app::App;
use crate::error::Error;
use crate::i18n::Message;
use crate::kiwivm::calls::AUDIT_LOG;
use crate::kiwivm::reply::{AuditEntry, Reply};
use crate::model::access::Right;
use crate::model::audit::{self, Entry, Event, Outcome};
use crate::records::{self, Elsewhere, Line, Log, Looked, Origin, Part, Place, Trace};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use export::Export;
use filter::{Asked, Source, Wanted};

/// So many lines stand on a page.
const PAGE: usize = 50;
/// So many entries of ours are looked at together when words are looked for.
const CHUNK: usize = 500;
/// So often for one page; the next one goes on from there.
const CHUNKS_MAX: usize = 20;
/// So many of our accepted actions, the newest, show from where KiwiVM sees us.
const LEARNT_FROM: usize = 1000;
/// So many addresses are named in the summary.
const ADDRESSES_MAX: usize = 5;

#[derive(Template)]
#[template(path = "records/show.html")]
struct Show {
    page: Page,
    head: Head,
    known: Known,
    log: Log,
    asked: Asked,
    faults: Faults,
    part: Part,
}

pub(super) async fn show(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    page: Page,
) -> Result<Response, Error> {
    let head = Head::open(&app, &page, &id, Section::Records).await?;
    let known = Known::of(&app, &head.vps, AUDIT_LOG).await?;
    let log = log(&app, head.vps.id, &known)
        .await?
        .added(head.vps.created_at);
    let (part, faults) = match asked.wanted(&page, head.vps.id) {
        Ok(mut wanted) => {
            wanted.audit.reader = reader(&page.session()?.person, page.now_s());
            let part = part(&app, &page, (&wanted, &log), PAGE).await?;
            (part, Faults::none())
        }
        Err(faults) => (Part::default(), faults),
    };
    let status = match faults.any() {
        true => StatusCode::UNPROCESSABLE_ENTITY,
        false => StatusCode::OK,
    };
    let show = Show {
        page,
        head,
        known,
        log,
        asked,
        faults,
        part,
    };
    Ok((status, Page::html(&show)?).into_response())
}

/// The whole line that the page finds, as a file.
pub(super) async fn export(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
    axum::Form(asked): axum::Form<Asked>,
) -> Result<Response, Error> {
    let head = Head::open(&app, &page, &id, Section::Records).await?;
    let Ok(mut wanted) = asked.wanted(&page, head.vps.id) else {
        // The page itself says what is wrong with the days.
        return Ok(page.visitor.see_other(&head.path(&asked.path())));
    };
    // A file begins at the newest entry, on whatever page its button was.
    wanted.before = None;
    let mut event = Event::new("audit-exported")
        .with("format", "csv")
        .with("of", "records")
        .about(head.vps.id, &head.vps.label);
    for (name, value) in asked.pairs() {
        event = event.with(name, value);
    }
    audit::note(&app.db, &page.note(&app, event)).await?;
    let export = Export {
        log: kept_log(&app, head.vps.id)
            .await?
            .added(head.vps.created_at),
        session_id: page.session()?.id,
        wanted,
        page,
    };
    Ok(export.response(&app, head.vps.id))
}

/// The last reply, whatever its age: nobody is asked.
async fn kept_log(app: &App, vps_id: i64) -> Result<Log, Error> {
    log(app, vps_id, &Known::kept(app, vps_id, AUDIT_LOG).await?).await
}

/// What the last reply says of an action whose own reply never came.
pub(super) async fn trace(app: &App, action: &Entry) -> Result<Option<Trace>, Error> {
    let Some(vps_id) = action.vps_id else {
        return Ok(None);
    };
    if action.outcome.as_deref() != Some(Outcome::Unknown.word()) {
        return Ok(None);
    }
    Ok(kept_log(app, vps_id).await?.trace(action))
}

/// KiwiVM's log beside what this panel did, whoever did it: which address is the panel's does not depend
/// on who looks.
async fn log(app: &App, vps_id: i64, known: &Known) -> Result<Log, Error> {
    let search = audit::Search {
        vps_id: Some(vps_id),
        outcome: Outcome::Accepted.word().to_owned(),
        ..audit::Search::default()
    };
    let accepted = audit::page(&app.db, &search, LEARNT_FROM).await?;
    let told = (known.read(Reply::audit_entries), known.at_s);
    Ok(Log::new(told, &accepted, &app.own_addresses))
}

/// The next part of the line.
async fn part(
    app: &App,
    page: &Page,
    (wanted, log): (&Wanted, &Log),
    at_most: usize,
) -> Result<Part, sqlx::Error> {
    let ours = match wanted.source {
        Source::Both | Source::Ours => look(app, page, wanted, at_most + 1).await?,
        Source::Theirs | Source::Elsewhere => Looked::default(),
    };
    let theirs = log
        .entries
        .iter()
        .filter(|logged| wanted.takes_theirs(log, logged));
    Ok(records::merge(ours, theirs.cloned().collect(), at_most))
}

/// Looks through our log until there is enough, or for so long.
async fn look(
    app: &App,
    page: &Page,
    wanted: &Wanted,
    at_most: usize,
) -> Result<Looked, sqlx::Error> {
    let mut search = wanted.audit.clone();
    search.before = wanted.before.map(Place::among_ours);
    let at_once = if wanted.has_words() { CHUNK } else { at_most };
    let mut looked = Looked::default();
    for _ in 0..CHUNKS_MAX {
        let entries = audit::page(&app.db, &search, at_once).await?;
        let is_end = entries.len() < at_once;
        let last = entries
            .last()
            .map(|entry| (entry.cursor(), Place::of(entry)));
        let fitting = entries
            .into_iter()
            .filter(|entry| wanted.takes_ours(page, entry));
        looked.entries.extend(fitting);
        (search.before, looked.to) = last.unzip();
        if is_end {
            looked.to = None;
            break;
        }
        if looked.entries.len() >= at_most {
            break;
        }
    }
    Ok(looked)
}

/// What KiwiVM's log says of an action, in words: class name, icon, and a sentence.
pub(super) fn trace_words(page: &Page, trace: &Trace) -> (&'static str, &'static str, Message) {
    match trace {
        Trace::Logged {
            summary,
            after_s,
            elsewhere: None,
        } => {
            let words = page
                .say("records-trace-logged")
                .with("summary", summary.as_str())
                .with("after", page.duration(after_s));
            ("is-ok", "ok", words)
        }
        Trace::Logged {
            summary,
            after_s,
            elsewhere: Some(address),
        } => {
            let words = page
                .say("records-trace-elsewhere")
                .with("summary", summary.as_str())
                .with("after", page.duration(after_s))
                .with("address", address.to_string());
            ("is-warning", "warning", words)
        }
        Trace::Nothing {
            within_s,
            is_telling,
        } => {
            let id = match is_telling {
                true => "records-trace-nothing",
                false => "records-trace-silent",
            };
            let words = page.say(id).with("span", page.duration(within_s));
            ("is-info", "info", words)
        }
        Trace::Untold { ask_again: true } => ("is-info", "clock", page.say("records-trace-ask")),
        Trace::Untold { ask_again: false } => {
            ("is-info", "unknown", page.say("records-trace-untold"))
        }
    }
}

impl Show {
    fn asking(&self) -> bool {
        self.known.asking
    }

    fn at_s(&self, entry: &Entry) -> i64 {
        entry.at_ms.div_euclid(1000)
    }

    fn what(&self, entry: &Entry) -> String {
        super::audit::what(&self.page, entry)
    }

    /// From where an entry of KiwiVM's came: class name, icon and message id.
    fn origin(&self, entry: &AuditEntry) -> Option<(&'static str, &'static str, &'static str)> {
        match self.log.origin(entry) {
            Origin::Panel => Some(("is-muted", "server", "records-this-panel")),
            Origin::Elsewhere => Some(("is-warning", "warning", "records-not-this-panel")),
            Origin::Unknown => None,
        }
    }

    fn is_elsewhere(&self, entry: &AuditEntry) -> bool {
        self.log.origin(entry) == Origin::Elsewhere
    }

    /// What of late did not come from this panel, if anything.
    fn elsewhere(&self) -> Option<Elsewhere> {
        let elsewhere = self.log.elsewhere(self.page.now_s());
        (elsewhere.count > 0).then_some(elsewhere)
    }

    fn elsewhere_words(&self, elsewhere: &Elsewhere) -> Message {
        let named: Vec<String> = elsewhere
            .addresses
            .iter()
            .take(ADDRESSES_MAX)
            .map(ToString::to_string)
            .collect();
        let more = elsewhere.addresses.len() - named.len();
        let separator = self.page.say("records-separator").text();
        self.page
            .say("records-elsewhere")
            .with("count", elsewhere.count)
            .with("addresses", named.join(&separator))
            .with("more", more)
    }

    /// There is a log, and nothing in it shows from where KiwiVM sees this panel.
    fn is_unlearnt(&self) -> bool {
        !self.log.entries.is_empty() && !self.log.knows_the_panel()
    }

    /// Of this panel, in a row.
    fn panel_addresses(&self) -> Option<String> {
        let named: Vec<String> = self.log.panel().iter().map(ToString::to_string).collect();
        let separator = self.page.say("records-separator").text();
        (!named.is_empty()).then(|| named.join(&separator))
    }

    fn trace(&self, entry: &Entry) -> Option<(&'static str, &'static str, Message)> {
        let trace = self.log.trace(entry)?;
        Some(trace_words(&self.page, &trace))
    }

    /// The fields of the span: name, what was typed, and the message of their name.
    fn days(&self) -> [(&'static str, &str, &'static str); 2] {
        [
            ("from", &self.asked.from, "audit-first-day"),
            ("to", &self.asked.to, "audit-last-day"),
        ]
    }

    fn sources(&self) -> [Source; 4] {
        Source::ALL
    }

    fn is_filtered(&self) -> bool {
        self.asked.pairs().next().is_some()
    }

    fn older_path(&self, place: &Place) -> String {
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(self.asked.pairs())
            .append_pair("before", &place.to_string())
            .finish();
        self.head.path(&format!("/records?{query}"))
    }

    fn may_change_the_key(&self) -> bool {
        self.page.is_admin()
    }

    fn may_see_access(&self) -> bool {
        self.page.has_company() && self.page.may(self.head.vps.id, Right::Manage)
    }
}
