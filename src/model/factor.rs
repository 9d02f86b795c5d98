//! A person's second factor as a whole: what there is of it, and how all of it goes.

use super::Database;
use super::audit::{self, Note};
use super::{notice, person, setting};

/// What a person has beside the password.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Present {
    /// An authenticator app.
    pub totp: bool,
    /// So many passkeys.
    pub passkeys: i64,
    /// So many recovery codes that were not used yet.
    pub codes_left: i64,
}

impl Present {
    /// Whether the password alone does not open the panel.
    #[must_use]
    pub const fn any(&self) -> bool {
        self.totp || self.passkeys > 0
    }
}

/// Why a factor could not be taken away.
#[derive(Debug, thiserror::Error)]
pub enum FactorError {
    /// Everybody must have a second factor, and this is the person's only one.
    #[error("this is the last second factor, and everybody must have one")]
    Last,
    /// There is no such factor, or it is another person's.
    #[error("there is no such factor")]
    Missing,
    /// SQLite's word.
    #[error(transparent)]
    Sql(#[from] sqlx::Error),
}

/// What a person has.
///
/// # Errors
/// SQLite's.
pub async fn present(db: &Database, person_id: i64) -> Result<Present, sqlx::Error> {
    sqlx::query_as!(
        Present,
        r#"SELECT EXISTS (SELECT 1 FROM totp WHERE person_id = ?1) AS "totp!: bool",
                  (SELECT count(*) FROM passkey WHERE person_id = ?1) AS "passkeys!: i64",
                  (SELECT count(*) FROM recovery_code WHERE person_id = ?1 AND used_at IS NULL)
                      AS "codes_left!: i64""#,
        person_id
    )
    .fetch_one(&db.reader)
    .await
}

/// Takes everything that a person has beside the password, ends their sessions, and tells them. For
/// somebody who has lost it all.
///
/// # Errors
/// SQLite's.
pub async fn reset(db: &Database, person_id: i64, note: &Note) -> Result<(), sqlx::Error> {
    let mut transaction = db.begin().await?;
    sqlx::query!("DELETE FROM totp WHERE person_id = ?", person_id)
        .execute(&mut *transaction)
        .await?;
    sqlx::query!("DELETE FROM passkey WHERE person_id = ?", person_id)
        .execute(&mut *transaction)
        .await?;
    forget_codes(&mut transaction, person_id).await?;
    let details = serde_json::json!({"name": note.who.person});
    let told = ("factor-reset", &details);
    notice::tell(&mut transaction, person_id, told, note).await?;
    person::end_sessions(&mut transaction, person_id).await?;
    audit::write(&mut transaction, note).await?;
    transaction.commit().await
}

/// After a factor was taken away: refused when it was the last and everybody must have one. The
/// recovery codes go with the last, for alone they are no second factor.
pub(super) async fn settle(
    connection: &mut sqlx::SqliteConnection,
    person_id: i64,
) -> Result<(), FactorError> {
    let left = sqlx::query_scalar!(
        r#"SELECT (SELECT count(*) FROM totp WHERE person_id = ?1)
                + (SELECT count(*) FROM passkey WHERE person_id = ?1) AS "left!: i64""#,
        person_id
    )
    .fetch_one(&mut *connection)
    .await?;
    if left > 0 {
        return Ok(());
    }
    if setting::is_factor_required(&mut *connection).await? {
        return Err(FactorError::Last);
    }
    Ok(forget_codes(connection, person_id).await?)
}

async fn forget_codes(
    connection: &mut sqlx::SqliteConnection,
    person_id: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM recovery_code WHERE person_id = ?", person_id)
        .execute(&mut *connection)
        .await?;
    // Half a sign-in waits for a factor that is gone.
    sqlx::query!("DELETE FROM pending_sign_in WHERE person_id = ?", person_id)
        .execute(&mut *connection)
        .await?;
    sqlx::query!(
        "UPDATE person SET code_tries = 0, code_tried_at = 0 WHERE id = ?",
        person_id
    )
    .execute(connection)
    .await?;
    Ok(())
}
