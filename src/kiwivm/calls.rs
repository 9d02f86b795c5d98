//! THE TABLE: all 45 calls of the KiwiVM API, declared once. The form, the menu, the right needed,
//! the warning, the audit entry, docs/calls.md and the simulator's knowledge follow from it.
//! It sends nothing. The provider's own list (2025) is its outside witness, compared by a test.

use super::call::Kind::{Flag, Hostname, Json, Port, Secret, SshKeys};
use super::call::Source::{
    Addresses, Backups, FreePrivateAddresses, Ipv6, Isos, Locations, PrivateAddresses, Snapshots,
    Suspensions, Templates, Violations,
};
use super::call::{
    Call, Loss, Topic, change, choice, destroy, lines, parameter, read, shell, text,
};
use std::time::Duration;

const SHELL_LIMIT: Duration = Duration::from_secs(45);
const MINUTE: u64 = 60;

/// Every call there is, in the order of the menu.
pub const CALLS: &[Call] = &[
    change("start", Topic::Power),
    change("stop", Topic::Power).interrupts(),
    change("restart", Topic::Power).interrupts(),
    change("kill", Topic::Power).interrupts(),
    read("getServiceInfo", Topic::Information),
    read("getLiveServiceInfo", Topic::Information)
        .within(Duration::from_secs(30))
        .secret_fields(&["screendump_png_base64"]),
    read("getRateLimitStatus", Topic::Information),
    read("getAvailableOS", Topic::System),
    destroy("reinstallOS", Topic::System, Loss::Disk)
        .locks()
        .takes(&[choice("os", Templates)])
        .secret_fields(&["rootPassword"]),
    change("resetRootPassword", Topic::System)
        .guarded()
        .secret_fields(&["password"]),
    read("getSshKeys", Topic::System),
    change("updateSshKeys", Topic::System)
        .guarded()
        .takes(&[parameter("ssh_keys", SshKeys)]),
    change("setHostname", Topic::System).takes(&[parameter("newHostname", Hostname)]),
    change("iso/mount", Topic::System)
        .takes(&[choice("iso", Isos)])
        .needs_a_cold_start(),
    change("iso/unmount", Topic::System).needs_a_cold_start(),
    shell("basicShell/cd").takes(&[text("currentDir"), text("newDir")]),
    shell("basicShell/exec")
        .takes(&[lines("command")])
        .within(SHELL_LIMIT)
        .up_to_mib(32),
    shell("shellScript/exec")
        .takes(&[lines("script")])
        .within(SHELL_LIMIT),
    read("snapshot/list", Topic::Snapshots).secret_fields(&["downloadLink", "downloadLinkSSL"]),
    change("snapshot/create", Topic::Snapshots)
        .locks()
        .takes(&[text("description").optional()]),
    destroy(
        "snapshot/restore",
        Topic::Snapshots,
        Loss::ChangesSinceSnapshot,
    )
    .locks()
    .takes(&[choice("snapshot", Snapshots)]),
    destroy("snapshot/delete", Topic::Snapshots, Loss::Snapshot)
        .takes(&[choice("snapshot", Snapshots)]),
    change("snapshot/toggleSticky", Topic::Snapshots)
        .takes(&[choice("snapshot", Snapshots), parameter("sticky", Flag)]),
    change("snapshot/export", Topic::Snapshots)
        .guarded()
        .takes(&[choice("snapshot", Snapshots)])
        .secret_fields(&["token"]),
    change("snapshot/import", Topic::Snapshots)
        .locks()
        .guarded()
        .takes(&[text("sourceVeid"), parameter("sourceToken", Secret)]),
    read("backup/list", Topic::Snapshots),
    change("backup/copyToSnapshot", Topic::Snapshots)
        .locks()
        .takes(&[choice("backupToken", Backups)]),
    change("setPTR", Topic::Network).takes(&[choice("ip", Addresses), parameter("ptr", Hostname)]),
    change("ipv6/add", Topic::Network).takes(&[text("ip").optional()]),
    destroy("ipv6/delete", Topic::Network, Loss::Address).takes(&[choice("ip", Ipv6)]),
    read("privateIp/getAvailableIps", Topic::Network),
    change("privateIp/assign", Topic::Network)
        .takes(&[choice("ip", FreePrivateAddresses).optional()]),
    destroy("privateIp/delete", Topic::Network, Loss::Address)
        .takes(&[choice("ip", PrivateAddresses)]),
    read("migrate/getLocations", Topic::Migration),
    destroy("migrate/start", Topic::Migration, Loss::AllAddresses)
        .locks()
        .takes(&[choice("location", Locations)])
        .within(Duration::from_secs(20 * MINUTE)),
    destroy("cloneFromExternalServer", Topic::Migration, Loss::Disk)
        .locks()
        .takes(&[
            text("externalServerIP"),
            parameter("externalServerSSHport", Port),
            parameter("externalServerRootPassword", Secret),
        ]),
    read("getUsageGraphs", Topic::Records),
    read("getRawUsageStats", Topic::Records).streams(Duration::from_secs(5 * MINUTE), 64),
    read("getAuditLog", Topic::Records),
    read("getSuspensionDetails", Topic::Abuse),
    change("unsuspend", Topic::Abuse).takes(&[choice("record_id", Suspensions)]),
    read("getPolicyViolations", Topic::Abuse),
    change("resolvePolicyViolation", Topic::Abuse).takes(&[choice("record_id", Violations)]),
    read("kiwivm/getNotificationPreferences", Topic::Notifications),
    change("kiwivm/setNotificationPreferences", Topic::Notifications)
        .guarded()
        .takes(&[parameter("json_notification_preferences", Json)]),
];

