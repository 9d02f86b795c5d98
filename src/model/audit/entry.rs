//! The log as people read it: an event, or an intent with its ending, newest first. Who may read what
//! is said here once, for the page and the export alike.

use super::{Database, Outcome};
use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

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
    /// Ties the entry to the log.
    pub request_id: String,
    /// Where the person sat.
    pub address: String,
}

impl Entry {
    /// Where the page after this entry begins.
    #[must_use]
    pub const fn cursor(&self) -> Cursor {
        Cursor {
            at_ms: self.at_ms,
            id: self.id,
        }
    }
}

/// A place between two entries: those after it are older.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The time of the entry before.
    pub at_ms: i64,
    /// Its row.
    pub id: i64,
}

impl Cursor {
    /// Before the newest entry.
    const NEWEST: Cursor = Cursor {
        at_ms: i64::MAX,
        id: i64::MAX,
    };
}

impl fmt::Display for Cursor {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}-{}", self.at_ms, self.id)
    }
}

impl FromStr for Cursor {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Cursor, ParseIntError> {
        // From the right: a time before 1970 has a sign.
        let (at_ms, id) = text.rsplit_once('-').unwrap_or_default();
        Ok(Cursor {
            at_ms: at_ms.parse()?,
            id: id.parse()?,
        })
    }
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
    /// Not before this time, in Unix milliseconds.
    pub from_ms: Option<i64>,
    /// Only before this time, in Unix milliseconds.
    pub to_ms: Option<i64>,
    /// Only entries after this place: the next page.
    pub before: Option<Cursor>,
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

/// What stands in one statement of the log, whichever index leads through it: the span and the place
/// to go on from belong to every index, the first condition picks one.
macro_rules! entries {
    ($index:literal, $search:expr, $limit:expr) => {{
        let (search, limit): (&Search, i64) = ($search, $limit);
        let before = search.before.unwrap_or(Cursor::NEWEST);
        let from_ms = search.from_ms.unwrap_or(i64::MIN);
        // An index begins at a bound of the time, and not at a pair of time and row.
        let to_ms = search.to_ms.unwrap_or(i64::MAX).min(before.at_ms.saturating_add(1));
        let reader = search.reader.map(|reader| reader.person_id);
        let now_s = search.reader.map_or(0, |reader| reader.now_s);
        sqlx::query_as!(
            Entry,
            r#"SELECT began.id AS "id!", began.at_ms, began.action, began.what, began.person_id, began.person,
                      began.vps_id, began.vps, began.parameters,
                      coalesce(ended.outcome, began.outcome) AS "outcome: String",
                      ended.code, ended.message, ended.took_ms, began.request_id, began.address
               FROM audit AS began
               LEFT JOIN audit AS ended ON ended.action = began.action AND ended.phase = 'outcome'
               WHERE "# + $index + r#"
                 AND began.at_ms >= ?1 AND began.at_ms < ?2 AND (began.at_ms, began.id) < (?3, ?4)
                 AND began.phase <> 'outcome'
                 AND (?5 = '' OR began.person = ?5)
                 AND (?6 IS NULL OR began.vps_id = ?6)
                 AND (?7 = '' OR began.what = ?7)
                 AND (?8 = '' OR coalesce(ended.outcome, began.outcome) = ?8)
                 AND (?9 IS NULL OR began.person_id = ?9 OR (began.phase = 'intent' AND EXISTS
                      (SELECT 1 FROM granted
                       WHERE granted.person_id = ?9
                         AND (granted.vps_id IS NULL OR granted.vps_id = began.vps_id)
                         AND (ends_at IS NULL OR ends_at > ?10)
                         AND (shell OR began.what NOT IN ('basicShell/cd', 'basicShell/exec', 'shellScript/exec')))))
               ORDER BY began.at_ms DESC, began.id DESC LIMIT ?11"#,
            from_ms, to_ms, before.at_ms, before.id, search.person, search.vps_id, search.what,
            search.outcome, reader, now_s, limit
        )
    }};
}

/// The next entries, newest first, at most so many.
///
/// # Errors
/// SQLite's.
pub async fn page(
    db: &Database,
    search: &Search,
    at_most: usize,
) -> Result<Vec<Entry>, sqlx::Error> {
    let limit = i64::try_from(at_most).unwrap_or(i64::MAX);
    // The narrowest first: a VPS and a person have fewer rows than an event.
    if search.vps_id.is_some() {
        return entries!("began.vps_id = ?6", search, limit)
            .fetch_all(&db.reader)
            .await;
    }
    if !search.person.is_empty() {
        return entries!("began.person = ?5", search, limit)
            .fetch_all(&db.reader)
            .await;
    }
    if let Some(reader) = search.reader
        && !sees_every_vps(db, reader).await?
    {
        return entries!(
            "began.id IN (SELECT id FROM audit WHERE person_id = ?9
                 UNION SELECT audit.id FROM granted JOIN audit ON audit.vps_id = granted.vps_id
                 WHERE granted.person_id = ?9)",
            search,
            limit
        )
        .fetch_all(&db.reader)
        .await;
    }
    if !search.outcome.is_empty() && search.outcome != Outcome::Accepted.word() {
        return entries!(
            "began.id IN (SELECT coalesce(intent.id, last.id) FROM audit AS last
                 LEFT JOIN audit AS intent ON intent.action = last.action AND intent.phase = 'intent'
                 WHERE last.outcome = ?8 AND last.outcome <> 'accepted')",
            search,
            limit
        )
        .fetch_all(&db.reader)
        .await;
    }
    if !search.what.is_empty() {
        return entries!("began.what = ?7", search, limit)
            .fetch_all(&db.reader)
            .await;
    }
    entries!("TRUE", search, limit).fetch_all(&db.reader).await
}

/// Whoever does not may have few rows far apart: their log is read along these.
async fn sees_every_vps(db: &Database, reader: Reader) -> Result<bool, sqlx::Error> {
    let every = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM granted WHERE person_id = ? AND vps_id IS NULL
               AND (ends_at IS NULL OR ends_at > ?)) AS "every: bool""#,
        reader.person_id,
        reader.now_s
    );
    every.fetch_one(&db.reader).await
}

/// The words of all events in the log that this reader may have caused, or anybody for an admin.
///
/// # Errors
/// SQLite's.
pub async fn events(db: &Database, reader: Option<Reader>) -> Result<Vec<String>, sqlx::Error> {
    if let Some(reader) = reader {
        return sqlx::query_scalar!(
            "SELECT DISTINCT what FROM audit WHERE person_id = ? AND phase = 'event' ORDER BY what",
            reader.person_id
        )
        .fetch_all(&db.reader)
        .await;
    }
    // From word to word by the index, instead of through all rows.
    sqlx::query_scalar!(
        r#"WITH RECURSIVE word (what) AS (
               SELECT min(what) FROM audit
               UNION ALL
               SELECT (SELECT min(what) FROM audit WHERE audit.what > word.what)
               FROM word WHERE word.what IS NOT NULL)
           SELECT word.what AS "what!: String" FROM word
           WHERE (SELECT phase FROM audit WHERE audit.what = word.what LIMIT 1) = 'event'"#
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
                  ended.took_ms, began.request_id, began.address
           FROM audit AS began
           LEFT JOIN audit AS ended ON ended.action = began.action AND ended.phase = 'outcome'
           WHERE began.phase = 'intent' AND began.action = ?"#,
        action
    )
    .fetch_optional(&db.reader)
    .await
}
