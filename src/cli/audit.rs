//! `kiwideck audit …`: whether the log is whole, and old rows out of the database.

use super::{CommandError, complain, note, open_database, say};
use crate::clock::Clock;
use crate::config::{AUDIT_KEEP_DAYS_MIN, Config};
use crate::model::audit::{self, Event};
use clap::Subcommand;
use jiff::civil::Date;
use std::path::PathBuf;

/// The audit log.
#[derive(Subcommand)]
pub(super) enum AuditCommand {
    /// Check that no row was changed, removed, put in or moved. Says the number of rows and the hash
    /// of the last one; or the first row that does not fit, with exit status 1.
    Verify {
        /// Archives to check too, from any one up to the newest.
        archives: Vec<PathBuf>,
    },
    /// Move old rows to files in `KIWIDECK_AUDIT_ARCHIVE`.
    Archive {
        /// Rows before this day, such as 2026-01-31, in the time zone of the settings.
        #[arg(long)]
        before: Date,
    },
}

pub(super) async fn run(command: AuditCommand) -> Result<(), CommandError> {
    let config = Config::from_environment()?;
    if !config.database.exists() {
        let file = config.database.display();
        return Err(CommandError::Said(format!(
            "KIWIDECK_DATABASE: there is no database {file}"
        )));
    }
    match command {
        AuditCommand::Verify { archives } => verify(&config, &archives).await,
        AuditCommand::Archive { before } => archive(&config, before).await,
    }
}

async fn verify(config: &Config, archives: &[PathBuf]) -> Result<(), CommandError> {
    let db = open_database(config).await?;
    let sound = audit::verify(&db, archives).await?;
    say(&sound.to_string())
}

async fn archive(config: &Config, before: Date) -> Result<(), CommandError> {
    let now_ms = Clock::system().now_ms();
    let least_ms = i64::from(AUDIT_KEEP_DAYS_MIN) * 24 * 60 * 60 * 1000;
    let before_ms = config
        .time_zone
        .to_timestamp(before.at(0, 0, 0, 0))
        .map_err(|error| CommandError::Said(format!("--before: {error}")))?
        .as_millisecond();
    if before_ms > now_ms - least_ms {
        return Err(CommandError::Said(format!(
            "--before: rows of the last {AUDIT_KEEP_DAYS_MIN} days stay in the database"
        )));
    }
    let db = open_database(config).await?;
    let who = note(Event::new("audit-archived")).who;
    let done = audit::archive(&db, &config.audit_archive, before_ms, (&who, now_ms)).await?;
    for archived in &done {
        say(&format!(
            "{}: rows {} to {}",
            archived.file.display(),
            archived.first_id,
            archived.last_id
        ))?;
    }
    if done.is_empty() {
        complain("nothing to archive");
    }
    Ok(())
}