/// What the plan, the addresses and the transfer are.
pub const SERVICE_INFO: &Call = named("getServiceInfo");
/// All of [`SERVICE_INFO`] and whether the VPS runs.
pub const LIVE_INFO: &Call = named("getLiveServiceInfo");
/// Why it is suspended.
pub const SUSPENSION_DETAILS: &Call = named("getSuspensionDetails");
/// What it will be suspended for, and when.
pub const POLICY_VIOLATIONS: &Call = named("getPolicyViolations");
/// How many points are left.
pub const RATE_LIMIT_STATUS: &Call = named("getRateLimitStatus");
/// The snapshots. KiwiVM refuses it while a VPS is locked, also where the calls that inform answer.
pub const SNAPSHOT_LIST: &Call = named("snapshot/list");
/// Where the VPS is, and where it can go.
pub const LOCATIONS: &Call = named("migrate/getLocations");
/// Two years of use, in one long reply.
pub const RAW_USAGE_STATS: &Call = named("getRawUsageStats");
/// What can be installed.
pub const AVAILABLE_OS: &Call = named("getAvailableOS");
/// The keys that the next reinstall puts in.
pub const SSH_KEYS: &Call = named("getSshKeys");
/// The private addresses that can be assigned.
pub const FREE_PRIVATE_ADDRESSES: &Call = named("privateIp/getAvailableIps");
/// What KiwiVM itself has written down.
pub const AUDIT_LOG: &Call = named("getAuditLog");
/// Which e-mails are sent.
pub const NOTIFICATION_PREFERENCES: &Call = named("kiwivm/getNotificationPreferences");
/// Sets the reverse name of an address.
pub const SET_PTR: &Call = named("setPTR");
/// Chooses which e-mails are sent.
pub const SET_NOTIFICATION_PREFERENCES: &Call = named("kiwivm/setNotificationPreferences");
/// Gives a token for one of them.
pub const SNAPSHOT_EXPORT: &Call = named("snapshot/export");
/// Takes such a token, on another VPS.
pub const SNAPSHOT_IMPORT: &Call = named("snapshot/import");
/// Whole disks that KiwiVM keeps by itself.
pub const BACKUP_LIST: &Call = named("backup/list");
/// Enters a directory.
pub const SHELL_CD: &Call = named("basicShell/cd");
/// Runs one command.
pub const SHELL_EXEC: &Call = named("basicShell/exec");
/// Runs a script in the background.
pub const SHELL_SCRIPT: &Call = named("shellScript/exec");

/// The call of this name, or none: for names that come from outside.
#[must_use]
pub fn find(name: &str) -> Option<&'static Call> {
    CALLS.iter().find(|call| call.name == name)
}

/// The call of this name, for constants: a name that is not in the table does not compile.
#[expect(clippy::panic, reason = "reached only while compiling")]
const fn named(name: &str) -> &'static Call {
    let mut index = 0;
    while index < CALLS.len() {
        if same(CALLS[index].name, name) {
            return &CALLS[index];
        }
        index += 1;
    }
    panic!("no such call in the table");
}

const fn same(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    if left.len() != right.len() {
        return false;
    }
    let mut index = 0;
    while index < left.len() {
        if left[index] != right[index] {
            return false;
        }
        index += 1;
    }
    true
}

/// A name declared twice, or a table that has lost a row, does not compile.
const _: () = {
    assert!(CALLS.len() == 45, "the provider documents 45 calls");
    let mut left = 0;
    while left < CALLS.len() {
        let mut right = left + 1;
        while right < CALLS.len() {
            assert!(!same(CALLS[left].name, CALLS[right].name), "declared twice");
            right += 1;
        }
        left += 1;
    }
};
