//! What was given to whom: one row for one person and one thing. What all grants of a person give
//! together is `access`'s to say.

use super::Database;
use super::access::{Access, Level};
use super::audit::{self, Note};
use super::person;

/// What a grant is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// One VPS: its row.
    Vps(i64),
    /// Every VPS that carries this tag.
    Tag(String),
    /// Every VPS, also those to come.
    Every,
}

impl Scope {
    /// As it stands in forms: `every`, `tag:web`, `vps:7`.
    #[must_use]
    pub fn word(&self) -> String {
        match self {
            Scope::Vps(id) => format!("vps:{id}"),
            Scope::Tag(tag) => format!("tag:{tag}"),
            Scope::Every => "every".to_owned(),
        }
    }

    /// The scope of this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Scope> {
        match word.split_once(':') {
            Some(("vps", id)) => id.parse().ok().map(Scope::Vps),
            Some(("tag", tag)) => Some(Scope::Tag(tag.to_owned())),
            _ => (word == "every").then_some(Scope::Every),
        }
    }

    const fn vps_id(&self) -> Option<i64> {
        match self {
            Scope::Vps(id) => Some(*id),
            _ => None,
        }
    }

    fn tag(&self) -> Option<&str> {
        match self {
            Scope::Tag(tag) => Some(tag),
            _ => None,
        }
    }
}

/// What is given, and until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given {
    /// Level and shell.
    pub access: Access,
    /// From then on it gives nothing; none when it has no end.
    pub ends_at: Option<i64>,
}

/// A grant, with the names of both sides.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The row.
    pub id: i64,
    /// Whose.
    pub person_id: i64,
    /// Their name.
    pub person: String,
    /// For what.
    pub scope: Scope,
    /// The VPS's label, of a grant for one.
    pub vps: Option<String>,
    /// What it gives.
    pub given: Given,
}

impl Grant {
    /// Whether it gives something now.
    #[must_use]
    pub fn holds(&self, now_s: i64) -> bool {
        self.given.ends_at.is_none_or(|ends_at| ends_at > now_s)
    }

    /// Whether it gives something at least until the other one ends.
    #[must_use]
    pub fn lasts_as_long_as(&self, other: &Grant) -> bool {
        self.given.ends_at.unwrap_or(i64::MAX) >= other.given.ends_at.unwrap_or(i64::MAX)
    }

    /// Whether it is for this VPS, which carries these tags.
    #[must_use]
    pub fn is_for(&self, vps_id: i64, tags: &[String]) -> bool {
        match &self.scope {
            Scope::Vps(id) => *id == vps_id,
            Scope::Tag(tag) => tags.iter().any(|known| known.eq_ignore_ascii_case(tag)),
            Scope::Every => true,
        }
    }
}

struct Row {
    id: i64,
    person_id: i64,
    person: String,
    vps_id: Option<i64>,
    vps: Option<String>,
    tag: Option<String>,
    level: String,
    shell: bool,
    ends_at: Option<i64>,
}

impl From<Row> for Grant {
    fn from(row: Row) -> Grant {
        let scope = match (row.vps_id, row.tag) {
            (Some(vps_id), _) => Scope::Vps(vps_id),
            (None, Some(tag)) => Scope::Tag(tag),
            (None, None) => Scope::Every,
        };
        let access = Access {
            level: Level::from_word(&row.level).unwrap_or(Level::View),
            shell: row.shell,
        };
        Grant {
            id: row.id,
            person_id: row.person_id,
            person: row.person,
            scope,
            vps: row.vps,
            given: Given {
                access,
                ends_at: row.ends_at,
            },
        }
    }
}

