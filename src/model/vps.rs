//! The VPSes: label, VEID, tags, and the API key, which is here only sealed.

use super::Database;
use super::audit::{self, Note};
use super::usage;
use crate::secret::Secret;
use crate::vault::{Place, Vault, VaultError};
use jiff::civil::Date;
use std::collections::HashMap;

/// A VPS as the panel knows it, without its key.
#[derive(Clone, Debug)]
pub struct Vps {
    /// The row, and the number in URLs.
    pub id: i64,
    /// What people call it; unique.
    pub label: String,
    /// KiwiVM's number for it; unique.
    pub veid: String,
    /// In order.
    pub tags: Vec<String>,
    /// Free text.
    pub note: String,
    /// Whether the panel itself runs on it.
    pub is_panel_host: bool,
    /// While it is so nobody can make a call that destroys.
    pub is_protected: bool,
    /// How often in a row KiwiVM refused the key.
    pub key_refusals: i64,
    /// Since when.
    pub key_refused_since: Option<i64>,
    /// When it is to be paid for again, as people wrote it down: KiwiVM does not tell.
    pub renews_on: Option<Date>,
    /// What it costs, in people's own words.
    pub price: String,
    /// When it was added to the panel.
    pub created_at: i64,
}

/// After so many refusals in a row the background does not try the key any more.
pub const KEY_REFUSALS_MAX: i64 = 3;

impl Vps {
    /// Whether the key was refused so often that only a person tries it again.
    #[must_use]
    pub fn key_is_given_up(&self) -> bool {
        self.key_refusals >= KEY_REFUSALS_MAX
    }

    /// What people wrote about it.
    #[must_use]
    pub fn details(&self) -> Details {
        Details {
            label: self.label.clone(),
            veid: self.veid.clone(),
            tags: self.tags.clone(),
            note: self.note.clone(),
            is_panel_host: self.is_panel_host,
            renews_on: self.renews_on,
            price: self.price.clone(),
        }
    }
}

/// What people write about a VPS.
#[derive(Clone, Debug, Default)]
pub struct Details {
    /// Unique.
    pub label: String,
    /// Unique.
    pub veid: String,
    /// In any order.
    pub tags: Vec<String>,
    /// Free text.
    pub note: String,
    /// Whether the panel itself runs on it.
    pub is_panel_host: bool,
    /// When it is to be paid for again.
    pub renews_on: Option<Date>,
    /// What it costs, in people's own words.
    pub price: String,
}

/// Why a VPS could not be saved.
#[derive(Debug, thiserror::Error)]
pub enum VpsError {
    /// Another VPS has this label.
    #[error("another VPS has this label")]
    LabelTaken,
    /// Another row has this VEID.
    #[error("this VEID is in the panel already")]
    VeidTaken,
    /// There is no such VPS.
    #[error("there is no such VPS")]
    Missing,
    /// The key could not be sealed or opened.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// SQLite's word.
    #[error(transparent)]
    Sql(sqlx::Error),
}

impl From<sqlx::Error> for VpsError {
    fn from(error: sqlx::Error) -> VpsError {
        let message = error.as_database_error().map(|error| error.message());
        match message {
            Some(message) if message.contains("UNIQUE") && message.contains("vps.label") => {
                VpsError::LabelTaken
            }
            Some(message) if message.contains("UNIQUE") && message.contains("vps.veid") => {
                VpsError::VeidTaken
            }
            _ => VpsError::Sql(error),
        }
    }
}

/// Between tags when they are read in one row; a tag cannot hold it, it is a control character.
const TAG_SEPARATOR: &str = "\u{1f}";

struct Row {
    id: i64,
    label: String,
    veid: String,
    tags: Option<String>,
    note: String,
    is_panel_host: bool,
    is_protected: bool,
    key_refusals: i64,
    key_refused_since: Option<i64>,
    renews_on: Option<String>,
    price: String,
    created_at: i64,
}

impl From<Row> for Vps {
    fn from(row: Row) -> Vps {
        let mut tags: Vec<String> = row
            .tags
            .unwrap_or_default()
            .split(TAG_SEPARATOR)
            .filter(|tag| !tag.is_empty())
            .map(str::to_owned)
            .collect();
        tags.sort();
        Vps {
            id: row.id,
            label: row.label,
            veid: row.veid,
            tags,
            note: row.note,
            is_panel_host: row.is_panel_host,
            is_protected: row.is_protected,
            key_refusals: row.key_refusals,
            key_refused_since: row.key_refused_since,
            renews_on: row.renews_on.and_then(|day| day.parse().ok()),
            price: row.price,
            created_at: row.created_at,
        }
    }
}

