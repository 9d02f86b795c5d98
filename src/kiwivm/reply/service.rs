//! getServiceInfo: the plan, the addresses, the transfer.

use crate::kiwivm::loose::{Fields, TEXT_MAX_CHARS, text};
use crate::kiwivm::printable::printable;
use indexmap::IndexMap;

/// A multiplier beyond this is no multiplier.
const MULTIPLIER_LIMIT: f64 = 1000.0;

/// The reply to getServiceInfo, under KiwiVM's names with units. What it did not say is unknown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServiceInfo {
    /// `kvm` or `ovz`; absent before 2018.
    pub vm_type: Option<String>,
    /// The panel's name of the VPS; the guest may call itself otherwise.
    pub hostname: Option<String>,
    /// The node it runs on.
    pub node_alias: Option<String>,
    /// The location in words.
    pub node_location: Option<String>,
    /// The location's id, as migrate/start takes it.
    pub node_location_id: Option<String>,
    /// The data centre in words.
    pub node_datacenter: Option<String>,
    /// The node's address; gone since 2025.
    pub node_ip: Option<String>,
    /// The plan's id.
    pub plan: Option<String>,
    /// The template it was installed from.
    pub os: Option<String>,
    /// The account's e-mail address.
    pub email: Option<String>,
    /// Whether the location has IPv6.
    pub location_ipv6_ready: Option<bool>,
    /// Whether setPTR works.
    pub rdns_api_available: Option<bool>,
    /// Whether the plan has private addresses.
    pub plan_private_network_available: Option<bool>,
    /// Whether the location has private addresses.
    pub location_private_network_available: Option<bool>,
    /// Whether it is suspended, for a case or because the transfer is used up.
    pub suspended: Option<bool>,
    /// Whether there is an open policy violation.
    pub policy_violation: Option<bool>,
    /// Disk.
    pub plan_disk_bytes: Option<u64>,
    /// Memory.
    pub plan_ram_bytes: Option<u64>,
    /// Swap.
    pub plan_swap_bytes: Option<u64>,
    /// The month's quota before the multiplier: show [`ServiceInfo::transfer`] instead.
    pub plan_monthly_data_bytes: Option<u64>,
    /// What is used of it, before the multiplier.
    pub data_counter_bytes: Option<u64>,
    /// What both are multiplied with; may be fractional.
    pub monthly_data_multiplier: Option<f64>,
    /// When the counter starts again, Unix seconds.
    pub data_next_reset_s: Option<i64>,
    /// How many IPv6 addresses (old plans) or /64 subnets (new ones) it may have.
    pub plan_max_ipv6s: Option<u64>,
    /// IPv4 first, then IPv6 addresses or subnets.
    pub ip_addresses: Vec<String>,
    /// Private addresses.
    pub private_ip_addresses: Vec<String>,
    /// Images for iso/mount.
    pub available_isos: Vec<String>,
    /// The addresses under attack (`ip_nullroutes`).
    pub null_routes: IndexMap<String, NullRoute>,
    /// The image in the first drive.
    pub iso1: Option<String>,
    /// The image in the second drive.
    pub iso2: Option<String>,
    /// The reverse name of each address; none where none is set.
    pub ptr: IndexMap<String, Option<String>>,
    /// How often it was suspended this year.
    pub suspension_count: Option<u64>,
    /// Abuse points so far.
    pub total_abuse_points: Option<u64>,
    /// Abuse points allowed.
    pub max_abuse_points: Option<u64>,
    /// Undocumented.
    pub ipv6_sit_tunnel_endpoint: Option<String>,
    /// Undocumented.
    pub plan_kiwivm_theme: Option<String>,
    /// Undocumented; -100 means off.
    pub free_ip_replacement_interval: Option<i64>,
}

/// The month's transfer as the customer counts it: both sides multiplied.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Transfer {
    /// Used since the last reset.
    pub used_bytes: u64,
    /// Allowed until the next reset.
    pub quota_bytes: u64,
    /// What both were multiplied with.
    pub multiplier: f64,
}

impl Transfer {
    /// How much of it is used, 100 at the quota; unknown where there is no quota.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "a percentage needs no exact byte"
    )]
    pub fn percent(&self) -> Option<f64> {
        (self.quota_bytes > 0).then(|| self.used_bytes as f64 / self.quota_bytes as f64 * 100.0)
    }

    /// What is left until the next reset.
    #[must_use]
    pub fn left_bytes(&self) -> u64 {
        self.quota_bytes.saturating_sub(self.used_bytes)
    }

    /// Whether the quota is used up; KiwiVM then suspends without listing a case.
    #[must_use]
    pub fn exhausted(&self) -> bool {
        self.quota_bytes > 0 && self.used_bytes >= self.quota_bytes
    }
}

/// An address that its network throws away because it is under attack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NullRoute {
    /// Since when, Unix seconds.
    pub since_s: Option<i64>,
    /// For how long.
    pub duration_s: Option<u64>,
    /// What the attack looked like; several lines.
    pub log: Option<String>,
}

impl NullRoute {
    /// When it ends by itself, Unix seconds.
    #[must_use]
    pub fn until_s(&self) -> Option<i64> {
        let (since_s, duration_s) = self.since_s.zip(self.duration_s)?;
        Some(since_s.saturating_add_unsigned(duration_s))
    }
}

