//! The state of one simulated VPS, and how time changes it. It answers no call: `calls` does.

use super::chance::Chance;
use super::operation::Operation;
use super::places::{self, Place};
use super::points::Points;
use super::shell::files::Files;
use super::snapshot::{Backup, Snapshot};
use indexmap::IndexMap;
use std::collections::VecDeque;

const DAY_S: i64 = 86_400;
const AUDIT_LIMIT: usize = 500;

/// What runs the VPS. The replies of the two differ in shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each name says it")]
pub enum Hypervisor {
    Kvm,
    Ovz,
}

/// Whether the VPS runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each name says it")]
pub enum Power {
    Running,
    Stopped,
}

/// What was bought.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "each name says it, with its unit")]
pub struct Plan {
    pub name: String,
    pub disk_bytes: u64,
    pub ram_bytes: u64,
    pub swap_bytes: u64,
    pub monthly_data_bytes: u64,
    pub max_ipv6s: usize,
}

/// The monthly transfer, not yet multiplied.
#[derive(Clone, Debug)]
pub struct Transfer {
    /// The counter at `counted_at_s`.
    pub used_bytes: u64,
    /// When it was read last.
    pub counted_at_s: i64,
    /// How fast it grows while the VPS runs.
    pub bytes_per_s: u64,
    /// When it starts again from 0.
    pub next_reset_s: i64,
}

/// An address whose traffic is dropped because it is under attack.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "each name says it, with its unit")]
pub struct NullRoute {
    pub since_s: i64,
    pub duration_s: i64,
    pub log: String,
}

/// A case for which the VPS was suspended.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "named as KiwiVM names them")]
pub struct Suspension {
    pub record_id: u32,
    pub flag: String,
    pub soft: bool,
    pub evidence_record_id: u32,
    pub evidence: String,
    pub abuse_points: u32,
}

/// A policy violation that leads to suspension at `suspend_at_s`.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "named as KiwiVM names them")]
pub struct Violation {
    pub record_id: u32,
    pub found_at_s: i64,
    pub suspend_at_s: i64,
    pub flag: String,
    pub soft: bool,
    pub abuse_points: u32,
    pub evidence: String,
}

/// One line of KiwiVM's own audit log.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "named as KiwiVM names them")]
pub struct AuditEntry {
    pub at_s: i64,
    pub requestor: std::net::Ipv4Addr,
    pub kind: u32,
    pub summary: String,
}

/// Whether a notification is sent, and since when.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "each name says it")]
pub struct Notification {
    pub enabled: bool,
    pub changed_at_s: i64,
}

/// A simulated VPS. Tests may set every field; a machine that is not yet added to a simulator
/// lives at time 0, and [`super::Simulator::add`] moves all its times to now.
#[derive(Clone, Debug)]
#[expect(
    missing_docs,
    reason = "each name says it; only what it does not say is commented"
)]
pub struct Machine {
    pub veid: u32,
    pub key: String,
    /// What a person might call it.
    pub label: String,
    pub hypervisor: Hypervisor,
    pub power: Power,
    /// Since when it exists: its usage history begins here.
    pub made_at_s: i64,
    /// The panel's name for it; the guest has its own in `live_hostname`.
    pub hostname: String,
    pub live_hostname: String,
    pub email: String,
    pub os: String,
    pub node_alias: String,
    /// The id of its data centre.
    pub location: String,
    pub plan: Plan,
    pub multiplier: f64,
    pub transfer: Transfer,
    pub disk_used_bytes: u64,
    pub load: f64,
    /// IPv4 first, then IPv6.
    pub addresses: Vec<String>,
    pub private_addresses: Vec<String>,
    pub private_network: bool,
    /// Only addresses with an entry; `None` is sent as null.
    pub ptr: IndexMap<String, Option<String>>,
    pub null_routes: IndexMap<String, NullRoute>,
    /// The image to boot from at the next start.
    pub iso_chosen: Option<String>,
    pub iso_mounted: Option<String>,
    pub ssh_port: u16,
    pub cpu_throttled_until_s: Option<i64>,
    pub disk_throttled_until_s: Option<i64>,
    pub suspensions: Vec<Suspension>,
    pub suspension_count: u32,
    pub violations: Vec<Violation>,
    pub abuse_points: u32,
    pub max_abuse_points: u32,
    pub snapshots: Vec<Snapshot>,
    pub backups: Vec<Backup>,
    pub ssh_keys: String,
    pub account_ssh_keys: String,
    pub notifications: IndexMap<String, Notification>,
    pub audit: VecDeque<AuditEntry>,
    /// The long operation that locks it.
    pub operation: Option<Operation>,
    /// Whether getServiceInfo and getLiveServiceInfo answer while it is locked.
    pub informs_while_locked: bool,
    /// A blocked address shows nowhere, except that migration is refused with 734152.
    pub address_blocked: bool,
    pub(super) points: Points,
    pub(super) files: Option<Files>,
    pub(super) chance: Chance,
}

