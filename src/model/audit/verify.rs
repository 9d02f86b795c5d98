//! Follows the chain through archives and the table, and says where it breaks. It changes nothing.

use super::chain::{self, Misfit, Walk, whole};
use super::row::{Hash, Row, hex};
use crate::model::Database;
use futures_util::TryStreamExt;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use sqlx::SqliteConnection;
use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

/// A chain without a break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sound {
    /// How many rows there are, those in archives included.
    pub count: u64,
    /// The number of the last row.
    pub last_id: i64,
    /// Its hash. Noted elsewhere, it shows later that nothing up to it was made anew.
    pub head: Hash,
}

impl fmt::Display for Sound {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = hex(&self.head);
        write!(
            out,
            "{} rows fit, the last is {}: {head}",
            self.count, self.last_id
        )
    }
}

/// Why the log does not hold, in one line.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The first row that does not fit.
    #[error("{place}row {id} of {at} ({what}) does not fit: {misfit}")]
    Row {
        /// The archive, or nothing for the table.
        place: String,
        /// The row.
        id: i64,
        /// When it says it was written.
        at: String,
        /// A call's name, or an event's word.
        what: String,
        /// What is wrong.
        misfit: Misfit,
    },
    /// The end of the table was cut off.
    #[error("the rows after {0} are missing: the last was {1}")]
    Cut(i64, i64),
    /// Nothing is chained.
    #[error("no row has a hash: the chain begins when the panel starts")]
    NotBegun,
    /// An archive that is not one of this log.
    #[error("{0}: it is not an archive of this log, or it was changed")]
    Foreign(String),
    /// Between two archives, or between the last and the table.
    #[error("a gap: the rows from {0} to {1} are in {2}, which was not given")]
    Gap(i64, i64, String),
    /// A line of an archive that is no row.
    #[error("{0}: line {1} is not a row of the log")]
    Line(String, u64),
    /// The operating system's word.
    #[error("{0}: {1}")]
    Io(String, std::io::Error),
    /// SQLite's word.
    #[error("the database: {0}")]
    Sql(#[from] sqlx::Error),
}

/// What was archived, in one mark.
struct Mark {
    first_id: i64,
    last_id: i64,
    hash: Vec<u8>,
    is_chained: bool,
    file: String,
    file_hash: Vec<u8>,
}

/// Follows the chain through these archives, in any order, and through the table.
///
/// # Errors
/// The first thing that does not fit; see [`VerifyError`].
pub async fn verify(db: &Database, archives: &[PathBuf]) -> Result<Sound, VerifyError> {
    // One transaction: rows that are appended or archived meanwhile are not seen.
    let mut transaction = db.reader.begin().await?;
    let marks = marks(&mut transaction).await?;
    let archived = verify_archives(&marks, archives)?;
    let mut walk = chain::start(&mut transaction).await?;
    follow(&mut transaction, &mut walk).await?;
    let highest = chain::highest_id(&mut transaction).await?;
    if highest != walk.id && (walk.is_chained || walk.id == 0) {
        return Err(VerifyError::Cut(walk.id, highest));
    }
    if walk.id != 0 && !walk.is_chained {
        return Err(VerifyError::NotBegun);
    }
    Ok(Sound {
        count: archived + walk.count,
        last_id: walk.id,
        head: walk.hash,
    })
}

async fn follow(connection: &mut SqliteConnection, walk: &mut Walk) -> Result<(), VerifyError> {
    let mut rows = sqlx::query_as!(Row, "SELECT * FROM audit WHERE id > ? ORDER BY id", walk.id)
        .fetch(connection);
    while let Some(row) = rows.try_next().await? {
        walk.step(&row)
            .map_err(|misfit| misfits("", &row, misfit))?;
    }
    Ok(())
}

async fn marks(connection: &mut SqliteConnection) -> Result<Vec<Mark>, sqlx::Error> {
    sqlx::query_as!(
        Mark,
        r#"SELECT first_id, last_id, hash, is_chained AS "is_chained: bool", file, file_hash
           FROM audit_mark ORDER BY last_id"#
    )
    .fetch_all(connection)
    .await
}

