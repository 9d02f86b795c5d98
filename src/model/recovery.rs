//! The codes for the day the second factor is lost. Only their SHA-256 is here: each has 80 random
//! bits, so nobody finds one by trying.

use super::Database;
use super::audit::{self, Note};
use super::notice;

/// When so few are left, the person is told.
pub const FEW: i64 = 3;

/// Puts new codes in the place of all that a person has, and tells them.
///
/// # Errors
/// SQLite's.
pub async fn renew(
    db: &Database,
    person_id: i64,
    code_hashes: &[Vec<u8>],
    note: &Note,
) -> Result<(), sqlx::Error> {
    let mut transaction = db.begin().await?;
    sqlx::query!("DELETE FROM recovery_code WHERE person_id = ?", person_id)
        .execute(&mut *transaction)
        .await?;
    insert(&mut transaction, person_id, code_hashes).await?;
    let details = serde_json::json!({"address": note.who.address});
    let told = ("recovery-codes-made", &details);
    notice::tell(&mut transaction, person_id, told, note).await?;
    audit::write(&mut transaction, note).await?;
    transaction.commit().await
}

/// Keeps the first codes of somebody who has none, in the transaction that gives them a factor. Says
/// whether they were kept.
pub(super) async fn keep_first(
    connection: &mut sqlx::SqliteConnection,
    person_id: i64,
    code_hashes: &[Vec<u8>],
) -> Result<bool, sqlx::Error> {
    let has_codes = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM recovery_code WHERE person_id = ?) AS "has!: bool""#,
        person_id
    )
    .fetch_one(&mut *connection)
    .await?;
    if has_codes {
        return Ok(false);
    }
    insert(connection, person_id, code_hashes).await?;
    Ok(true)
}

async fn insert(
    connection: &mut sqlx::SqliteConnection,
    person_id: i64,
    code_hashes: &[Vec<u8>],
) -> Result<(), sqlx::Error> {
    for hash in code_hashes {
        sqlx::query!(
            "INSERT INTO recovery_code (person_id, code_hash) VALUES (?, ?)",
            person_id,
            hash
        )
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Uses a code, if it is one of this person's that was not used before, and tells them.
///
/// # Errors
/// SQLite's.
pub async fn take(
    db: &Database,
    person_id: i64,
    code_hash: &[u8],
    note: &Note,
) -> Result<bool, sqlx::Error> {
    let now_s = note.at_s();
    let mut transaction = db.begin().await?;
    let done = sqlx::query!(
        "UPDATE recovery_code SET used_at = ?
         WHERE person_id = ? AND code_hash = ? AND used_at IS NULL",
        now_s,
        person_id,
        code_hash
    )
    .execute(&mut *transaction)
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    let left = sqlx::query_scalar!(
        r#"SELECT count(*) AS "left!: i64" FROM recovery_code
           WHERE person_id = ? AND used_at IS NULL"#,
        person_id
    )
    .fetch_one(&mut *transaction)
    .await?;
    let details = serde_json::json!({"address": note.who.address, "left": left});
    let what = match left <= FEW {
        true => "recovery-codes-few",
        false => "recovery-code-used",
    };
    notice::tell(&mut transaction, person_id, (what, &details), note).await?;
    audit::write(&mut transaction, note).await?;
    transaction.commit().await?;
    Ok(true)
}
