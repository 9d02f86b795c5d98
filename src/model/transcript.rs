//! The conversations with shells, an entry a row, sealed. They end with their session and after a day.
//! What an entry is, `transcript` knows.

use super::Database;
use crate::secret::Secret;
use crate::vault::{Place, Vault, VaultError};
use std::collections::HashMap;

/// So long an entry is kept.
pub const KEPT_S: i64 = 24 * 3600;

/// A session and a VPS, by their rows.
pub type Key = (i64, i64);

/// An entry, opened.
#[derive(Debug)]
pub struct Row {
    /// The action it was performed as.
    pub action: String,
    /// Whether its answer is in it.
    pub is_answered: bool,
    /// When it was sent, in Unix seconds.
    pub at_s: i64,
    /// What it is.
    pub text: Secret,
}

/// Why an entry could not be kept or opened.
#[derive(Debug, thiserror::Error)]
pub enum TranscriptError {
    /// The vault's word.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// SQLite's word.
    #[error(transparent)]
    Sql(#[from] sqlx::Error),
}

const fn place(row: i64) -> Place {
    Place {
        table: "transcript",
        column: "sealed",
        row,
    }
}

/// Which entries of a conversation are kept: by action, each with whether its answer is.
///
/// # Errors
/// SQLite's.
pub async fn kept(
    db: &Database,
    (session_id, vps_id): Key,
) -> Result<HashMap<String, bool>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT action, is_answered AS "is_answered: bool" FROM transcript
           WHERE session_id = ? AND vps_id = ?"#,
        session_id,
        vps_id
    )
    .fetch_all(&db.reader)
    .await?;
    let pairs = rows.into_iter().map(|row| (row.action, row.is_answered));
    Ok(pairs.collect())
}

/// Writes these entries of a conversation, and drops those. Where the session or the VPS is gone,
/// nothing is written.
///
/// # Errors
/// See [`TranscriptError`].
pub async fn keep(
    db: &Database,
    vault: &Vault,
    key: Key,
    (rows, gone): (&[Row], &[String]),
) -> Result<(), TranscriptError> {
    let mut transaction = db.begin().await?;
    for action in gone {
        sqlx::query!("DELETE FROM transcript WHERE action = ?", action)
            .execute(&mut *transaction)
            .await?;
    }
    for row in rows {
        if let Some(id) = place_of(&mut transaction, key, row).await? {
            let sealed = vault.seal(place(id), &row.text)?;
            sqlx::query!(
                "UPDATE transcript SET is_answered = ?, sealed = ? WHERE id = ?",
                row.is_answered,
                sealed,
                id
            )
            .execute(&mut *transaction)
            .await?;
        }
    }
    Ok(transaction.commit().await?)
}

/// The row of an entry, made when it is not there: it is sealed for its row.
async fn place_of(
    connection: &mut sqlx::SqliteConnection,
    (session_id, vps_id): Key,
    row: &Row,
) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"INSERT INTO transcript (session_id, vps_id, action, is_answered, at, sealed)
           SELECT session.id, vps.id, ?3, 0, ?4, x'' FROM session, vps
           WHERE session.id = ?1 AND vps.id = ?2
           ON CONFLICT (action) DO UPDATE SET at = excluded.at
           RETURNING id AS "id!""#,
        session_id,
        vps_id,
        row.action,
        row.at_s
    )
    .fetch_optional(connection)
    .await
}

/// Every entry that is kept, oldest first, with its conversation. One that does not open is passed
/// over: a conversation is not worth a panel that does not start.
///
/// # Errors
/// SQLite's.
pub async fn all(db: &Database, vault: &Vault) -> Result<Vec<(Key, Row)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT id AS "id!", session_id, vps_id, action, is_answered AS "is_answered: bool", at, sealed
           FROM transcript ORDER BY id"#
    )
    .fetch_all(&db.reader)
    .await?;
    let opened = rows.into_iter().filter_map(|row| {
        let text = vault.open(place(row.id), &row.sealed).ok()?;
        let entry = Row {
            action: row.action,
            is_answered: row.is_answered,
            at_s: row.at,
            text,
        };
        Some(((row.session_id, row.vps_id), entry))
    });
    Ok(opened.collect())
}

/// Drops what is older than a day.
///
/// # Errors
/// SQLite's.
pub async fn sweep(db: &Database, now_s: i64) -> Result<(), sqlx::Error> {
    let oldest = now_s - KEPT_S;
    sqlx::query!("DELETE FROM transcript WHERE at <= ?", oldest)
        .execute(&db.writer)
        .await?;
    Ok(())
}

/// Drops all: the settings say that nothing is to be kept.
///
/// # Errors
/// SQLite's.
pub async fn forget_all(db: &Database) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM transcript")
        .execute(&db.writer)
        .await?;
    Ok(())
}
