//! Scripts that run in the background on a VPS: begin one, see who began what, read the logs.

use super::form::Form;
use super::head::Head;
use super::order;
use super::page::Page;
use super::shell::{open, send};
use super::terminal::Painted;
use crate::actions;
use crate::app::App;
use crate::error::Error;
use crate::kiwivm::calls::SHELL_SCRIPT;
use crate::kiwivm::printable::{printable, printable_lines};
use crate::model::audit::{Event, Outcome};
use crate::model::run::{self, Begun, Run, State};
use crate::perform::{self, Order, PerformError};
use crate::runs::Log;
use crate::secret::Secret;
use crate::shell::{self, Output};
use askama::Template;
use axum::extract::{Path, Query, State as Shared};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;
use std::borrow::Cow;
use std::time::Duration;

/// KiwiVM names the log at once, or the page shows it later.
const NAMED_WITHIN: Duration = Duration::from_secs(8);

#[derive(Template)]
#[template(path = "runs/show.html", blocks = ["list"])]
struct Show {
    page: Page,
    head: Head,
    runs: Vec<Row>,
    /// The page of one run.
    is_single: bool,
    action: String,
    script: String,
    directory: String,
}

/// A run, and what was read of its log.
struct Row {
    run: Run,
    log: Log,
    output: Output,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    /// The entry of the transcript whose line is to run here.
    from: Option<String>,
}

/// What a page that shows a run says of itself when it asks again.
#[derive(Deserialize)]
pub(super) struct Shown {
    /// What it shows: see [`Row::shown`].
    shown: Option<String>,
    /// It shows other runs too.
    listed: Option<String>,
}

pub(super) async fn show(
    Shared(app): Shared<App>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    page: Page,
) -> Result<Response, Error> {
    let head = open(&app, &page, &id).await?;
    let transcript = app.transcripts.find(page.session()?.id, head.vps.id);
    let mut entries = transcript.entries.iter();
    let from = entries.find(|entry| Some(&entry.action) == asked.from.as_ref());
    let from = from.filter(|entry| !entry.is_starred);
    let (script, directory) = match from {
        Some(entry) => (entry.command.clone(), entry.directory.clone()),
        None => (String::new(), transcript.directory.clone()),
    };
    let runs = run::of_vps(&app.db, head.vps.id).await?;
    let mut show = view(&app, page, head, runs)?;
    (show.script, show.directory) = (script, directory);
    Page::html(&show)
}

pub(super) async fn show_one(
    Shared(app): Shared<App>,
    Path((id, run)): Path<(String, String)>,
    Query(shown): Query<Shown>,
    page: Page,
) -> Result<Response, Error> {
    let head = open(&app, &page, &id).await?;
    let run = find(&app, &head, &run).await?;
    let mut show = view(&app, page, head, vec![run])?;
    show.is_single = shown.listed.is_none();
    if show.page.visitor.by_htmx {
        // Drawn anew for nothing, it would lose what is selected in its log.
        let is_unchanged = show.runs.iter().any(|row| Some(row.shown()) == shown.shown);
        return match is_unchanged {
            true => Ok(StatusCode::NO_CONTENT.into_response()),
            false => Ok(Html(show.as_list().render()?).into_response()),
        };
    }
    Page::html(&show)
}

fn view(app: &App, page: Page, head: Head, runs: Vec<Run>) -> Result<Show, Error> {
    let row = |run: Run| {
        let log = app.logs.find(run.id);
        Row {
            output: Output::read(&log.text),
            log,
            run,
        }
    };
    Ok(Show {
        runs: runs.into_iter().map(row).collect(),
        is_single: false,
        action: actions::new_id()?,
        script: String::new(),
        directory: String::new(),
        page,
        head,
    })
}

/// The run of this number, if it is one of this VPS.
async fn find(app: &App, head: &Head, run: &str) -> Result<Run, Error> {
    let runs = run::of_vps(&app.db, head.vps.id).await?;
    let mut runs = runs.into_iter();
    runs.find(|known| known.id.to_string() == run)
        .ok_or(Error::NoPage)
}

pub(super) async fn begin(
    Shared(app): Shared<App>,
    Path(id): Path<String>,
    page: Page,
    form: Form,
) -> Result<Response, Error> {
    let head = open(&app, &page, &id).await?;
    let path = head.path("/shell/runs");
    let script = shell::typed(form.raw("script"));
    if script.trim().is_empty() {
        return Ok(page.visitor.see_other(&path));
    }
    let session = page.session()?;
    let transcript = app.transcripts.find(session.id, head.vps.id);
    let begun = Begun {
        vps_id: head.vps.id,
        person: session.person.name.clone(),
        reader_id: session.id,
        action: order::action_id(&form)?,
        directory: send::directory(&form, &transcript)?,
        script,
        mark: actions::new_id()?,
    };
    match perform::perform(&app, errand(&page, &head, &begun)?).await {
        Ok(()) => {}
        Err(PerformError::Repeated) => return Ok(page.visitor.see_other(&path)),
        Err(error) => return Err(error.into()),
    }
    run::begin(&app.db, &begun, app.clock.now_s()).await?;
    let following = app.tasks.spawn(follow(app.clone(), begun.action));
    // Dropping the handle at the end of the wait does not stop the task.
    let _ = tokio::time::timeout(NAMED_WITHIN, following).await;
    Ok(page.visitor.see_other(&path))
}

