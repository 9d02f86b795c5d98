//! The people who sign in. Their passwords are here only as hashes.

use super::Database;
use super::access::{Access, Granted, Level};
use super::audit::{self, Note};
use super::link;
use super::name::canonical;
use super::notice;

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

/// Somebody who may sign in, unless disabled or not here yet.
#[derive(Clone, Debug)]
pub struct Person {
    /// The row.
    pub id: i64,
    /// The canonical name.
    pub name: String,
    /// Admin or member.
    pub role: Role,
    /// What a member may do, by the grants that hold now.
    pub granted: Granted,
    /// An IANA name, or none for the panel's own.
    pub time_zone: Option<String>,
    /// Since when they may not sign in.
    pub disabled_at: Option<i64>,
    /// When they chose a password; none for those who are invited and not here yet.
    pub joined_at: Option<i64>,
    /// When they were added.
    pub created_at: i64,
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
    pub(super) time_zone: Option<String>,
    pub(super) disabled_at: Option<i64>,
    pub(super) joined_at: Option<i64>,
    pub(super) created_at: i64,
}

impl Row {
    /// The database's checks allow only known words; should one slip through, it gives the least.
    fn with(self, granted: Granted) -> Person {
        Person {
            id: self.id,
            name: self.name,
            role: Role::from_word(&self.role).unwrap_or(Role::Member),
            granted,
            time_zone: self.time_zone,
            disabled_at: self.disabled_at,
            joined_at: self.joined_at,
            created_at: self.created_at,
        }
    }

    /// The person, with the grants that hold now. An admin needs none.
    pub(super) async fn with_grants(
        self,
        db: &Database,
        now_s: i64,
    ) -> Result<Person, sqlx::Error> {
        let granted = match Role::from_word(&self.role) {
            Some(Role::Admin) => Granted::default(),
            _ => granted(db, self.id, now_s).await?,
        };
        Ok(self.with(granted))
    }
}

/// What the grants of a person give now.
async fn granted(db: &Database, id: i64, now_s: i64) -> Result<Granted, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT vps_id AS "vps_id?: i64", level AS "level!: String", shell AS "shell!: bool"
           FROM granted WHERE person_id = ? AND (ends_at IS NULL OR ends_at > ?)"#,
        id,
        now_s
    )
    .fetch_all(&db.reader)
    .await?;
    let mut granted = Granted::default();
    for row in rows {
        let access = Access {
            level: Level::from_word(&row.level).unwrap_or(Level::View),
            shell: row.shell,
        };
        granted.add(row.vps_id, access);
    }
    Ok(granted)
}

/// Everybody, by name, with the grants that hold now.
///
/// # Errors
/// SQLite's.
pub async fn all(db: &Database, now_s: i64) -> Result<Vec<Person>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT id AS "id!", name, role, time_zone, disabled_at, joined_at, created_at
           FROM person ORDER BY name"#
    )
    .fetch_all(&db.reader)
    .await?;
    let mut people = Vec::new();
    for row in rows {
        people.push(row.with_grants(db, now_s).await?);
    }
    Ok(people)
}

/// The person of this row, with the grants that hold now.
///
/// # Errors
/// SQLite's.
pub async fn find(db: &Database, id: i64, now_s: i64) -> Result<Option<Person>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT id AS "id!", name, role, time_zone, disabled_at, joined_at, created_at
           FROM person WHERE id = ?"#,
        id
    )
    .fetch_optional(&db.reader)
    .await?;
    match row {
        Some(row) => row.with_grants(db, now_s).await.map(Some),
        None => Ok(None),
    }
}

