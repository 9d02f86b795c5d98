//! The chain: every row is appended here, in the caller's transaction, with a hash over the row before
//! it. A row that is changed, taken out, put in or moved later does not fit any more.

use super::row::{BEGINNING, Hash, Row};
use crate::model::Database;
use futures_util::TryStreamExt;
use sqlx::SqliteConnection;

/// A stretch of the chain that was followed, up to its last row.
#[derive(Clone, Debug)]
pub(super) struct Walk {
    /// The last row; 0 before the first.
    pub(super) id: i64,
    /// Its hash.
    pub(super) hash: Hash,
    /// Whether it had this hash itself, or is older than the chain.
    pub(super) is_chained: bool,
    /// How many rows were followed.
    pub(super) count: u64,
}

/// What is wrong with the first row that does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    /// It, or what stands before it, was changed.
    #[error("its hash does not fit its words and the row before it")]
    Hash,
    /// The first row with a hash: it, or one of the older rows, was changed.
    #[error(
        "its hash does not fit its words and the rows before it, which are older than the chain"
    )]
    Older,
    /// A row without a hash after one that has it.
    #[error("it has no hash")]
    NoHash,
    /// The row before it has the same number or a higher one.
    #[error("its number does not rise")]
    Order,
    /// Rows were taken out.
    #[error("the row before it is missing")]
    Gap,
}

impl Walk {
    /// Before the first row of all.
    pub(super) const fn beginning() -> Walk {
        Walk {
            id: 0,
            hash: BEGINNING,
            is_chained: false,
            count: 0,
        }
    }

    /// Goes on by one row, if it fits.
    pub(super) fn step(&mut self, row: &Row) -> Result<(), Misfit> {
        let hash = row.hash_after(&self.hash);
        match row.hash.as_deref() {
            _ if row.id <= self.id => return Err(Misfit::Order),
            None if self.is_chained => return Err(Misfit::NoHash),
            Some(_) if self.is_chained && row.id != self.id + 1 => return Err(Misfit::Gap),
            Some(found) if found != hash && self.is_chained => return Err(Misfit::Hash),
            Some(found) if found != hash => return Err(Misfit::Older),
            _ => {}
        }
        self.id = row.id;
        self.hash = hash;
        self.is_chained = row.hash.is_some();
        self.count += 1;
        Ok(())
    }
}

/// Appends a row; its number and its hash are found here. The transaction must have begun with
/// `Database::begin`: between reading the last hash and writing the next nobody else may write.
pub(super) async fn append(
    connection: &mut SqliteConnection,
    mut row: Row,
) -> Result<(), sqlx::Error> {
    let (id, previous) = end(connection).await?;
    row.id = id + 1;
    let hash = row.hash_after(&previous).to_vec();
    sqlx::query!(
        "INSERT INTO audit (id, at_ms, phase, action, what, person_id, person, vps_id, vps, parameters,
                            outcome, code, message, took_ms, request_id, address, hash)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        row.id, row.at_ms, row.phase, row.action, row.what, row.person_id, row.person, row.vps_id, row.vps,
        row.parameters, row.outcome, row.code, row.message, row.took_ms, row.request_id, row.address, hash
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Whether there are rows and the newest of them is older than the chain.
pub(super) async fn is_to_begin(db: &Database) -> Result<bool, sqlx::Error> {
    let last = sqlx::query_scalar!("SELECT hash FROM audit ORDER BY id DESC LIMIT 1")
        .fetch_optional(&db.reader)
        .await?;
    Ok(last.is_some_and(|hash| hash.is_none()))
}

/// The highest number that any row has had, and the hash of the last row. The number comes from
/// SQLite's own count, so that rows cut off at the end leave a gap that stays.
async fn end(connection: &mut SqliteConnection) -> Result<(i64, Hash), sqlx::Error> {
    let id = highest_id(connection).await?;
    let last = sqlx::query_scalar!("SELECT hash FROM audit ORDER BY id DESC LIMIT 1")
        .fetch_optional(&mut *connection)
        .await?;
    match last {
        Some(Some(hash)) => Ok((id, whole(hash)?)),
        None => Ok((id, start(connection).await?.hash)),
        Some(None) => Ok((id, older(connection).await?)),
    }
}

/// The highest number that any row has had; 0 when there was none.
pub(super) async fn highest_id(connection: &mut SqliteConnection) -> Result<i64, sqlx::Error> {
    let highest = sqlx::query_scalar!(
        r#"SELECT max(coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'audit'), 0),
                      coalesce((SELECT max(id) FROM audit), 0)) AS "id!: i64""#
    );
    highest.fetch_one(connection).await
}

/// Where the table's part of the chain starts: at the newest mark, or at the beginning.
pub(super) async fn start(connection: &mut SqliteConnection) -> Result<Walk, sqlx::Error> {
    let mark = sqlx::query!(
        r#"SELECT last_id, hash, is_chained AS "is_chained: bool" FROM audit_mark
           ORDER BY last_id DESC LIMIT 1"#
    )
    .fetch_optional(connection)
    .await?;
    let Some(mark) = mark else {
        return Ok(Walk::beginning());
    };
    Ok(Walk {
        id: mark.last_id,
        hash: whole(mark.hash)?,
        is_chained: mark.is_chained,
        count: 0,
    })
}

/// The hash over all rows that are older than the chain, one after the other.
async fn older(connection: &mut SqliteConnection) -> Result<Hash, sqlx::Error> {
    let mut hash = start(connection).await?.hash;
    let mut rows = sqlx::query_as!(Row, "SELECT * FROM audit ORDER BY id").fetch(connection);
    while let Some(row) = rows.try_next().await? {
        hash = row.hash_after(&hash);
    }
    Ok(hash)
}

/// A stored hash.
pub(super) fn whole(bytes: Vec<u8>) -> Result<Hash, sqlx::Error> {
    let length = bytes.len();
    Hash::try_from(bytes).map_err(|_| {
        sqlx::Error::Decode(format!("a hash of {length} bytes in the audit log").into())
    })
}