fn errand(page: &Page, head: &Head, begun: &Begun) -> Result<Order, Error> {
    let text = shell::background(&begun.directory, &begun.script, &begun.mark);
    let text = text.map_err(send::unsendable)?;
    let order = order::order(page, (head.vps.clone(), SHELL_SCRIPT), begun.action.clone())?;
    Ok(Order {
        parameters: vec![("script", Secret::new(text))],
        noted: Some(send::noted([
            ("directory", begun.directory.as_str()),
            ("script", begun.script.as_str()),
        ])),
        ..order
    })
}

/// Waits for the reply that names the log, whoever still looks.
async fn follow(app: App, action: String) {
    let ended = perform::wait_for(&app, &action, SHELL_SCRIPT.time_limit * 2).await;
    let (outcome, reply) = match &ended {
        Some(ended) => (ended.outcome, ended.reply.as_ref()),
        None => (Outcome::Unknown, None),
    };
    let state = match outcome {
        Outcome::Accepted => State::Running,
        Outcome::Refused | Outcome::Unsent => State::Failed,
        Outcome::Unknown => State::Unknown,
    };
    let log = reply
        .and_then(|reply| reply["log"].as_str())
        .filter(|log| shell::is_log(log));
    if let Err(error) = run::told(&app.db, &action, (state, log)).await {
        tracing::error!(%error, "what became of a script could not be kept");
    }
}

/// Follows a run, pauses, or has nobody look for its end any more.
pub(super) async fn change(
    Shared(app): Shared<App>,
    Path((id, run)): Path<(String, String)>,
    page: Page,
    form: Form,
) -> Result<Response, Error> {
    let head = open(&app, &page, &id).await?;
    let run = find(&app, &head, &run).await?;
    match form.raw("do") {
        "follow" => {
            let event = Event::new("run-followed")
                .about(head.vps.id, &head.vps.label)
                .with("run", &run.action);
            let note = page.note(&app, event);
            run::follow(&app.db, run.id, page.session()?.id, &note).await?;
            app.logs.hurry(run.id);
        }
        "pause" => run::pause(&app.db, run.id).await?,
        "leave" => run::leave(&app.db, run.id).await?,
        _ => return Err(Error::BadForm),
    }
    Ok(page.visitor.see_other(&head.path("/shell/runs")))
}

impl Show {
    fn place(&self) -> String {
        printable(&self.directory, shell::DIRECTORY_MAX_BYTES)
    }

    /// For the form.
    fn cwd(&self) -> Cow<'_, str> {
        shell::travelling(&self.directory)
    }

    /// Whether the page of this run changes by itself.
    fn is_live(&self) -> bool {
        self.is_single && self.runs.iter().any(Row::is_read)
    }

    fn painted<'a>(&self, output: &'a Output) -> Painted<'a> {
        Painted(output)
    }
}

impl Row {
    /// Whether something new may come.
    fn is_read(&self) -> bool {
        let follows = self.run.reader_id.is_some() && self.run.log.is_some();
        let has_log = matches!(self.run.state, State::Running | State::Ended);
        self.run.state == State::Sent || (has_log && follows)
    }

    /// Another word for everything that can be seen of it.
    fn shown(&self) -> String {
        let (state, read_at_s) = (self.run.state.word(), self.log.read_at_s.unwrap_or(0));
        format!("{state}-{}-{read_at_s}", u8::from(self.is_read()))
    }

    fn script(&self) -> String {
        printable_lines(&self.run.script, shell::SENT_MAX_BYTES)
    }

    fn place(&self) -> String {
        printable(&self.run.directory, shell::DIRECTORY_MAX_BYTES)
    }

    fn tone(&self) -> &'static str {
        match self.run.state {
            State::Sent | State::Running => "is-working",
            State::Ended if self.run.status == Some(0) => "is-ok",
            State::Ended | State::Failed => "is-danger",
            State::Unknown => "is-unknown",
            State::Left => "is-muted",
        }
    }

    fn icon(&self) -> &'static str {
        match self.run.state {
            State::Sent | State::Running => "clock",
            State::Ended if self.run.status == Some(0) => "ok",
            State::Ended | State::Failed => "danger",
            State::Unknown => "unknown",
            State::Left => "stopped",
        }
    }

    /// The message id of its state.
    fn state(&self) -> &'static str {
        match self.run.state {
            State::Sent => "run-sent",
            State::Running => "run-running",
            State::Ended => "run-ended",
            State::Failed => "run-failed",
            State::Unknown => "run-unknown",
            State::Left => "run-left",
        }
    }

    fn may_follow(&self) -> bool {
        let is_open = matches!(self.run.state, State::Running | State::Left);
        is_open && self.run.log.is_some() && self.run.reader_id.is_none()
    }

    /// What was read of it is not kept for ever: the log is read again on request.
    fn may_read_again(&self) -> bool {
        let is_known = self.run.log.is_some() && self.log.read_at_s.is_none();
        self.run.state == State::Ended && is_known && self.run.reader_id.is_none()
    }

    fn may_pause(&self) -> bool {
        self.run.state == State::Running && self.run.reader_id.is_some()
    }

    fn may_leave(&self) -> bool {
        matches!(self.run.state, State::Running | State::Unknown)
    }

    fn has_no_log(&self) -> bool {
        self.run.state == State::Running && self.run.log.is_none()
    }

    /// Whether it has ended, and its log says so and no more.
    fn wrote_nothing(&self) -> bool {
        let is_read = self.log.read_at_s.is_some();
        self.run.state == State::Ended && is_read && self.output.is_empty()
    }

    fn took_s(&self) -> Option<i64> {
        Some(self.run.ended_at? - self.run.began_at)
    }
}
