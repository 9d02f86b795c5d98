//! Makes machines in a chosen state: `Machine::kvm(100_001).stopped().transfer_used(0.93)`.
//! Times are from "now", the moment at which the machine is added to a simulator.

use super::machine::{
    AuditEntry, Hypervisor, Machine, NullRoute, Plan, Power, Suspension, Violation,
};
use super::newborn::{ipv6_subnet, plain};
use super::operation::Operation;
use super::snapshot::Snapshot;
use std::net::Ipv4Addr;

const GIB: u64 = 1 << 30;
const MIB: u64 = 1 << 20;
const DAY_S: i64 = 86_400;

impl Machine {
    /// A running KVM machine in good health.
    #[must_use]
    pub fn kvm(veid: u32) -> Machine {
        let plan = Plan {
            name: "kvmv5-megabox-pro-40g-2048m-2000g-dc1".to_owned(),
            disk_bytes: 41 * GIB,
            ram_bytes: 2068 * MIB,
            swap_bytes: 0,
            monthly_data_bytes: 2000 * GIB,
            max_ipv6s: 3,
        };
        plain(veid, Hypervisor::Kvm, plan)
    }

    /// A running OVZ machine in good health.
    #[must_use]
    pub fn ovz(veid: u32) -> Machine {
        let plan = Plan {
            name: "wagon10g512m1t".to_owned(),
            disk_bytes: 10 * GIB,
            ram_bytes: 512 * MIB,
            swap_bytes: 64 * MIB,
            monthly_data_bytes: 1000 * GIB,
            max_ipv6s: 3,
        };
        let mut machine = plain(veid, Hypervisor::Ovz, plan);
        machine.os = "ubuntu-16.04-x86_64".to_owned();
        machine.disk_used_bytes = 4_159_320_064;
        // Recorded: what was never set is null on OVZ.
        machine.ptr.values_mut().for_each(|ptr| *ptr = None);
        machine
    }

    /// The same, running.
    #[must_use]
    pub fn running(mut self) -> Machine {
        self.power = Power::Running;
        self
    }

    /// The same, stopped.
    #[must_use]
    pub fn stopped(mut self) -> Machine {
        self.power = Power::Stopped;
        self
    }

    /// The same under this hostname: here, in the guest, and in reverse.
    #[must_use]
    pub fn named(mut self, hostname: &str) -> Machine {
        let names = self.ptr.values_mut().flatten();
        let own = names.filter(|ptr| **ptr == self.hostname);
        own.for_each(|ptr| hostname.clone_into(ptr));
        self.hostname = hostname.to_owned();
        self.live_hostname = hostname.to_owned();
        self
    }

    /// The same with this label suggested for it.
    #[must_use]
    pub fn labelled(mut self, label: &str) -> Machine {
        self.label = label.to_owned();
        self
    }

    /// The same in this location, with its multiplier.
    #[must_use]
    pub fn located(mut self, location: &str) -> Machine {
        self.location = location.to_owned();
        self.multiplier = self.place().multiplier;
        self
    }

    /// The same with this multiplier.
    #[must_use]
    pub fn multiplier(mut self, multiplier: f64) -> Machine {
        self.multiplier = multiplier;
        self
    }

    /// The same with this part of its transfer used: 1.0 suspends it.
    #[must_use]
    pub fn transfer_used(mut self, part: f64) -> Machine {
        let quota_bytes = self.plan.monthly_data_bytes;
        self.transfer.used_bytes = (quota_bytes as f64 * part) as u64;
        self
    }

    /// The same with its transfer used up, and so suspended without a case.
    #[must_use]
    pub fn exhausted(self) -> Machine {
        self.transfer_used(1.0).stopped()
    }

    /// The same, which has existed for so long.
    #[must_use]
    pub fn aged_days(mut self, days: i64) -> Machine {
        self.made_at_s = -days * DAY_S;
        self
    }

    /// The same, suspended for a case. A soft one can be resolved with `unsuspend`.
    #[must_use]
    pub fn suspended(mut self, soft: bool) -> Machine {
        self.suspensions.push(Suspension {
            record_id: 11_851 + self.veid % 100,
            flag: if soft { "copyright" } else { "phishing" }.to_owned(),
            soft,
            evidence_record_id: 2_207 + self.veid % 100,
            evidence: "Full text of the complaint:\n\nWe have received a report about content served from your IP address.".to_owned(),
            abuse_points: 100,
        });
        self.suspension_count += 1;
        self.abuse_points += 100;
        self.stopped()
    }

