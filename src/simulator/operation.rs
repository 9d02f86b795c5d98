//! The long operations that lock a VPS: how far they are, and what they have done at the end.

use super::machine::{Machine, Power};
use super::places;
use super::snapshot::Snapshot;
use serde_json::{Value, json};

/// A long operation.
#[derive(Clone, Debug)]
pub struct Operation {
    /// As `additionalErrorInfo` has it: `OS Reinstall: debian-13-x86_64`.
    pub title: String,
    /// When it began, Unix seconds.
    pub since_s: i64,
    /// How long it takes.
    pub lasts_s: i64,
    /// What it says on the way.
    pub steps: &'static [&'static str],
    /// What it has done at the end.
    pub effect: Effect,
}

/// What a long operation does.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Nothing.
    Nothing,
    /// Replaces the disk with this template.
    Reinstall {
        /// The template.
        os: String,
    },
    /// A snapshot is there.
    Snapshot(Box<Snapshot>),
    /// The disk is as it was in the snapshot.
    Restore(Box<Snapshot>),
    /// The VPS is elsewhere, under other addresses.
    Migrate {
        /// The new location's id.
        location: String,
        /// All addresses it has there.
        addresses: Vec<String>,
    },
    /// The disk is that of another server.
    Clone,
}

const REINSTALL_STEPS: &[&str] = &[
    "Stopping VM",
    "Formatting disk",
    "Copying template",
    "Configuring network",
    "Starting VM",
];
const SNAPSHOT_STEPS: &[&str] = &["Freezing disk", "Copying disk", "Compressing", "Finishing"];
const RESTORE_STEPS: &[&str] = &[
    "Stopping VM",
    "Unpacking snapshot",
    "Copying disk",
    "Starting VM",
];
const MIGRATE_STEPS: &[&str] = &[
    "Stopping VM",
    "Copying disk",
    "Copying disk",
    "Assigning addresses",
    "Starting VM",
];
const COPY_STEPS: &[&str] = &["Fetching", "Copying disk", "Finishing"];

impl Operation {
    /// A reinstallation, begun now.
    #[must_use]
    pub fn reinstall(os: &str, now_s: i64) -> Operation {
        Operation {
            title: format!("OS Reinstall: {os}"),
            since_s: now_s,
            lasts_s: 90,
            steps: REINSTALL_STEPS,
            effect: Effect::Reinstall { os: os.to_owned() },
        }
    }

    /// A snapshot of the disk, begun now.
    #[must_use]
    pub fn snapshot(snapshot: Snapshot, now_s: i64) -> Operation {
        Operation {
            title: "Snapshot".to_owned(),
            since_s: now_s,
            lasts_s: 40,
            steps: SNAPSHOT_STEPS,
            effect: Effect::Snapshot(Box::new(snapshot)),
        }
    }

    /// A snapshot that comes from a backup or from another VPS, begun now.
    #[must_use]
    pub fn copy(title: &str, snapshot: Snapshot, now_s: i64) -> Operation {
        Operation {
            title: title.to_owned(),
            steps: COPY_STEPS,
            ..Operation::snapshot(snapshot, now_s)
        }
    }

    /// Putting a snapshot back, begun now.
    #[must_use]
    pub fn restore(snapshot: Snapshot, file_name: &str, now_s: i64) -> Operation {
        Operation {
            title: format!("Snapshot Restore: {file_name}"),
            since_s: now_s,
            lasts_s: 60,
            steps: RESTORE_STEPS,
            effect: Effect::Restore(Box::new(snapshot)),
        }
    }

    /// A migration, begun now.
    #[must_use]
    pub fn migrate(location: &str, addresses: Vec<String>, now_s: i64) -> Operation {
        Operation {
            title: format!("Migration: {location}"),
            since_s: now_s,
            lasts_s: 150,
            steps: MIGRATE_STEPS,
            effect: Effect::Migrate {
                location: location.to_owned(),
                addresses,
            },
        }
    }

    /// A copy of another server, begun now.
    #[must_use]
    pub fn clone_from(server: &str, now_s: i64) -> Operation {
        Operation {
            title: format!("Clone from {server}"),
            since_s: now_s,
            lasts_s: 120,
            steps: MIGRATE_STEPS,
            effect: Effect::Clone,
        }
    }

    /// Whether it has ended.
    #[must_use]
    pub fn is_over(&self, now_s: i64) -> bool {
        now_s >= self.since_s + self.lasts_s
    }

    pub(super) fn move_by(&mut self, seconds: i64) {
        self.since_s += seconds;
        match &mut self.effect {
            Effect::Snapshot(snapshot) | Effect::Restore(snapshot) => {
                snapshot.made_at_s += seconds;
            }
            _ => {}
        }
    }

    /// `additionalLockingInfo` as it stands now.
    pub(super) fn locking_info(&self, now_s: i64) -> Value {
        let elapsed_s = (now_s - self.since_s).clamp(0, self.lasts_s);
        let percent = (elapsed_s * 100 / self.lasts_s.max(1)).min(99);
        let step = usize::try_from(percent).unwrap_or(0) * self.steps.len() / 100;
        json!({
            "last_status_update_s_ago": elapsed_s % 20,
            "completed_percent": percent,
            "friendly_progress_message": self.steps.get(step).unwrap_or(&"Working"),
        })
    }
}

impl Effect {
    pub(super) fn happen(self, machine: &mut Machine, now_s: i64) {
        match self {
            Effect::Nothing => return,
            Effect::Snapshot(snapshot) => {
                machine.snapshots.push(*snapshot);
                return;
            }
            Effect::Reinstall { os } => {
                machine.os = os;
                new_disk(machine, 1_900_000_000);
            }
            Effect::Restore(snapshot) => {
                machine.os.clone_from(&snapshot.os);
                new_disk(machine, snapshot.uncompressed_bytes);
                machine.files = snapshot.files;
            }
            Effect::Migrate {
                location,
                addresses,
            } => arrive(machine, location, addresses),
            Effect::Clone => new_disk(machine, 3_100_000_000),
        }
        machine.power = Power::Running;
        machine.transfer.counted_at_s = now_s;
    }
}

fn new_disk(machine: &mut Machine, used_bytes: u64) {
    machine.disk_used_bytes = used_bytes.min(machine.plan.disk_bytes);
    machine.live_hostname.clone_from(&machine.hostname);
    machine.files = None;
}

fn arrive(machine: &mut Machine, location: String, addresses: Vec<String>) {
    machine.multiplier = places::find(&location).map_or(1.0, |place| place.multiplier);
    machine.location = location;
    machine.node_alias = format!("v{}", 1000 + machine.chance.below(8000));
    machine.ptr = addresses
        .iter()
        .map(|ip| (ip.clone(), Some(String::new())))
        .collect();
    machine.addresses = addresses;
    machine.null_routes.clear();
}