/// Every VPS, in one query, by label.
///
/// # Errors
/// SQLite's.
pub async fn all(db: &Database) -> Result<Vec<Vps>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT id AS "id!", label, veid, note, is_panel_host AS "is_panel_host: bool",
                  is_protected AS "is_protected: bool", key_refusals, key_refused_since,
                  renews_on, price, created_at,
                  (SELECT group_concat(name, char(31)) FROM tag WHERE vps_id = vps.id) AS "tags: String"
           FROM vps ORDER BY label"#
    )
    .fetch_all(&db.reader)
    .await?;
    Ok(rows.into_iter().map(Vps::from).collect())
}

/// The VPS of this row.
///
/// # Errors
/// SQLite's.
pub async fn find(db: &Database, id: i64) -> Result<Option<Vps>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT id AS "id!", label, veid, note, is_panel_host AS "is_panel_host: bool",
                  is_protected AS "is_protected: bool", key_refusals, key_refused_since,
                  renews_on, price, created_at,
                  (SELECT group_concat(name, char(31)) FROM tag WHERE vps_id = vps.id) AS "tags: String"
           FROM vps WHERE id = ?"#,
        id
    )
    .fetch_optional(&db.reader)
    .await?;
    Ok(row.map(Vps::from))
}

/// Whether no key is sealed in this database yet.
///
/// # Errors
/// SQLite's.
pub async fn nothing_sealed(db: &Database) -> Result<bool, sqlx::Error> {
    let count = sqlx::query_scalar!(
        r#"SELECT (SELECT count(*) FROM vps) + (SELECT count(*) FROM totp)
                  + (SELECT count(*) FROM transcript) AS "count!: i64""#
    )
    .fetch_one(&db.reader)
    .await?;
    Ok(count == 0)
}

/// Adds a VPS with its key and gives the row.
///
/// # Errors
/// See [`VpsError`].
pub async fn add(
    db: &Database,
    vault: &Vault,
    details: &Details,
    key: &Secret,
    note: &Note,
) -> Result<i64, VpsError> {
    let now_s = note.at_s();
    let renews_on = details.renews_on.map(|day| day.to_string());
    let mut transaction = db.begin().await?;
    // The key is sealed for its row, so the row must be there before the key.
    let id = sqlx::query!(
        "INSERT INTO vps (label, veid, sealed_key, note, is_panel_host, renews_on, price, created_at)
         VALUES (?, ?, x'', ?, ?, ?, ?, ?)",
        details.label,
        details.veid,
        details.note,
        details.is_panel_host,
        renews_on,
        details.price,
        now_s
    )
    .execute(&mut *transaction)
    .await?
    .last_insert_rowid();
    put_key(&mut transaction, id, &vault.seal(place(id), key)?).await?;
    put_tags(&mut transaction, id, &details.tags).await?;
    audit::write(&mut transaction, &note.about(id, &details.label)).await?;
    transaction.commit().await?;
    Ok(id)
}

/// Changes what people wrote about a VPS, and its key when there is a new one. All or nothing.
///
/// # Errors
/// See [`VpsError`].
pub async fn change(
    db: &Database,
    id: i64,
    details: &Details,
    new_key: Option<(&Vault, &Secret)>,
    note: &Note,
) -> Result<(), VpsError> {
    let renews_on = details.renews_on.map(|day| day.to_string());
    let mut transaction = db.begin().await?;
    usage::forget_another(&mut transaction, id, &details.veid).await?;
    let done = sqlx::query!(
        "UPDATE vps SET label = ?, veid = ?, note = ?, is_panel_host = ?, renews_on = ?, price = ?
         WHERE id = ?",
        details.label,
        details.veid,
        details.note,
        details.is_panel_host,
        renews_on,
        details.price,
        id
    )
    .execute(&mut *transaction)
    .await?;
    if done.rows_affected() == 0 {
        return Err(VpsError::Missing);
    }
    if let Some((vault, key)) = new_key {
        put_key(&mut transaction, id, &vault.seal(place(id), key)?).await?;
    }
    put_tags(&mut transaction, id, &details.tags).await?;
    audit::write(&mut transaction, &note.about(id, &details.label)).await?;
    Ok(transaction.commit().await?)
}

/// Gives many VPSes new labels and tags: (row, label, tags). All or nothing. Two may swap labels.
///
/// # Errors
/// See [`VpsError`].
pub async fn relabel(
    db: &Database,
    changes: &[(i64, String, Vec<String>)],
    note: &Note,
) -> Result<(), VpsError> {
    let mut transaction = db.begin().await?;
    for (id, _, _) in changes {
        // A label that nobody can type makes room for a swap.
        let away = format!("\u{1f}{id}");
        sqlx::query!("UPDATE vps SET label = ? WHERE id = ?", away, id)
            .execute(&mut *transaction)
            .await?;
    }
    for (id, label, tags) in changes {
        sqlx::query!("UPDATE vps SET label = ? WHERE id = ?", label, id)
            .execute(&mut *transaction)
            .await?;
        put_tags(&mut transaction, *id, tags).await?;
        let mut note = note.about(*id, label);
        note.event = note.event.with("tags", &tags.join(", "));
        audit::write(&mut transaction, &note).await?;
    }
    Ok(transaction.commit().await?)
}

