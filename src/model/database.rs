//! Opens the SQLite file: one writer, a few readers, migrations, and a consistent copy while running.

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Sqlite, SqlitePool, Transaction};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The pools. SQLite takes one writer at a time: waiting in our own queue is fairer than its locks.
#[derive(Clone, Debug)]
pub struct Database {
    pub(super) writer: SqlitePool,
    pub(super) reader: SqlitePool,
}

/// Why the database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The file is newer than this program.
    #[error(
        "the database was written by a newer Kiwideck (migration {0}): start that version, or go back to a backup"
    )]
    Newer(i64),
    /// The file is not a database, or is damaged.
    #[error(
        "the database {0} is damaged or is not a database; it was left as it is: restore a backup"
    )]
    Damaged(PathBuf),
    /// The bundled SQLite is one with a known corruption bug in its write-ahead log.
    #[error("SQLite {0} can damage a database: this program needs 3.51.3 or newer")]
    OldSqlite(String),
    /// Anything else SQLite says.
    #[error("the database: {0}")]
    Sql(#[from] sqlx::Error),
    /// A migration failed.
    #[error("the database could not be brought up to date: {0}")]
    Migration(sqlx::migrate::MigrateError),
    /// The folder of the database cannot be made.
    #[error("the folder of the database {0}: {1}")]
    Folder(PathBuf, std::io::Error),
    /// Where the copy should go there is something already, or it cannot be written.
    #[error("the copy {0}: {1}")]
    Copy(PathBuf, String),
}

const READERS: u32 = 4;

impl Database {
    /// Opens the file, makes it when it is not there, and applies the migrations.
    ///
    /// # Errors
    /// See [`DatabaseError`].
    pub async fn open(file: &Path) -> Result<Database, DatabaseError> {
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)
                .map_err(|error| DatabaseError::Folder(folder.to_owned(), error))?;
        }
        let options = options(file);
        let writer = pool(1, options.clone().create_if_missing(true))
            .await
            .map_err(|error| opening(file, error))?;
        check_sqlite(&writer).await?;
        check_sound(file, &writer).await?;
        sqlx::migrate!("./migrations")
            .run(&writer)
            .await
            .map_err(migrating)?;
        let reader = pool(READERS, options.pragma("query_only", "on")).await?;
        Ok(Database { writer, reader })
    }

    /// A transaction that will write. It takes SQLite's write lock at once, since one that first
    /// reads and then writes can fail however long it waits.
    pub(super) async fn begin(&self) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
        self.writer.begin_with("BEGIN IMMEDIATE").await
    }

    /// Writes a consistent copy to `file`, which must not be there, while others read and write.
    ///
    /// # Errors
    /// When the file is there already or cannot be written.
    pub async fn copy_to(&self, file: &Path) -> Result<(), DatabaseError> {
        let failed = |error: String| DatabaseError::Copy(file.to_owned(), error);
        let name = file
            .to_str()
            .ok_or_else(|| failed("its name is not UTF-8".into()))?;
        if file.exists() {
            return Err(failed("there is a file of this name already".into()));
        }
        let mut connection = self.writer.acquire().await?;
        sqlx::query("VACUUM INTO ?")
            .bind(name)
            .execute(&mut *connection)
            .await
            .map_err(|error| failed(error.to_string()))?;
        Ok(())
    }

    /// Waits until what was written is in the file, and closes it.
    pub async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }
}

fn options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .journal_mode(SqliteJournalMode::Wal)
        // A power cut must not lose an intent whose call has left.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        // Fewer wake-ups between SQLite's thread and ours on a page of many rows.
        .row_buffer_size(512)
}

async fn pool(size: u32, options: SqliteConnectOptions) -> Result<SqlitePool, sqlx::Error> {
    SqlitePoolOptions::new()
        .max_connections(size)
        .acquire_timeout(Duration::from_secs(5))
        .connect_with(options)
        .await
}

async fn check_sqlite(pool: &SqlitePool) -> Result<(), DatabaseError> {
    let version: String = sqlx::query_scalar("SELECT sqlite_version()")
        .fetch_one(pool)
        .await?;
    let numbers: Vec<u32> = version
        .split('.')
        .filter_map(|part| part.parse().ok())
        .collect();
    if numbers < vec![3, 51, 3] {
        return Err(DatabaseError::OldSqlite(version));
    }
    Ok(())
}

async fn check_sound(file: &Path, pool: &SqlitePool) -> Result<(), DatabaseError> {
    let answer: String = sqlx::query_scalar("PRAGMA quick_check(1)")
        .fetch_one(pool)
        .await
        .map_err(|error| opening(file, error))?;
    if answer == "ok" {
        Ok(())
    } else {
        Err(DatabaseError::Damaged(file.to_owned()))
    }
}

/// SQLite's codes 11 (corrupt) and 26 (not a database) mean the file; anything else is its own word.
fn opening(file: &Path, error: sqlx::Error) -> DatabaseError {
    let code = error
        .as_database_error()
        .and_then(|error| error.code())
        .unwrap_or_default();
    match code.as_ref() {
        "11" | "26" => DatabaseError::Damaged(file.to_owned()),
        _ => DatabaseError::Sql(error),
    }
}

fn migrating(error: sqlx::migrate::MigrateError) -> DatabaseError {
    match error {
        sqlx::migrate::MigrateError::VersionMissing(version) => DatabaseError::Newer(version),
        other => DatabaseError::Migration(other),
    }
}
