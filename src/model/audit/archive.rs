//! Old rows go to files, and only when a file is safely on the disk do they leave the table. A kill
//! between any two steps leaves the rows in the table, and at most a file that nothing refers to.

use super::chain::{self, Walk};
use super::row::{Hash, Row, hex};
use super::{Event, Note, Who};
use crate::model::Database;
use futures_util::TryStreamExt;
use sha2::{Digest, Sha256};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// So many rows at most go to one file: removing them from the table must not hold up a call.
const ROWS_MAX: i64 = 20_000;

/// A file that was written, and what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archived {
    /// The file.
    pub file: PathBuf,
    /// How many rows.
    pub count: u64,
    /// The first of them.
    pub first_id: i64,
    /// The last of them.
    pub last_id: i64,
}

/// Why rows could not be archived. They are all still there, in the table or in a file.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The folder or the file.
    #[error("the archive {0}: {1}")]
    Io(PathBuf, std::io::Error),
    /// Another program archived the same rows meanwhile.
    #[error(
        "the rows that were to be archived have changed meanwhile; they were left where they are"
    )]
    Meanwhile,
    /// The rows do not fit the chain: what was changed must not look archived in good order.
    #[error("row {0} does not fit the chain: see kiwideck audit verify")]
    Misfit(i64),
    /// SQLite's word.
    #[error("the database: {0}")]
    Sql(#[from] sqlx::Error),
}

/// Moves the rows before `before_ms` to new files in `folder`. An action that still runs, and
/// whatever came after it, stays. Gives the files, oldest first.
///
/// # Errors
/// See [`ArchiveError`].
pub async fn archive(
    db: &Database,
    folder: &Path,
    before_ms: i64,
    (who, now_ms): (&Who, i64),
) -> Result<Vec<Archived>, ArchiveError> {
    let mut done = Vec::new();
    while let Some(last_id) = boundary(db, before_ms).await? {
        let written = write_file(db, folder, last_id).await?;
        remove(db, &written, (who, now_ms)).await?;
        done.push(written.archived);
    }
    Ok(done)
}

/// The last row of the next file, so that no action is half inside; none when there is nothing to do.
async fn boundary(db: &Database, before_ms: i64) -> Result<Option<i64>, sqlx::Error> {
    let mut connection = db.reader.acquire().await?;
    let first = sqlx::query_scalar!(r#"SELECT min(id) AS "id: i64" FROM audit"#)
        .fetch_one(&mut *connection)
        .await?;
    let young = sqlx::query_scalar!(
        "SELECT id FROM audit WHERE at_ms >= ? ORDER BY id LIMIT 1",
        before_ms
    )
    .fetch_optional(&mut *connection)
    .await?;
    let (Some(first), Some(young)) = (first, young) else {
        return Ok(None);
    };
    // An action that took very long may cover more rows than a file should have.
    for rows_max in [ROWS_MAX, i64::MAX] {
        let wanted = young.min(first.saturating_add(rows_max)) - 1;
        let last_id = unsplit(&mut connection, wanted).await?;
        if last_id >= first {
            return Ok(Some(last_id));
        }
    }
    Ok(None)
}

/// The highest number up to `last_id` where no action is cut in two.
async fn unsplit(
    connection: &mut sqlx::SqliteConnection,
    mut last_id: i64,
) -> Result<i64, sqlx::Error> {
    loop {
        let split = sqlx::query_scalar!(
            r#"SELECT min(began.id) AS "id: i64" FROM audit AS began
               LEFT JOIN audit AS ended ON ended.action = began.action AND ended.phase = 'outcome'
               WHERE began.phase = 'intent' AND began.id <= ?1 AND coalesce(ended.id, ?1 + 1) > ?1"#,
            last_id
        )
        .fetch_one(&mut *connection)
        .await?;
        match split {
            Some(id) => last_id = id - 1,
            None => return Ok(last_id),
        }
    }
}

/// A file on the disk, and what a mark says of it.
struct Written {
    archived: Archived,
    /// Where the table's part of the chain started.
    started_at: i64,
    hash: Hash,
    is_chained: bool,
    file_hash: Hash,
}

async fn write_file(db: &Database, folder: &Path, last_id: i64) -> Result<Written, ArchiveError> {
    let failed = |error| ArchiveError::Io(folder.to_owned(), error);
    make(folder).map_err(failed)?;
    let mut connection = db.reader.acquire().await?;
    let mut walk = chain::start(&mut connection).await?;
    let (started_at, mut first_id) = (walk.id, None);
    let mut draft = Draft::new(folder).map_err(failed)?;
    let mut rows = sqlx::query_as!(
        Row,
        "SELECT * FROM audit WHERE id <= ? ORDER BY id",
        last_id
    )
    .fetch(&mut *connection);
    while let Some(row) = rows.try_next().await? {
        walk.step(&row).map_err(|_| ArchiveError::Misfit(row.id))?;
        first_id = first_id.or(Some(row.id));
        draft.push(&row).map_err(failed)?;
    }
    let first_id = first_id.unwrap_or(last_id);
    let (file, file_hash) = draft.keep((first_id, last_id)).await.map_err(failed)?;
    Ok(written((file, file_hash), walk, (started_at, first_id)))
}

fn written(
    (file, file_hash): (PathBuf, Hash),
    walk: Walk,
    (started_at, first_id): (i64, i64),
) -> Written {
    Written {
        archived: Archived {
            file,
            count: walk.count,
            first_id,
            last_id: walk.id,
        },
        started_at,
        hash: walk.hash,
        is_chained: walk.is_chained,
        file_hash,
    }
}

/// The folder for the owner alone; one that is there stays as it is.
fn make(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true).mode(0o700).create(folder)
}