/// Checks each archive, and that none is left out between the first and the table. Gives the number
/// of their rows.
fn verify_archives(marks: &[Mark], archives: &[PathBuf]) -> Result<u64, VerifyError> {
    let mut found = Vec::new();
    for file in archives {
        found.push((place_of(marks, file)?, file));
    }
    found.sort();
    found.dedup_by_key(|(place, _)| *place);
    let Some(first) = found.first().map(|(place, _)| *place) else {
        return Ok(0);
    };
    for (at, mark) in marks.iter().enumerate().skip(first) {
        if !found.iter().any(|(place, _)| *place == at) {
            let file = mark.file.clone();
            return Err(VerifyError::Gap(mark.first_id, mark.last_id, file));
        }
    }
    let mut count = 0;
    for (place, file) in found {
        count += verify_archive(&marks[..=place], file)?;
    }
    Ok(count)
}

/// Which mark an archive belongs to, by its first row.
fn place_of(marks: &[Mark], file: &Path) -> Result<usize, VerifyError> {
    let first = Lines::open(file)?.next_row()?;
    let first_id = first.map(|row| row.id);
    let place = marks
        .iter()
        .position(|mark| Some(mark.first_id) == first_id);
    place.ok_or_else(|| VerifyError::Foreign(name(file)))
}

/// Follows one archive from the mark before it to its own, which is the last of these.
fn verify_archive(marks: &[Mark], file: &Path) -> Result<u64, VerifyError> {
    let (Some(mark), before) = (marks.last(), marks.len().checked_sub(2)) else {
        return Err(VerifyError::Foreign(name(file)));
    };
    let mut walk = match before.map(|at| &marks[at]) {
        None => Walk::beginning(),
        Some(before) => Walk {
            id: before.last_id,
            hash: whole(before.hash.clone())?,
            is_chained: before.is_chained,
            count: 0,
        },
    };
    let mut lines = Lines::open(file)?;
    let place = format!("{}: ", name(file));
    while let Some(row) = lines.next_row()? {
        walk.step(&row)
            .map_err(|misfit| misfits(&place, &row, misfit))?;
    }
    let is_whole = walk.id == mark.last_id && mark.hash == walk.hash;
    if is_whole && lines.digest.finalize()[..] == mark.file_hash {
        Ok(walk.count)
    } else {
        Err(VerifyError::Foreign(name(file)))
    }
}

/// The lines of an archive, digested as they are read.
struct Lines {
    file: String,
    reader: BufReader<File>,
    digest: Sha256,
    number: u64,
}

impl Lines {
    fn open(file: &Path) -> Result<Lines, VerifyError> {
        let name = name(file);
        let opened = File::open(file).map_err(|error| VerifyError::Io(name.clone(), error))?;
        Ok(Lines {
            file: name,
            reader: BufReader::new(opened),
            digest: Sha256::new(),
            number: 0,
        })
    }

    fn next_row(&mut self) -> Result<Option<Row>, VerifyError> {
        let mut line = Vec::new();
        let read = self.reader.read_until(b'\n', &mut line);
        read.map_err(|error| VerifyError::Io(self.file.clone(), error))?;
        if line.is_empty() {
            return Ok(None);
        }
        self.number += 1;
        self.digest.update(&line);
        let row = serde_json::from_slice(&line);
        row.map(Some)
            .map_err(|_| VerifyError::Line(self.file.clone(), self.number))
    }
}

fn name(file: &Path) -> String {
    file.display().to_string()
}

fn misfits(place: &str, row: &Row, misfit: Misfit) -> VerifyError {
    let at = Timestamp::from_millisecond(row.at_ms);
    VerifyError::Row {
        place: place.to_owned(),
        id: row.id,
        at: at.map_or_else(|_| row.at_ms.to_string(), |at| at.to_string()),
        // It may have been tampered with to steer the terminal.
        what: crate::kiwivm::printable::printable(&row.what, 100),
        misfit,
    }
}
