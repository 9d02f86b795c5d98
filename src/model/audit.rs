//! Who did what, when, and how it ended. Rows are only ever added; parameters come here starred.

use super::Database;

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// KiwiVM took it.
    Accepted,
    /// KiwiVM refused it: nothing was done.
    Refused,
    /// It left, and no reply told what came of it.
    Unknown,
    /// It never left.
    Unsent,
}

impl Outcome {
    /// All outcomes.
    pub const ALL: [Outcome; 4] = [
        Outcome::Accepted,
        Outcome::Refused,
        Outcome::Unknown,
        Outcome::Unsent,
    ];

    /// As it stands in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Outcome::Accepted => "accepted",
            Outcome::Refused => "refused",
            Outcome::Unknown => "unknown",
            Outcome::Unsent => "unsent",
        }
    }

    /// The outcome of this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Outcome> {
        Outcome::ALL
            .into_iter()
            .find(|outcome| outcome.word() == word)
    }

    /// The message id of its name.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Outcome::Accepted => "outcome-accepted",
            Outcome::Refused => "outcome-refused",
            Outcome::Unknown => "outcome-unknown",
            Outcome::Unsent => "outcome-unsent",
        }
    }
}

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
    sqlx::query!(
        "INSERT INTO audit (at_ms, phase, action, what, person_id, person, vps_id, vps, parameters, request_id, address)
         VALUES (?, 'intent', ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        now_ms, intent.action, intent.call, who.person_id, who.person, intent.vps_id, intent.vps,
        intent.parameters, who.request_id, who.address
    )
    .execute(&db.writer)
    .await
    .map_err(|error| match error.as_database_error() {
        Some(database) if database.is_unique_violation() => IntentError::Repeated,
        _ => IntentError::Sql(error),
    })?;
    Ok(())
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
    let outcome = ending.outcome.word();
    sqlx::query!(
        "INSERT INTO audit (at_ms, phase, action, what, person_id, person, vps_id, vps, parameters,
                            outcome, code, message, took_ms, request_id, address)
         SELECT ?, 'outcome', action, what, person_id, person, vps_id, vps, parameters,
                ?, ?, ?, ?, request_id, address
         FROM audit WHERE action = ? AND phase = 'intent'
         ON CONFLICT DO NOTHING",
        now_ms,
        outcome,
        ending.code,
        ending.message,
        ending.took_ms,
        action
    )
    .execute(&db.writer)
    .await?;
    Ok(())
}

/// An event and who caused it, on its way into the log.
#[derive(Clone, Debug)]
pub struct Note {
    /// Who.
    pub who: Who,
    /// What.
    pub event: Event,
    /// When.
    pub at_ms: i64,
}

impl Note {
    /// When, in Unix seconds.
    #[must_use]
    pub const fn at_s(&self) -> i64 {
        self.at_ms.div_euclid(1000)
    }

    /// The same note, about this VPS.
    #[must_use]
    pub fn about(&self, vps_id: i64, label: &str) -> Note {
        let mut note = self.clone();
        note.event = note.event.about(vps_id, label);
        note
    }
}

/// Writes an event that changes nothing else: somebody signed in.
///
/// # Errors
/// SQLite's.
pub async fn note(db: &Database, note: &Note) -> Result<(), sqlx::Error> {
    let mut connection = db.writer.acquire().await?;
    write(&mut connection, note).await
}

/// Writes an event in the transaction of the change it tells of: neither is there without the other.
pub(super) async fn write(
    connection: &mut sqlx::SqliteConnection,
    note: &Note,
) -> Result<(), sqlx::Error> {
    let (who, event) = (&note.who, &note.event);
    let outcome = event.outcome.map(Outcome::word);
    sqlx::query!(
        "INSERT INTO audit (at_ms, phase, what, person_id, person, vps_id, vps, parameters, outcome, request_id, address)
         VALUES (?, 'event', ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        note.at_ms, event.what, who.person_id, who.person, event.vps_id, event.vps, event.parameters, outcome,
        who.request_id, who.address
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The longest text of one parameter in the log.
const TEXT_MAX_BYTES: usize = 4096;

/// A text as the log keeps it: a very long one is cut, since rows are never deleted.
#[must_use]
pub fn kept(text: &str) -> String {
    match (0..=TEXT_MAX_BYTES)
        .rev()
        .find(|end| text.is_char_boundary(*end))
    {
        Some(end) if text.len() > TEXT_MAX_BYTES => format!("{}…", &text[..end]),
        _ => text.to_owned(),
    }
}

/// Something that happened in the panel itself.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its word; the message `event-…` says it.
    pub what: &'static str,
    /// The VPS's row, if it is about one.
    pub vps_id: Option<i64>,
    /// Its label.
    pub vps: Option<String>,
    /// JSON object, secrets starred.
    pub parameters: String,
    /// Whether it succeeded.
    pub outcome: Option<Outcome>,
}

impl Event {
    /// An event about nothing in particular.
    #[must_use]
    pub fn new(what: &'static str) -> Event {
        Event {
            what,
            vps_id: None,
            vps: None,
            parameters: "{}".into(),
            outcome: Some(Outcome::Accepted),
        }
    }

    /// The same event, about this VPS.
    #[must_use]
    pub fn about(mut self, vps_id: i64, label: &str) -> Event {
        self.vps_id = Some(vps_id);
        self.vps = Some(label.to_owned());
        self
    }

    /// The same event with one detail, which must not be a secret.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Event {
        let mut parameters: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(&self.parameters).unwrap_or_default();
        parameters.insert(name.to_owned(), kept(value).into());
        self.parameters = serde_json::Value::Object(parameters).to_string();
        self
    }

    /// The same event, which was refused.
    #[must_use]
    pub fn refused(mut self) -> Event {
        self.outcome = Some(Outcome::Refused);
        self
    }
}

/// Whatever was intended and has no ending when the panel starts has an unknown outcome: the panel
/// was stopped in between. Gives their number.
///
/// # Errors
/// SQLite's.
pub async fn end_interrupted(db: &Database, now_ms: i64) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!(
        "INSERT INTO audit (at_ms, phase, action, what, person_id, person, vps_id, vps, parameters,
                            outcome, request_id, address)
         SELECT ?, 'outcome', action, what, person_id, person, vps_id, vps, parameters,
                'unknown', request_id, address
         FROM audit AS intent WHERE phase = 'intent' AND NOT EXISTS
             (SELECT 1 FROM audit WHERE action = intent.action AND phase = 'outcome')",
        now_ms
    )
    .execute(&db.writer)
    .await?;
    Ok(done.rows_affected())
}

