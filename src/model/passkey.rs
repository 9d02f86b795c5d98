//! The passkeys of people: public keys, and what they are called. Nothing in them is secret.

use super::Database;
use super::audit::{self, Note};
use super::factor::{self, FactorError};
use super::{notice, recovery, session};

/// One passkey.
#[derive(Clone, Debug)]
pub struct Passkey {
    /// The row.
    pub id: i64,
    /// Whose it is.
    pub person_id: i64,
    /// What the person calls it.
    pub name: String,
    /// The public key and its counter, as JSON.
    pub credential: String,
    /// When it was added.
    pub created_at: i64,
    /// When it was last used.
    pub used_at: Option<i64>,
}

/// A passkey that a browser has just made.
#[derive(Clone, Debug)]
pub struct Made {
    /// What the person calls it.
    pub name: String,
    /// Its id.
    pub credential_id: Vec<u8>,
    /// The public key and its counter, as JSON.
    pub credential: String,
    /// Recovery codes, hashed, for somebody who has none.
    pub code_hashes: Vec<Vec<u8>>,
}

/// The passkeys of a person, the oldest first.
///
/// # Errors
/// SQLite's.
pub async fn all(db: &Database, person_id: i64) -> Result<Vec<Passkey>, sqlx::Error> {
    sqlx::query_as!(
        Passkey,
        r#"SELECT id AS "id!", person_id, name, credential, created_at, used_at
           FROM passkey WHERE person_id = ? ORDER BY id"#,
        person_id
    )
    .fetch_all(&db.reader)
    .await
}

/// The passkey of this id, whoever's it is.
///
/// # Errors
/// SQLite's.
pub async fn find(db: &Database, credential_id: &[u8]) -> Result<Option<Passkey>, sqlx::Error> {
    sqlx::query_as!(
        Passkey,
        r#"SELECT id AS "id!", person_id, name, credential, created_at, used_at
           FROM passkey WHERE credential_id = ?"#,
        credential_id
    )
    .fetch_optional(&db.reader)
    .await
}

/// Adds a passkey, ends the person's other sessions, and tells them. Says whether the recovery codes were kept: who has some, has them still.
///
/// # Errors
/// SQLite's; a passkey that somebody has already is refused by the database.
pub async fn add(
    db: &Database,
    person_id: i64,
    made: &Made,
    note: &Note,
) -> Result<bool, sqlx::Error> {
    let now_s = note.at_s();
    let mut transaction = db.begin().await?;
    sqlx::query!(
        "INSERT INTO passkey (person_id, name, credential_id, credential, created_at)
         VALUES (?, ?, ?, ?, ?)",
        person_id,
        made.name,
        made.credential_id,
        made.credential,
        now_s
    )
    .execute(&mut *transaction)
    .await?;
    let kept = recovery::keep_first(&mut transaction, person_id, &made.code_hashes).await?;
    let told = (person_id, "factor-added", made.name.as_str());
    tell(&mut transaction, told, note).await?;
    session::end_all_but(&mut transaction, person_id, note.who.session_id).await?;
    audit::write(&mut transaction, note).await?;
    transaction.commit().await?;
    Ok(kept)
}

async fn tell(
    connection: &mut sqlx::SqliteConnection,
    (person_id, what, name): (i64, &str, &str),
    note: &Note,
) -> Result<(), sqlx::Error> {
    let details = serde_json::json!({"kind": "passkey", "name": name, "address": note.who.address});
    notice::tell(connection, person_id, (what, &details), note).await
}

/// Notes a use, with the counter as it is then. False when the passkey is gone.
///
/// # Errors
/// SQLite's.
pub async fn note_use(
    db: &Database,
    id: i64,
    credential: &str,
    now_s: i64,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "UPDATE passkey SET credential = ?, used_at = ? WHERE id = ?",
        credential,
        now_s,
        id
    )
    .execute(&db.writer)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Takes a passkey of this person away, and tells them.
///
/// # Errors
/// See [`FactorError`].
pub async fn remove(
    db: &Database,
    person_id: i64,
    id: i64,
    note: &Note,
) -> Result<(), FactorError> {
    let mut transaction = db.begin().await?;
    let name = sqlx::query_scalar!(
        r#"DELETE FROM passkey WHERE id = ? AND person_id = ? RETURNING name AS "name!: String""#,
        id,
        person_id
    )
    .fetch_optional(&mut *transaction)
    .await?;
    let name = name.ok_or(FactorError::Missing)?;
    factor::settle(&mut transaction, person_id).await?;
    let told = (person_id, "factor-removed", name.as_str());
    tell(&mut transaction, told, note).await?;
    audit::write(&mut transaction, note).await?;
    Ok(transaction.commit().await?)
}
