//! Scripts that run in the background: who began them, where their log is, how they ended. What the logs
//! say is not here.

use super::Database;
use super::audit::{self, Note, Who};

/// So many runs of a VPS are listed; the oldest that have ended go first.
const OF_A_VPS_MAX: i64 = 50;

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The call is under way.
    Sent,
    /// KiwiVM took it.
    Running,
    /// Its end was read in its log.
    Ended,
    /// KiwiVM refused it, or it never left.
    Failed,
    /// No reply told what came of it.
    Unknown,
    /// Somebody said that its end is not looked for any more.
    Left,
}

impl State {
    const ALL: [State; 6] = [
        State::Sent,
        State::Running,
        State::Ended,
        State::Failed,
        State::Unknown,
        State::Left,
    ];

    /// As it stands in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            State::Sent => "sent",
            State::Running => "running",
            State::Ended => "ended",
            State::Failed => "failed",
            State::Unknown => "unknown",
            State::Left => "left",
        }
    }

    /// The database's check allows only known words.
    fn from_word(word: &str) -> State {
        let mut all = State::ALL.into_iter();
        all.find(|state| state.word() == word)
            .unwrap_or(State::Unknown)
    }
}

/// A script that was sent.
#[derive(Clone, Debug)]
pub struct Run {
    /// The row.
    pub id: i64,
    /// Where.
    pub vps_id: i64,
    /// Who began it.
    pub person: String,
    /// The session for which its log is read.
    pub reader_id: Option<i64>,
    /// The action it was performed as.
    pub action: String,
    /// Where it began.
    pub directory: String,
    /// Its beginning, of a very long one.
    pub script: String,
    /// What its exit status stands between.
    pub mark: String,
    /// How far it is.
    pub state: State,
    /// Its log, a name that was checked.
    pub log: Option<String>,
    /// Its exit status.
    pub status: Option<i64>,
    /// When it was sent.
    pub began_at: i64,
    /// When its end was read.
    pub ended_at: Option<i64>,
}

/// A run about to be listed.
#[derive(Clone, Debug)]
pub struct Begun {
    /// Where.
    pub vps_id: i64,
    /// Who.
    pub person: String,
    /// The session for which its log will be read.
    pub reader_id: i64,
    /// The action it is performed as.
    pub action: String,
    /// Where it begins.
    pub directory: String,
    /// As it was typed.
    pub script: String,
    /// What its exit status stands between.
    pub mark: String,
}

struct Row {
    id: i64,
    vps_id: i64,
    person: String,
    reader_id: Option<i64>,
    action: String,
    directory: String,
    script: String,
    mark: String,
    state: String,
    log: Option<String>,
    status: Option<i64>,
    began_at: i64,
    ended_at: Option<i64>,
}

impl From<Row> for Run {
    fn from(row: Row) -> Run {
        Run {
            id: row.id,
            vps_id: row.vps_id,
            person: row.person,
            reader_id: row.reader_id,
            action: row.action,
            directory: row.directory,
            script: row.script,
            mark: row.mark,
            state: State::from_word(&row.state),
            log: row.log,
            status: row.status,
            began_at: row.began_at,
            ended_at: row.ended_at,
        }
    }
}