/// One line of the log: an event, or an intent with its ending.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The row of the intent or event.
    pub id: i64,
    /// When it began.
    pub at_ms: i64,
    /// The action, of calls.
    pub action: Option<String>,
    /// A call's name, or an event's word.
    pub what: String,
    /// The person's row.
    pub person_id: Option<i64>,
    /// The name, as it was then.
    pub person: String,
    /// The VPS's row.
    pub vps_id: Option<i64>,
    /// The label, as it was then.
    pub vps: Option<String>,
    /// JSON object, secrets starred.
    pub parameters: String,
    /// Accepted, refused, unknown or unsent; none while it runs.
    pub outcome: Option<String>,
    /// KiwiVM's code, or an exit status.
    pub code: Option<i64>,
    /// KiwiVM's words.
    pub message: Option<String>,
    /// How long it took.
    pub took_ms: Option<i64>,
    /// Where the person sat.
    pub address: String,
}

/// What to look for. An empty word means anything.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// A person's name.
    pub person: String,
    /// Only this VPS.
    pub vps_id: Option<i64>,
    /// A call or event.
    pub what: String,
    /// An outcome's word.
    pub outcome: String,
    /// Only rows before this one: the next page.
    pub before: Option<i64>,
    /// For a member: only what this person may see.
    pub reader: Option<Reader>,
}

/// A member who reads the log: their own rows, and the calls of others to the VPSes they may see.
/// Signing in, people and keys are the admins' business; shell commands are for those who have that
/// VPS's shell.
#[derive(Clone, Copy, Debug)]
pub struct Reader {
    /// The person's row.
    pub person_id: i64,
    /// When they look: a grant may have ended.
    pub now_s: i64,
}

/// How many lines a page of the log has.
pub const PAGE: usize = 50;

/// One page of the log, newest first, and one line more when there is another page.
///
/// # Errors
/// SQLite's.
pub async fn page(db: &Database, search: &Search) -> Result<Vec<Entry>, sqlx::Error> {
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let before = search.before.unwrap_or(i64::MAX);
    let reader = search.reader.map(|reader| reader.person_id);
    let now_s = search.reader.map_or(0, |reader| reader.now_s);
    sqlx::query_as!(
        Entry,
        r#"SELECT began.id AS "id!", began.at_ms, began.action, began.what, began.person_id, began.person,
                  began.vps_id, began.vps, began.parameters,
                  coalesce(ended.outcome, began.outcome) AS "outcome: String",
                  ended.code, ended.message, ended.took_ms, began.address
           FROM audit AS began
           LEFT JOIN audit AS ended ON ended.action = began.action AND ended.phase = 'outcome'
           WHERE began.phase <> 'outcome' AND began.id < ?1
             AND (?2 = '' OR began.person = ?2)
             AND (?3 IS NULL OR began.vps_id = ?3)
             AND (?4 = '' OR began.what = ?4)
             AND (?5 = '' OR coalesce(ended.outcome, began.outcome) = ?5)
             AND (?7 IS NULL OR began.person_id = ?7 OR (began.phase = 'intent' AND EXISTS
                  (SELECT 1 FROM granted
                   WHERE granted.person_id = ?7 AND (granted.vps_id IS NULL OR granted.vps_id = began.vps_id)
                     AND (ends_at IS NULL OR ends_at > ?8)
                     AND (shell OR began.what NOT IN ('basicShell/cd', 'basicShell/exec', 'shellScript/exec')))))
           ORDER BY began.id DESC LIMIT ?6"#,
        before, search.person, search.vps_id, search.what, search.outcome, limit, reader, now_s
    )
    .fetch_all(&db.reader)
    .await
}

/// The line of one action.
///
/// # Errors
/// SQLite's.
pub async fn find_action(db: &Database, action: &str) -> Result<Option<Entry>, sqlx::Error> {
    sqlx::query_as!(
        Entry,
        r#"SELECT began.id AS "id!", began.at_ms, began.action, began.what, began.person_id, began.person,
                  began.vps_id, began.vps, began.parameters, ended.outcome, ended.code, ended.message,
                  ended.took_ms, began.address
           FROM audit AS began
           LEFT JOIN audit AS ended ON ended.action = began.action AND ended.phase = 'outcome'
           WHERE began.phase = 'intent' AND began.action = ?"#,
        action
    )
    .fetch_optional(&db.reader)
    .await
}
