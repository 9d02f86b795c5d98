//! The conversations on the disk, sealed: written behind the answers, read once at the start. Whole
//! long outputs stay in memory alone.

use super::{Answer, Entry, Key, Transcript, Transcripts};
use crate::app::App;
use crate::kiwivm::error::Fault;
use crate::model::Database;
use crate::model::audit::Outcome;
use crate::model::transcript::{self, Row, TranscriptError};
use crate::secret::Secret;
use crate::shell::{Output, Place};
use crate::vault::Vault;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// An entry as it is sealed, with where the conversation was after it.
#[derive(Serialize, Deserialize)]
struct Kept<'a> {
    directory: Cow<'a, str>,
    command: Cow<'a, str>,
    #[serde(default)]
    is_starred: bool,
    mark: Option<Cow<'a, str>>,
    answer: Option<KeptAnswer<'a>>,
    now_in: Cow<'a, str>,
    before: Option<Cow<'a, str>>,
}

#[derive(Serialize, Deserialize)]
struct KeptAnswer<'a> {
    outcome: Cow<'a, str>,
    output: Cow<'a, Output>,
    place: Cow<'a, Place>,
    status: Option<i64>,
    fault: Option<Cow<'a, Fault>>,
    took_ms: i64,
}

/// Has the disk follow a conversation, in a task of its own: nobody waits for it.
pub fn keep_later(app: &App, key: Key) {
    if !app.config.shell_keep {
        return;
    }
    let app_of_task = app.clone();
    app.tasks.spawn(async move {
        let written = keep(&app_of_task, key).await;
        let was_failing = &app_of_task.transcripts.is_failing;
        match written {
            Ok(()) => was_failing.store(false, Ordering::Relaxed),
            // Said once, not at each command.
            Err(error) if !was_failing.swap(true, Ordering::Relaxed) => {
                tracing::error!(%error, "transcripts of the shell cannot be kept; they are in memory");
            }
            Err(_) => {}
        }
    });
}

async fn keep(app: &App, key: Key) -> Result<(), TranscriptError> {
    let transcripts = &app.transcripts;
    // One at a time, and what is written is read after one's turn has come: the last writes the newest.
    let _turn = transcripts.writing.lock().await;
    let known = transcript::kept(&app.db, key).await?;
    let transcript = transcripts.find(key.0, key.1);
    let is_new = |entry: &&Entry| known.get(&entry.action) != Some(&entry.answer.is_some());
    let rows = transcript.entries.iter().filter(is_new);
    let rows: Vec<Row> = rows.filter_map(|entry| row(&transcript, entry)).collect();
    let is_there = |action: &String| {
        let mut entries = transcript.entries.iter();
        entries.any(|entry| entry.action == *action)
    };
    let gone: Vec<String> = known
        .into_keys()
        .filter(|action| !is_there(action))
        .collect();
    transcript::keep(&app.db, &app.vault, key, (&rows, &gone)).await
}

fn row(transcript: &Transcript, entry: &Entry) -> Option<Row> {
    let kept = Kept {
        directory: entry.directory.as_str().into(),
        command: entry.command.as_str().into(),
        is_starred: entry.is_starred,
        mark: entry.mark.as_deref().map(Cow::from),
        answer: entry.answer.as_ref().map(kept_answer),
        now_in: transcript.directory.as_str().into(),
        before: transcript.before.as_deref().map(Cow::from),
    };
    Some(Row {
        action: entry.action.clone(),
        is_answered: entry.answer.is_some(),
        at_s: entry.at_s,
        text: Secret::new(serde_json::to_string(&kept).ok()?),
    })
}

fn kept_answer(answer: &Answer) -> KeptAnswer<'_> {
    KeptAnswer {
        outcome: answer.outcome.word().into(),
        output: Cow::Borrowed(answer.output.as_ref()),
        place: Cow::Borrowed(&answer.place),
        status: answer.status,
        fault: answer.fault.as_ref().map(Cow::Borrowed),
        took_ms: answer.took_ms,
    }
}

/// The conversations of before a restart. What ran then has an unknown outcome. Where the settings say
/// that nothing is kept, what was is dropped.
///
/// # Errors
/// SQLite's.
pub async fn load(
    db: &Database,
    vault: &Vault,
    (keep, now_s): (bool, i64),
) -> Result<Transcripts, sqlx::Error> {
    let transcripts = Transcripts::default();
    if !keep {
        transcript::forget_all(db).await?;
        return Ok(transcripts);
    }
    transcript::sweep(db, now_s).await?;
    let mut all: HashMap<Key, Transcript> = HashMap::new();
    for (key, row) in transcript::all(db, vault).await? {
        restore(all.entry(key).or_default(), &row);
    }
    transcripts.restore(all);
    Ok(transcripts)
}

fn restore(transcript: &mut Transcript, row: &Row) {
    let Ok(kept) = serde_json::from_str::<Kept<'_>>(row.text.reveal()) else {
        return;
    };
    transcript.directory = kept.now_in.into_owned();
    transcript.before = kept.before.map(Cow::into_owned);
    transcript.entries.push(Entry {
        action: row.action.clone(),
        directory: kept.directory.into_owned(),
        command: kept.command.into_owned(),
        is_starred: kept.is_starred,
        mark: kept.mark.map(Cow::into_owned),
        at_s: row.at_s,
        answer: Some(kept.answer.map_or_else(interrupted, answer)),
    });
}

fn answer(kept: KeptAnswer<'_>) -> Answer {
    Answer {
        outcome: Outcome::from_word(&kept.outcome).unwrap_or(Outcome::Unknown),
        output: Arc::new(kept.output.into_owned()),
        whole: None,
        place: kept.place.into_owned(),
        status: kept.status,
        fault: kept.fault.map(Cow::into_owned),
        took_ms: kept.took_ms,
    }
}

/// The panel was stopped while it ran.
fn interrupted() -> Answer {
    Answer {
        outcome: Outcome::Unknown,
        ..Answer::written("", None, 0)
    }
}
