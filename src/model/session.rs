//! Who is signed in. The token is in the person's cookie alone; here is only its SHA-256.

use super::Database;
use super::audit::{self, Note};
use super::person::{self, Person};
use crate::secret::Secret;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// A session without a request of a person's for this long has ended.
pub const IDLE_S: i64 = 8 * 3600;
/// A session this old has ended, whatever was done in it.
pub const AGE_MAX_S: i64 = 7 * 24 * 3600;
/// How exactly the last request is kept: writing at every request would be for nobody.
const SEEN_EVERY_S: i64 = 60;

/// A session that holds, with its person.
#[derive(Clone, Debug)]
pub struct Session {
    /// The row.
    pub id: i64,
    /// Who signed in.
    pub person: Person,
}

/// Where a session was begun.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The client's address.
    pub address: String,
    /// The browser's own description, cut short.
    pub browser: String,
}

/// What a person has just proved: to know the password with this hash.
#[derive(Clone, Copy, Debug)]
pub struct Proved<'a> {
    /// The person's row.
    pub person_id: i64,
    /// The hash that the password was checked against.
    pub password_hash: &'a str,
}

/// Begins a session for whoever has just proved to know the password with this hash, and gives the
/// token for the cookie: 256 random bits. None when the password was changed, or the person disabled,
/// while it was being checked.
///
/// # Errors
/// SQLite's; without random numbers, an I/O error.
pub async fn begin(
    db: &Database,
    proved: Proved<'_>,
    origin: &Origin,
    note: &Note,
) -> Result<Option<Secret>, sqlx::Error> {
    let token = new_token().map_err(sqlx::Error::Io)?;
    let (hash, now_s) = (token_hash(token.reveal()), note.at_s());
    let mut transaction = db.begin().await?;
    let done = sqlx::query!(
        "INSERT INTO session (token_hash, person_id, address, browser, created_at, seen_at)
         SELECT ?, id, ?, ?, ?, ? FROM person
         WHERE id = ? AND password_hash = ? AND disabled_at IS NULL",
        hash,
        origin.address,
        origin.browser,
        now_s,
        now_s,
        proved.person_id,
        proved.password_hash
    )
    .execute(&mut *transaction)
    .await?;
    if done.rows_affected() == 0 {
        return Ok(None);
    }
    audit::write(&mut transaction, note).await?;
    transaction.commit().await?;
    Ok(Some(token))
}

/// The session of this token, when it holds and its person may sign in. `active` says whether a
/// person, not a timer, makes this request.
///
/// # Errors
/// SQLite's.
pub async fn find(
    db: &Database,
    token: &str,
    now_s: i64,
    active: bool,
) -> Result<Option<Session>, sqlx::Error> {
    let hash = token_hash(token);
    let row = sqlx::query!(
        r#"SELECT session.id AS "session_id!", session.created_at AS began_at, seen_at,
                  person.id AS "id!", name, role, level, shell AS "shell: bool", time_zone,
                  disabled_at, person.created_at
           FROM session JOIN person ON person.id = person_id
           WHERE token_hash = ? AND disabled_at IS NULL"#,
        hash
    )
    .fetch_optional(&db.reader)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let idle_s = now_s - row.seen_at;
    // A clock that was set back far must not make a session endless.
    let age_s = now_s - row.began_at;
    if idle_s > IDLE_S || !(-IDLE_S..=AGE_MAX_S).contains(&age_s) {
        end(db, row.session_id).await?;
        return Ok(None);
    }
    if active && idle_s.abs() >= SEEN_EVERY_S {
        see(db, row.session_id, now_s).await?;
    }
    let person = person::Row {
        id: row.id,
        name: row.name,
        role: row.role,
        level: row.level,
        shell: row.shell,
        time_zone: row.time_zone,
        disabled_at: row.disabled_at,
        created_at: row.created_at,
    };
    Ok(Some(Session {
        id: row.session_id,
        person: person.into(),
    }))
}

/// The person of a session that still holds: asked again right before something is done, since a
/// slow request may have begun before the session was ended or the rights were changed.
///
/// # Errors
/// SQLite's.
pub async fn person(db: &Database, id: i64) -> Result<Option<Person>, sqlx::Error> {
    let person_id = sqlx::query_scalar!("SELECT person_id FROM session WHERE id = ?", id)
        .fetch_optional(&db.reader)
        .await?;
    let person = match person_id {
        Some(person_id) => person::find(db, person_id).await?,
        None => None,
    };
    Ok(person.filter(|person| person.disabled_at.is_none()))
}

/// Ends a session.
///
/// # Errors
/// SQLite's.
pub async fn end(db: &Database, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM session WHERE id = ?", id)
        .execute(&db.writer)
        .await?;
    Ok(())
}

/// Removes the sessions that have ended by themselves.
///
/// # Errors
/// SQLite's.
pub async fn sweep(db: &Database, now_s: i64) -> Result<(), sqlx::Error> {
    let (idle, old) = (now_s - IDLE_S, now_s - AGE_MAX_S);
    sqlx::query!(
        "DELETE FROM session WHERE seen_at < ? OR created_at < ?",
        idle,
        old
    )
    .execute(&db.writer)
    .await?;
    Ok(())
}

async fn see(db: &Database, id: i64, now_s: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("UPDATE session SET seen_at = ? WHERE id = ?", now_s, id)
        .execute(&db.writer)
        .await?;
    Ok(())
}

fn new_token() -> std::io::Result<Secret> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
    Ok(Secret::new(URL_SAFE_NO_PAD.encode(bytes)))
}

fn token_hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}
