//! What admins decide for the whole panel, in its pages.

use super::Database;
use super::audit::{self, Note};

/// Whether everybody must have a second factor.
///
/// # Errors
/// SQLite's.
pub async fn factor_required(db: &Database) -> Result<bool, sqlx::Error> {
    let mut connection = db.reader.acquire().await?;
    is_factor_required(&mut connection).await
}

/// The same, within a transaction.
pub(super) async fn is_factor_required(
    connection: &mut sqlx::SqliteConnection,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM setting WHERE name = 'second-factor' AND value = 'required')
           AS "required!: bool""#
    )
    .fetch_one(connection)
    .await
}

/// Decides whether everybody must have a second factor.
///
/// # Errors
/// SQLite's.
pub async fn require_factor(db: &Database, required: bool, note: &Note) -> Result<(), sqlx::Error> {
    let value = if required { "required" } else { "optional" };
    let mut transaction = db.begin().await?;
    sqlx::query!(
        "INSERT INTO setting (name, value) VALUES ('second-factor', ?)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        value
    )
    .execute(&mut *transaction)
    .await?;
    audit::write(&mut transaction, note).await?;
    transaction.commit().await
}
