//! Links that let somebody in once: an invited person, or one who chooses a new password. The token is
//! in the link alone; here is only its SHA-256.

use super::Database;
use super::audit::{self, Note};
use super::grant::{self, Given, Scope};
use super::name::canonical;
use super::notice;
use super::person::{self, PersonError, Role};
use super::session::{new_token, token_hash};
use crate::secret::Secret;

/// A link that nobody has used has ended after so long.
pub const HOLDS_S: i64 = 24 * 3600;

/// A link that holds, and whose it is.
#[derive(Clone, Debug)]
pub struct Link {
    /// The person's row.
    pub person_id: i64,
    /// Their name; the invited may change it.
    pub name: String,
    /// What they are, or will be.
    pub role: Role,
    /// Whether it invites; else it is for a new password.
    pub is_invitation: bool,
    /// Until when it works.
    pub ends_at: i64,
}

/// Somebody to invite.
#[derive(Clone, Debug)]
pub struct Invited<'a> {
    /// The name, until they choose another.
    pub name: &'a str,
    /// Admin or member.
    pub role: Role,
    /// What they are given first.
    pub grant: Option<(&'a Scope, Given)>,
}

/// What somebody chose who followed a link.
#[derive(Clone, Copy, Debug)]
pub struct Chosen<'a> {
    /// An invited person's name; that of anybody else stays.
    pub name: &'a str,
    /// The hash of the password.
    pub password_hash: &'a str,
}

/// Adds a person without a password, and gives their row and the token of the link.
///
/// # Errors
/// [`PersonError::NameTaken`], or SQLite's; without random numbers, an I/O error.
pub async fn invite(
    db: &Database,
    invited: &Invited<'_>,
    note: &Note,
) -> Result<(i64, Secret), PersonError> {
    let token = new_token().map_err(sqlx::Error::Io)?;
    let (name, role, now_s) = (canonical(invited.name), invited.role.word(), note.at_s());
    let mut transaction = db.begin().await?;
    let id = sqlx::query!(
        "INSERT INTO person (name, password_hash, role, created_at) VALUES (?, '', ?, ?)",
        name,
        role,
        now_s
    )
    .execute(&mut *transaction)
    .await
    .map_err(person::name_taken)?
    .last_insert_rowid();
    put(&mut transaction, (id, &token), now_s).await?;
    if let Some((scope, given)) = invited.grant {
        grant::put(&mut transaction, (id, scope), given, now_s).await?;
    }
    audit::write(&mut transaction, note).await?;
    transaction.commit().await?;
    Ok((id, token))
}

/// Makes a new link for a person, and gives its token. The one before works no more. None for
/// somebody who is disabled.
///
/// # Errors
/// SQLite's; without random numbers, an I/O error.
pub async fn make(
    db: &Database,
    person_id: i64,
    note: &Note,
) -> Result<Option<Secret>, sqlx::Error> {
    let token = new_token().map_err(sqlx::Error::Io)?;
    let mut transaction = db.begin().await?;
    if !put(&mut transaction, (person_id, &token), note.at_s()).await? {
        return Ok(None);
    }
    audit::write(&mut transaction, note).await?;
    transaction.commit().await?;
    Ok(Some(token))
}

async fn put(
    connection: &mut sqlx::SqliteConnection,
    (person_id, token): (i64, &Secret),
    now_s: i64,
) -> Result<bool, sqlx::Error> {
    let (hash, ends_at) = (token_hash(token.reveal()), now_s + HOLDS_S);
    let done = sqlx::query!(
        "INSERT INTO link (person_id, token_hash, ends_at)
         SELECT id, ?, ? FROM person WHERE id = ? AND disabled_at IS NULL
         ON CONFLICT (person_id)
         DO UPDATE SET token_hash = excluded.token_hash, ends_at = excluded.ends_at",
        hash,
        ends_at,
        person_id
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// The link of this token, while it works. Looking uses nothing up.
///
/// # Errors
/// SQLite's.
pub async fn find(db: &Database, token: &str, now_s: i64) -> Result<Option<Link>, sqlx::Error> {
    let hash = token_hash(token);
    let row = sqlx::query!(
        r#"SELECT person.id AS "id!", name, role, joined_at, ends_at
           FROM link JOIN person ON person.id = person_id
           WHERE token_hash = ? AND ends_at > ? AND disabled_at IS NULL"#,
        hash,
        now_s
    )
    .fetch_optional(&db.reader)
    .await?;
    Ok(row.map(|row| Link {
        person_id: row.id,
        name: row.name,
        role: Role::from_word(&row.role).unwrap_or(Role::Member),
        is_invitation: row.joined_at.is_none(),
        ends_at: row.ends_at,
    }))
}

/// Until when a person's link works, if they have one.
///
/// # Errors
/// SQLite's.
pub async fn ends_at(
    db: &Database,
    person_id: i64,
    now_s: i64,
) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        "SELECT ends_at FROM link WHERE person_id = ? AND ends_at > ?",
        person_id,
        now_s
    )
    .fetch_optional(&db.reader)
    .await
}

/// Sets what somebody chose, and ends the link and their sessions with it. Who was here before is told.
/// False when the link works
/// no more: somebody was faster.
///
/// # Errors
/// [`PersonError::NameTaken`], and then the link still works; or SQLite's.
pub async fn use_up(
    db: &Database,
    token: &str,
    chosen: Chosen<'_>,
    note: &Note,
) -> Result<bool, PersonError> {
    let (hash, now_s) = (token_hash(token), note.at_s());
    let mut transaction = db.begin().await?;
    let found = sqlx::query!(
        r#"SELECT person_id AS "person_id!", joined_at FROM link JOIN person ON person.id = person_id
           WHERE token_hash = ? AND ends_at > ? AND disabled_at IS NULL"#,
        hash,
        now_s
    )
    .fetch_optional(&mut *transaction)
    .await?;
    let Some(found) = found else {
        return Ok(false);
    };
    let person_id = found.person_id;
    if found.joined_at.is_some() {
        let told = ("password-reset", &serde_json::json!({}));
        notice::tell(&mut transaction, person_id, told, note).await?;
    }
    let name = canonical(chosen.name);
    sqlx::query!(
        "UPDATE person SET name = CASE WHEN joined_at IS NULL THEN ? ELSE name END,
                           password_hash = ?, joined_at = coalesce(joined_at, ?) WHERE id = ?",
        name,
        chosen.password_hash,
        now_s,
        person_id
    )
    .execute(&mut *transaction)
    .await
    .map_err(person::name_taken)?;
    end(&mut transaction, person_id).await?;
    person::end_sessions(&mut transaction, person_id).await?;
    audit::write(&mut transaction, note).await?;
    transaction.commit().await?;
    Ok(true)
}

/// Takes an invitation back: the person is removed who never came. False when there is none.
///
/// # Errors
/// SQLite's.
pub async fn withdraw(db: &Database, person_id: i64, note: &Note) -> Result<bool, sqlx::Error> {
    let mut transaction = db.begin().await?;
    let done = sqlx::query!(
        "DELETE FROM person WHERE id = ? AND joined_at IS NULL",
        person_id
    )
    .execute(&mut *transaction)
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    audit::write(&mut transaction, note).await?;
    transaction.commit().await?;
    Ok(true)
}

/// Ends a person's link, if there is one.
pub(super) async fn end(
    connection: &mut sqlx::SqliteConnection,
    person_id: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM link WHERE person_id = ?", person_id)
        .execute(connection)
        .await?;
    Ok(())
}
