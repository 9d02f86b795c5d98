//! getServiceInfo, getLiveServiceInfo, getRateLimitStatus: fields and order as recorded, which
//! differ between KVM (2025) and OVZ (2018).

use super::{Scene, fields};
use crate::simulator::machine::{Machine, NullRoute};
use crate::simulator::picture;
use crate::simulator::places;
use crate::simulator::transport::Fields;
use serde_json::{Value, json};

pub(super) fn answer(call: &str, scene: &Scene<'_>) -> Fields {
    match call {
        "getServiceInfo" => service_info(scene.machine),
        "getLiveServiceInfo" => live_info(scene.machine),
        _ => rate_limit_status(scene),
    }
}

fn rate_limit_status(scene: &Scene<'_>) -> Fields {
    let (quarter, day) = scene.machine.points.left(scene.now_s);
    fields(json!({
        "error": 0,
        "remaining_points_15min": quarter,
        "remaining_points_24h": day,
    }))
}

fn service_info(machine: &Machine) -> Fields {
    let mut info = kind(machine);
    info.extend(static_info(machine));
    info
}

fn live_info(machine: &Machine) -> Fields {
    let mut info = kind(machine);
    info.extend(if machine.is_kvm() {
        kvm_state(machine)
    } else {
        ovz_state(machine)
    });
    info.extend(static_info(machine));
    info.insert("veid".to_owned(), machine.veid.into());
    info
}

fn kind(machine: &Machine) -> Fields {
    fields(json!({"vm_type": if machine.is_kvm() { "kvm" } else { "ovz" }}))
}

fn static_info(machine: &Machine) -> Fields {
    let mut info = where_it_is(machine);
    info.extend(what_it_has(machine));
    if machine.is_kvm() {
        info.extend(kvm_network(machine));
    }
    info.extend(fields(
        json!({"rdns_api_available": true, "ptr": machine.ptr}),
    ));
    info.extend(fields(json!({"suspended": machine.is_suspended()})));
    if machine.is_kvm() {
        info.extend(conduct(machine));
    }
    info.extend(fields(json!({"error": 0})));
    info
}

fn where_it_is(machine: &Machine) -> Fields {
    let place = machine.place();
    let mut info = fields(json!({"hostname": machine.hostname}));
    if !machine.is_kvm() {
        info.extend(fields(json!({"node_ip": "198.51.100.26"})));
    }
    info.extend(fields(json!({"node_alias": machine.node_alias})));
    // The two recordings differ in the order of these two.
    let id = fields(json!({"node_location_id": place.id}));
    let country = fields(json!({"node_location": place.country}));
    let (first, second) = if machine.is_kvm() {
        (id, country)
    } else {
        (country, id)
    };
    info.extend(first);
    info.extend(second);
    info.extend(fields(json!({
        "node_datacenter": place.description,
        "location_ipv6_ready": true,
    })));
    info
}

fn what_it_has(machine: &Machine) -> Fields {
    let plan = &machine.plan;
    fields(json!({
        "plan": plan.name,
        "plan_monthly_data": plan.monthly_data_bytes,
        "monthly_data_multiplier": number(machine.multiplier),
        "plan_disk": plan.disk_bytes,
        "plan_ram": plan.ram_bytes,
        "plan_swap": plan.swap_bytes,
        "plan_max_ipv6s": plan.max_ipv6s,
        "os": machine.os,
        "email": machine.email,
        "data_counter": machine.transfer.used_bytes,
        "data_next_reset": machine.transfer.next_reset_s,
        "ip_addresses": machine.addresses,
    }))
}

/// PHP sends a whole number without a point.
pub(super) fn number(number: f64) -> Value {
    if number.fract() == 0.0 {
        json!(number as i64)
    } else {
        json!(number)
    }
}

fn kvm_network(machine: &Machine) -> Fields {
    let null_routes = machine.null_routes.iter();
    let null_routes: Fields = null_routes
        .map(|(address, route)| (address.clone(), null_route(route)))
        .collect();
    fields(json!({
        "ipv6_sit_tunnel_endpoint": "192.0.2.2",
        "private_ip_addresses": machine.private_addresses,
        "ip_nullroutes": null_routes,
        "iso1": machine.iso_mounted.as_deref().unwrap_or_default(),
        "iso2": "",
        "available_isos": places::ISOS,
        "plan_private_network_available": machine.private_network,
        "location_private_network_available": true,
    }))
}

fn null_route(route: &NullRoute) -> Value {
    json!({
        "nullroute_timestamp": route.since_s,
        "nullroute_duration_s": route.duration_s,
        "log": route.log,
    })
}