impl Machine {
    /// Whether it runs.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.power == Power::Running
    }

    /// Whether the month's transfer is used up. The multiplier counts on both sides.
    #[must_use]
    pub fn is_exhausted(&self) -> bool {
        self.transfer.used_bytes >= self.plan.monthly_data_bytes
    }

    /// Whether it is suspended, for a case or because its transfer is used up.
    #[must_use]
    pub fn is_suspended(&self) -> bool {
        !self.suspensions.is_empty() || self.is_exhausted()
    }

    pub(super) fn is_kvm(&self) -> bool {
        self.hypervisor == Hypervisor::Kvm
    }

    pub(super) fn place(&self) -> &'static Place {
        places::find(&self.location).unwrap_or(&places::PLACES[0])
    }

    /// The machine as it is now: what was to happen since it was last looked at has happened.
    pub(super) fn settle(&mut self, now_s: i64) {
        if let Some(operation) = self.operation.take_if(|operation| operation.is_over(now_s)) {
            operation.effect.happen(self, now_s);
        }
        self.count_transfer(now_s);
        self.forget_the_past(now_s);
        self.suspend_violators(now_s);
        if self.is_suspended() {
            self.power = Power::Stopped;
        }
    }

    fn count_transfer(&mut self, now_s: i64) {
        let transfer = &mut self.transfer;
        while transfer.next_reset_s <= now_s {
            transfer.used_bytes = 0;
            transfer.counted_at_s = transfer.next_reset_s;
            transfer.next_reset_s += 30 * DAY_S;
        }
        let elapsed_s = u64::try_from(now_s - transfer.counted_at_s).unwrap_or(0);
        if self.power == Power::Running {
            transfer.used_bytes += elapsed_s * transfer.bytes_per_s;
        }
        transfer.counted_at_s = now_s;
    }

    fn forget_the_past(&mut self, now_s: i64) {
        self.null_routes
            .retain(|_, route| route.since_s + route.duration_s > now_s);
        self.snapshots
            .retain(|snapshot| snapshot.sticky || snapshot.purges_in_s(now_s) > 0);
        self.cpu_throttled_until_s.take_if(|until| *until <= now_s);
        self.disk_throttled_until_s.take_if(|until| *until <= now_s);
    }

    fn suspend_violators(&mut self, now_s: i64) {
        let due = |violation: &mut Violation| violation.suspend_at_s <= now_s;
        for violation in self.violations.extract_if(.., due) {
            self.suspension_count += 1;
            self.suspensions.push(Suspension {
                record_id: violation.record_id,
                flag: violation.flag,
                soft: violation.soft,
                evidence_record_id: violation.record_id + 1,
                evidence: violation.evidence,
                abuse_points: violation.abuse_points,
            });
        }
    }

    /// Writes a line into KiwiVM's audit log.
    pub(super) fn note(&mut self, entry: AuditEntry) {
        if self.audit.len() == AUDIT_LIMIT {
            self.audit.pop_front();
        }
        self.audit.push_back(entry);
    }

    /// Moves every time in it forward: a machine is built at time 0 and added now.
    pub(super) fn move_by(&mut self, seconds: i64) {
        self.made_at_s += seconds;
        self.transfer.counted_at_s += seconds;
        self.transfer.next_reset_s += seconds;
        self.points.move_by(seconds);
        let throttles = [
            &mut self.cpu_throttled_until_s,
            &mut self.disk_throttled_until_s,
        ];
        throttles
            .into_iter()
            .flatten()
            .for_each(|until| *until += seconds);
        self.null_routes
            .values_mut()
            .for_each(|route| route.since_s += seconds);
        self.snapshots
            .iter_mut()
            .for_each(|snapshot| snapshot.made_at_s += seconds);
        self.backups
            .iter_mut()
            .for_each(|backup| backup.made_at_s += seconds);
        self.audit
            .iter_mut()
            .for_each(|entry| entry.at_s += seconds);
        self.notifications
            .values_mut()
            .for_each(|choice| choice.changed_at_s += seconds);
        self.operation
            .iter_mut()
            .for_each(|operation| operation.move_by(seconds));
        for violation in &mut self.violations {
            violation.found_at_s += seconds;
            violation.suspend_at_s += seconds;
        }
    }
}