/// The opened key of a VPS, for the moment of a call.
///
/// # Errors
/// See [`VpsError`].
pub async fn open_key(db: &Database, vault: &Vault, id: i64) -> Result<Secret, VpsError> {
    let sealed = sqlx::query_scalar!("SELECT sealed_key FROM vps WHERE id = ?", id)
        .fetch_optional(&db.reader)
        .await?
        .ok_or(VpsError::Missing)?;
    Ok(vault.open(place(id), &sealed)?)
}

/// Opens one sealed key, to see at the start that the master key is the right one.
///
/// # Errors
/// See [`VpsError`].
pub async fn check_vault(db: &Database, vault: &Vault) -> Result<(), VpsError> {
    let id = sqlx::query_scalar!(r#"SELECT id AS "id!" FROM vps LIMIT 1"#)
        .fetch_optional(&db.reader)
        .await?;
    match id {
        Some(id) => open_key(db, vault, id).await.map(drop),
        None => Ok(()),
    }
}

/// Notes that KiwiVM refused the key once more.
///
/// # Errors
/// SQLite's.
pub async fn key_refused(db: &Database, id: i64, now_s: i64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE vps SET key_refusals = key_refusals + 1,
                        key_refused_since = coalesce(key_refused_since, ?) WHERE id = ?",
        now_s,
        id
    )
    .execute(&db.writer)
    .await?;
    Ok(())
}

/// Notes that KiwiVM took the key.
///
/// # Errors
/// SQLite's.
pub async fn key_taken(db: &Database, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE vps SET key_refusals = 0, key_refused_since = NULL
         WHERE id = ? AND key_refusals > 0",
        id
    )
    .execute(&db.writer)
    .await?;
    Ok(())
}

/// Protects a VPS from every destroying call, or lifts that.
///
/// # Errors
/// SQLite's.
pub async fn protect(
    db: &Database,
    id: i64,
    is_protected: bool,
    note: &Note,
) -> Result<(), sqlx::Error> {
    let mut transaction = db.begin().await?;
    sqlx::query!(
        "UPDATE vps SET is_protected = ? WHERE id = ?",
        is_protected,
        id
    )
    .execute(&mut *transaction)
    .await?;
    audit::write(&mut transaction, note).await?;
    transaction.commit().await
}

/// Removes a VPS with its key, tags and readings. What was done with it stays in the audit log.
///
/// # Errors
/// SQLite's.
pub async fn remove(db: &Database, id: i64, note: &Note) -> Result<(), sqlx::Error> {
    let mut transaction = db.begin().await?;
    sqlx::query!("DELETE FROM vps WHERE id = ?", id)
        .execute(&mut *transaction)
        .await?;
    audit::write(&mut transaction, note).await?;
    transaction.commit().await
}

/// Whether this can be KiwiVM's number of a VPS. One that begins with 0 would be the same machine
/// under a second record, past its protection.
#[must_use]
pub fn is_veid(text: &str) -> bool {
    (1..=10).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && !text.starts_with('0')
}

/// How many VPSes carry each tag.
#[must_use]
pub fn tags(vpses: &[Vps]) -> Vec<(String, usize)> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for tag in vpses.iter().flat_map(|vps| &vps.tags) {
        *counts.entry(tag).or_default() += 1;
    }
    let mut tags: Vec<_> = counts
        .into_iter()
        .map(|(tag, count)| (tag.to_owned(), count))
        .collect();
    tags.sort();
    tags
}

const fn place(id: i64) -> Place {
    Place {
        table: "vps",
        column: "sealed_key",
        row: id,
    }
}

async fn put_key(
    connection: &mut sqlx::SqliteConnection,
    id: i64,
    sealed: &[u8],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE vps SET sealed_key = ?, key_refusals = 0, key_refused_since = NULL WHERE id = ?",
        sealed,
        id
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn put_tags(
    connection: &mut sqlx::SqliteConnection,
    id: i64,
    tags: &[String],
) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM tag WHERE vps_id = ?", id)
        .execute(&mut *connection)
        .await?;
    for tag in tags {
        sqlx::query!(
            "INSERT OR IGNORE INTO tag (vps_id, name) VALUES (?, ?)",
            id,
            tag
        )
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

#[cfg(test)]
impl Vps {
    pub(crate) fn sample(id: i64) -> Vps {
        Vps {
            id,
            label: "Web 1".into(),
            veid: "100001".into(),
            tags: Vec::new(),
            note: String::new(),
            is_panel_host: false,
            is_protected: false,
            key_refusals: 0,
            key_refused_since: None,
            renews_on: None,
            price: String::new(),
            created_at: 0,
        }
    }
}
