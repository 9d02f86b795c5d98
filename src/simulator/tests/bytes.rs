//! The replies byte by byte, or name by name, against what was recorded.

use super::{Kiwi, NOW_S};
use crate::simulator::Machine;
use serde_json::Value;

const VEID: u32 = 100_001;

fn names(reply: &Value) -> Vec<&str> {
    reply
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

const RECORDED_KVM: &[&str] = &[
    "hostname",
    "node_alias",
    "node_location_id",
    "node_location",
    "node_datacenter",
    "location_ipv6_ready",
    "plan",
    "plan_monthly_data",
    "monthly_data_multiplier",
    "plan_disk",
    "plan_ram",
    "plan_swap",
    "plan_max_ipv6s",
    "os",
    "email",
    "data_counter",
    "data_next_reset",
    "ip_addresses",
    "ipv6_sit_tunnel_endpoint",
    "private_ip_addresses",
    "ip_nullroutes",
    "iso1",
    "iso2",
    "available_isos",
    "plan_private_network_available",
    "location_private_network_available",
    "rdns_api_available",
    "ptr",
    "suspended",
    "policy_violation",
    "suspension_count",
    "total_abuse_points",
    "max_abuse_points",
    "free_ip_replacement_interval",
    "error",
];

const RECORDED_KVM_LIVE: &[&str] = &[
    "vm_type",
    "ve_status",
    "ve_mac1",
    "ve_used_disk_space_b",
    "ve_disk_quota_gb",
    "is_cpu_throttled",
    "is_disk_throttled",
    "ssh_port",
    "live_hostname",
    "load_average",
    "mem_available_kb",
    "swap_total_kb",
    "swap_available_kb",
    "screendump_png_base64",
];

const RECORDED_OVZ_LIVE: &[&str] = &[
    "vm_type",
    "vz_status",
    "vz_quota",
    "is_cpu_throttled",
    "ssh_port",
    "hostname",
    "node_ip",
    "node_alias",
    "node_location",
    "node_location_id",
    "node_datacenter",
    "location_ipv6_ready",
    "plan",
    "plan_monthly_data",
    "monthly_data_multiplier",
    "plan_disk",
    "plan_ram",
    "plan_swap",
    "plan_max_ipv6s",
    "os",
    "email",
    "data_counter",
    "data_next_reset",
    "ip_addresses",
    "rdns_api_available",
    "ptr",
    "suspended",
    "error",
    "veid",
];

#[tokio::test]
async fn the_names_and_their_order_are_those_recorded_on_kvm() {
    let kiwi = Kiwi::with([Machine::kvm(VEID)]);
    let info = kiwi.ask(VEID, "getServiceInfo", &[]).await;
    assert_eq!(names(&info), [&["vm_type"], RECORDED_KVM].concat());
    let live = kiwi.ask(VEID, "getLiveServiceInfo", &[]).await;
    assert_eq!(
        names(&live),
        [RECORDED_KVM_LIVE, RECORDED_KVM, &["veid"]].concat()
    );
    assert!(live["ve_disk_quota_gb"].is_string() && live["ve_used_disk_space_b"].is_u64());
    assert_eq!(live["is_cpu_throttled"], "");
}

#[tokio::test]
async fn the_names_and_their_order_are_those_recorded_on_ovz() {
    let kiwi = Kiwi::with([Machine::ovz(VEID)]);
    let live = kiwi.ask(VEID, "getLiveServiceInfo", &[]).await;
    assert_eq!(names(&live), RECORDED_OVZ_LIVE);
    let counters = live["vz_status"].as_object().unwrap();
    assert_eq!(counters.len(), 19);
    assert!(
        counters
            .values()
            .chain(live["vz_quota"].as_object().unwrap().values())
            .all(Value::is_string)
    );
    let info = kiwi.ask(VEID, "getServiceInfo", &[]).await;
    assert!(
        !names(&info)
            .iter()
            .any(|name| name.starts_with("vz_") || *name == "veid")
    );
}

#[tokio::test]
async fn slashes_are_escaped_empty_maps_are_lists_and_a_multiplier_may_be_a_fraction() {
    let mut machine = Machine::kvm(VEID)
        .located("USCA_8")
        .ipv6_subnets(1)
        .named("é/中");
    machine.ptr.clear();
    let kiwi = Kiwi::with([machine]);
    let text = kiwi.text(VEID, "getServiceInfo", &[]).await;
    assert!(
        text.starts_with(r#"{"vm_type":"kvm","hostname":"\u00e9\/\u4e2d","#),
        "{text}"
    );
    assert!(text.contains(r#""ip_nullroutes":[],"#) && text.contains(r#""ptr":[],"#));
    assert!(text.contains(r#""monthly_data_multiplier":0.33,"#));
    assert!(text.contains(r#":1::\/64"]"#), "{text}");
}

#[tokio::test]
async fn a_lock_is_told_in_the_bytes_of_the_recording() {
    let kiwi = Kiwi::with([Machine::kvm(VEID)]);
    kiwi.ask(VEID, "reinstallOS", &[("os", "debian-13-x86_64")])
        .await;
    kiwi.clock.turn(73);
    let text = kiwi.text(VEID, "getServiceInfo", &[]).await;
    assert_eq!(
        text,
        r#"{"error":788888,"message":"VE is currently locked, try again in a few minutes","additionalErrorInfo":"OS Reinstall: debian-13-x86_64","additionalLockingInfo":{"last_status_update_s_ago":13,"completed_percent":81,"friendly_progress_message":"Starting VM"}}"#
    );
}

#[tokio::test]
async fn a_null_route_is_an_object_by_address() {
    let kiwi = Kiwi::with([Machine::kvm(VEID).null_routed(360)]);
    let info = kiwi.ask(VEID, "getServiceInfo", &[]).await;
    let address = info["ip_addresses"][0].as_str().unwrap();
    let route = &info["ip_nullroutes"][address];
    assert_eq!(route["nullroute_timestamp"], NOW_S);
    assert_eq!(route["nullroute_duration_s"], 360);
    kiwi.clock.turn(360);
    let info = kiwi.text(VEID, "getServiceInfo", &[]).await;
    assert!(info.contains(r#""ip_nullroutes":[]"#));
}

#[tokio::test]
async fn backups_are_an_object_by_token_or_an_empty_list() {
    let kiwi = Kiwi::with([Machine::kvm(VEID)]);
    let reply = kiwi.ask(VEID, "backup/list", &[]).await;
    let token = reply["backups"].as_object().unwrap().keys().next().unwrap();
    assert_eq!(token.len(), 40);
    kiwi.simulator
        .alter(VEID, |machine| machine.backups.clear());
    let text = kiwi.text(VEID, "backup/list", &[]).await;
    assert_eq!(text, r#"{"error":0,"backups":[]}"#);
}

#[tokio::test]
async fn the_usage_is_numbers_on_kvm_strings_on_ovz_and_two_years_long_at_most() {
    let kvm = Machine::kvm(VEID).aged_days(3);
    let ovz = Machine::ovz(VEID + 1).aged_days(900);
    let kiwi = Kiwi::with([kvm, ovz]);
    let reply = kiwi.ask(VEID, "getRawUsageStats", &[]).await;
    assert_eq!(names(&reply), ["data", "vm_type", "error"]);
    let points = reply["data"].as_array().unwrap();
    assert!(
        points.len() > 700 && points.len() <= 3 * 288,
        "{}",
        points.len()
    );
    assert!(points.is_sorted_by_key(|point| point["timestamp"].as_i64().unwrap()));
    assert!(
        points[0]
            .as_object()
            .unwrap()
            .values()
            .all(Value::is_number)
    );
    assert!(points[points.len() - 1]["timestamp"].as_i64().unwrap() > NOW_S - 300);
    let text = kiwi.text(VEID + 1, "getRawUsageStats", &[]).await;
    let count = text.matches("\"timestamp\":\"").count();
    assert!((205_000..=210_240).contains(&count), "{count}");
    assert_eq!(text, kiwi.text(VEID + 1, "getRawUsageStats", &[]).await);
}
