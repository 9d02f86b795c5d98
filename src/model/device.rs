//! The browsers in which people have signed in before. A new one is told of; a known one cannot be
//! kept out by others who guess. The token is in the browser's cookie alone; here is its SHA-256.

use super::Database;
use super::audit::{self, Event, Note};
use super::notice;
use super::session::{Origin, new_token, token_hash};
use crate::secret::Secret;

/// A browser that was not used for so long is a stranger again.
pub const KEPT_S: i64 = 365 * 24 * 3600;

/// The browser with this token, if the person of this name has signed in there before.
///
/// # Errors
/// SQLite's.
pub async fn find(db: &Database, name: &str, token: &str) -> Result<Option<i64>, sqlx::Error> {
    let hash = token_hash(token);
    sqlx::query_scalar!(
        r#"SELECT device.id AS "id!" FROM device JOIN person ON person.id = person_id
           WHERE name = ? AND token_hash = ?"#,
        name,
        hash
    )
    .fetch_optional(&db.reader)
    .await
}

/// Knows the browser of somebody who has just signed in, and gives the token for its cookie. One that
/// is new to this person is told of and recorded, unless it is the person's very first. The note names
/// the session that began, which is of this browser from now on.
///
/// # Errors
/// SQLite's; without random numbers, an I/O error.
pub async fn meet(
    db: &Database,
    token: Option<&str>,
    origin: &Origin,
    note: &Note,
) -> Result<Option<Secret>, sqlx::Error> {
    let Some(person_id) = note.who.person_id else {
        return Ok(None);
    };
    let now_s = note.at_s();
    let mut transaction = db.begin().await?;
    let token = match token {
        // Two people may share a browser: it keeps its token. One that we did not give is not kept.
        Some(token) if is_ours(&mut transaction, token).await? => Secret::new(token),
        _ => new_token().map_err(sqlx::Error::Io)?,
    };
    let hash = token_hash(token.reveal());
    let is_known = see(&mut transaction, (person_id, &hash), now_s).await?;
    if !is_known {
        // Before it is one of the person's: it must not hear of itself.
        if has_any(&mut transaction, person_id).await? {
            tell(&mut transaction, person_id, origin, note).await?;
        }
        add(&mut transaction, (person_id, &hash), now_s).await?;
    }
    join(&mut transaction, (person_id, &hash), note.who.session_id).await?;
    transaction.commit().await?;
    Ok(Some(token))
}

async fn is_ours(
    connection: &mut sqlx::SqliteConnection,
    token: &str,
) -> Result<bool, sqlx::Error> {
    let hash = token_hash(token);
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM device WHERE token_hash = ?) AS "ours!: bool""#,
        hash
    )
    .fetch_one(connection)
    .await
}

async fn see(
    connection: &mut sqlx::SqliteConnection,
    (person_id, hash): (i64, &[u8]),
    now_s: i64,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "UPDATE device SET seen_at = ? WHERE person_id = ? AND token_hash = ?",
        now_s,
        person_id,
        hash
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

async fn has_any(
    connection: &mut sqlx::SqliteConnection,
    person_id: i64,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM device WHERE person_id = ?) AS "any!: bool""#,
        person_id
    )
    .fetch_one(connection)
    .await
}

async fn join(
    connection: &mut sqlx::SqliteConnection,
    (person_id, hash): (i64, &[u8]),
    session_id: Option<i64>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE session SET device_id = (SELECT id FROM device WHERE person_id = ? AND token_hash = ?)
         WHERE id = ?",
        person_id,
        hash,
        session_id
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn add(
    connection: &mut sqlx::SqliteConnection,
    (person_id, hash): (i64, &[u8]),
    now_s: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO device (person_id, token_hash, created_at, seen_at) VALUES (?, ?, ?, ?)",
        person_id,
        hash,
        now_s,
        now_s
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn tell(
    connection: &mut sqlx::SqliteConnection,
    person_id: i64,
    origin: &Origin,
    note: &Note,
) -> Result<(), sqlx::Error> {
    let details = serde_json::json!({"address": origin.address, "browser": origin.browser});
    let told = ("new-device", &details);
    notice::tell(&mut *connection, person_id, told, note).await?;
    let mut note = note.clone();
    note.event = Event::new("new-device").with("browser", &origin.browser);
    audit::write(connection, &note).await
}

/// Forgets the browsers that nobody uses any more.
///
/// # Errors
/// SQLite's.
pub async fn sweep(db: &Database, now_s: i64) -> Result<(), sqlx::Error> {
    let old = now_s - KEPT_S;
    sqlx::query!("DELETE FROM device WHERE seen_at < ?", old)
        .execute(&db.writer)
        .await?;
    Ok(())
}
