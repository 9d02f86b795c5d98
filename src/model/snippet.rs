//! Commands with a name: of one person, or of the team. What stands in them, `snippet` knows.

use super::Database;
use super::audit::{self, Note};

/// A person has so many, and the team.
const MOST: i64 = 200;

/// A command with a name.
#[derive(Clone, Debug)]
pub struct Snippet {
    /// The row.
    pub id: i64,
    /// Whether it is the team's.
    pub is_team: bool,
    /// What people call it.
    pub name: String,
    /// The command, with its placeholders.
    pub body: String,
}

/// The snippets that a person may use: their own and the team's, by name.
///
/// # Errors
/// SQLite's.
pub async fn of_person(db: &Database, person_id: i64) -> Result<Vec<Snippet>, sqlx::Error> {
    sqlx::query_as!(
        Snippet,
        r#"SELECT id AS "id!", person_id IS NULL AS "is_team!: bool", name, body FROM snippet
           WHERE person_id = ? OR person_id IS NULL ORDER BY name COLLATE NOCASE, id"#,
        person_id
    )
    .fetch_all(&db.reader)
    .await
}

/// Adds one, for this person or, with none, for the team. False when there are very many already.
///
/// # Errors
/// SQLite's.
pub async fn add(
    db: &Database,
    person_id: Option<i64>,
    (name, body): (&str, &str),
    note: &Note,
) -> Result<bool, sqlx::Error> {
    let mut transaction = db.begin().await?;
    let done = sqlx::query!(
        "INSERT INTO snippet (person_id, name, body) SELECT ?1, ?2, ?3
         WHERE (SELECT count(*) FROM snippet WHERE person_id IS ?1) < ?4",
        person_id,
        name,
        body,
        MOST
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

/// Changes one.
///
/// # Errors
/// SQLite's.
pub async fn change(
    db: &Database,
    id: i64,
    (name, body): (&str, &str),
    note: &Note,
) -> Result<(), sqlx::Error> {
    let mut transaction = db.begin().await?;
    sqlx::query!(
        "UPDATE snippet SET name = ?, body = ? WHERE id = ?",
        name,
        body,
        id
    )
    .execute(&mut *transaction)
    .await?;
    audit::write(&mut transaction, note).await?;
    transaction.commit().await
}

/// Removes one.
///
/// # Errors
/// SQLite's.
pub async fn remove(db: &Database, id: i64, note: &Note) -> Result<(), sqlx::Error> {
    let mut transaction = db.begin().await?;
    sqlx::query!("DELETE FROM snippet WHERE id = ?", id)
        .execute(&mut *transaction)
        .await?;
    audit::write(&mut transaction, note).await?;
    transaction.commit().await
}
