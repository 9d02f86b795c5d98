//! What a person typed into the shell of a VPS: their own alone, bounded, and never a secret.

use super::Database;

/// So many lines of a person and a VPS are kept; the oldest go first.
pub const LINES_MAX: i64 = 1000;
/// A longer text is a script, and no line to look for again.
pub const LINE_MAX_BYTES: usize = 4096;

/// Keeps a line, unless it is the newest already, or too long, or begins with a space and its person
/// does not want that.
///
/// # Errors
/// SQLite's.
pub async fn add(
    db: &Database,
    (person_id, vps_id): (i64, i64),
    line: &str,
) -> Result<(), sqlx::Error> {
    if line.len() > LINE_MAX_BYTES {
        return Ok(());
    }
    let is_spaced = line.starts_with(' ');
    let mut transaction = db.begin().await?;
    sqlx::query!(
        "INSERT INTO history (person_id, vps_id, command)
         SELECT ?1, ?2, ?3 FROM person WHERE id = ?1 AND (keeps_spaced OR NOT ?4)
             AND ?3 IS NOT (SELECT command FROM history WHERE person_id = ?1 AND vps_id = ?2
                            ORDER BY id DESC LIMIT 1)",
        person_id,
        vps_id,
        line,
        is_spaced
    )
    .execute(&mut *transaction)
    .await?;
    sqlx::query!(
        "DELETE FROM history WHERE person_id = ?1 AND vps_id = ?2 AND id <=
             (SELECT id FROM history WHERE person_id = ?1 AND vps_id = ?2
              ORDER BY id DESC LIMIT 1 OFFSET ?3)",
        person_id,
        vps_id,
        LINES_MAX
    )
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await
}

/// What a person typed at a VPS, the newest last.
///
/// # Errors
/// SQLite's.
pub async fn lines(db: &Database, person_id: i64, vps_id: i64) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        "SELECT command FROM history WHERE person_id = ? AND vps_id = ? ORDER BY id",
        person_id,
        vps_id
    )
    .fetch_all(&db.reader)
    .await
}

/// Empties it.
///
/// # Errors
/// SQLite's.
pub async fn clear(db: &Database, person_id: i64, vps_id: i64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "DELETE FROM history WHERE person_id = ? AND vps_id = ?",
        person_id,
        vps_id
    )
    .execute(&db.writer)
    .await?;
    Ok(())
}

/// Whether a person wants lines that begin with a space kept.
///
/// # Errors
/// SQLite's.
pub async fn keeps_spaced(db: &Database, person_id: i64) -> Result<bool, sqlx::Error> {
    let keeps = sqlx::query_scalar!(
        r#"SELECT keeps_spaced AS "keeps: bool" FROM person WHERE id = ?"#,
        person_id
    )
    .fetch_optional(&db.reader)
    .await?;
    Ok(keeps.unwrap_or_default())
}

/// Decides it.
///
/// # Errors
/// SQLite's.
pub async fn keep_spaced(db: &Database, person_id: i64, keeps: bool) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE person SET keeps_spaced = ? WHERE id = ?",
        keeps,
        person_id
    )
    .execute(&db.writer)
    .await?;
    Ok(())
}
