//! Who did what, when, and how it ended. Rows are only ever added, each chained to the one before;
//! parameters come here starred.

mod archive;
mod chain;
mod copy;
mod entry;
mod event;
mod outcome;
mod row;
mod verify;

pub use archive::{ArchiveError, Archived, archive};
pub use chain::Misfit;
pub use copy::{CopyError, copy_new};
pub use entry::{Cursor, Entry, PAGE, Reader, Search, events, find_action, page};
pub use event::{COMMAND_MAX_BYTES, Event, Note, TEXT_MAX_BYTES, kept_to};
pub use outcome::Outcome;
pub use row::{Hash, Row, hex, line};
pub use verify::{Sound, VerifyError, verify};

use super::Database;

/// Who did it, from where.
#[derive(Clone, Debug, Default)]
pub struct Who {
    /// The person's row; none for the panel itself, or for somebody unknown.
    pub person_id: Option<i64>,
    /// The name, as it was then.
    pub person: String,
    /// The client's address.
    pub address: String,
    /// Ties the row to the log.
    pub request_id: String,
    /// The session it was done in, if it was.
    pub session_id: Option<i64>,
    /// The row of the browser, where somebody is not signed in yet and the browser is known.
    pub device_id: Option<i64>,
}

/// Who stands in the log where the panel did something by itself. Nobody can be named so, nor as the
/// next: no name begins with a bracket.
pub const PANEL: &str = "(panel)";
/// Who stands there where a command on the panel's machine did it.
pub const COMMAND_LINE: &str = "(command line)";

impl Who {
    /// The panel itself.
    #[must_use]
    pub fn panel() -> Who {
        Who::named(PANEL)
    }

    /// A command on the panel's machine.
    #[must_use]
    pub fn command_line() -> Who {
        Who::named(COMMAND_LINE)
    }

    fn named(name: &str) -> Who {
        Who {
            person: name.into(),
            ..Who::default()
        }
    }
}

/// A call about to be made.
#[derive(Clone, Debug)]
pub struct Intent {
    /// New for each action; a second row with it is refused.
    pub action: String,
    /// The call's name.
    pub call: &'static str,
    /// The VPS's row.
    pub vps_id: i64,
    /// The label, as it was then.
    pub vps: String,
    /// JSON object, secrets starred.
    pub parameters: String,
}

/// How a call ended, beside its intent.
#[derive(Clone, Debug)]
pub struct Ending {
    /// Accepted, refused, unknown or unsent.
    pub outcome: Outcome,
    /// KiwiVM's code, or a shell command's exit status.
    pub code: Option<i64>,
    /// KiwiVM's words.
    pub message: Option<String>,
    /// How long it took.
    pub took_ms: Option<i64>,
}

/// The intent could not be written.
#[derive(Debug, thiserror::Error)]
pub enum IntentError {
    /// This action was intended before: its form was sent twice.
    #[error("this action was sent before")]
    Repeated,
    /// SQLite's word.
    #[error(transparent)]
    Sql(sqlx::Error),
}

/// Writes the intent. Only after it is written may the call leave.
///
/// # Errors
/// [`IntentError::Repeated`] for an action that is there already.
pub async fn intend(
    db: &Database,
    who: &Who,
    intent: &Intent,
    now_ms: i64,
) -> Result<(), IntentError> {
    let row = Row {
        phase: "intent".into(),
        action: Some(intent.action.clone()),
        what: intent.call.into(),
        vps_id: Some(intent.vps_id),
        vps: Some(intent.vps.clone()),
        parameters: intent.parameters.clone(),
        ..row_of(who, now_ms)
    };
    append(db, row)
        .await
        .map_err(|error| match error.as_database_error() {
            Some(database) if database.is_unique_violation() => IntentError::Repeated,
            _ => IntentError::Sql(error),
        })
}