/// Every grant of members, also those that have ended, by person.
///
/// # Errors
/// SQLite's.
pub async fn all(db: &Database) -> Result<Vec<Grant>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT grant.id AS "id!", person_id, person.name AS person, vps_id, vps.label AS "vps?", tag,
                  level, shell AS "shell: bool", ends_at
           FROM grant JOIN person ON person.id = person_id LEFT JOIN vps ON vps.id = vps_id
           WHERE role = 'member'
           ORDER BY person.name, vps_id IS NOT NULL, tag IS NOT NULL, tag, vps.label"#
    )
    .fetch_all(&db.reader)
    .await?;
    Ok(rows.into_iter().map(Grant::from).collect())
}

/// The grants of one person, also those that have ended.
///
/// # Errors
/// SQLite's.
pub async fn of_person(db: &Database, person_id: i64) -> Result<Vec<Grant>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT grant.id AS "id!", person_id, person.name AS person, vps_id, vps.label AS "vps?", tag,
                  level, shell AS "shell: bool", ends_at
           FROM grant JOIN person ON person.id = person_id LEFT JOIN vps ON vps.id = vps_id
           WHERE person_id = ?
           ORDER BY vps_id IS NOT NULL, tag IS NOT NULL, tag, vps.label"#,
        person_id
    )
    .fetch_all(&db.reader)
    .await?;
    Ok(rows.into_iter().map(Grant::from).collect())
}

/// Gives a person something, or changes what they were given for the same thing. Who is given less
/// than before has to sign in again.
///
/// # Errors
/// SQLite's.
pub async fn give(
    db: &Database,
    (person_id, scope): (i64, &Scope),
    given: Given,
    note: &Note,
) -> Result<(), sqlx::Error> {
    let former = of_person(db, person_id).await?;
    let now_s = note.at_s();
    let mut holding = former.iter().filter(|grant| grant.holds(now_s));
    let former = holding.find(|grant| same(&grant.scope, scope));
    let is_less = former.is_some_and(|former| {
        given.access.lacks(former.given.access) || ends_sooner(given, former.given)
    });
    let mut transaction = db.begin().await?;
    put(&mut transaction, (person_id, scope), given, now_s).await?;
    if is_less {
        person::end_sessions(&mut transaction, person_id).await?;
    }
    audit::write(&mut transaction, note).await?;
    transaction.commit().await
}

/// Gives without looking at what was there before.
pub(super) async fn put(
    connection: &mut sqlx::SqliteConnection,
    (person_id, scope): (i64, &Scope),
    given: Given,
    now_s: i64,
) -> Result<(), sqlx::Error> {
    let (vps_id, tag, level) = (scope.vps_id(), scope.tag(), given.access.level.word());
    sqlx::query!(
        "INSERT INTO grant (person_id, vps_id, tag, level, shell, ends_at, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (person_id, coalesce(vps_id, 0), coalesce(tag, ''))
         DO UPDATE SET level = excluded.level, shell = excluded.shell, ends_at = excluded.ends_at",
        person_id,
        vps_id,
        tag,
        level,
        given.access.shell,
        given.ends_at,
        now_s
    )
    .execute(connection)
    .await?;
    Ok(())
}

fn same(one: &Scope, other: &Scope) -> bool {
    match (one, other) {
        (Scope::Tag(one), Scope::Tag(other)) => one.eq_ignore_ascii_case(other),
        _ => one == other,
    }
}

fn ends_sooner(given: Given, former: Given) -> bool {
    given.ends_at.unwrap_or(i64::MAX) < former.ends_at.unwrap_or(i64::MAX)
}

/// Takes a grant back. Its person has to sign in again, if it still gave something. False when there is none of this row.
///
/// # Errors
/// SQLite's.
pub async fn take(db: &Database, grant: &Grant, note: &Note) -> Result<bool, sqlx::Error> {
    let mut transaction = db.begin().await?;
    let done = sqlx::query!("DELETE FROM grant WHERE id = ?", grant.id)
        .execute(&mut *transaction)
        .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    if grant.holds(note.at_s()) {
        person::end_sessions(&mut transaction, grant.person_id).await?;
    }
    audit::write(&mut transaction, note).await?;
    transaction.commit().await?;
    Ok(true)
}
