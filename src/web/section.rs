//! The pages of one VPS, in the order of their tabs: where each is, whose replies it shows, and which
//! calls it serves. It opens none of them.

use super::page::Page;
use crate::kiwivm::call::{Call, Topic};
use crate::kiwivm::calls::{LIVE_INFO, RAW_USAGE_STATS, SERVICE_INFO};
use crate::model::access::Right;

/// A page of one VPS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    Overview,
    Usage,
    Shell,
    Calls,
    Audit,
    Access,
    Edit,
}

impl Section {
    /// All of them, in the order of the tabs.
    pub(super) const ALL: &[Section] = &[
        Section::Overview,
        Section::Usage,
        Section::Shell,
        Section::Calls,
        Section::Audit,
        Section::Access,
        Section::Edit,
    ];

    /// As it stands in URLs and forms; nothing for the overview.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Section::Overview => "",
            Section::Usage => "usage",
            Section::Shell => "shell",
            Section::Calls => "calls",
            Section::Audit => "audit",
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
            Section::Shell => "vps-shell",
            Section::Calls => "vps-calls",
            Section::Audit => "vps-audit",
            Section::Access => "vps-access",
            Section::Edit => "vps-edit",
        }
    }

    /// The calls whose replies it shows: "ask again" makes these.
    pub(super) const fn reads(self) -> &'static [&'static Call] {
        match self {
            Section::Overview => &[LIVE_INFO],
            Section::Usage => &[RAW_USAGE_STATS, SERVICE_INFO],
            Section::Shell | Section::Calls | Section::Audit | Section::Access | Section::Edit => {
                &[]
            }
        }
    }

    /// The page made for a call, where there is one.
    pub(super) const fn serving(call: &Call) -> Option<Section> {
        if matches!(
            call.name.as_bytes(),
            b"getRawUsageStats" | b"getUsageGraphs"
        ) {
            return Some(Section::Usage);
        }
        match call.topic {
            Topic::Power | Topic::Information => Some(Section::Overview),
            Topic::Shell => Some(Section::Shell),
            Topic::System
            | Topic::Snapshots
            | Topic::Network
            | Topic::Migration
            | Topic::Records
            | Topic::Abuse
            | Topic::Notifications => None,
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
