//! A person's authenticator app: its sealed seed, which codes were taken, and how many were guessed.

use super::Database;
use super::audit::{self, Note};
use super::factor::{self, FactorError};
use super::{notice, recovery, session};
use crate::secret::Secret;
use crate::vault::{Place, Vault, VaultError};

/// So many wrong codes in a row are looked at; then one after each wait.
pub const TRIES: i64 = 5;
/// The wait after so many wrong codes.
pub const WAIT_S: i64 = 15 * 60;
/// Wrong codes of so long ago are forgotten.
const FORGET_AFTER_S: i64 = 24 * 3600;

/// Why a seed could not be kept or opened.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// The vault's word.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// SQLite's word.
    #[error(transparent)]
    Sql(#[from] sqlx::Error),
}

/// A seed that a person's app has just given a right code of.
#[derive(Debug)]
pub struct Confirmed<'a> {
    /// The seed in base32.
    pub seed: &'a Secret,
    /// The step of the code that was given: it does not work a second time.
    pub step: i64,
    /// Recovery codes, hashed, for somebody who has none.
    pub code_hashes: Vec<Vec<u8>>,
}

const fn place(person_id: i64) -> Place {
    Place {
        table: "totp",
        column: "sealed_seed",
        row: person_id,
    }
}

/// Keeps a confirmed seed, in place of the one before, ends the person's other sessions, and tells them.
/// Says whether the recovery codes were kept: who
/// has some, has them still.
///
/// # Errors
/// See [`SeedError`].
pub async fn keep(
    db: &Database,
    vault: &Vault,
    (person_id, confirmed): (i64, Confirmed<'_>),
    note: &Note,
) -> Result<bool, SeedError> {
    let sealed = vault.seal(place(person_id), confirmed.seed)?;
    let now_s = note.at_s();
    let mut transaction = db.begin().await?;
    sqlx::query!(
        "INSERT INTO totp (person_id, sealed_seed, last_step, created_at) VALUES (?, ?, ?, ?)
         ON CONFLICT (person_id) DO UPDATE
         SET sealed_seed = excluded.sealed_seed, last_step = excluded.last_step,
             created_at = excluded.created_at",
        person_id,
        sealed,
        confirmed.step,
        now_s
    )
    .execute(&mut *transaction)
    .await?;
    let kept = recovery::keep_first(&mut transaction, person_id, &confirmed.code_hashes).await?;
    tell(&mut transaction, (person_id, "factor-added"), note).await?;
    session::end_all_but(&mut transaction, person_id, note.who.session_id).await?;
    audit::write(&mut transaction, note).await?;
    transaction.commit().await?;
    Ok(kept)
}

async fn tell(
    connection: &mut sqlx::SqliteConnection,
    (person_id, what): (i64, &str),
    note: &Note,
) -> Result<(), sqlx::Error> {
    let details = serde_json::json!({"kind": "app", "address": note.who.address});
    notice::tell(connection, person_id, (what, &details), note).await
}

/// The seed of a person, opened.
///
/// # Errors
/// See [`SeedError`].
pub async fn seed(
    db: &Database,
    vault: &Vault,
    person_id: i64,
) -> Result<Option<Secret>, SeedError> {
    let sealed = sqlx::query_scalar!(
        "SELECT sealed_seed FROM totp WHERE person_id = ?",
        person_id
    )
    .fetch_optional(&db.reader)
    .await?;
    match sealed {
        Some(sealed) => Ok(Some(vault.open(place(person_id), &sealed)?)),
        None => Ok(None),
    }
}

/// Takes one try at a code, before the code is looked at: many at once do not get past the count.
/// Nothing when it may be looked at, else the seconds to wait. Whoever takes the last free try knows
/// the password and not the code: the person is told.
///
/// # Errors
/// SQLite's.
pub async fn take_try(
    db: &Database,
    person_id: i64,
    note: &Note,
) -> Result<Option<i64>, sqlx::Error> {
    let now_s = note.at_s();
    let mut transaction = db.begin().await?;
    let person = sqlx::query!(
        "SELECT code_tries, code_tried_at FROM person WHERE id = ?",
        person_id
    )
    .fetch_one(&mut *transaction)
    .await?;
    let age_s = now_s - person.code_tried_at;
    if let Some(wait_s) = wait_s(person.code_tries, age_s) {
        return Ok(Some(wait_s));
    }
    let tries = match age_s.abs() > FORGET_AFTER_S {
        true => 1,
        false => (person.code_tries + 1).min(TRIES),
    };
    sqlx::query!(
        "UPDATE person SET code_tries = ?, code_tried_at = ? WHERE id = ?",
        tries,
        now_s,
        person_id
    )
    .execute(&mut *transaction)
    .await?;
    if tries == TRIES && person.code_tries == TRIES - 1 {
        let details = serde_json::json!({"address": note.who.address});
        notice::tell(
            &mut transaction,
            person_id,
            ("codes-guessed", &details),
            note,
        )
        .await?;
        audit::write(&mut transaction, note).await?;
    }
    transaction.commit().await?;
    Ok(None)
}

/// A try in the future, by a clock that was set back, must not make a wait endless.
fn wait_s(tries: i64, age_s: i64) -> Option<i64> {
    (tries >= TRIES && (-WAIT_S..WAIT_S).contains(&age_s)).then(|| (WAIT_S - age_s).min(WAIT_S))
}

/// Takes the code of this step, which was found right, and forgets the wrong ones. False when it, or
/// a newer one, was taken before.
///
/// # Errors
/// SQLite's.
pub async fn take_step(db: &Database, person_id: i64, step: i64) -> Result<bool, sqlx::Error> {
    let mut transaction = db.begin().await?;
    let done = sqlx::query!(
        "UPDATE totp SET last_step = ?1 WHERE person_id = ?2 AND last_step < ?1",
        step,
        person_id
    )
    .execute(&mut *transaction)
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query!(
        "UPDATE person SET code_tries = 0, code_tried_at = 0 WHERE id = ?",
        person_id
    )
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(true)
}

/// Takes the app away, and tells the person.
///
/// # Errors
/// See [`FactorError`].
pub async fn remove(db: &Database, person_id: i64, note: &Note) -> Result<(), FactorError> {
    let mut transaction = db.begin().await?;
    let done = sqlx::query!("DELETE FROM totp WHERE person_id = ?", person_id)
        .execute(&mut *transaction)
        .await?;
    if done.rows_affected() == 0 {
        return Err(FactorError::Missing);
    }
    factor::settle(&mut transaction, person_id).await?;
    tell(&mut transaction, (person_id, "factor-removed"), note).await?;
    audit::write(&mut transaction, note).await?;
    Ok(transaction.commit().await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t_totp_the_wait_begins_after_five_tries_and_ends() {
        assert_eq!(wait_s(TRIES - 1, 0), None);
        assert_eq!(wait_s(TRIES, 0), Some(WAIT_S));
        assert_eq!(wait_s(TRIES, WAIT_S - 1), Some(1));
        assert_eq!(wait_s(TRIES, WAIT_S), None);
    }

    #[test]
    fn r_clock_a_wait_for_codes_is_not_endless_although_the_clock_was_set_back() {
        assert_eq!(wait_s(TRIES, -60), Some(WAIT_S));
        assert_eq!(wait_s(TRIES, -2 * WAIT_S), None);
    }
}