/// Writes how an intended action ended. The first ending stands.
///
/// # Errors
/// SQLite's.
pub async fn end(
    db: &Database,
    action: &str,
    ending: &Ending,
    now_ms: i64,
) -> Result<(), sqlx::Error> {
    let mut transaction = db.begin().await?;
    let intent = sqlx::query_as!(
        Row,
        "SELECT * FROM audit AS intent WHERE action = ? AND phase = 'intent' AND NOT EXISTS
             (SELECT 1 FROM audit WHERE action = intent.action AND phase = 'outcome')",
        action
    )
    .fetch_optional(&mut *transaction)
    .await?;
    if let Some(intent) = intent {
        chain::append(&mut transaction, ended(intent, ending, now_ms)).await?;
    }
    transaction.commit().await
}

/// Writes an event that changes nothing else: somebody signed in.
///
/// # Errors
/// SQLite's.
pub async fn note(db: &Database, note: &Note) -> Result<(), sqlx::Error> {
    append(db, event_row(note)).await
}

/// Writes an event in the transaction of the change it tells of: neither is there without the other.
/// The transaction must have begun with `Database::begin`.
pub(super) async fn write(
    connection: &mut sqlx::SqliteConnection,
    note: &Note,
) -> Result<(), sqlx::Error> {
    chain::append(connection, event_row(note)).await
}

/// Rows that are older than the chain get their place in it by an event whose hash covers them all.
/// Gives whether there were any.
///
/// # Errors
/// SQLite's.
pub async fn begin_chain(db: &Database, now_ms: i64) -> Result<bool, sqlx::Error> {
    if !chain::is_to_begin(db).await? {
        return Ok(false);
    }
    let row = Row {
        phase: "event".into(),
        what: "audit-chained".into(),
        parameters: "{}".into(),
        outcome: Some(Outcome::Accepted.word().into()),
        ..row_of(&Who::panel(), now_ms)
    };
    append(db, row).await?;
    Ok(true)
}

/// Whatever was intended and has no ending when the panel starts has an unknown outcome: the panel
/// was stopped in between. Gives their number.
///
/// # Errors
/// SQLite's.
pub async fn end_interrupted(db: &Database, now_ms: i64) -> Result<usize, sqlx::Error> {
    const UNKNOWN: Ending = Ending {
        outcome: Outcome::Unknown,
        code: None,
        message: None,
        took_ms: None,
    };
    let mut transaction = db.begin().await?;
    let intents = sqlx::query_as!(
        Row,
        "SELECT * FROM audit AS intent WHERE phase = 'intent' AND NOT EXISTS
             (SELECT 1 FROM audit WHERE action = intent.action AND phase = 'outcome') ORDER BY id"
    )
    .fetch_all(&mut *transaction)
    .await?;
    let count = intents.len();
    for intent in intents {
        chain::append(&mut transaction, ended(intent, &UNKNOWN, now_ms)).await?;
    }
    transaction.commit().await?;
    Ok(count)
}

async fn append(db: &Database, row: Row) -> Result<(), sqlx::Error> {
    let mut transaction = db.begin().await?;
    chain::append(&mut transaction, row).await?;
    transaction.commit().await
}

fn row_of(who: &Who, at_ms: i64) -> Row {
    Row {
        at_ms,
        person_id: who.person_id,
        person: who.person.clone(),
        request_id: who.request_id.clone(),
        address: who.address.clone(),
        ..Row::default()
    }
}

fn event_row(note: &Note) -> Row {
    let event = &note.event;
    Row {
        phase: "event".into(),
        what: event.what.into(),
        vps_id: event.vps_id,
        vps: event.vps.clone(),
        parameters: event.parameters.clone(),
        outcome: event.outcome.map(|outcome| outcome.word().into()),
        ..row_of(&note.who, note.at_ms)
    }
}

/// The outcome of an intent: the same row with its ending.
fn ended(intent: Row, ending: &Ending, now_ms: i64) -> Row {
    Row {
        at_ms: now_ms,
        phase: "outcome".into(),
        outcome: Some(ending.outcome.word().into()),
        code: ending.code,
        message: ending.message.clone(),
        took_ms: ending.took_ms,
        ..intent
    }
}
