//! Who is signed in. The token is in the person's cookie alone; here is only its SHA-256.

use super::Database;
use super::audit::{self, Note};
use super::person::{self, Person};
use crate::config::SessionLimits;
use crate::secret::Secret;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// How exactly the last request is kept: writing at every request would be for nobody.
const SEEN_EVERY_S: i64 = 60;
/// A proof of who somebody is holds for so long.
pub const PROOF_HOLDS_S: i64 = 5 * 60;
/// The token before the last proof serves so long what was on its way.
const FORMER_TOKEN_HOLDS_S: i64 = 10;

/// A session that holds, with its person.
#[derive(Clone, Debug)]
pub struct Session {
    /// The row.
    pub id: i64,
    /// Who signed in.
    pub person: Person,
    /// When they last proved who they are; none by the token of before the last proof, which opens
    /// nothing that needs one.
    pub proved_at: Option<i64>,
    /// Whether the panel has more than one person.
    pub has_company: bool,
    /// Whether there is something the person has not read yet.
    pub has_notices: bool,
    /// Whether everybody must have a second factor, and this person has none.
    pub lacks_factor: bool,
}

impl Session {
    /// Whether the request came with the present token, not with that of before the last proof.
    #[must_use]
    pub const fn is_current(&self) -> bool {
        self.proved_at.is_some()
    }

    /// Whether the last proof still holds.
    #[must_use]
    pub fn is_proved(&self, now_s: i64) -> bool {
        self.proved_at.is_some_and(|at_s| holds(at_s, now_s))
    }
}

