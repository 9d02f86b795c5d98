//! `kiwideck vps …`: adding VPSes without a browser. Keys come from standard input or a file, never
//! from an argument.

use super::{CommandError, note, open_database, say, secret};
use crate::config::Config;
use crate::import::{self, Row, Verdict};
use crate::model::Database;
use crate::model::audit::Event;
use crate::model::name::tidy;
use crate::model::vps::{self, Details};
use crate::secret::Secret;
use crate::start::StartError;
use crate::vault::Vault;
use clap::Subcommand;
use std::path::PathBuf;

/// The VPSes.
#[derive(Subcommand)]
pub(super) enum VpsCommand {
    /// Add a VPS. The API key is typed unseen, or read from standard input.
    Add {
        /// What your team calls it.
        label: String,
        /// The provider's number for it.
        veid: String,
        /// A tag; may be given several times.
        #[arg(long = "tag")]
        tags: Vec<String>,
    },
    /// Import the CSV with all API keys that the provider's billing site exports.
    Import {
        /// The CSV file.
        file: PathBuf,
    },
}

/// The database with what opens it.
struct Store {
    db: Database,
    vault: Vault,
}

pub(super) async fn run(command: VpsCommand) -> Result<(), CommandError> {
    let config = Config::from_environment()?;
    let db = open_database(&config).await?;
    let vault = Vault::from_file(&config.master_key_file, vps::nothing_sealed(&db).await?)
        .map_err(StartError::from)?;
    vps::check_vault(&db, &vault).await?;
    let store = Store { db, vault };
    match command {
        VpsCommand::Add { label, veid, tags } => {
            let details = Details {
                label: tidy(&label),
                veid: tidy(&veid),
                tags: tags.iter().map(|tag| tidy(tag)).collect(),
                ..Details::default()
            };
            store.add_one(details).await
        }
        VpsCommand::Import { file } => store.import(&std::fs::read(file)?).await,
    }
}

impl Store {
    async fn add_one(&self, details: Details) -> Result<(), CommandError> {
        let number =
            !details.veid.is_empty() && details.veid.bytes().all(|byte| byte.is_ascii_digit());
        if !number || details.label.is_empty() {
            return Err(CommandError::Said(
                "a VPS needs a label and a VEID, which is a number".into(),
            ));
        }
        let key = Secret::new(tidy(secret("API key: ")?.reveal()));
        if key.is_empty() {
            return Err(CommandError::Said("the API key is empty".into()));
        }
        self.add(&details, &key).await?;
        say(&format!("added {}", details.label))
    }

    async fn add(&self, details: &Details, key: &Secret) -> Result<(), CommandError> {
        let note = note(Event::new("vps-added").with("veid", &details.veid));
        vps::add(&self.db, &self.vault, details, key, &note).await?;
        Ok(())
    }

    async fn import(&self, bytes: &[u8]) -> Result<(), CommandError> {
        for row in import::read(bytes, &vps::all(&self.db).await?)? {
            match row.verdict {
                Verdict::New => self.add(&details(&row), &row.key).await?,
                Verdict::Known(id) => self.replace_key(id, &row).await?,
                _ => {}
            }
            say(&format!(
                "{} {}: {}",
                row.veid,
                row.label,
                word(row.verdict)
            ))?;
        }
        Ok(())
    }

    async fn replace_key(&self, id: i64, row: &Row) -> Result<(), CommandError> {
        if let Some(known) = vps::find(&self.db, id).await? {
            let note = note(Event::new("vps-changed").with("key", "replaced"));
            let new_key = Some((&self.vault, &row.key));
            vps::change(&self.db, id, &known.details(), new_key, &note).await?;
        }
        Ok(())
    }
}

fn details(row: &Row) -> Details {
    Details {
        label: row.label.clone(),
        veid: row.veid.clone(),
        tags: row
            .tags
            .split(',')
            .map(tidy)
            .filter(|tag| !tag.is_empty())
            .collect(),
        note: row.note.clone(),
        ..Details::default()
    }
}

const fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::New => "added",
        Verdict::Known(_) => "known, got this key",
        Verdict::Terminated => "terminated, skipped",
        Verdict::Faulty => "faulty, skipped",
        Verdict::Double => "twice in the file, skipped",
    }
}
