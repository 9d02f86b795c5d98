//! What a person is told on the next page, until they say that they have read it.

use super::Database;

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

/// Tells a person something, in the transaction of what it tells of.
///
/// # Errors
/// SQLite's.
pub(super) async fn tell(
    connection: &mut sqlx::SqliteConnection,
    person_id: i64,
    (what, details): (&'static str, &serde_json::Value),
    now_s: i64,
) -> Result<(), sqlx::Error> {
    let details = details.to_string();
    sqlx::query!(
        "INSERT INTO notice (person_id, what, details, created_at) VALUES (?, ?, ?, ?)",
        person_id,
        what,
        details,
        now_s
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What a person has not read yet, the newest first.
///
/// # Errors
/// SQLite's.
pub async fn unread(db: &Database, person_id: i64) -> Result<Vec<Notice>, sqlx::Error> {
    sqlx::query_as!(
        Notice,
        r#"SELECT id AS "id!", what, details, created_at FROM notice
           WHERE person_id = ? ORDER BY id DESC LIMIT 10"#,
        person_id
    )
    .fetch_all(&db.reader)
    .await
}

/// A person has read one of their notices.
///
/// # Errors
/// SQLite's.
pub async fn forget(db: &Database, person_id: i64, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "DELETE FROM notice WHERE id = ? AND person_id = ?",
        id,
        person_id
    )
    .execute(&db.writer)
    .await?;
    Ok(())
}
