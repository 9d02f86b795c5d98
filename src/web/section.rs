//! The pages of one VPS, in the order of their tabs: where each is, whose replies it shows, and which
//! calls it serves. It opens none of them.

use super::page::Page;
use crate::kiwivm::call::{Call, Topic};
use crate::kiwivm::calls::{
    AUDIT_LOG, AVAILABLE_OS, BACKUP_LIST, FREE_PRIVATE_ADDRESSES, LIVE_INFO, LOCATIONS,
    NOTIFICATION_PREFERENCES, POLICY_VIOLATIONS, RAW_USAGE_STATS, SERVICE_INFO, SNAPSHOT_LIST,
    SSH_KEYS, SUSPENSION_DETAILS,
};
use crate::kiwivm::reply::ServiceInfo;
use crate::model::access::Right;
use crate::readings::Latest;

/// A page of one VPS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    Overview,
    Usage,
    Snapshots,
    Network,
    System,
    Migration,
    Abuse,
    Records,
    Notifications,
    Shell,
    Calls,
    Access,
    Edit,
}

impl Section {
    /// All of them, in the order of the tabs.
    pub(super) const ALL: &[Section] = &[
        Section::Overview,
        Section::Usage,
        Section::Snapshots,
        Section::Network,
        Section::System,
        Section::Migration,
        Section::Abuse,
        Section::Records,
        Section::Notifications,
        Section::Shell,
        Section::Calls,
        Section::Access,
        Section::Edit,
    ];

    /// As it stands in URLs and forms; nothing for the overview.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Section::Overview => "",
            Section::Usage => "usage",
            Section::Snapshots => "snapshots",
            Section::Network => "network",
            Section::System => "system",
            Section::Migration => "migrate",
            Section::Abuse => "abuse",
            Section::Records => "records",
            Section::Notifications => "notifications",
            Section::Shell => "shell",
            Section::Calls => "calls",
            Section::Access => "access",
            Section::Edit => "edit",
        }
    }

    pub(super) fn from_word(word: &str) -> Option<Section> {
        let mut all = Section::ALL.iter().copied();
        all.find(|section| section.word() == word)
    }

    /// Its address below that of the VPS.
    pub(super) fn path(self) -> String {
        match self.word() {
            "" => String::new(),
            word => format!("/{word}"),
        }
    }

    /// The message id of its name.
    pub(super) const fn message(self) -> &'static str {
        match self {
            Section::Overview => "vps-overview",
            Section::Usage => "usage-title",
            Section::Snapshots => "snapshots-title",
            Section::Network => "vps-network",
            Section::System => "vps-system",
            Section::Migration => "migrate-title",
            Section::Abuse => "abuse-title",
            Section::Records => "records-title",
            Section::Notifications => "notifications-title",
            Section::Shell => "vps-shell",
            Section::Calls => "vps-calls",
            Section::Access => "vps-access",
            Section::Edit => "vps-edit",
        }
    }

    /// The calls whose replies it shows.
    const fn reads(self) -> &'static [&'static Call] {
        match self {
            Section::Overview => &[LIVE_INFO],
            Section::Usage => &[RAW_USAGE_STATS, SERVICE_INFO],
            Section::Snapshots => &[SNAPSHOT_LIST, BACKUP_LIST],
            Section::Network => &[SERVICE_INFO, FREE_PRIVATE_ADDRESSES],
            Section::System => &[SERVICE_INFO, AVAILABLE_OS, SSH_KEYS],
            Section::Migration => &[LOCATIONS, SERVICE_INFO],
            Section::Abuse => &[SUSPENSION_DETAILS, POLICY_VIOLATIONS, SERVICE_INFO],
            Section::Records => &[AUDIT_LOG],
            Section::Notifications => &[NOTIFICATION_PREFERENCES],
            Section::Shell | Section::Calls | Section::Access | Section::Edit => &[],
        }
    }

    /// The calls that "ask again" makes: KiwiVM lists free private addresses only where there is a
    /// private network.
    pub(super) fn asks(self, latest: &Latest) -> Vec<&'static Call> {
        let service = latest.service().map(|(_, service)| service);
        let has_private = service.and_then(ServiceInfo::has_private_network) == Some(true);
        let mut calls = self.reads().to_vec();
        calls.retain(|call| has_private || call.name != FREE_PRIVATE_ADDRESSES.name);
        calls
    }

    /// The page made for a call.
    pub(super) fn serving(call: &Call) -> Section {
        match call.topic {
            Topic::Power | Topic::Information => Section::Overview,
            Topic::System => Section::System,
            Topic::Shell => Section::Shell,
            Topic::Snapshots => Section::Snapshots,
            Topic::Network => Section::Network,
            Topic::Migration => Section::Migration,
            Topic::Records if call.name == AUDIT_LOG.name => Section::Records,
            Topic::Records => Section::Usage,
            Topic::Abuse => Section::Abuse,
            Topic::Notifications => Section::Notifications,
        }
    }

    /// Whether its tab is shown to this person.
    pub(super) fn is_shown(self, page: &Page, vps_id: i64) -> bool {
        match self {
            Section::Shell => page.may(vps_id, Right::Shell),
            Section::Access => page.has_company() && page.may(vps_id, Right::Manage),
            Section::Edit => page.is_admin(),
            _ => true,
        }
    }
}
