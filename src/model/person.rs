//! The people who sign in. Their passwords are here only as hashes.

use super::Database;
use super::access::Level;
use super::audit::{self, Note};
use super::name::canonical;

/// What a person is to the panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Looks after people, VPSes and keys, and may do everything.
    Admin,
    /// May do what was given to them.
    Member,
}

impl Role {
    /// As it stands in forms and in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Role::Admin => "admin",
            Role::Member => "member",
        }
    }

    /// The role of this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Role> {
        [Role::Admin, Role::Member]
            .into_iter()
            .find(|role| role.word() == word)
    }
}

/// Somebody who may sign in, unless disabled.
#[derive(Clone, Debug)]
pub struct Person {
    /// The row.
    pub id: i64,
    /// The canonical name.
    pub name: String,
    /// Admin or member.
    pub role: Role,
    /// What a member may do on every VPS.
    pub level: Level,
    /// Whether a member may run commands as root.
    pub shell: bool,
    /// An IANA name, or none for the panel's own.
    pub time_zone: Option<String>,
    /// Since when they may not sign in.
    pub disabled_at: Option<i64>,
    /// When they were added.
    pub created_at: i64,
}

/// What an admin decides about a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Admin or member.
    pub role: Role,
    /// What a member may do on every VPS.
    pub level: Level,
    /// Whether a member may run commands as root.
    pub shell: bool,
}

/// Why a person could not be changed.
#[derive(Debug, thiserror::Error)]
pub enum PersonError {
    /// Somebody has this name.
    #[error("there is a person of this name already")]
    NameTaken,
    /// Without this one nobody could look after the panel.
    #[error("this is the last admin")]
    LastAdmin,
    /// There is no such person.
    #[error("there is no such person")]
    Missing,
    /// SQLite's word.
    #[error(transparent)]
    Sql(#[from] sqlx::Error),
}

/// A person as the database holds them.
pub(super) struct Row {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) role: String,
    pub(super) level: String,
    pub(super) shell: bool,
    pub(super) time_zone: Option<String>,
    pub(super) disabled_at: Option<i64>,
    pub(super) created_at: i64,
}

impl From<Row> for Person {
    /// The database's checks allow only known words; should one slip through, it gives the least.
    fn from(row: Row) -> Person {
        Person {
            id: row.id,
            name: row.name,
            role: Role::from_word(&row.role).unwrap_or(Role::Member),
            level: Level::from_word(&row.level).unwrap_or(Level::View),
            shell: row.shell,
            time_zone: row.time_zone,
            disabled_at: row.disabled_at,
            created_at: row.created_at,
        }
    }
}

/// Everybody, by name.
///
/// # Errors
/// SQLite's.
pub async fn all(db: &Database) -> Result<Vec<Person>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT id AS "id!", name, role, level, shell AS "shell: bool", time_zone, disabled_at, created_at
           FROM person ORDER BY name"#
    )
    .fetch_all(&db.reader)
    .await?;
    Ok(rows.into_iter().map(Person::from).collect())
}

/// The person of this row.
///
/// # Errors
/// SQLite's.
pub async fn find(db: &Database, id: i64) -> Result<Option<Person>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT id AS "id!", name, role, level, shell AS "shell: bool", time_zone, disabled_at, created_at
           FROM person WHERE id = ?"#,
        id
    )
    .fetch_optional(&db.reader)
    .await?;
    Ok(row.map(Person::from))
}

/// The person of this name, however it is typed.
///
/// # Errors
/// SQLite's.
pub async fn find_by_name(db: &Database, name: &str) -> Result<Option<Person>, sqlx::Error> {
    let name = canonical(name);
    let id = sqlx::query_scalar!(r#"SELECT id AS "id!" FROM person WHERE name = ?"#, name)
        .fetch_optional(&db.reader)
        .await?;
    match id {
        Some(id) => find(db, id).await,
        None => Ok(None),
    }
}

/// The password hash of a person who may sign in.
///
/// # Errors
/// SQLite's.
pub async fn password_hash(db: &Database, id: i64) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!(
        "SELECT password_hash FROM person WHERE id = ? AND disabled_at IS NULL",
        id
    )
    .fetch_optional(&db.reader)
    .await
}

/// Whether nobody has been added yet.
///
/// # Errors
/// SQLite's.
pub async fn nobody(db: &Database) -> Result<bool, sqlx::Error> {
    let count = sqlx::query_scalar!("SELECT count(*) FROM person")
        .fetch_one(&db.reader)
        .await?;
    Ok(count == 0)
}

/// Adds a person and gives the row.
///
/// # Errors
/// [`PersonError::NameTaken`], or SQLite's.
pub async fn add(
    db: &Database,
    name: &str,
    password_hash: &str,
    standing: Standing,
    note: &Note,
) -> Result<i64, PersonError> {
    let name = canonical(name);
    let (role, level, now_s) = (standing.role.word(), standing.level.word(), note.at_s());
    let mut transaction = db.begin().await?;
    let done = sqlx::query!(
        "INSERT INTO person (name, password_hash, role, level, shell, created_at) VALUES (?, ?, ?, ?, ?, ?)",
        name, password_hash, role, level, standing.shell, now_s
    )
    .execute(&mut *transaction)
    .await
    .map_err(|error| match error.as_database_error() {
        Some(database) if database.is_unique_violation() => PersonError::NameTaken,
        _ => PersonError::Sql(error),
    })?;
    audit::write(&mut transaction, note).await?;
    transaction.commit().await?;
    Ok(done.last_insert_rowid())
}

