//! Snapshots and backups of a simulated VPS, as KiwiVM lists them.

use super::chance::Chance;
use super::shell::files::Files;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

/// Snapshots are purged after this long, unless sticky (inferred).
pub(super) const KEPT_S: i64 = 30 * 86_400;

/// A snapshot.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "each name says it, with its unit")]
pub struct Snapshot {
    /// 40 hexadecimal digits, part of its file's name.
    pub token: String,
    pub os: String,
    pub description: String,
    /// Whether the description is sent as base64, as it sometimes is.
    pub encoded: bool,
    pub size_bytes: u64,
    pub uncompressed_bytes: u64,
    pub md5: String,
    pub sticky: bool,
    pub made_at_s: i64,
    /// What was on the disk, as far as the simulated shell has seen it.
    pub(super) files: Option<Files>,
}

/// An automatic backup.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "each name says it, with its unit")]
pub struct Backup {
    /// 40 hexadecimal digits.
    pub token: String,
    pub size_bytes: u64,
    pub os: String,
    pub md5: String,
    pub made_at_s: i64,
}

impl Snapshot {
    /// A snapshot made at this time.
    pub(super) fn new(os: &str, made_at_s: i64, chance: &mut Chance) -> Snapshot {
        let uncompressed_bytes = 1_500_000_000 + chance.below(5_000_000_000);
        Snapshot {
            token: chance.hex(40),
            os: os.to_owned(),
            description: String::new(),
            encoded: false,
            size_bytes: uncompressed_bytes / 3,
            uncompressed_bytes,
            md5: chance.hex(32),
            sticky: false,
            made_at_s,
            files: None,
        }
    }

    /// Seconds until it is purged, if it is not sticky.
    #[must_use]
    pub fn purges_in_s(&self, now_s: i64) -> i64 {
        self.made_at_s + KEPT_S - now_s
    }

    /// As KiwiVM names it; the date is New York's.
    #[must_use]
    pub fn file_name(&self, veid: u32) -> String {
        format!(
            "snapshot-{veid}-{}-{}-{}.tar.gz",
            self.made_at_s,
            new_york_date(self.made_at_s),
            self.token
        )
    }

    /// As snapshot/list sends it.
    pub(super) fn listed(&self, veid: u32, now_s: i64) -> Value {
        let file_name = self.file_name(veid);
        let purges_in_s = if self.sticky {
            0
        } else {
            self.purges_in_s(now_s)
        };
        let description = if self.encoded {
            STANDARD.encode(&self.description)
        } else {
            self.description.clone()
        };
        json!({
            "fileName": file_name,
            "os": self.os,
            "description": description,
            "size": self.size_bytes.to_string(),
            "md5": self.md5,
            "sticky": self.sticky,
            "uncompressed": self.uncompressed_bytes,
            "purgesIn": purges_in_s,
            "downloadLink": format!("http://203.0.113.250:8080/{}/{file_name}", self.md5),
            "downloadLinkSSL": format!("https://203.0.113.250:8443/{}/{file_name}", self.md5),
        })
    }
}

fn new_york_date(at_s: i64) -> String {
    let zone = TimeZone::get("America/New_York").unwrap_or(TimeZone::UTC);
    let at = Timestamp::from_second(at_s).unwrap_or_default();
    at.to_zoned_datetime(zone).strftime("%Y-%m-%d").to_string()
}

impl Backup {
    /// A backup made at this time.
    pub(super) fn new(os: &str, made_at_s: i64, chance: &mut Chance) -> Backup {
        Backup {
            token: chance.hex(40),
            size_bytes: 600_000_000 + chance.below(2_000_000_000),
            os: os.to_owned(),
            md5: chance.hex(32),
            made_at_s,
        }
    }

    /// As backup/list sends it, without its token.
    pub(super) fn listed(&self) -> Value {
        json!({
            "size": self.size_bytes,
            "os": self.os,
            "md5": self.md5,
            "timestamp": self.made_at_s,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_in_a_file_name_is_that_of_new_york() {
        let mut chance = Chance::seeded(1);
        let snapshot = Snapshot::new("debian-12-x86_64", 1_757_304_000, &mut chance);
        let name = snapshot.file_name(123_456);
        assert!(
            name.starts_with("snapshot-123456-1757304000-2025-09-08-"),
            "{name}"
        );
        let before = Snapshot::new("debian-12-x86_64", 1_757_303_999, &mut chance);
        assert!(before.file_name(1).contains("-2025-09-07-"));
    }
}