    /// The same with a soft policy violation that suspends it in so many seconds.
    #[must_use]
    pub fn violating(mut self, suspended_in_s: i64) -> Machine {
        self.violations.push(Violation {
            record_id: 14 + self.veid % 100,
            found_at_s: -6 * 3600,
            suspend_at_s: suspended_in_s,
            flag: "mass_mailing".to_owned(),
            soft: true,
            abuse_points: 60,
            evidence: "Outgoing connections to port 25: 1,204 hosts in 10 minutes".to_owned(),
        });
        self.abuse_points += 60;
        self
    }

    /// The same with its first address null-routed for so many seconds from now.
    #[must_use]
    pub fn null_routed(mut self, duration_s: i64) -> Machine {
        if let Some(address) = self.addresses.first() {
            let route = NullRoute {
                since_s: 0,
                duration_s,
                log: "12:00:01.000001 IP 198.51.100.9.53 > 192.0.2.1.4444: UDP, length 1400\n12:00:01.000002 IP 198.51.100.10.53 > 192.0.2.1.4444: UDP, length 1400".to_owned(),
            };
            self.null_routes.insert(address.clone(), route);
        }
        self
    }

    /// The same with its processor throttled for two hours.
    #[must_use]
    pub fn cpu_throttled(mut self) -> Machine {
        self.cpu_throttled_until_s = Some(2 * 3600);
        self.load = 3.98;
        self
    }

    /// The same with its disk throttled for 90 minutes.
    #[must_use]
    pub fn disk_throttled(mut self) -> Machine {
        self.disk_throttled_until_s = Some(90 * 60);
        self
    }

    /// The same, locked by this operation, which has run for so many seconds.
    #[must_use]
    pub fn locked(mut self, mut operation: Operation, running_s: i64) -> Machine {
        operation.move_by(-running_s);
        self.operation = Some(operation);
        self
    }

    /// The same, which answers getServiceInfo and getLiveServiceInfo while it is locked.
    #[must_use]
    pub fn informing_while_locked(mut self) -> Machine {
        self.informs_while_locked = true;
        self
    }

    /// The same with a blocked address: migration is refused with 734152.
    #[must_use]
    pub fn address_blocked(mut self) -> Machine {
        self.address_blocked = true;
        self
    }

    /// The same with one more snapshot, made so many days ago.
    #[must_use]
    pub fn snapshot(mut self, description: &str, days_ago: i64) -> Machine {
        let made_at_s = -days_ago * DAY_S;
        let mut snapshot = Snapshot::new(&self.os, made_at_s, &mut self.chance);
        description.clone_into(&mut snapshot.description);
        self.snapshots.push(snapshot);
        self
    }

    /// The same whose last snapshot is sticky.
    #[must_use]
    pub fn sticky(mut self) -> Machine {
        if let Some(last) = self.snapshots.last_mut() {
            last.sticky = true;
        }
        self
    }

    /// The same whose last snapshot sends its description as base64.
    #[must_use]
    pub fn encoded(mut self) -> Machine {
        if let Some(last) = self.snapshots.last_mut() {
            last.encoded = true;
        }
        self
    }

    /// The same with so many IPv6 subnets in place of those it has.
    #[must_use]
    pub fn ipv6_subnets(mut self, count: usize) -> Machine {
        self.addresses.retain(|address| !address.contains(':'));
        self.ptr.retain(|address, _| !address.contains(':'));
        for subnet in (0..count).map(|index| ipv6_subnet(self.veid, index)) {
            self.ptr.insert(subnet.clone(), Some(String::new()));
            self.addresses.push(subnet);
        }
        self.plan.max_ipv6s = self.plan.max_ipv6s.max(count);
        self
    }

    /// The same with SSH keys of its own, one a line.
    #[must_use]
    pub fn ssh_keys(mut self, keys: &str) -> Machine {
        self.ssh_keys = keys.to_owned();
        self
    }

    /// The same with this private address.
    #[must_use]
    pub fn private_address(mut self, address: &str) -> Machine {
        self.private_addresses.push(address.to_owned());
        self
    }

    /// The same with only so many call points left for the next 15 minutes.
    #[must_use]
    pub fn points_left(mut self, points: u32) -> Machine {
        self.points.leave(points);
        self
    }

    /// The same with one more line in KiwiVM's audit log, so many days old.
    #[must_use]
    pub fn noted(mut self, summary: &str, days_ago: i64) -> Machine {
        self.note(AuditEntry {
            at_s: -days_ago * DAY_S,
            requestor: Ipv4Addr::new(198, 51, 100, 23),
            kind: 1,
            summary: summary.to_owned(),
        });
        self
    }

    /// The same without private addresses.
    #[must_use]
    pub fn without_private_network(mut self) -> Machine {
        self.private_network = false;
        self
    }
}
