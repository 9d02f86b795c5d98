//! A copy of the log elsewhere: each row as one line of JSON, at least once. The copy follows the
//! table; nothing waits for it.

use super::row::Row;
use crate::config::CopyTo;
use crate::model::Database;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// So many rows are written at a time.
const ROWS_MAX: i64 = 500;

/// Why the copy does not go on. What was not copied is tried again.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The file, or standard output.
    #[error("{0}: {1}")]
    Io(String, std::io::Error),
    /// SQLite's word.
    #[error("the database: {0}")]
    Sql(#[from] sqlx::Error),
}

/// Copies the rows that were not copied yet. Gives their number.
///
/// # Errors
/// See [`CopyError`]; the next time goes on with the first row that may be missing.
pub async fn copy_new(db: &Database, to: &CopyTo) -> Result<usize, CopyError> {
    let target = to.to_string();
    let mut count = 0;
    loop {
        let rows = waiting(db, &target).await?;
        let Some(last) = rows.last() else {
            return Ok(count);
        };
        let lines: String = rows.iter().map(|row| row.line() + "\n").collect();
        let written = write(to.clone(), lines).await;
        written.map_err(|error| CopyError::Io(target.clone(), error))?;
        // Only now: a row that is written twice is better than one that is missing.
        came_to(db, &target, last.id).await?;
        count += rows.len();
    }
}

async fn waiting(db: &Database, target: &str) -> Result<Vec<Row>, sqlx::Error> {
    sqlx::query_as!(
        Row,
        "SELECT * FROM audit
         WHERE id > coalesce((SELECT last_id FROM audit_copy WHERE target = ?), 0)
         ORDER BY id LIMIT ?",
        target,
        ROWS_MAX
    )
    .fetch_all(&db.reader)
    .await
}

async fn came_to(db: &Database, target: &str, last_id: i64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO audit_copy (target, last_id) VALUES (?1, ?2)
         ON CONFLICT (target) DO UPDATE SET last_id = ?2",
        target,
        last_id
    )
    .execute(&db.writer)
    .await?;
    Ok(())
}

/// Writes in a thread of its own: a pipe that nobody reads holds it for ever, and neither the panel
/// nor its end waits for it.
async fn write(to: CopyTo, lines: String) -> std::io::Result<()> {
    let (tell, told) = tokio::sync::oneshot::channel();
    std::thread::Builder::new()
        .name("audit copy".into())
        .spawn(move || {
            let _ = tell.send(match to {
                CopyTo::Stdout => print(&lines),
                CopyTo::File(file) => append(&file, &lines),
            });
        })?;
    told.await
        .unwrap_or_else(|_| Err(std::io::ErrorKind::BrokenPipe.into()))
}

fn print(lines: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(lines.as_bytes())?;
    out.flush()
}

fn append(file: &Path, lines: &str) -> std::io::Result<()> {
    let mut options = File::options();
    let mut file = options
        .create(true)
        .read(true)
        .append(true)
        .mode(0o600)
        .open(file)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return file.write_all(lines.as_bytes());
    }
    if is_cut(&mut file, metadata.len())? {
        file.write_all(b"\n")?;
    }
    let written = file
        .write_all(lines.as_bytes())
        .and_then(|()| file.sync_data());
    if written.is_err() {
        // On a full disk half a batch would be left each time.
        file.set_len(metadata.len())?;
    }
    written
}

/// Whether the last line has no end: the panel was killed while it wrote.
fn is_cut(file: &mut File, length_bytes: u64) -> std::io::Result<bool> {
    if length_bytes == 0 {
        return Ok(false);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}
