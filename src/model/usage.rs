//! What the VPSes used: the store of getRawUsageStats. Five minutes a sample for ninety days, hours
//! beyond; what KiwiVM did not record stays a gap.

mod gathered;
mod packed;
mod sample;

pub use gathered::Gathered;
pub use sample::{Flow, HOUR_S, STEP_S, Sample};

use super::Database;
use sqlx::{Sqlite, Transaction};
use std::collections::BTreeMap;

/// One row of the store.
pub const DAY_S: i64 = 86_400;
/// So long every five minutes are kept.
pub const FINE_DAYS: i64 = 90;
/// So many days are written before others may write.
const DAYS_AT_ONCE: usize = 90;

/// When the newest sample that is stored ends. What is newer is yet to be stored.
///
/// # Errors
/// SQLite's.
pub async fn stored_until_s(db: &Database, vps_id: i64) -> Result<Option<i64>, sqlx::Error> {
    let last = sqlx::query!(
        "SELECT day, samples FROM usage_day WHERE vps_id = ? ORDER BY day DESC LIMIT 1",
        vps_id
    )
    .fetch_optional(&db.reader)
    .await?;
    let last = last.and_then(|row| packed::unpack(row.day, &row.samples).last().copied());
    Ok(last.map(|sample| sample.end_s()))
}

/// When the oldest sample begins and the newest ends.
///
/// # Errors
/// SQLite's.
pub async fn extent(db: &Database, vps_id: i64) -> Result<Option<(i64, i64)>, sqlx::Error> {
    let oldest = sqlx::query!(
        "SELECT day, samples FROM usage_day WHERE vps_id = ? ORDER BY day LIMIT 1",
        vps_id
    )
    .fetch_optional(&db.reader)
    .await?;
    let oldest = oldest.and_then(|row| packed::unpack(row.day, &row.samples).first().copied());
    let until_s = stored_until_s(db, vps_id).await?;
    Ok(oldest.map(|sample| sample.at_s).zip(until_s))
}

/// The samples that begin from this moment until before that one, oldest first.
///
/// # Errors
/// SQLite's.
pub async fn read(
    db: &Database,
    vps_id: i64,
    (from_s, to_s): (i64, i64),
) -> Result<Vec<Sample>, sqlx::Error> {
    let (first_day, last_day) = (from_s.div_euclid(DAY_S), to_s.div_euclid(DAY_S));
    let rows = sqlx::query!(
        "SELECT day, samples FROM usage_day WHERE vps_id = ? AND day BETWEEN ? AND ? ORDER BY day",
        vps_id,
        first_day,
        last_day
    )
    .fetch_all(&db.reader)
    .await?;
    let samples = rows
        .iter()
        .flat_map(|row| packed::unpack(row.day, &row.samples));
    Ok(samples
        .filter(|sample| (from_s..to_s).contains(&sample.at_s))
        .collect())
}

/// Stores what was gathered beside what there is, and makes hours of what has become old.
///
/// # Errors
/// SQLite's.
pub async fn keep(db: &Database, vps_id: i64, gathered: &Gathered) -> Result<(), sqlx::Error> {
    let days: Vec<_> = gathered.by_day().into_iter().collect();
    for some in days.chunks(DAYS_AT_ONCE) {
        keep_days(db, vps_id, (some, gathered.fine_from_s())).await?;
    }
    thin(db, vps_id, gathered.fine_from_s()).await
}

async fn keep_days(
    db: &Database,
    vps_id: i64,
    (days, fine_from_s): (&[(i64, Vec<Sample>)], i64),
) -> Result<(), sqlx::Error> {
    let mut transaction = db.begin().await?;
    for (day, samples) in days {
        let stored = sqlx::query_scalar!(
            "SELECT samples FROM usage_day WHERE vps_id = ? AND day = ?",
            vps_id,
            day
        )
        .fetch_optional(&mut *transaction)
        .await?;
        let stored = stored.map_or_else(Vec::new, |stored| packed::unpack(*day, &stored));
        let packed = packed::pack(*day, &merged(&stored, samples));
        let is_hourly = day * DAY_S < fine_from_s;
        sqlx::query!(
            "INSERT INTO usage_day (vps_id, day, is_hourly, samples) VALUES (?, ?, ?, ?)
             ON CONFLICT (vps_id, day) DO UPDATE SET samples = excluded.samples",
            vps_id,
            day,
            is_hourly,
            packed
        )
        .execute(&mut *transaction)
        .await?;
    }
    transaction.commit().await
}

/// Both in order. Where they meet, what is stored stands.
fn merged(stored: &[Sample], new: &[Sample]) -> Vec<Sample> {
    let mut all: BTreeMap<i64, Sample> = new.iter().map(|sample| (sample.at_s, *sample)).collect();
    all.extend(stored.iter().map(|sample| (sample.at_s, *sample)));
    all.into_values().collect()
}

/// Makes hours of the days before this moment.
async fn thin(db: &Database, vps_id: i64, fine_from_s: i64) -> Result<(), sqlx::Error> {
    let before_day = fine_from_s.div_euclid(DAY_S);
    let mut transaction = db.begin().await?;
    let days = sqlx::query!(
        "SELECT day, samples FROM usage_day WHERE vps_id = ? AND day < ? AND is_hourly = 0",
        vps_id,
        before_day
    )
    .fetch_all(&mut *transaction)
    .await?;
    for row in days {
        let hours = sample::hours(&packed::unpack(row.day, &row.samples));
        let packed = packed::pack(row.day, &hours);
        sqlx::query!(
            "UPDATE usage_day SET samples = ?, is_hourly = 1 WHERE vps_id = ? AND day = ?",
            packed,
            vps_id,
            row.day
        )
        .execute(&mut *transaction)
        .await?;
    }
    transaction.commit().await
}

/// Forgets what the machine of this VEID used, over time and by cycle, if the VPS is another one by now.
///
/// # Errors
/// SQLite's.
pub async fn forget_former(db: &Database, vps_id: i64, veid: &str) -> Result<(), sqlx::Error> {
    let mut transaction = db.begin().await?;
    forget_another(&mut transaction, vps_id, veid).await?;
    transaction.commit().await
}

/// Forgets all if the VPS has another VEID than this one: the machine that it is about to be. A new key
/// for the same machine loses nothing.
pub(super) async fn forget_another(
    transaction: &mut Transaction<'static, Sqlite>,
    vps_id: i64,
    veid: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "DELETE FROM usage_day
         WHERE vps_id = ?1 AND EXISTS (SELECT 1 FROM vps WHERE id = ?1 AND veid <> ?2)",
        vps_id,
        veid
    )
    .execute(&mut **transaction)
    .await?;
    sqlx::query!(
        "DELETE FROM transfer_cycle
         WHERE vps_id = ?1 AND EXISTS (SELECT 1 FROM vps WHERE id = ?1 AND veid <> ?2)",
        vps_id,
        veid
    )
    .execute(&mut **transaction)
    .await?;
    Ok(())
}
