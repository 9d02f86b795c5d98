//! getRateLimitStatus and getAuditLog: what KiwiVM counts and writes down.

use crate::kiwivm::loose::{ENTRIES_MAX, Fields, integer};
use serde_json::Value;
use std::net::Ipv4Addr;

/// The reply to getRateLimitStatus: the points left of this key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RateLimitStatus {
    /// Left for these 15 minutes.
    pub remaining_points_15min: Option<u64>,
    /// Left for these 24 hours.
    pub remaining_points_24h: Option<u64>,
}

impl RateLimitStatus {
    pub(super) fn read(fields: Fields) -> RateLimitStatus {
        RateLimitStatus {
            remaining_points_15min: fields.count("remaining_points_15min"),
            remaining_points_24h: fields.count("remaining_points_24h"),
        }
    }
}

/// One entry of getAuditLog.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditEntry {
    /// When, Unix seconds.
    pub timestamp_s: Option<i64>,
    /// From where; KiwiVM sends the address as a number.
    pub requestor: Option<Ipv4Addr>,
    /// Which kind of entry, in KiwiVM's word (`type`).
    pub kind: Option<String>,
    /// What was done.
    pub summary: Option<String>,
}

impl AuditEntry {
    /// The newest of them: the oldest come first, and those may be left out.
    pub(super) fn read_all(fields: Fields) -> Vec<AuditEntry> {
        let entries = fields.whole_list("log_entries");
        let newest = entries.len().saturating_sub(ENTRIES_MAX);
        entries
            .into_iter()
            .skip(newest)
            .filter_map(Value::as_object)
            .map(|entry| AuditEntry::read(Fields::new(entry)))
            .collect()
    }

    fn read(fields: Fields) -> AuditEntry {
        AuditEntry {
            timestamp_s: fields.integer("timestamp"),
            requestor: fields.text("requestor_ipv4").and_then(|text| ipv4(&text)),
            kind: fields.text("type"),
            summary: fields.text("summary"),
        }
    }
}

/// An address from `3221225985`, from what a signed 32-bit PHP makes of it, or from `192.0.2.1`.
/// 0 is no address.
fn ipv4(text: &str) -> Option<Ipv4Addr> {
    if let Ok(address) = text.trim().parse::<Ipv4Addr>() {
        return Some(address);
    }
    let number = integer(&Value::from(text))?;
    let bits = u32::try_from(number)
        .ok()
        .or_else(|| i32::try_from(number).ok().map(i32::cast_unsigned))?;
    (bits != 0).then(|| Ipv4Addr::from_bits(bits))
}
