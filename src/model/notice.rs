//! What a person is told on the next page, until they say that they have read it. The view
//! `notice_told` says in which browsers: not in the one that caused it, nor in newer ones.

use super::Database;
use super::audit::Note;

/// Something to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The row.
    pub id: i64,
    /// The message `notice-…` says it.
    pub what: String,
    /// JSON object: what the message is told.
    pub details: String,
    /// Since when it waits.
    pub created_at: i64,
}

/// Tells a person something, in the transaction of what it tells of, and before that ends the session
/// it was done in. The note says who caused it.
///
/// # Errors
/// SQLite's.
pub(super) async fn tell(
    connection: &mut sqlx::SqliteConnection,
    person_id: i64,
    (what, details): (&str, &serde_json::Value),
    note: &Note,
) -> Result<(), sqlx::Error> {
    let (details, now_s) = (details.to_string(), note.at_s());
    sqlx::query!(
        "INSERT INTO notice (person_id, what, details, created_at, session_id, device_id, newest_device_id)
         VALUES (?1, ?2, ?3, ?4, ?5,
                 coalesce((SELECT device_id FROM session WHERE id = ?5), ?6),
                 (SELECT coalesce(max(id), 0) FROM device WHERE person_id = ?1))",
        person_id,
        what,
        details,
        now_s,
        note.who.session_id,
        note.who.device_id
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A session goes on as another one, in the same browser: what the one caused is no news to the other.
///
/// # Errors
/// SQLite's.
pub async fn pass_on(db: &Database, from_id: i64, to_id: i64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE notice SET session_id = ? WHERE session_id = ?",
        to_id,
        from_id
    )
    .execute(&db.writer)
    .await?;
    Ok(())
}

/// What this session's person is told in it and has not read yet, the newest first.
///
/// # Errors
/// SQLite's.
pub async fn unread(db: &Database, session_id: i64) -> Result<Vec<Notice>, sqlx::Error> {
    sqlx::query_as!(
        Notice,
        r#"SELECT id AS "id!", what, details, created_at FROM notice_told
           WHERE session_id = ? ORDER BY id DESC LIMIT 10"#,
        session_id
    )
    .fetch_all(&db.reader)
    .await
}

/// A person has read one of the notices that this session is told.
///
/// # Errors
/// SQLite's.
pub async fn forget(db: &Database, session_id: i64, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "DELETE FROM notice
         WHERE id = ?1 AND EXISTS (SELECT 1 FROM notice_told WHERE id = ?1 AND session_id = ?2)",
        id,
        session_id
    )
    .execute(&db.writer)
    .await?;
    Ok(())
}