/// A file that has no name of its own yet.
struct Draft {
    folder: PathBuf,
    file: BufWriter<NamedTempFile>,
    digest: Sha256,
}

impl Draft {
    fn new(folder: &Path) -> std::io::Result<Draft> {
        // Its mode is 0600, and it goes away when it is dropped.
        let file = tempfile::Builder::new()
            .prefix("audit-")
            .suffix(".part")
            .tempfile_in(folder)?;
        Ok(Draft {
            folder: folder.to_owned(),
            file: BufWriter::new(file),
            digest: Sha256::new(),
        })
    }

    fn push(&mut self, row: &Row) -> std::io::Result<()> {
        let line = row.line() + "\n";
        self.digest.update(&line);
        self.file.write_all(line.as_bytes())
    }

    /// Brings the file to the disk, then gives it its name, and brings that to the disk too.
    async fn keep(self, (first_id, last_id): (i64, i64)) -> std::io::Result<(PathBuf, Hash)> {
        let mut file = self.file.into_inner().map_err(|error| error.into_error())?;
        sync(file.reopen()?).await?;
        // A file of this name is from a start that was killed, or of a database that was restored
        // since: it is not ours to replace.
        for number in 1.. {
            let again = if number == 1 {
                String::new()
            } else {
                format!("-{number}")
            };
            let name = self
                .folder
                .join(format!("audit-{first_id}-{last_id}{again}.jsonl"));
            match file.persist_noclobber(&name) {
                Ok(_) => {
                    sync(std::fs::File::open(&self.folder)?).await?;
                    return Ok((name, self.digest.finalize().into()));
                }
                Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => {
                    file = error.file;
                }
                Err(error) => return Err(error.error),
            }
        }
        Err(std::io::ErrorKind::AlreadyExists.into())
    }
}

/// Waits for the disk without holding up others.
async fn sync(file: std::fs::File) -> std::io::Result<()> {
    tokio::fs::File::from_std(file).sync_all().await
}

/// In one transaction: the mark, the event that signs for it, and the rows leave the table.
async fn remove(
    db: &Database,
    written: &Written,
    (who, at_ms): (&Who, i64),
) -> Result<(), ArchiveError> {
    let mut transaction = db.begin().await?;
    if chain::start(&mut transaction).await?.id != written.started_at {
        return Err(ArchiveError::Meanwhile);
    }
    mark(&mut transaction, written, at_ms).await?;
    let note = Note {
        who: who.clone(),
        event: event(written),
        at_ms,
    };
    super::write(&mut transaction, &note).await?;
    let last_id = written.archived.last_id;
    let gone = sqlx::query!("DELETE FROM audit WHERE id <= ?", last_id)
        .execute(&mut *transaction)
        .await?
        .rows_affected();
    if gone != written.archived.count {
        return Err(ArchiveError::Meanwhile);
    }
    Ok(transaction.commit().await?)
}

async fn mark(
    connection: &mut sqlx::SqliteConnection,
    written: &Written,
    at_ms: i64,
) -> Result<(), sqlx::Error> {
    let Archived {
        file,
        count,
        first_id,
        last_id,
    } = &written.archived;
    let (file, count) = (file_name(file), i64::try_from(*count).unwrap_or(i64::MAX));
    let (hash, file_hash) = (written.hash.to_vec(), written.file_hash.to_vec());
    sqlx::query!(
        "INSERT INTO audit_mark (last_id, first_id, hash, is_chained, file, file_hash, count, at_ms)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        last_id, first_id, hash, written.is_chained, file, file_hash, count, at_ms
    )
    .execute(connection)
    .await?;
    Ok(())
}

fn event(written: &Written) -> Event {
    let archived = &written.archived;
    Event::new("audit-archived")
        .with("file", &file_name(&archived.file))
        .with("count", &archived.count.to_string())
        .with("sha256", &hex(&written.file_hash))
        .with("last_hash", &hex(&written.hash))
}

fn file_name(file: &Path) -> String {
    let name = file.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}
