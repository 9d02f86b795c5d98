//! snapshot/list and backup/list: whole disks that are kept.

use crate::kiwivm::loose::{Fields, TEXT_MAX_CHARS};
use crate::kiwivm::printable::printable;
use crate::secret::Secret;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

/// One entry of snapshot/list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// Its id in every other call, as it came: `snapshot-<veid>-<unix>-<YYYY-MM-DD>-<40 hex>.tar.gz`.
    pub file_name: String,
    /// What was installed.
    pub os: Option<String>,
    /// What someone called it; decoded where KiwiVM sends base64.
    pub description: Option<String>,
    /// The size of the file.
    pub size_bytes: Option<u64>,
    /// The size of the disk in it.
    pub uncompressed_bytes: Option<u64>,
    /// The file's MD5 sum.
    pub md5: Option<String>,
    /// Whether it is kept until someone deletes it.
    pub sticky: Option<bool>,
    /// When it is purged, in seconds from the reply.
    pub purges_in_s: Option<i64>,
    /// When it was made, Unix seconds: part of the file's name.
    pub made_s: Option<i64>,
    /// Whoever holds this link has the whole disk.
    pub download_link: Option<Secret>,
    /// The same over TLS.
    pub download_link_ssl: Option<Secret>,
}

impl Snapshot {
    /// Every entry that has a name; without one nothing can be done with it.
    pub(super) fn read_all(fields: Fields) -> Vec<Snapshot> {
        fields
            .list("snapshots")
            .into_iter()
            .filter_map(|item| Snapshot::read(Fields::of(item)))
            .collect()
    }

    fn read(fields: Fields) -> Option<Snapshot> {
        let file_name = fields.exact("fileName")?;
        Some(Snapshot {
            os: fields.text("os"),
            description: description(fields),
            size_bytes: fields.count("size"),
            uncompressed_bytes: fields.count("uncompressed"),
            md5: fields.text("md5"),
            sticky: fields.truth("sticky"),
            purges_in_s: fields.integer("purgesIn"),
            made_s: made_s(&file_name),
            download_link: fields.exact("downloadLink").map(Secret::new),
            download_link_ssl: fields.exact("downloadLinkSSL").map(Secret::new),
            file_name,
        })
    }

    /// The day in the file's name, `YYYY-MM-DD` as New York counts days.
    #[must_use]
    pub fn day(&self) -> Option<&str> {
        let day = self.file_name.splitn(4, '-').nth(3)?.get(..10)?;
        let is_day = day.chars().enumerate().all(|(index, letter)| match index {
            4 | 7 => letter == '-',
            _ => letter.is_ascii_digit(),
        });
        is_day.then_some(day)
    }
}

/// One entry of backup/list: made by KiwiVM, not by a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Backup {
    /// Its id for backup/copyToSnapshot, as it came, 40 hex digits; unknown in the documents' list form.
    pub token: Option<String>,
    /// What was installed.
    pub os: Option<String>,
    /// The size of the file.
    pub size_bytes: Option<u64>,
    /// The file's MD5 sum.
    pub md5: Option<String>,
    /// When it was made, Unix seconds.
    pub timestamp_s: Option<i64>,
}

impl Backup {
    /// An object by token (recorded), a list (documented), or `[]`.
    pub(super) fn read_all(fields: Fields) -> Vec<Backup> {
        fields
            .map("backups")
            .into_iter()
            .map(|(key, item)| Backup::read(&key, Fields::of(item)))
            .collect()
    }

    fn read(key: &str, fields: Fields) -> Backup {
        let own_token = fields
            .exact("token")
            .or_else(|| fields.exact("backupToken"));
        Backup {
            token: own_token.or_else(|| is_token(key).then(|| key.to_owned())),
            os: fields.text("os"),
            size_bytes: fields.count("size"),
            md5: fields.text("md5"),
            timestamp_s: fields.integer("timestamp"),
        }
    }
}

/// The keys of a list are its indices, and no tokens.
fn is_token(key: &str) -> bool {
    (16..=TEXT_MAX_CHARS).contains(&key.len())
}

fn made_s(file_name: &str) -> Option<i64> {
    file_name.split('-').nth(2)?.parse().ok()
}

fn description(fields: Fields) -> Option<String> {
    let sent = fields.exact("description")?;
    Some(printable(&plain_description(sent), TEXT_MAX_CHARS))
}

/// The text behind a base64 description. An ordinary word may happen to be base64 too: it is
/// decoded only if the result is a text that a person could have typed.
fn plain_description(sent: String) -> String {
    let decoded = BASE64_STANDARD.decode(sent.trim()).ok();
    decoded
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .filter(|text| !text.trim().is_empty() && !text.chars().any(is_untypable))
        .unwrap_or(sent)
}

fn is_untypable(letter: char) -> bool {
    letter.is_control() && !matches!(letter, '\n' | '\r' | '\t')
}