impl ServiceInfo {
    pub(super) fn read(fields: Fields) -> ServiceInfo {
        ServiceInfo {
            vm_type: fields.text("vm_type"),
            hostname: fields.text("hostname"),
            node_alias: fields.text("node_alias"),
            node_location: fields.text("node_location"),
            node_location_id: fields.text("node_location_id"),
            node_datacenter: fields.text("node_datacenter"),
            node_ip: fields.text("node_ip"),
            plan: fields.text("plan"),
            os: fields.text("os"),
            email: fields.text("email"),
            location_ipv6_ready: fields.truth("location_ipv6_ready"),
            rdns_api_available: fields.truth("rdns_api_available"),
            plan_private_network_available: fields.truth("plan_private_network_available"),
            location_private_network_available: fields.truth("location_private_network_available"),
            suspended: fields.truth("suspended"),
            policy_violation: fields.truth("policy_violation"),
            plan_disk_bytes: fields.count("plan_disk"),
            plan_ram_bytes: fields.count("plan_ram"),
            plan_swap_bytes: fields.count("plan_swap"),
            plan_monthly_data_bytes: fields.count("plan_monthly_data"),
            data_counter_bytes: fields.count("data_counter"),
            monthly_data_multiplier: fields.float("monthly_data_multiplier"),
            data_next_reset_s: fields.integer("data_next_reset"),
            plan_max_ipv6s: fields.count("plan_max_ipv6s"),
            ip_addresses: fields.texts("ip_addresses"),
            private_ip_addresses: fields.texts("private_ip_addresses"),
            available_isos: fields.texts("available_isos"),
            null_routes: null_routes(fields),
            iso1: fields.text("iso1"),
            iso2: fields.text("iso2"),
            ptr: reverse_names(fields),
            suspension_count: fields.count("suspension_count"),
            total_abuse_points: fields.count("total_abuse_points"),
            max_abuse_points: fields.count("max_abuse_points"),
            ipv6_sit_tunnel_endpoint: fields.text("ipv6_sit_tunnel_endpoint"),
            plan_kiwivm_theme: fields.text("plan_kiwivm_theme"),
            free_ip_replacement_interval: fields.integer("free_ip_replacement_interval"),
        }
    }

    /// The month's transfer; unknown unless both the counter and the quota are known. A
    /// multiplier that is missing, not above 0 or absurd counts as 1.
    #[must_use]
    pub fn transfer(&self) -> Option<Transfer> {
        let multiplier = self.monthly_data_multiplier.filter(is_multiplier);
        self.transfer_times(multiplier.unwrap_or(1.0))
    }

    /// The month's transfer where it counts with this multiplier: KiwiVM multiplies both the counter and
    /// the quota. Unknown where the multiplier is none.
    #[must_use]
    pub fn transfer_at(&self, multiplier: Option<f64>) -> Option<Transfer> {
        self.transfer_times(multiplier.filter(is_multiplier)?)
    }

    fn transfer_times(&self, multiplier: f64) -> Option<Transfer> {
        Some(Transfer {
            used_bytes: times(self.data_counter_bytes?, multiplier),
            quota_bytes: times(self.plan_monthly_data_bytes?, multiplier),
            multiplier,
        })
    }

    /// When the transfer is counted anew. A reset that is past is that of a cycle which is over: it tells
    /// nothing of the next.
    #[must_use]
    pub fn next_reset_s(&self, now_s: i64) -> Option<i64> {
        self.data_next_reset_s.filter(|at_s| *at_s > now_s)
    }

    /// Whether it is an OpenVZ container, which cannot do all that a KVM machine can.
    #[must_use]
    pub fn is_ovz(&self) -> bool {
        self.vm_type.as_deref() == Some("ovz")
    }

    /// Whether plan and location both have private addresses; unknown when neither is told.
    #[must_use]
    pub fn has_private_network(&self) -> Option<bool> {
        let both = [
            self.plan_private_network_available,
            self.location_private_network_available,
        ];
        match both {
            [Some(false), _] | [_, Some(false)] => Some(false),
            [None, None] => None,
            _ => Some(true),
        }
    }
}

fn is_multiplier(number: &f64) -> bool {
    *number > 0.0 && *number <= MULTIPLIER_LIMIT
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "neither factor is negative, the cast saturates, and no one counts single bytes"
)]
fn times(bytes: u64, multiplier: f64) -> u64 {
    if multiplier == 1.0 {
        return bytes;
    }
    (bytes as f64 * multiplier).round() as u64
}

fn null_routes(fields: Fields) -> IndexMap<String, NullRoute> {
    let read = |route: Fields| NullRoute {
        since_s: route.integer("nullroute_timestamp"),
        duration_s: route.count("nullroute_duration_s"),
        log: route.lines("log"),
    };
    fields
        .map("ip_nullroutes")
        .into_iter()
        .map(|(ip, route)| (printable(&ip, TEXT_MAX_CHARS), read(Fields::of(route))))
        .collect()
}

fn reverse_names(fields: Fields) -> IndexMap<String, Option<String>> {
    fields
        .map("ptr")
        .into_iter()
        .map(|(ip, name)| {
            let name = text(name).filter(|name| !name.is_empty());
            (printable(&ip, TEXT_MAX_CHARS), name)
        })
        .collect()
}