fn conduct(machine: &Machine) -> Fields {
    fields(json!({
        "policy_violation": !machine.violations.is_empty(),
        "suspension_count": machine.suspension_count,
        "total_abuse_points": machine.abuse_points,
        "max_abuse_points": machine.max_abuse_points,
        "free_ip_replacement_interval": -100,
    }))
}

/// `""` when not throttled, `"1"` when throttled (recorded).
fn throttled(until_s: Option<i64>) -> &'static str {
    if until_s.is_some() { "1" } else { "" }
}

fn kvm_state(machine: &Machine) -> Fields {
    let running = machine.is_running();
    let veid = machine.veid;
    let mut state = fields(json!({
        "ve_status": if running { "running" } else { "stopped" },
        "ve_mac1": format!("02:00:00:{:02x}:{:02x}:{:02x}", veid >> 16 & 255, veid >> 8 & 255, veid & 255),
        "ve_used_disk_space_b": machine.disk_used_bytes,
        "ve_disk_quota_gb": (machine.plan.disk_bytes >> 30).to_string(),
        "is_cpu_throttled": throttled(machine.cpu_throttled_until_s),
        "is_disk_throttled": throttled(machine.disk_throttled_until_s),
    }));
    if running {
        state.extend(kvm_guest(machine));
    }
    state
}

fn kvm_guest(machine: &Machine) -> Fields {
    let login = format!("{} login:", machine.live_hostname);
    fields(json!({
        "ssh_port": machine.ssh_port,
        "live_hostname": machine.live_hostname,
        "load_average": load_average(machine),
        "mem_available_kb": memory_available_kb(machine),
        "swap_total_kb": machine.plan.swap_bytes / 1024,
        "swap_available_kb": machine.plan.swap_bytes / 1024,
        "screendump_png_base64": picture::console(&[&machine.os, "", &login]),
    }))
}

/// As `/proc/loadavg` has it.
pub(in crate::simulator) fn load_average(machine: &Machine) -> String {
    let load = machine.load;
    format!("{load:.2} {:.2} {:.2} 1/147 6101", load * 0.9, load * 0.7)
}

/// As `/proc/meminfo` has it.
pub(in crate::simulator) fn memory_available_kb(machine: &Machine) -> u64 {
    let part = 9 - u64::from(machine.veid % 7);
    machine.plan.ram_bytes / 1024 / 10 * part
}

fn ovz_state(machine: &Machine) -> Fields {
    let mut state = fields(json!({
        "vz_status": ovz_counters(machine),
        "vz_quota": ovz_quota(machine),
        "is_cpu_throttled": throttled(machine.cpu_throttled_until_s),
    }));
    if machine.is_running() {
        state.insert("ssh_port".to_owned(), machine.ssh_port.into());
    }
    state
}

/// All strings; `"-"` when unknown (recorded).
fn ovz_counters(machine: &Machine) -> Value {
    let running = machine.is_running();
    let counted = |value: u64| {
        if running {
            value.to_string()
        } else {
            "-".to_owned()
        }
    };
    let pages = machine.plan.ram_bytes / 4096;
    let load = machine.load;
    json!({
        "status": if running { "running" } else { "stopped" },
        "hostname": if running { machine.live_hostname.as_str() } else { "-" },
        "load_average": if running { format!("{load:.2}/{:.2}/{:.2}", load * 0.9, load * 0.7) } else { "-".to_owned() },
        "nproc": counted(37),
        "nproc_b": counted(320),
        "kmemsize": counted(9_407_163),
        "kmemsize_b": counted(268_435_456),
        "privvmpages": counted(pages * 6 / 10),
        "privvmpages_b": counted(pages * 4),
        "oomguarpages": counted(pages / 5),
        "oomguarpages_b": counted(pages),
        "numtcpsock": counted(32),
        "numtcpsock_b": counted(3010),
        "numfile": counted(497),
        "numfile_b": counted(20_480),
        "swappages": counted(machine.plan.swap_bytes / 4096 / 5),
        "swappages_b": counted(machine.plan.swap_bytes / 4096),
        "physpages": counted(pages / 7),
        "physpages_l": counted(pages),
    })
}

fn ovz_quota(machine: &Machine) -> Value {
    let soft_kb = machine.plan.disk_bytes / 1024;
    json!({
        "occupied_kb": (machine.disk_used_bytes / 1024).to_string(),
        "softlimit_kb": soft_kb.to_string(),
        "hardlimit_kb": (soft_kb + soft_kb / 20).to_string(),
        "occupied_inodes": "70511",
        "softlimit_inodes": "10240000",
        "hardlimit_inodes": "10752000",
    })
}
