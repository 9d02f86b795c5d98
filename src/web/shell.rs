//! The browser shell: a transcript, and under it one line to send.

use super::call::action_id;
use super::form::Form;
use super::head::Head;
use super::page::Page;
use super::terminal::Painted;
use crate::actions::{self, Ended};
use crate::app::App;
use crate::error::Error;
use crate::kiwivm::calls::{SHELL_CD, SHELL_EXEC};
use crate::kiwivm::printable::{printable, printable_lines};
use crate::model::access::Right;
use crate::model::audit::Outcome;
use crate::perform::{self, Order, PerformError};
use crate::secret::Secret;
use crate::shell::{self, Line, Output, Place, Unsendable};
use crate::transcript::{Answer, Entry, Transcript};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use std::time::Duration;

/// A quick command is answered at once; a slow one is looked at again and again.
const ANSWER_WITHIN: Duration = Duration::from_secs(8);

#[derive(Template)]
#[template(path = "shell/show.html", blocks = ["log"])]
struct Show {
    page: Page,
    head: Head,
    transcript: Transcript,
    action: String,
    host: String,
}

pub(super) async fn show(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
) -> Result<Response, Error> {
    let head = open(&app, &page, &id).await?;
    let show = view(&app, page, head)?;
    if show.page.visitor.by_htmx {
        return Ok(axum::response::Html(show.as_log().render()?).into_response());
    }
    Page::html(&show)
}

