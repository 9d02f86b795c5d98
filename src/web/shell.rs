//! The browser shell: a transcript, and under it one line to send.

pub(super) mod complete;
pub(super) mod history;
pub(super) mod output;
pub(super) mod send;
mod snippet;

use super::form::Form;
use super::head::Head;
use super::page::Page;
use super::section::Section;
use super::terminal::Painted;
use crate::actions;
use crate::app::App;
use crate::error::Error;
use crate::kiwivm::error::{Fault, is_api_error};
use crate::kiwivm::printable::{printable, printable_lines};
use crate::model::access::Right;
use crate::model::audit::Outcome;
use crate::model::history as kept;
use crate::shell::{self, Output, Place};
use crate::transcript::{self, Answer, Entry, Transcript};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use send::Typed;
use serde::Deserialize;
use serde_json::Value;
use snippet::Offered;
use std::borrow::Cow;

/// From then on a command that runs is about to be cut off: KiwiVM's limit is about 30 s.
const LONG_S: i64 = 25;

#[derive(Template)]
#[template(path = "shell/show.html", blocks = ["entries"])]
struct Show {
    page: Page,
    head: Head,
    transcript: Transcript,
    /// Only these are drawn, of the transcript.
    shown: Vec<Entry>,
    /// Whether it is one entry for the page that is there already.
    is_part: bool,
    action: String,
    host: String,
    /// What stands in the prompt.
    line: String,
    keeps_spaced: bool,
    snippets: Vec<Offered>,
    /// The snippet that is about to be run.
    chosen: Option<Offered>,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    /// This entry alone.
    entry: Option<String>,
    /// The page that asks shows already that it runs long.
    long: Option<String>,
    /// The line of this entry in the prompt.
    line: Option<String>,
    /// This snippet, to be filled and run.
    snippet: Option<String>,
}

pub(super) async fn show(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    page: Page,
) -> Result<Response, Error> {
    let head = open(&app, &page, &id).await?;
    let mut show = view(&app, page, head).await?;
    if show.page.visitor.by_htmx {
        return match show.is_unchanged(&asked) {
            true => Ok(StatusCode::NO_CONTENT.into_response()),
            false => show.part(asked.entry.as_deref()),
        };
    }
    let chosen = show
        .snippets
        .iter()
        .position(|one| Some(&one.word) == asked.snippet.as_ref());
    show.chosen = chosen.map(|at| show.snippets.remove(at));
    let again = asked.line.and_then(|action| show.entry(&action));
    let again = again.filter(|entry| !entry.is_starred);
    show.line = again.map(|entry| entry.command).unwrap_or_default();
    Page::html(&show)
}

/// The VPS, for somebody whose shell there is open.
pub(super) async fn open(app: &App, page: &Page, id: &str) -> Result<Head, Error> {
    let head = Head::open(app, page, id, Section::Shell).await?;
    page.require(head.vps.id, Right::Shell)?;
    let session = page.session()?;
    let (key, now_s) = ((session.id, head.vps.id), app.clock.now_s());
    // Only what is closed is opened here: looking at an open shell does not keep it open.
    let is_open = app.openings.is_open(key, now_s)
        || app.openings.extend(key, session.is_proved(now_s), now_s);
    if is_open && session.is_current() {
        Ok(head)
    } else {
        Err(Error::NeedsProof)
    }
}

async fn view(app: &App, page: Page, head: Head) -> Result<Show, Error> {
    let transcript = app.transcripts.find(page.session()?.id, head.vps.id);
    Ok(Show {
        shown: transcript.entries.clone(),
        transcript,
        is_part: false,
        action: actions::new_id()?,
        host: host(&head),
        line: String::new(),
        snippets: snippet::offered(app, &page).await?,
        chosen: None,
        keeps_spaced: kept::keeps_spaced(&app.db, page.session()?.person.id).await?,
        page,
        head,
    })
}

/// The name in the prompt: what the guest says it is called, or else the label.
fn host(head: &Head) -> String {
    let live = head
        .latest
        .live
        .as_ref()
        .and_then(|aged| aged.value.live_hostname.clone());
    let known = live.or_else(|| {
        head.latest
            .service()
            .and_then(|(_, service)| service.hostname.clone())
    });
    shell::plain(&known.unwrap_or_else(|| head.vps.label.clone()))
}

