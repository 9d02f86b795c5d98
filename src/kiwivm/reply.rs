//! A reply of KiwiVM: the JSON object as it came, and typed views of it that cannot fail.
//! A field that is missing or badly typed is unknown in its view; the rest stays.

mod abuse;
mod choice;
mod live;
mod records;
mod secrets;
mod service;
mod storage;
mod system;
#[cfg(test)]
mod tests;
mod usage;

pub use abuse::{PolicyViolation, PolicyViolations, Suspension, Suspensions};
pub use choice::{Choice, choices, plain_choices};
pub use live::{LiveInfo, Power};
pub use records::{AuditEntry, RateLimitStatus};
pub use secrets::STARS;
pub use service::{NullRoute, ServiceInfo, Transfer};
pub use storage::{Backup, Snapshot};
pub use system::{AvailableOs, Locations, NotificationPreferences, Preference, SshKeys};
pub use usage::{UsagePoint, read as read_usage};

use super::call::Call;
use super::calls::SSH_KEYS;
use super::loose::Fields;
use crate::secret::Secret;
use serde_json::{Map, Value};

/// What KiwiVM answered to a call that it did not refuse.
#[derive(Clone, PartialEq)]
pub struct Reply {
    /// The whole JSON object as it came, in its order, `error` included. It may hold secrets: show
    /// and store only [`Reply::starred`].
    pub fields: Map<String, Value>,
}

impl Reply {
    /// The reply with these fields.
    #[must_use]
    pub fn new(fields: Map<String, Value>) -> Reply {
        Reply { fields }
    }

    /// The reply in this text, unless it is no JSON object with a whole number as `error`.
    /// A byte-order mark and white space around it are taken.
    #[must_use]
    pub fn parse(text: &str) -> Option<Reply> {
        let reply = Reply::new(serde_json::from_str(bare(text)).ok()?);
        reply.error().map(|_| reply)
    }

    /// The reply's `error`: 0 is success, and only 0. Of basicShell/exec it is the exit status.
    #[must_use]
    pub fn error(&self) -> Option<i64> {
        self.view().integer("error")
    }

    /// The reply's `message`, if it says something. Of basicShell/exec it is the output, which
    /// may hold any character at all, and is as long as it is.
    #[must_use]
    pub fn message(&self) -> Option<String> {
        let message = self.fields.get("message")?.as_str()?;
        (!message.trim().is_empty()).then(|| message.to_owned())
    }

    /// Its fields, to be read one by one.
    #[must_use]
    pub fn view(&self) -> Fields<'_> {
        Fields::new(&self.fields)
    }

    /// A copy fit to be shown and stored: `***` for every secret of this call's reply, and for what
    /// may be a private key among public ones.
    #[must_use]
    pub fn starred(&self, call: &Call) -> Value {
        let starred = secrets::starred(&self.fields, call.secret_fields);
        match call.name == SSH_KEYS.name {
            true => secrets::without_private_keys(starred),
            false => starred,
        }
    }

    /// The secrets of this call's reply, each with its path, like `snapshots[0].downloadLink`.
    #[must_use]
    pub fn secrets(&self, call: &Call) -> Vec<(String, Secret)> {
        secrets::found(&self.fields, call.secret_fields)
    }

    /// Of getServiceInfo.
    #[must_use]
    pub fn service_info(&self) -> ServiceInfo {
        ServiceInfo::read(self.view())
    }

    /// Of getLiveServiceInfo.
    #[must_use]
    pub fn live_info(&self) -> LiveInfo {
        LiveInfo::read(self.view())
    }

    /// Of getRateLimitStatus.
    #[must_use]
    pub fn rate_limit_status(&self) -> RateLimitStatus {
        RateLimitStatus::read(self.view())
    }

    /// Of snapshot/list.
    #[must_use]
    pub fn snapshots(&self) -> Vec<Snapshot> {
        Snapshot::read_all(self.view())
    }

    /// How many entries of snapshot/list have no file name.
    #[must_use]
    pub fn unnamed_snapshots(&self) -> usize {
        self.view().list("snapshots").len() - self.snapshots().len()
    }

    /// Of backup/list.
    #[must_use]
    pub fn backups(&self) -> Vec<Backup> {
        Backup::read_all(self.view())
    }

    /// Of getAvailableOS.
    #[must_use]
    pub fn available_os(&self) -> AvailableOs {
        AvailableOs::read(self.view())
    }

    /// Of migrate/getLocations.
    #[must_use]
    pub fn locations(&self) -> Locations {
        Locations::read(self.view())
    }

    /// Of getSuspensionDetails.
    #[must_use]
    pub fn suspensions(&self) -> Suspensions {
        Suspensions::read(self.view())
    }

    /// Of getPolicyViolations.
    #[must_use]
    pub fn policy_violations(&self) -> PolicyViolations {
        PolicyViolations::read(self.view())
    }

    /// Of getAuditLog, oldest first.
    #[must_use]
    pub fn audit_entries(&self) -> Vec<AuditEntry> {
        AuditEntry::read_all(self.view())
    }

    /// Of getRawUsageStats, oldest first.
    #[must_use]
    pub fn usage_points(&self) -> Vec<UsagePoint> {
        UsagePoint::read_all(self.view())
    }

    /// Of getSshKeys.
    #[must_use]
    pub fn ssh_keys(&self) -> SshKeys {
        SshKeys::read(self.view())
    }

    /// Of kiwivm/getNotificationPreferences.
    #[must_use]
    pub fn notification_preferences(&self) -> NotificationPreferences {
        NotificationPreferences::read(self.view())
    }
}

/// The text without what may stand before and after the JSON.
fn bare(text: &str) -> &str {
    text.trim().trim_start_matches('\u{feff}')
}

/// Names only: a reply may hold a root password.
impl std::fmt::Debug for Reply {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Reply ")?;
        formatter.debug_list().entries(self.fields.keys()).finish()
    }
}
