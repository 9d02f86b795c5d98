//! Everybody, as admins see them: who is invited until when, and when somebody was last here.

use super::Database;
use super::person::{self, Person};

/// A person, and what is known of their coming and going.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Who.
    pub person: Person,
    /// Until when their link works.
    pub link_ends_at: Option<i64>,
    /// The last request, or the last thing the audit log tells of them.
    pub seen_at: Option<i64>,
}

/// Everybody, by name, with the grants that hold now.
///
/// # Errors
/// SQLite's.
pub async fn all(db: &Database, now_s: i64) -> Result<Vec<Listed>, sqlx::Error> {
    let mut roster = Vec::new();
    for person in person::all(db, now_s).await? {
        roster.push(listed(db, person, now_s).await?);
    }
    Ok(roster)
}

/// One person.
///
/// # Errors
/// SQLite's.
pub async fn find(db: &Database, id: i64, now_s: i64) -> Result<Option<Listed>, sqlx::Error> {
    match person::find(db, id, now_s).await? {
        Some(person) => listed(db, person, now_s).await.map(Some),
        None => Ok(None),
    }
}

/// Everybody's row and canonical name.
///
/// # Errors
/// SQLite's.
pub async fn names(db: &Database) -> Result<Vec<(i64, String)>, sqlx::Error> {
    let rows = sqlx::query!(r#"SELECT id AS "id!", name FROM person"#)
        .fetch_all(&db.reader)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

async fn listed(db: &Database, person: Person, now_s: i64) -> Result<Listed, sqlx::Error> {
    // A session that has ended is gone; the log still knows of its person.
    let row = sqlx::query!(
        r#"SELECT (SELECT ends_at FROM link WHERE person_id = ?1 AND ends_at > ?2) AS "link_ends_at: i64",
                  (SELECT max(seen_at) FROM session WHERE person_id = ?1) AS "session_seen_at: i64",
                  (SELECT at_ms / 1000 FROM audit WHERE person_id = ?1 ORDER BY id DESC LIMIT 1)
                      AS "acted_at: i64""#,
        person.id,
        now_s
    )
    .fetch_one(&db.reader)
    .await?;
    Ok(Listed {
        person,
        link_ends_at: row.link_ends_at,
        seen_at: row.session_seen_at.max(row.acted_at),
    })
}