async fn open(app: &App, page: &Page, id: &str) -> Result<Head, Error> {
    let head = Head::open(app, page, id, "shell").await?;
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

fn view(app: &App, page: Page, head: Head) -> Result<Show, Error> {
    Ok(Show {
        transcript: app.transcripts.find(page.session()?.id, head.vps.id),
        action: actions::new_id()?,
        host: host(&head),
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
        app.transcripts.clear(page.session()?.id, head.vps.id);
    } else if !command.trim().is_empty() {
        run(&app, &page, head, (&form, command)).await?;
    }
    Ok(page.visitor.see_other(&format!("{path}#command")))
}

async fn run(
    app: &App,
    page: &Page,
    head: Head,
    (form, command): (&Form, String),
) -> Result<(), Error> {
    let session_id = page.session()?.id;
    let vps_id = head.vps.id;
    let transcript = app.transcripts.find(session_id, vps_id);
    let (entry, line) = typed(app, &transcript, (form, command))?;
    let mark = entry.mark.clone();
    let order = order(page, head, (&entry, line))?;
    match perform::perform(app, order).await {
        Ok(()) => {}
        Err(PerformError::Repeated) => return Ok(()),
        Err(error) => return Err(error.into()),
    }
    let id = entry.action.clone();
    app.transcripts.send(session_id, vps_id, entry);
    let follow = follow(app.clone(), id.clone(), (session_id, vps_id), mark);
    let following = app.tasks.spawn(follow);
    // Dropping the handle at the end of the wait does not stop the task.
    let _ = tokio::time::timeout(ANSWER_WITHIN, following).await;
    Ok(())
}

/// What was typed, and where it is to run: in the directory that the person saw in the prompt.
fn typed(
    app: &App,
    transcript: &Transcript,
    (form, command): (&Form, String),
) -> Result<(Entry, Line), Error> {
    let directory = match form.raw("cwd") {
        shown if shell::travels(shown) => shown.to_owned(),
        _ => transcript.directory.clone(),
    };
    let line = Line::read(&command, &directory, transcript.before.as_deref());
    let mark = match &line {
        Line::Cd(_) => None,
        Line::Command => Some(actions::new_id()?),
    };
    let entry = Entry {
        action: action_id(form)?,
        directory,
        command,
        mark,
        at_s: app.clock.now_s(),
        answer: None,
    };
    Ok((entry, line))
}

fn order(page: &Page, head: Head, (entry, line): (&Entry, Line)) -> Result<Order, Error> {
    let (call, parameters) = match line {
        Line::Cd(directory) => {
            let parameters = vec![
                ("currentDir", Secret::new(entry.directory.as_str())),
                ("newDir", Secret::new(directory)),
            ];
            (SHELL_CD, parameters)
        }
        Line::Command => {
            let mark = entry.mark.as_deref().unwrap_or_default();
            let text = shell::wrapped(&entry.directory, &entry.command, mark);
            let text = text.map_err(unsendable)?;
            (SHELL_EXEC, vec![("command", Secret::new(text))])
        }
    };
    let noted = [("directory", &entry.directory), ("command", &entry.command)];
    Ok(Order {
        action: entry.action.clone(),
        who: page.visitor.who(),
        person: page.session()?.person.clone(),
        session_id: page.session()?.id,
        is_current: page.session()?.is_current(),
        vps: head.vps,
        call,
        parameters,
        noted: Some(
            noted
                .map(|(name, value)| (name.to_owned(), Value::from(value.as_str())))
                .into_iter()
                .collect(),
        ),
    })
}

fn unsendable(why: Unsendable) -> Error {
    match why {
        Unsendable::TooLong => Error::TooLong,
        Unsendable::NotAPath | Unsendable::Unreadable => Error::BadForm,
    }
}

/// Waits for the end of a command and writes it into the transcript, whoever still looks.
async fn follow(app: App, id: String, key: (i64, i64), mark: Option<String>) {
    let Some(action) = app.actions.find(&id, app.clock.now_s()) else {
        return;
    };
    let at_most = action.call.time_limit * 2;
    let Some(ended) = perform::wait(action, at_most).await else {
        return;
    };
    // A long output is read aside, so that nobody else waits for it.
    let read = tokio::task::spawn_blocking(move || answer(&ended, mark.as_deref())).await;
    if let Ok((answer, directory)) = read {
        app.transcripts
            .answer(key, &id, answer, directory.as_deref());
    }
}

/// What a command wrote, and the directory it ended in, if that is known.
fn answer(ended: &Ended, mark: Option<&str>) -> (Answer, Option<String>) {
    let said = |name: &str| {
        let reply = ended.reply.as_ref()?;
        reply[name].as_str()
    };
    let Some(mark) = mark else {
        let directory = said("pwd").map(|pwd| pwd.strip_suffix('\n').unwrap_or(pwd));
        return (written(ended, ""), directory.map(str::to_owned));
    };
    let report = shell::report(said("message").unwrap_or_default(), mark);
    let directory = match &report.place {
        Place::In(directory) => Some(directory.clone()),
        Place::NotEntered | Place::Unknown => None,
    };
    let answer = Answer {
        place: report.place,
        ..written(ended, &report.output)
    };
    (answer, directory)
}

fn written(ended: &Ended, output: &str) -> Answer {
    let status = ended
        .reply
        .as_ref()
        .and_then(|reply| reply["error"].as_i64());
    let mut answer = Answer::written(output, status, ended.took_ms);
    answer.outcome = ended.outcome;
    answer.fault.clone_from(&ended.fault);
    answer
}

impl Show {
    fn is_running(&self) -> bool {
        self.transcript
            .entries
            .iter()
            .any(|entry| entry.answer.is_none())
    }

    /// Where the next command runs, for the form; empty when only the panel may know.
    fn next_directory(&self) -> &str {
        match self.transcript.directory.as_str() {
            directory if shell::travels(directory) => directory,
            _ => "",
        }
    }

    fn place(&self, directory: &str) -> String {
        let directory = printable(directory, shell::DIRECTORY_MAX_BYTES);
        format!("root@{}:{directory}#", self.host)
    }

    /// A line as it was typed, but for what steers or turns.
    fn command(&self, entry: &Entry) -> String {
        printable_lines(&entry.command, shell::SENT_MAX_BYTES)
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
            crate::kiwivm::error::Fault::Refused(refusal) if refusal.code < 700_000 => {
                Some(shell::plain(&refusal.message))
            }
            fault => Some(super::reply::fault_words(&self.page, fault)),
        }
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
