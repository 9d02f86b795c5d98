//! Half a sign-in: the password was right, the second factor is still to come. It is no session, and
//! opens nothing.

use super::Database;
use super::audit::{self, Note};
use super::person::{self, Person};
use super::session::{Proved, new_token, token_hash};
use crate::secret::Secret;

/// Whoever has not given the second factor by then begins anew.
pub const HOLDS_S: i64 = 10 * 60;

/// Somebody who knows the password, and has more to show.
#[derive(Clone, Debug)]
pub struct Pending {
    /// The row.
    pub id: i64,
    /// Whose password it was.
    pub person: Person,
    /// The hash that the password was checked against: a change in between ends it.
    pub password_hash: String,
}

/// Notes that the password was right, and gives the token for a cookie of its own.
///
/// # Errors
/// SQLite's; without random numbers, an I/O error.
pub async fn begin(db: &Database, proved: Proved<'_>, note: &Note) -> Result<Secret, sqlx::Error> {
    let token = new_token().map_err(sqlx::Error::Io)?;
    let (hash, now_s) = (token_hash(token.reveal()), note.at_s());
    let mut transaction = db.begin().await?;
    sqlx::query!(
        "INSERT INTO pending_sign_in (token_hash, person_id, password_hash, created_at)
         VALUES (?, ?, ?, ?)",
        hash,
        proved.person_id,
        proved.password_hash,
        now_s
    )
    .execute(&mut *transaction)
    .await?;
    audit::write(&mut transaction, note).await?;
    transaction.commit().await?;
    Ok(token)
}

/// The half sign-in of this token, while it holds.
///
/// # Errors
/// SQLite's.
pub async fn find(db: &Database, token: &str, now_s: i64) -> Result<Option<Pending>, sqlx::Error> {
    let hash = token_hash(token);
    let row = sqlx::query!(
        r#"SELECT pending_sign_in.id AS "id!", person_id, pending_sign_in.password_hash,
                  pending_sign_in.created_at
           FROM pending_sign_in JOIN person ON person.id = person_id
           WHERE token_hash = ? AND disabled_at IS NULL
             AND person.password_hash = pending_sign_in.password_hash"#,
        hash
    )
    .fetch_optional(&db.reader)
    .await?;
    let holds = |created_at: i64| (0..HOLDS_S).contains(&(now_s - created_at));
    let Some(row) = row.filter(|row| holds(row.created_at)) else {
        return Ok(None);
    };
    let person = person::find(db, row.person_id, now_s).await?;
    Ok(person.map(|person| Pending {
        id: row.id,
        person,
        password_hash: row.password_hash,
    }))
}

/// Ends it. False when it has ended before: it makes one session at most.
///
/// # Errors
/// SQLite's.
pub async fn end(db: &Database, id: i64) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!("DELETE FROM pending_sign_in WHERE id = ?", id)
        .execute(&db.writer)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Removes those that nobody finished.
///
/// # Errors
/// SQLite's.
pub async fn sweep(db: &Database, now_s: i64) -> Result<(), sqlx::Error> {
    let old = now_s - HOLDS_S;
    sqlx::query!(
        "DELETE FROM pending_sign_in WHERE created_at <= ? OR created_at > ?",
        old,
        now_s
    )
    .execute(&db.writer)
    .await?;
    Ok(())
}