pub(super) async fn submit(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
    form: Form,
) -> Result<Response, Error> {
    let head = open(&app, &page, &id).await?;
    let path = head.path("/shell");
    let command = shell::typed(form.raw("command"));
    if form.ticked("clear") {
        let key = (page.session()?.id, head.vps.id);
        app.transcripts.clear(key.0, key.1);
        transcript::keep_later(&app, key);
    } else if form.ticked("snippet") || !command.trim().is_empty() {
        let command = match form.ticked("snippet") {
            true => snippet::filled(&app, &page, &form).await?,
            false => Typed::line(command),
        };
        let sent = send::run(&app, &page, &head, (&form, command)).await?;
        if page.visitor.by_htmx {
            return view(&app, page, head).await?.part(Some(&sent));
        }
    }
    Ok(page.visitor.see_other(&format!("{path}#command")))
}

/// For the scripts of the prompt.
fn json(value: &Value) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, value.to_string()).into_response()
}

impl Show {
    fn entry(&self, action: &str) -> Option<Entry> {
        let mut entries = self.transcript.entries.iter();
        entries.find(|entry| entry.action == action).cloned()
    }

    /// Whether the page that asks shows the entry as it is. Drawn anew for nothing, it would lose the focus,
    /// what is selected and what is unfolded in it.
    fn is_unchanged(&self, asked: &Asked) -> bool {
        let entry = asked.entry.as_ref().and_then(|action| self.entry(action));
        entry.is_some_and(|entry| {
            entry.answer.is_none() && self.is_long(&entry) == asked.long.is_some()
        })
    }

    /// One entry, or all of them, for the page that is there already.
    fn part(mut self, action: Option<&str>) -> Result<Response, Error> {
        if let Some(action) = action {
            self.shown.retain(|entry| entry.action == action);
        }
        self.is_part = true;
        Ok(Html(self.as_entries().render()?).into_response())
    }

    /// Where the next command runs, for the form.
    fn next_directory(&self) -> Cow<'_, str> {
        shell::travelling(&self.transcript.directory)
    }

    fn place(&self, directory: &str) -> String {
        let directory = printable(directory, shell::DIRECTORY_MAX_BYTES);
        format!("root@{}:{directory}#", self.host)
    }

    /// A line as it was typed, but for what steers or turns.
    fn command(&self, entry: &Entry) -> String {
        printable_lines(&entry.command, shell::SENT_MAX_BYTES)
    }

    /// The text that was sent for it.
    fn sent(&self, entry: &Entry) -> Option<String> {
        Some(printable_lines(&entry.sent()?, shell::SENT_MAX_BYTES))
    }

    fn tone(&self, entry: &Entry) -> &'static str {
        match &entry.answer {
            Some(answer) if answer.outcome == Outcome::Unknown => "is-unknown",
            Some(answer)
                if answer.fault.is_some() || answer.status.is_some_and(|status| status != 0) =>
            {
                "is-danger"
            }
            _ => "",
        }
    }

    /// KiwiVM's refusal of a `cd` is the VPS's own word, and is shown as it is.
    fn fault(&self, answer: &Answer) -> Option<String> {
        match answer.fault.as_ref()? {
            Fault::Refused(refusal) if !is_api_error(refusal.code) => {
                Some(shell::plain(&refusal.message))
            }
            Fault::TooLong { .. } => Some(self.page.say("shell-too-long").text()),
            fault => Some(super::reply::fault_words(&self.page, fault)),
        }
    }

    /// Whether the panel stopped reading what it wrote.
    fn is_too_long(&self, answer: &Answer) -> bool {
        matches!(answer.fault, Some(Fault::TooLong { .. }))
    }

    fn was_not_entered(&self, answer: &Answer) -> bool {
        answer.place == Place::NotEntered
    }

    /// Whether the line ended without saying where: killed, most likely.
    fn is_lost(&self, entry: &Entry, answer: &Answer) -> bool {
        entry.mark.is_some()
            && answer.outcome == Outcome::Accepted
            && !self.is_too_long(answer)
            && answer.place == Place::Unknown
    }

    /// Whether it took so long that KiwiVM has most likely ended it.
    fn was_cut_off(&self, entry: &Entry, answer: &Answer) -> bool {
        let is_without_end = self.is_lost(entry, answer) || answer.outcome == Outcome::Unknown;
        is_without_end && answer.took_ms >= LONG_S * 1000
    }

    /// Whether KiwiVM is about to cut it off.
    fn is_long(&self, entry: &Entry) -> bool {
        self.elapsed_s(entry) >= LONG_S
    }

    fn painted<'a>(&self, output: &'a Output) -> Painted<'a> {
        Painted(output)
    }

    fn seconds(&self, answer: &Answer) -> String {
        super::action::took(answer.took_ms)
    }

    fn elapsed_s(&self, entry: &Entry) -> i64 {
        self.page.now_s() - entry.at_s
    }
}
