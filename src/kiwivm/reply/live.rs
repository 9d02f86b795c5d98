//! getLiveServiceInfo: whether the VPS runs and what it uses. KVM machines and OpenVZ containers
//! answer in two shapes; here they have one.

use super::service::ServiceInfo;
use crate::kiwivm::loose::Fields;

const PAGE_BYTES: u64 = 4096;
const KIB: u64 = 1024;
const GIB: u64 = 1024 * 1024 * 1024;

/// The reply to getLiveServiceInfo. A stopped VPS may tell none of the live facts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LiveInfo {
    /// All that getServiceInfo tells.
    pub service: ServiceInfo,
    /// The VPS's number.
    pub veid: Option<u64>,
    /// Whether it runs.
    pub power: Option<Power>,
    /// Disk used.
    pub used_disk_bytes: Option<u64>,
    /// Disk allowed.
    pub disk_quota_bytes: Option<u64>,
    /// Memory not used.
    pub memory_available_bytes: Option<u64>,
    /// Swap it has.
    pub swap_total_bytes: Option<u64>,
    /// Swap not used.
    pub swap_available_bytes: Option<u64>,
    /// The load of the last 1, 5 and 15 minutes: three numbers with a space between.
    pub load_average: Option<String>,
    /// Whether it gets less CPU time for now; ends by itself within 2 h.
    pub cpu_throttled: Option<bool>,
    /// Whether its disk is slowed down for now; ends by itself within 3 h.
    pub disk_throttled: Option<bool>,
    /// Where its SSH server listens; known only while it runs.
    pub ssh_port: Option<u16>,
    /// What the guest calls itself.
    pub live_hostname: Option<String>,
    /// The hardware address of its network card.
    pub mac: Option<String>,
}

/// Whether a VPS runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Power {
    /// It runs.
    Running,
    /// It does not.
    Stopped,
    /// On its way up.
    Starting,
    /// Something else, in KiwiVM's word.
    Other(String),
}

impl Power {
    fn of(word: &str) -> Power {
        let word = word.trim().to_ascii_lowercase();
        match word.as_str() {
            "running" => Power::Running,
            "stopped" | "down" => Power::Stopped,
            "starting" => Power::Starting,
            _ => Power::Other(word.chars().filter(|letter| !letter.is_control()).collect()),
        }
    }
}

impl LiveInfo {
    pub(super) fn read(fields: Fields) -> LiveInfo {
        let common = LiveInfo {
            service: ServiceInfo::read(fields),
            veid: fields.count("veid"),
            cpu_throttled: fields.truth("is_cpu_throttled"),
            disk_throttled: fields.truth("is_disk_throttled"),
            ssh_port: port(fields),
            mac: fields.text("ve_mac1"),
            ..LiveInfo::default()
        };
        if fields.has("vz_status") || fields.has("vz_quota") {
            return common.with_container(fields.within("vz_status"), fields.within("vz_quota"));
        }
        common.with_machine(fields)
    }

    fn with_machine(self, fields: Fields) -> LiveInfo {
        LiveInfo {
            power: known(fields, "ve_status").map(|word| Power::of(&word)),
            used_disk_bytes: fields.count("ve_used_disk_space_b"),
            disk_quota_bytes: bytes(fields, "ve_disk_quota_gb", GIB),
            memory_available_bytes: bytes(fields, "mem_available_kb", KIB),
            swap_total_bytes: bytes(fields, "swap_total_kb", KIB),
            swap_available_bytes: bytes(fields, "swap_available_kb", KIB),
            load_average: load_average(fields),
            live_hostname: fields.text("live_hostname"),
            ..self
        }
    }

    fn with_container(self, status: Fields, quota: Fields) -> LiveInfo {
        let used_memory = bytes(status, "physpages", PAGE_BYTES);
        let memory = bytes(status, "physpages_l", PAGE_BYTES).or(self.service.plan_ram_bytes);
        let used_swap = bytes(status, "swappages", PAGE_BYTES);
        let swap = bytes(status, "swappages_b", PAGE_BYTES).or(self.service.plan_swap_bytes);
        LiveInfo {
            power: known(status, "status").map(|word| Power::of(&word)),
            used_disk_bytes: bytes(quota, "occupied_kb", KIB),
            disk_quota_bytes: bytes(quota, "softlimit_kb", KIB)
                .or_else(|| bytes(quota, "hardlimit_kb", KIB)),
            memory_available_bytes: rest(memory, used_memory),
            swap_total_bytes: swap,
            swap_available_bytes: rest(swap, used_swap),
            load_average: load_average(status),
            live_hostname: known(status, "hostname"),
            ..self
        }
    }
}

/// A text that is not `-`, which is how a container says that it does not know.
fn known(fields: Fields, name: &str) -> Option<String> {
    fields.text(name).filter(|text| text.trim() != "-")
}

/// An amount in a unit, as bytes. A container without a limit says 2⁶³-1 pages: unknown.
fn bytes(fields: Fields, name: &str, unit_bytes: u64) -> Option<u64> {
    let bytes = fields.count(name)?.checked_mul(unit_bytes)?;
    (bytes < i64::MAX as u64).then_some(bytes)
}

fn rest(total: Option<u64>, used: Option<u64>) -> Option<u64> {
    Some(total?.saturating_sub(used?))
}

fn port(fields: Fields) -> Option<u16> {
    let port = u16::try_from(fields.count("ssh_port")?).ok()?;
    (port > 0).then_some(port)
}

/// The first three numbers of `0.00 0.00 0.00 1/147 6101` (KVM) or `0.00/0.00/0.00` (OpenVZ).
fn load_average(fields: Fields) -> Option<String> {
    let text = fields.text("load_average")?;
    let words: Vec<&str> = text
        .split([' ', '/'])
        .filter(|word| !word.is_empty())
        .take(3)
        .collect();
    let all_numbers = words.iter().all(|word| is_load(word));
    (words.len() == 3 && all_numbers).then(|| words.join(" "))
}

fn is_load(word: &str) -> bool {
    word.len() <= 12
        && word
            .parse::<f64>()
            .is_ok_and(|load| load.is_finite() && load >= 0.0)
}
