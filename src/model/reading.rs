//! The last reply of each read call of a VPS, and the last failure beside it. Secret fields are
//! starred before they come here.

use super::Database;
use super::vps::KEY_REFUSALS_MAX;
use crate::kiwivm::error::Fault;

/// What was last heard.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// When KiwiVM last answered, and its reply as JSON.
    pub reply: Option<(i64, String)>,
    /// The failure since then.
    pub failure: Option<Failure>,
    /// The VPS was changed since: what the reply lists may be gone.
    pub is_stale: bool,
}

/// A reading that failed.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Since when every try has failed.
    pub since: i64,
    /// The last try.
    pub at: i64,
    /// Why.
    pub fault: Fault,
}

struct Row {
    vps_id: i64,
    call: String,
    read_at: Option<i64>,
    reply: Option<String>,
    failing_since: Option<i64>,
    failed_at: Option<i64>,
    fault: Option<String>,
    is_stale: bool,
}

impl From<Row> for Reading {
    fn from(row: Row) -> Reading {
        Reading {
            reply: row.read_at.zip(row.reply),
            failure: failure(row.failing_since, row.failed_at, row.fault.as_deref()),
            is_stale: row.is_stale,
        }
    }
}

fn failure(since: Option<i64>, at: Option<i64>, fault: Option<&str>) -> Option<Failure> {
    Some(Failure {
        since: since?,
        at: at?,
        fault: serde_json::from_str(fault?).ok()?,
    })
}

/// The reading of one call.
///
/// # Errors
/// SQLite's.
pub async fn find(db: &Database, vps_id: i64, call: &str) -> Result<Reading, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT vps_id, call, read_at, reply, failing_since, failed_at, fault, is_stale AS "is_stale: bool"
           FROM reading WHERE vps_id = ? AND call = ?"#,
        vps_id,
        call
    )
    .fetch_optional(&db.reader)
    .await?;
    Ok(row.map(Reading::from).unwrap_or_default())
}

/// The readings of these calls of every VPS, for the start: (VPS, call, reading).
///
/// # Errors
/// SQLite's.
pub async fn of_calls(
    db: &Database,
    [one, two, three, four]: [&str; 4],
) -> Result<Vec<(i64, String, Reading)>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT vps_id, call, read_at, reply, failing_since, failed_at, fault, is_stale AS "is_stale: bool"
           FROM reading WHERE call IN (?, ?, ?, ?)"#,
        one,
        two,
        three,
        four
    )
    .fetch_all(&db.reader)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.vps_id, row.call.clone(), Reading::from(row)))
        .collect())
}

/// Keeps a reply, secret fields starred.
///
/// # Errors
/// SQLite's.
pub async fn keep(
    db: &Database,
    vps_id: i64,
    call: &str,
    reply: &str,
    now_s: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO reading (vps_id, call, read_at, reply) VALUES (?, ?, ?, ?)
         ON CONFLICT (vps_id, call) DO UPDATE SET read_at = excluded.read_at, reply = excluded.reply,
             failing_since = NULL, failed_at = NULL, fault = NULL, is_stale = 0",
        vps_id,
        call,
        now_s,
        reply
    )
    .execute(&db.writer)
    .await?;
    Ok(())
}

/// Notes a failure; the old reply stays.
///
/// # Errors
/// SQLite's.
pub async fn fail(
    db: &Database,
    vps_id: i64,
    call: &str,
    fault: &Fault,
    now_s: i64,
) -> Result<(), sqlx::Error> {
    let fault = serde_json::to_string(fault).unwrap_or_default();
    sqlx::query!(
        "INSERT INTO reading (vps_id, call, failing_since, failed_at, fault) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (vps_id, call) DO UPDATE SET failed_at = excluded.failed_at, fault = excluded.fault,
             failing_since = coalesce(failing_since, excluded.failing_since)",
        vps_id,
        call,
        now_s,
        now_s,
        fault
    )
    .execute(&db.writer)
    .await?;
    Ok(())
}

/// The VPSes that KiwiVM does not refuse and whose answer to this call is so old, the oldest first. One
/// that was never asked is due when it has been here for a day and up to a week more, so that many that
/// came together are not asked together.
///
/// # Errors
/// SQLite's.
pub async fn due(
    db: &Database,
    call: &str,
    (every_s, now_s): (i64, i64),
) -> Result<Vec<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT vps.id AS "id!" FROM vps
           LEFT JOIN reading ON reading.vps_id = vps.id AND reading.call = ?1
           WHERE key_refusals < ?4
               AND coalesce(nullif(max(coalesce(read_at, 0), coalesce(failed_at, 0)), 0),
                   created_at + 86400 + (vps.id * 7919 * 60) % ?2 - ?2) <= ?3 - ?2
           ORDER BY coalesce(read_at, failed_at, 0), vps.id"#,
        call,
        every_s,
        now_s,
        KEY_REFUSALS_MAX
    )
    .fetch_all(&db.reader)
    .await
}

/// Marks everything read of a VPS as older than a change to it. It stays until the next replies; whoever
/// opens its page asks for those.
///
/// # Errors
/// SQLite's.
pub async fn make_stale(db: &Database, vps_id: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("UPDATE reading SET is_stale = 1 WHERE vps_id = ?", vps_id)
        .execute(&db.writer)
        .await?;
    Ok(())
}

/// The same for what one call told.
///
/// # Errors
/// SQLite's.
pub async fn make_call_stale(db: &Database, vps_id: i64, call: &str) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE reading SET is_stale = 1 WHERE vps_id = ? AND call = ?",
        vps_id,
        call
    )
    .execute(&db.writer)
    .await?;
    Ok(())
}

/// Forgets what was read with a VPS's former VEID or key, its long operations too: they may have been
/// another machine's.
///
/// # Errors
/// SQLite's.
pub async fn forget(db: &Database, vps_id: i64) -> Result<(), sqlx::Error> {
    let mut transaction = db.begin().await?;
    sqlx::query!("DELETE FROM reading WHERE vps_id = ?", vps_id)
        .execute(&mut *transaction)
        .await?;
    sqlx::query!("DELETE FROM operation WHERE vps_id = ?", vps_id)
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await
}