/// Adds the first person, an admin, and only the first: two who use the set-up code at once do not
/// both succeed.
///
/// # Errors
/// [`PersonError::NameTaken`] when there is somebody already.
pub async fn add_first(
    db: &Database,
    name: &str,
    password_hash: &str,
    note: &Note,
) -> Result<i64, PersonError> {
    let (name, now_s) = (canonical(name), note.at_s());
    let mut transaction = db.begin().await?;
    let done = sqlx::query!(
        "INSERT INTO person (name, password_hash, role, level, shell, created_at)
         SELECT ?, ?, 'admin', 'manage', 1, ? WHERE NOT EXISTS (SELECT 1 FROM person)",
        name,
        password_hash,
        now_s
    )
    .execute(&mut *transaction)
    .await?;
    if done.rows_affected() == 0 {
        return Err(PersonError::NameTaken);
    }
    audit::write(&mut transaction, note).await?;
    transaction.commit().await?;
    Ok(done.last_insert_rowid())
}

/// Changes role, level and shell. It ends the person's sessions.
///
/// # Errors
/// [`PersonError::LastAdmin`], [`PersonError::Missing`], or SQLite's.
pub async fn change_standing(
    db: &Database,
    id: i64,
    standing: Standing,
    note: &Note,
) -> Result<(), PersonError> {
    let mut transaction = db.begin().await?;
    let (role, level) = (standing.role.word(), standing.level.word());
    let done = sqlx::query!(
        "UPDATE person SET role = ?, level = ?, shell = ? WHERE id = ?",
        role,
        level,
        standing.shell,
        id
    )
    .execute(&mut *transaction)
    .await?;
    found(done.rows_affected())?;
    an_admin_remains(&mut transaction).await?;
    end_sessions(&mut transaction, id).await?;
    audit::write(&mut transaction, note).await?;
    Ok(transaction.commit().await?)
}

/// Lets a person sign in no more, or again. Disabling ends their sessions.
///
/// # Errors
/// [`PersonError::LastAdmin`], [`PersonError::Missing`], or SQLite's.
pub async fn set_disabled(
    db: &Database,
    id: i64,
    disabled_at: Option<i64>,
    note: &Note,
) -> Result<(), PersonError> {
    let mut transaction = db.begin().await?;
    let done = sqlx::query!(
        "UPDATE person SET disabled_at = ? WHERE id = ?",
        disabled_at,
        id
    )
    .execute(&mut *transaction)
    .await?;
    found(done.rows_affected())?;
    an_admin_remains(&mut transaction).await?;
    end_sessions(&mut transaction, id).await?;
    audit::write(&mut transaction, note).await?;
    Ok(transaction.commit().await?)
}

/// Gives a person a new password. It ends their sessions.
///
/// # Errors
/// [`PersonError::Missing`], or SQLite's.
pub async fn set_password(
    db: &Database,
    id: i64,
    password_hash: &str,
    note: &Note,
) -> Result<(), PersonError> {
    let mut transaction = db.begin().await?;
    let done = sqlx::query!(
        "UPDATE person SET password_hash = ? WHERE id = ?",
        password_hash,
        id
    )
    .execute(&mut *transaction)
    .await?;
    found(done.rows_affected())?;
    end_sessions(&mut transaction, id).await?;
    audit::write(&mut transaction, note).await?;
    Ok(transaction.commit().await?)
}

/// Sets the time zone a person sees; none is the panel's own.
///
/// # Errors
/// SQLite's.
pub async fn set_time_zone(
    db: &Database,
    id: i64,
    time_zone: Option<&str>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE person SET time_zone = ? WHERE id = ?",
        time_zone,
        id
    )
    .execute(&db.writer)
    .await?;
    Ok(())
}

fn found(rows: u64) -> Result<(), PersonError> {
    if rows == 0 {
        return Err(PersonError::Missing);
    }
    Ok(())
}

async fn an_admin_remains(connection: &mut sqlx::SqliteConnection) -> Result<(), PersonError> {
    let admins = sqlx::query_scalar!(
        "SELECT count(*) FROM person WHERE role = 'admin' AND disabled_at IS NULL"
    )
    .fetch_one(connection)
    .await?;
    if admins == 0 {
        return Err(PersonError::LastAdmin);
    }
    Ok(())
}

async fn end_sessions(connection: &mut sqlx::SqliteConnection, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM session WHERE person_id = ?", id)
        .execute(connection)
        .await?;
    Ok(())
}

#[cfg(test)]
impl Person {
    pub(crate) fn sample(role: Role, level: Level, shell: bool) -> Person {
        Person {
            id: 1,
            name: "ada".into(),
            role,
            level,
            shell,
            time_zone: None,
            disabled_at: None,
            created_at: 0,
        }
    }
}
