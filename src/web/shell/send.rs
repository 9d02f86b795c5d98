//! From a typed line to the call that runs it, and from the reply to the transcript. It draws nothing.

use super::super::form::Form;
use super::super::head::Head;
use super::super::order::{action_id, order};
use super::super::page::Page;
use crate::actions::{self, Ended};
use crate::app::App;
use crate::error::Error;
use crate::kiwivm::calls::{SHELL_CD, SHELL_EXEC};
use crate::kiwivm::client::CUT;
use crate::kiwivm::error::Fault;
use crate::model::history;
use crate::perform::{self, Order, PerformError};
use crate::secret::Secret;
use crate::shell::{self, Line, Place, Unsendable};
use crate::transcript::{self, Answer, Entry, Transcript};
use serde_json::{Map, Value};
use std::time::Duration;

/// A quick command is answered at once; a slow one is looked at again and again.
const ANSWER_WITHIN: Duration = Duration::from_secs(8);
/// A script looks again by itself, and its person may type on meanwhile.
const ANSWER_SCRIPT_WITHIN: Duration = Duration::from_millis(700);

/// A command: as it is sent, and as it is written down, without the secrets of a snippet.
pub(super) struct Typed {
    pub(super) sent: String,
    pub(super) shown: String,
}

impl Typed {
    /// A line as it was typed.
    pub(super) fn line(text: String) -> Typed {
        Typed {
            shown: text.clone(),
            sent: text,
        }
    }
}

/// Sends a command, and gives the action it became.
pub(super) async fn run(
    app: &App,
    page: &Page,
    head: &Head,
    (form, command): (&Form, Typed),
) -> Result<String, Error> {
    let session_id = page.session()?.id;
    let key = (session_id, head.vps.id);
    let transcript = app.transcripts.find(session_id, head.vps.id);
    let (entry, line) = typed(app, &transcript, (form, &command))?;
    let (id, mark) = (entry.action.clone(), entry.mark.clone());
    match perform::perform(app, errand(page, head, (&entry, line, command.sent))?).await {
        Ok(()) => {}
        Err(PerformError::Repeated) => return Ok(id),
        Err(error) => return Err(error.into()),
    }
    remember(app, page, head, &entry.command).await;
    app.transcripts.send(session_id, head.vps.id, entry);
    transcript::keep_later(app, key);
    let follow = follow(app.clone(), id.clone(), key, mark);
    let following = app.tasks.spawn(follow);
    let within = if page.visitor.by_htmx {
        ANSWER_SCRIPT_WITHIN
    } else {
        ANSWER_WITHIN
    };
    // Dropping the handle at the end of the wait does not stop the task.
    let _ = tokio::time::timeout(within, following).await;
    Ok(id)
}

/// The line is on its way already: that it could not be kept for later is no reason to say it failed.
async fn remember(app: &App, page: &Page, head: &Head, line: &str) {
    let Some(person) = page.person() else { return };
    let kept = history::add(&app.db, (person.id, head.vps.id), line).await;
    if let Err(error) = kept {
        tracing::warn!(%error, "a line could not be kept in the history");
    }
}

/// What was typed, and where it is to run: in the directory that the person saw in the prompt.
fn typed(
    app: &App,
    transcript: &Transcript,
    (form, command): (&Form, &Typed),
) -> Result<(Entry, Line), Error> {
    let directory = directory(form, transcript)?;
    let line = Line::read(&command.sent, &directory, transcript.before.as_deref());
    let mark = match &line {
        Line::Cd(_) => None,
        Line::Command => Some(actions::new_id()?),
    };
    let entry = Entry {
        action: action_id(form)?,
        directory,
        command: command.shown.clone(),
        is_starred: command.shown != command.sent,
        mark,
        at_s: app.clock.now_s(),
        answer: None,
    };
    Ok((entry, line))
}

/// The directory that a form names, which may be one that the conversation has left meanwhile; without
/// any, the one where it is.
pub(in crate::web) fn directory(form: &Form, transcript: &Transcript) -> Result<String, Error> {
    match form.raw("cwd") {
        shown if shell::travels(shown) => Ok(shown.to_owned()),
        shown if shell::is_reference(shown) => {
            let known = transcript.directories();
            let mut meant = known.filter(|directory| shell::travelling(directory) == shown);
            meant.next().map(str::to_owned).ok_or(Error::NoDirectory)
        }
        _ => Ok(transcript.directory.clone()),
    }
}

fn errand(
    page: &Page,
    head: &Head,
    (entry, line, command): (&Entry, Line, String),
) -> Result<Order, Error> {
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
            let text = shell::wrapped(&entry.directory, &command, mark);
            let text = text.map_err(unsendable)?;
            (SHELL_EXEC, vec![("command", Secret::new(text))])
        }
    };
    let order = order(page, (head.vps.clone(), call), entry.action.clone())?;
    Ok(Order {
        parameters,
        noted: Some(noted([
            ("directory", entry.directory.as_str()),
            ("command", entry.command.as_str()),
        ])),
        ..order
    })
}

/// What the audit log says of a line.
pub(in crate::web) fn noted<const COUNT: usize>(
    pairs: [(&str, &str); COUNT],
) -> Map<String, Value> {
    let pairs = pairs.map(|(name, value)| (name.to_owned(), Value::from(value)));
    pairs.into_iter().collect()
}

pub(in crate::web) fn unsendable(why: Unsendable) -> Error {
    match why {
        Unsendable::TooLong => Error::TooLong,
        Unsendable::NotAPath | Unsendable::Unreadable => Error::BadForm,
    }
}

/// Waits for the end of a command and writes it into the transcript, whoever still looks.
async fn follow(app: App, id: String, key: (i64, i64), mark: Option<String>) {
    let at_most = SHELL_EXEC.time_limit * 2;
    let Some(ended) = perform::wait_for(&app, &id, at_most).await else {
        return;
    };
    // A long output is read aside, so that nobody else waits for it.
    let read = tokio::task::spawn_blocking(move || answer(&ended, mark.as_deref())).await;
    if let Ok((answer, directory)) = read {
        app.transcripts
            .answer(key, &id, answer, directory.as_deref());
        transcript::keep_later(&app, key);
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
    answer.fault = match ended.reply.as_ref().map(|reply| &reply[CUT]) {
        Some(Value::Bool(true)) => Some(Fault::TooLong {
            limit_bytes: SHELL_EXEC.reply_limit_bytes,
        }),
        _ => ended.fault.clone(),
    };
    answer
}
