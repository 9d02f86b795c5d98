//! getAvailableOS, migrate/getLocations, getSshKeys and kiwivm/getNotificationPreferences.

use crate::kiwivm::loose::{Fields, float, map, text};
use indexmap::IndexMap;
use serde_json::Value;

/// The reply to getAvailableOS.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AvailableOs {
    /// The template that is installed.
    pub installed: Option<String>,
    /// The templates for reinstallOS, as they came.
    pub templates: Vec<String>,
}

impl AvailableOs {
    pub(super) fn read(fields: Fields) -> AvailableOs {
        AvailableOs {
            installed: fields.text("installed"),
            templates: fields.exacts("templates"),
        }
    }
}

/// The reply to migrate/getLocations.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Locations {
    /// Where the VPS is, as it came.
    pub current: Option<String>,
    /// The ids of all locations as they came, the current one included.
    pub list: Vec<String>,
    /// What each is in words.
    pub descriptions: IndexMap<String, String>,
    /// What transfer is multiplied with there; none before 2018.
    pub multipliers: IndexMap<String, f64>,
}

impl Locations {
    pub(super) fn read(fields: Fields) -> Locations {
        Locations {
            current: fields.exact("currentLocation"),
            list: fields.exacts("locations"),
            descriptions: kept(fields.map("descriptions"), text),
            multipliers: kept(fields.map("dataTransferMultipliers"), float),
        }
    }
}

/// The reply to getSshKeys: the keys that the next reinstall puts in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SshKeys {
    /// Those of this VPS; if there are any, they win.
    pub of_vps: Vec<String>,
    /// Those of the account.
    pub of_account: Vec<String>,
    /// Those that will be used.
    pub preferred: Vec<String>,
    /// `of_vps`, shortened for reading.
    pub of_vps_short: Vec<String>,
    /// `of_account`, shortened for reading.
    pub of_account_short: Vec<String>,
    /// `preferred`, shortened for reading.
    pub preferred_short: Vec<String>,
}

impl SshKeys {
    pub(super) fn read(fields: Fields) -> SshKeys {
        SshKeys {
            of_vps: fields.every_line("ssh_keys_veid"),
            of_account: fields.every_line("ssh_keys_user"),
            preferred: fields.every_line("ssh_keys_preferred"),
            of_vps_short: fields.every_line("shortened_ssh_keys_veid"),
            of_account_short: fields.every_line("shortened_ssh_keys_user"),
            preferred_short: fields.every_line("shortened_ssh_keys_preferred"),
        }
    }
}

/// The reply to kiwivm/getNotificationPreferences.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NotificationPreferences {
    /// Where the mails go.
    pub email: Option<String>,
    /// By category, then by id.
    pub categories: IndexMap<String, IndexMap<String, Preference>>,
}

/// Whether one kind of mail is sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preference {
    /// What the mail tells, in KiwiVM's words.
    pub description: Option<String>,
    /// Whether it is sent.
    pub enabled: Option<bool>,
    /// When that was last changed, Unix seconds.
    pub changed_s: Option<i64>,
    /// `s_value`; undocumented.
    pub value: Option<String>,
}

impl NotificationPreferences {
    pub(super) fn read(fields: Fields) -> NotificationPreferences {
        let read = |item: &Value| Preference::read(Fields::of(item));
        NotificationPreferences {
            email: fields.text("notificationEmail"),
            categories: kept(fields.map("email_preferences"), |category| {
                Some(kept(map(category), |item| Some(read(item))))
            }),
        }
    }
}

impl Preference {
    fn read(fields: Fields) -> Preference {
        Preference {
            description: fields.text("friendly_description"),
            enabled: fields.truth("is_enabled"),
            changed_s: fields.integer("changed_timestamp"),
            value: fields.text("s_value"),
        }
    }
}

/// The entries of a map that can be read.
fn kept<T>(
    entries: IndexMap<String, &Value>,
    read: impl Fn(&Value) -> Option<T>,
) -> IndexMap<String, T> {
    entries
        .into_iter()
        .filter_map(|(key, value)| Some((key, read(value)?)))
        .collect()
}