/// Lists a run whose call is under way.
///
/// # Errors
/// SQLite's.
pub async fn begin(db: &Database, begun: &Begun, now_s: i64) -> Result<(), sqlx::Error> {
    let script = audit::kept_to(&begun.script, audit::COMMAND_MAX_BYTES);
    let mut transaction = db.begin().await?;
    sqlx::query!(
        "INSERT INTO run (vps_id, person, reader_id, action, directory, script, mark, state, began_at)
         VALUES (?, ?, (SELECT id FROM session WHERE id = ?), ?, ?, ?, ?, 'sent', ?)
         ON CONFLICT (action) DO NOTHING",
        begun.vps_id,
        begun.person,
        begun.reader_id,
        begun.action,
        begun.directory,
        script,
        begun.mark,
        now_s
    )
    .execute(&mut *transaction)
    .await?;
    sqlx::query!(
        "DELETE FROM run WHERE vps_id = ?1 AND state NOT IN ('sent', 'running') AND id <=
             (SELECT id FROM run WHERE vps_id = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
        begun.vps_id,
        OF_A_VPS_MAX
    )
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await
}

/// Notes what came of the call: running, with its log if that can be read, or not.
///
/// # Errors
/// SQLite's.
pub async fn told(
    db: &Database,
    action: &str,
    (state, log): (State, Option<&str>),
) -> Result<(), sqlx::Error> {
    let state = state.word();
    sqlx::query!(
        "UPDATE run SET state = ?, log = ? WHERE action = ? AND state = 'sent'",
        state,
        log,
        action
    )
    .execute(&db.writer)
    .await?;
    Ok(())
}

/// Runs whose call was under way when the panel stopped have an unknown outcome.
///
/// # Errors
/// SQLite's.
pub async fn end_interrupted(db: &Database) -> Result<(), sqlx::Error> {
    sqlx::query!("UPDATE run SET state = 'unknown' WHERE state = 'sent'")
        .execute(&db.writer)
        .await?;
    Ok(())
}

/// The runs of a VPS, the newest first.
///
/// # Errors
/// SQLite's.
pub async fn of_vps(db: &Database, vps_id: i64) -> Result<Vec<Run>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT id, vps_id, person, reader_id, action, directory, script, mark, state, log, status,
                began_at, ended_at
         FROM run WHERE vps_id = ? ORDER BY id DESC",
        vps_id
    )
    .fetch_all(&db.reader)
    .await?;
    Ok(rows.into_iter().map(Run::from).collect())
}

/// The runs whose log somebody reads.
///
/// # Errors
/// SQLite's.
pub async fn followed(db: &Database) -> Result<Vec<Run>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT id, vps_id, person, reader_id, action, directory, script, mark, state, log, status,
                began_at, ended_at
         FROM run WHERE reader_id IS NOT NULL AND state IN ('running', 'ended') AND log IS NOT NULL
         ORDER BY id"
    )
    .fetch_all(&db.reader)
    .await?;
    Ok(rows.into_iter().map(Run::from).collect())
}

/// Has the log read for this session, from now on; of a run that has ended, once more to its end.
///
/// # Errors
/// SQLite's.
pub async fn follow(
    db: &Database,
    id: i64,
    session_id: i64,
    note: &Note,
) -> Result<(), sqlx::Error> {
    let mut transaction = db.begin().await?;
    let done = sqlx::query!(
        "UPDATE run SET reader_id = ?1, state = iif(state = 'left', 'running', state)
         WHERE id = ?2 AND state IN ('running', 'left', 'ended') AND log IS NOT NULL
             AND reader_id IS NOT ?1",
        session_id,
        id
    )
    .execute(&mut *transaction)
    .await?;
    if done.rows_affected() > 0 {
        audit::write(&mut transaction, note).await?;
    }
    transaction.commit().await
}

/// Has the log read no more, for now.
///
/// # Errors
/// SQLite's.
pub async fn pause(db: &Database, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("UPDATE run SET reader_id = NULL WHERE id = ?", id)
        .execute(&db.writer)
        .await?;
    Ok(())
}

/// Has nobody look for its end any more. On the VPS it may go on.
///
/// # Errors
/// SQLite's.
pub async fn leave(db: &Database, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE run SET reader_id = NULL, state = 'left'
         WHERE id = ? AND state IN ('running', 'unknown')",
        id
    )
    .execute(&db.writer)
    .await?;
    Ok(())
}

/// Notes the end that its log told, once.
///
/// # Errors
/// SQLite's.
pub async fn end(
    db: &Database,
    (id, status): (i64, i64),
    event: audit::Event,
    now_ms: i64,
) -> Result<(), sqlx::Error> {
    let note = Note {
        who: Who::panel(),
        event,
        at_ms: now_ms,
    };
    let now_s = note.at_s();
    let mut transaction = db.begin().await?;
    let done = sqlx::query!(
        "UPDATE run SET state = 'ended', status = ?, ended_at = ?, reader_id = NULL
         WHERE id = ? AND state = 'running'",
        status,
        now_s,
        id
    )
    .execute(&mut *transaction)
    .await?;
    if done.rows_affected() > 0 {
        audit::write(&mut transaction, &note).await?;
    }
    transaction.commit().await
}
