//! What every machine starts from, before `builder` changes it: addresses, transfer, notifications.

use super::chance::Chance;
use super::machine::{Hypervisor, Machine, Notification, Plan, Power, Transfer};
use super::places;
use super::points::Points;
use super::snapshot::Backup;
use indexmap::IndexMap;
use std::collections::VecDeque;

const DAY_S: i64 = 86_400;

/// The notifications that can be chosen: category, id, description.
pub(super) const NOTIFICATIONS: &[(&str, &str, &str)] = &[
    (
        "Bandwidth Alerts",
        "bandwidth-usage-alert-80",
        "Data transfer usage has reached 80%",
    ),
    (
        "Bandwidth Alerts",
        "bandwidth-usage-alert-90",
        "Data transfer usage has reached 90%",
    ),
    (
        "Bandwidth Alerts",
        "bandwidth-usage-alert-100",
        "Data transfer allowance is used up",
    ),
    (
        "Security Notifications",
        "security-successful-login",
        "Successful login to KiwiVM",
    ),
    (
        "Security Notifications",
        "security-failed-login",
        "Failed login to KiwiVM",
    ),
    (
        "Security Notifications",
        "security-api-key-used",
        "API used from a new IP address",
    ),
    (
        "System Notifications",
        "system-snapshot-finished",
        "Snapshot has been created",
    ),
    (
        "System Notifications",
        "system-migration-finished",
        "Migration has been completed",
    ),
    (
        "Miscellaneous",
        "misc-newsletter",
        "News about the control panel",
    ),
];

/// The subnet of this number, in the documentation range.
pub(super) fn ipv6_subnet(veid: u32, index: usize) -> String {
    format!("2001:db8:{:x}:{:x}::/64", veid & 0xffff, index + 1)
}

/// An IPv4 address of the documentation ranges; there are 759 of them, so big fleets share.
pub(super) fn ipv4(number: u64) -> String {
    const NETWORKS: [&str; 3] = ["192.0.2", "198.51.100", "203.0.113"];
    let network = NETWORKS[(number / 253 % 3) as usize];
    format!("{network}.{}", number % 253 + 1)
}

/// A running machine in good health.
pub(super) fn plain(veid: u32, hypervisor: Hypervisor, plan: Plan) -> Machine {
    let mut chance = Chance::seeded(u64::from(veid));
    let location = places::PLACES[0].id;
    let address = ipv4(u64::from(veid));
    let hostname = format!("host-{veid}.example.com");
    let os = "debian-12-x86_64";
    let backups = (0..3).map(|day| Backup::new(os, -(day * 7 + 1) * DAY_S, &mut chance));
    Machine {
        veid,
        backups: backups.collect(),
        key: format!("private_TEST{}", chance.letters(20)),
        label: format!("VPS {veid}"),
        hypervisor,
        power: Power::Running,
        made_at_s: -120 * DAY_S,
        live_hostname: hostname.clone(),
        ptr: IndexMap::from([(address.clone(), Some(hostname.clone()))]),
        hostname,
        email: "customer@example.com".to_owned(),
        os: os.to_owned(),
        node_alias: format!("v{}", 1000 + chance.below(8000)),
        location: location.to_owned(),
        multiplier: 1.0,
        transfer: transfer(&plan, &mut chance),
        disk_used_bytes: plan.disk_bytes / 100 * (10 + chance.below(50)),
        plan,
        load: chance.fraction() / 2.0,
        addresses: vec![address],
        private_addresses: Vec::new(),
        private_network: hypervisor == Hypervisor::Kvm,
        null_routes: IndexMap::new(),
        iso_chosen: None,
        iso_mounted: None,
        ssh_port: 20_000 + (chance.below(20_000) as u16),
        cpu_throttled_until_s: None,
        disk_throttled_until_s: None,
        suspensions: Vec::new(),
        suspension_count: 0,
        violations: Vec::new(),
        abuse_points: 0,
        max_abuse_points: 1200,
        snapshots: Vec::new(),
        ssh_keys: String::new(),
        account_ssh_keys: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEE account@example.com".to_owned(),
        notifications: notifications(),
        audit: VecDeque::new(),
        operation: None,
        informs_while_locked: false,
        address_blocked: false,
        points: Points::default(),
        files: None,
        chance,
    }
}

fn transfer(plan: &Plan, chance: &mut Chance) -> Transfer {
    let next_reset_s = 5 * DAY_S + i64::try_from(chance.below(20 * 86_400)).unwrap_or(0);
    let month_s = 30 * DAY_S;
    let part = 0.15 + chance.fraction() * 0.5;
    let passed = (month_s - next_reset_s) as f64 / month_s as f64;
    let quota_bytes = plan.monthly_data_bytes as f64;
    Transfer {
        used_bytes: (quota_bytes * part * passed) as u64,
        counted_at_s: 0,
        bytes_per_s: (quota_bytes * part / month_s as f64) as u64,
        next_reset_s,
    }
}

fn notifications() -> IndexMap<String, Notification> {
    let choice = |(_, id, _): &(&str, &str, &str)| {
        let notification = Notification {
            enabled: *id != "misc-newsletter",
            changed_at_s: -40 * DAY_S,
        };
        ((*id).to_owned(), notification)
    };
    NOTIFICATIONS.iter().map(choice).collect()
}