/// The person of this name, however it is typed.
///
/// # Errors
/// SQLite's.
pub async fn find_by_name(
    db: &Database,
    name: &str,
    now_s: i64,
) -> Result<Option<Person>, sqlx::Error> {
    let name = canonical(name);
    let id = sqlx::query_scalar!(r#"SELECT id AS "id!" FROM person WHERE name = ?"#, name)
        .fetch_optional(&db.reader)
        .await?;
    match id {
        Some(id) => find(db, id, now_s).await,
        None => Ok(None),
    }
}

/// The password hash of a person who may sign in.
///
/// # Errors
/// SQLite's.
pub async fn password_hash(db: &Database, id: i64) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!(
        "SELECT password_hash FROM person
         WHERE id = ? AND disabled_at IS NULL AND joined_at IS NOT NULL",
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

/// Adds a person who has a password, without any grant, and gives the row.
///
/// # Errors
/// [`PersonError::NameTaken`], or SQLite's.
pub async fn add(
    db: &Database,
    name: &str,
    password_hash: &str,
    role: Role,
    note: &Note,
) -> Result<i64, PersonError> {
    let name = canonical(name);
    let (role, now_s) = (role.word(), note.at_s());
    let mut transaction = db.begin().await?;
    let done = sqlx::query!(
        "INSERT INTO person (name, password_hash, role, joined_at, created_at) VALUES (?, ?, ?, ?, ?)",
        name,
        password_hash,
        role,
        now_s,
        now_s
    )
    .execute(&mut *transaction)
    .await
    .map_err(name_taken)?;
    audit::write(&mut transaction, note).await?;
    transaction.commit().await?;
    Ok(done.last_insert_rowid())
}

/// The one thing about a person that is unique is the name.
pub(super) fn name_taken(error: sqlx::Error) -> PersonError {
    match error.as_database_error() {
        Some(database) if database.is_unique_violation() => PersonError::NameTaken,
        _ => PersonError::Sql(error),
    }
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
        "INSERT INTO person (name, password_hash, role, joined_at, created_at)
         SELECT ?, ?, 'admin', ?, ? WHERE NOT EXISTS (SELECT 1 FROM person)",
        name,
        password_hash,
        now_s,
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

/// Makes somebody an admin or a member. It ends the person's sessions.
///
/// # Errors
/// [`PersonError::LastAdmin`], [`PersonError::Missing`], or SQLite's.
pub async fn change_role(
    db: &Database,
    id: i64,
    role: Role,
    note: &Note,
) -> Result<(), PersonError> {
    let mut transaction = db.begin().await?;
    let role = role.word();
    let done = sqlx::query!("UPDATE person SET role = ? WHERE id = ?", role, id)
        .execute(&mut *transaction)
        .await?;
    found(done.rows_affected())?;
    an_admin_remains(&mut transaction).await?;
    end_sessions(&mut transaction, id).await?;
    audit::write(&mut transaction, note).await?;
    Ok(transaction.commit().await?)
}

/// Lets a person sign in no more, or again. Disabling ends their sessions and their link.
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
    link::end(&mut transaction, id).await?;
    audit::write(&mut transaction, note).await?;
    Ok(transaction.commit().await?)
}

/// Gives a person a new password, and tells them. It ends their sessions and their link; an invited
/// person is here with it.
///
/// # Errors
/// [`PersonError::Missing`], or SQLite's.
pub async fn set_password(
    db: &Database,
    id: i64,
    password_hash: &str,
    note: &Note,
) -> Result<(), PersonError> {
    let now_s = note.at_s();
    let mut transaction = db.begin().await?;
    let done = sqlx::query!(
        "UPDATE person SET password_hash = ?, joined_at = coalesce(joined_at, ?) WHERE id = ?",
        password_hash,
        now_s,
        id
    )
    .execute(&mut *transaction)
    .await?;
    found(done.rows_affected())?;
    follow_new_password(&mut transaction, (id, "password-reset"), note).await?;
    Ok(transaction.commit().await?)
}

/// What comes with a new password: the person is told, and what the former one opened ends.
async fn follow_new_password(
    connection: &mut sqlx::SqliteConnection,
    (id, what): (i64, &'static str),
    note: &Note,
) -> Result<(), sqlx::Error> {
    let details = serde_json::json!({"address": note.who.address});
    notice::tell(connection, id, (what, &details), note).await?;
    end_sessions(connection, id).await?;
    link::end(connection, id).await?;
    audit::write(connection, note).await
}

/// Changes a person's password to this hash, if it is still the former one and the session that asks
/// still holds: hashing takes a while. It ends their sessions and their link. False when it was too late.
///
/// # Errors
/// SQLite's.
pub async fn change_password(
    db: &Database,
    (id, session_id): (i64, i64),
    (former_hash, hash): (&str, &str),
    note: &Note,
) -> Result<bool, sqlx::Error> {
    let mut transaction = db.begin().await?;
    let done = sqlx::query!(
        "UPDATE person SET password_hash = ? WHERE id = ? AND password_hash = ?
         AND EXISTS (SELECT 1 FROM session WHERE id = ? AND person_id = person.id)",
        hash,
        id,
        former_hash,
        session_id
    )
    .execute(&mut *transaction)
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    follow_new_password(&mut transaction, (id, "password-changed"), note).await?;
    transaction.commit().await?;
    Ok(true)
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
        "SELECT count(*) FROM person
         WHERE role = 'admin' AND disabled_at IS NULL AND joined_at IS NOT NULL"
    )
    .fetch_one(connection)
    .await?;
    if admins == 0 {
        return Err(PersonError::LastAdmin);
    }
    Ok(())
}

/// Ends every session of a person, and what is half a sign-in.
pub(super) async fn end_sessions(
    connection: &mut sqlx::SqliteConnection,
    id: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM pending_sign_in WHERE person_id = ?", id)
        .execute(&mut *connection)
        .await?;
    sqlx::query!("DELETE FROM session WHERE person_id = ?", id)
        .execute(connection)
        .await?;
    Ok(())
}

#[cfg(test)]
impl Person {
    pub(crate) fn sample(role: Role) -> Person {
        Person {
            id: 1,
            name: "ada".into(),
            role,
            granted: Granted::default(),
            time_zone: None,
            disabled_at: None,
            joined_at: Some(0),
            created_at: 0,
        }
    }
}
