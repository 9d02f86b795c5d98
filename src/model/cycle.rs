//! What each cycle of a VPS used of its quota: the last reading before each reset. KiwiVM tells only of
//! the present one, so they accumulate here.

use super::Database;
use crate::kiwivm::reply::Transfer;

/// One cycle as it was last read.
#[derive(Clone, Debug, PartialEq)]
pub struct Cycle {
    /// When it ends or ended.
    pub resets_s: i64,
    /// What was used, both sides multiplied.
    pub transfer: Transfer,
    /// When that was read.
    pub read_at_s: i64,
}

/// So many are shown: five years.
const SHOWN_MAX: i64 = 60;

/// Notes what was read of the present cycle. A reset still to come that KiwiVM does not name any more
/// was moved, as by another plan: where the counter began anew that cycle ended now, else it goes on.
///
/// # Errors
/// SQLite's.
pub async fn note(db: &Database, vps_id: i64, cycle: &Cycle) -> Result<(), sqlx::Error> {
    let Cycle {
        resets_s,
        transfer,
        read_at_s,
    } = cycle;
    let (used_bytes, quota_bytes) = (stored(transfer.used_bytes), stored(transfer.quota_bytes));
    let mut transaction = db.begin().await?;
    sqlx::query!(
        "UPDATE OR REPLACE transfer_cycle SET resets_at = ?1
         WHERE vps_id = ?2 AND resets_at > ?1 AND resets_at <> ?3 AND used_bytes > ?4",
        read_at_s,
        vps_id,
        resets_s,
        used_bytes
    )
    .execute(&mut *transaction)
    .await?;
    sqlx::query!(
        "DELETE FROM transfer_cycle WHERE vps_id = ? AND resets_at > ? AND resets_at <> ?",
        vps_id,
        read_at_s,
        resets_s
    )
    .execute(&mut *transaction)
    .await?;
    sqlx::query!(
        "INSERT INTO transfer_cycle (vps_id, resets_at, used_bytes, quota_bytes, multiplier, read_at)
         VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (vps_id, resets_at) DO UPDATE SET used_bytes = excluded.used_bytes,
             quota_bytes = excluded.quota_bytes, multiplier = excluded.multiplier, read_at = excluded.read_at",
        vps_id,
        resets_s,
        used_bytes,
        quota_bytes,
        transfer.multiplier,
        read_at_s
    )
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await
}

/// Those that have ended, the last first.
///
/// # Errors
/// SQLite's.
pub async fn past(db: &Database, vps_id: i64, now_s: i64) -> Result<Vec<Cycle>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT resets_at, used_bytes, quota_bytes, multiplier, read_at FROM transfer_cycle
         WHERE vps_id = ? AND resets_at <= ? ORDER BY resets_at DESC LIMIT ?",
        vps_id,
        now_s,
        SHOWN_MAX
    )
    .fetch_all(&db.reader)
    .await?;
    let cycles = rows.into_iter().map(|row| Cycle {
        resets_s: row.resets_at,
        transfer: Transfer {
            used_bytes: row.used_bytes.unsigned_abs(),
            quota_bytes: row.quota_bytes.unsigned_abs(),
            multiplier: row.multiplier,
        },
        read_at_s: row.read_at,
    });
    Ok(cycles.collect())
}

/// SQLite's numbers have a sign.
fn stored(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}