/// A proof from the future, by a clock that was set back, proves nothing; one that came while the
/// request was on its way does.
fn holds(proved_at_s: i64, now_s: i64) -> bool {
    (-60..=PROOF_HOLDS_S).contains(&(now_s - proved_at_s))
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

/// Begins a session for whoever has just proved to know the password with this hash, and gives its row
/// and the token for the cookie: 256 random bits. None when the password was changed, or the person disabled,
/// while it was being checked.
///
/// # Errors
/// SQLite's; without random numbers, an I/O error.
pub async fn begin(
    db: &Database,
    proved: Proved<'_>,
    origin: &Origin,
    note: &Note,
) -> Result<Option<(i64, Secret)>, sqlx::Error> {
    let token = new_token().map_err(sqlx::Error::Io)?;
    let (hash, now_s) = (token_hash(token.reveal()), note.at_s());
    let mut transaction = db.begin().await?;
    let done = sqlx::query!(
        "INSERT INTO session (token_hash, person_id, address, browser, created_at, seen_at, proved_at)
         SELECT ?, id, ?, ?, ?, ?, ? FROM person
         WHERE id = ? AND password_hash = ? AND disabled_at IS NULL AND joined_at IS NOT NULL",
        hash,
        origin.address,
        origin.browser,
        now_s,
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
    Ok(Some((done.last_insert_rowid(), token)))
}

/// When a request comes, and how long a session lasts.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// In Unix seconds.
    pub now_s: i64,
    /// Whether a person, not a timer, makes the request.
    pub active: bool,
    /// The panel's settings.
    pub limits: SessionLimits,
}

impl Moment {
    /// Whether a session that began and was last used then has ended. A clock that was set back far
    /// must not make a session endless.
    fn is_past(self, began_at: i64, seen_at: i64) -> bool {
        let SessionLimits { idle_s, age_max_s } = self.limits;
        let age_s = self.now_s - began_at;
        self.now_s - seen_at > idle_s || !(-idle_s..=age_max_s).contains(&age_s)
    }
}

/// The session of this token, when it holds and its person may sign in.
///
/// # Errors
/// SQLite's.
pub async fn find(
    db: &Database,
    token: &str,
    moment: Moment,
) -> Result<Option<Session>, sqlx::Error> {
    let now_s = moment.now_s;
    let hash = token_hash(token);
    let former_since = now_s - FORMER_TOKEN_HOLDS_S;
    let row = sqlx::query!(
        r#"SELECT session.id AS "session_id!", session.created_at AS began_at, seen_at, proved_at,
                  token_hash = ?1 AS "is_current!: bool",
                  person.id AS "id!", name, role, time_zone, disabled_at, joined_at, person.created_at,
                  EXISTS (SELECT 1 FROM person LIMIT 1 OFFSET 1) AS "has_company!: bool",
                  EXISTS (SELECT 1 FROM notice WHERE person_id = person.id) AS "has_notices!: bool",
                  EXISTS (SELECT 1 FROM setting WHERE name = 'second-factor' AND value = 'required')
                      AND NOT EXISTS (SELECT 1 FROM totp WHERE person_id = person.id)
                      AND NOT EXISTS (SELECT 1 FROM passkey WHERE person_id = person.id)
                      AS "lacks_factor!: bool"
           FROM session JOIN person ON person.id = person_id
           WHERE (token_hash = ?1 OR (former_token_hash = ?1 AND renewed_at >= ?2))
             AND disabled_at IS NULL"#,
        hash,
        former_since
    )
    .fetch_optional(&db.reader)
    .await?;
    let Some(row) = row else { return Ok(None) };
    if moment.is_past(row.began_at, row.seen_at) {
        end(db, row.session_id).await?;
        return Ok(None);
    }
    if moment.active && (now_s - row.seen_at).abs() >= SEEN_EVERY_S {
        see(db, row.session_id, now_s).await?;
    }
    let person = person::Row {
        id: row.id,
        name: row.name,
        role: row.role,
        time_zone: row.time_zone,
        disabled_at: row.disabled_at,
        joined_at: row.joined_at,
        created_at: row.created_at,
    };
    Ok(Some(Session {
        id: row.session_id,
        person: person.with_grants(db, now_s).await?,
        proved_at: Some(row.proved_at).filter(|_| row.is_current),
        has_company: row.has_company,
        has_notices: row.has_notices,
        lacks_factor: row.lacks_factor,
    }))
}

/// The person of a session that still holds, and whether their proof does: asked again right before
/// something is done, since a slow request may have begun before the session was ended or the rights
/// were changed.
///
/// # Errors
/// SQLite's.
pub async fn holder(
    db: &Database,
    id: i64,
    now_s: i64,
) -> Result<Option<(Person, bool)>, sqlx::Error> {
    let row = sqlx::query!("SELECT person_id, proved_at FROM session WHERE id = ?", id)
        .fetch_optional(&db.reader)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let person = person::find(db, row.person_id, now_s).await?;
    let person = person.filter(|person| person.disabled_at.is_none());
    Ok(person.map(|person| (person, holds(row.proved_at, now_s))))
}

/// Notes that a session's person has just proved who they are, and gives the new token for the
/// cookie. None when the session has ended meanwhile.
///
/// # Errors
/// SQLite's; without random numbers, an I/O error.
pub async fn prove(db: &Database, id: i64, note: &Note) -> Result<Option<Secret>, sqlx::Error> {
    let token = new_token().map_err(sqlx::Error::Io)?;
    let (hash, now_s) = (token_hash(token.reveal()), note.at_s());
    let mut transaction = db.begin().await?;
    let done = sqlx::query!(
        "UPDATE session SET former_token_hash = token_hash, token_hash = ?, renewed_at = ?, proved_at = ?
         WHERE id = ?",
        hash,
        now_s,
        now_s,
        id
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

/// One place where a person is signed in.
#[derive(Clone, Debug)]
pub struct Place {
    /// The session's row.
    pub id: i64,
    /// The client's address, when it began.
    pub address: String,
    /// The browser's own description.
    pub browser: String,
    /// When it began.
    pub created_at: i64,
    /// The last request of the person.
    pub seen_at: i64,
}

impl Place {
    /// Whether it is this session.
    #[must_use]
    pub fn is(&self, id: &i64) -> bool {
        self.id == *id
    }
}

/// Where a person is signed in, the newest use first.
///
/// # Errors
/// SQLite's.
pub async fn places(db: &Database, person_id: i64) -> Result<Vec<Place>, sqlx::Error> {
    sqlx::query_as!(
        Place,
        r#"SELECT id AS "id!", address, browser, created_at, seen_at FROM session
           WHERE person_id = ? ORDER BY seen_at DESC, id DESC"#,
        person_id
    )
    .fetch_all(&db.reader)
    .await
}

/// Ends one session of this person, if it is theirs.
///
/// # Errors
/// SQLite's.
pub async fn end_own(
    db: &Database,
    person_id: i64,
    id: i64,
    note: &Note,
) -> Result<bool, sqlx::Error> {
    let mut transaction = db.begin().await?;
    let done = sqlx::query!(
        "DELETE FROM session WHERE id = ? AND person_id = ?",
        id,
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

/// Ends every session of this person but one, and what is half a sign-in.
///
/// # Errors
/// SQLite's.
pub async fn end_others(
    db: &Database,
    person_id: i64,
    kept_id: i64,
    note: &Note,
) -> Result<(), sqlx::Error> {
    let mut transaction = db.begin().await?;
    end_all_but(&mut transaction, person_id, Some(kept_id)).await?;
    audit::write(&mut transaction, note).await?;
    transaction.commit().await
}

/// The same, in the transaction of what makes the others unsafe.
pub(super) async fn end_all_but(
    connection: &mut sqlx::SqliteConnection,
    person_id: i64,
    kept_id: Option<i64>,
) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM pending_sign_in WHERE person_id = ?", person_id)
        .execute(&mut *connection)
        .await?;
    sqlx::query!(
        "DELETE FROM session WHERE person_id = ? AND id IS NOT ?",
        person_id,
        kept_id
    )
    .execute(connection)
    .await?;
    Ok(())
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

/// The sessions that there are.
///
/// # Errors
/// SQLite's.
pub async fn all(db: &Database) -> Result<Vec<i64>, sqlx::Error> {
    sqlx::query_scalar!("SELECT id FROM session")
        .fetch_all(&db.reader)
        .await
}

/// Removes the sessions that have ended by themselves.
///
/// # Errors
/// SQLite's.
pub async fn sweep(db: &Database, limits: SessionLimits, now_s: i64) -> Result<(), sqlx::Error> {
    let (idle, old) = (now_s - limits.idle_s, now_s - limits.age_max_s);
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

/// 256 random bits, as a cookie carries them.
pub(super) fn new_token() -> std::io::Result<Secret> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
    Ok(Secret::new(URL_SAFE_NO_PAD.encode(bytes)))
}

pub(super) fn token_hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}
