//! getServiceInfo and getLiveServiceInfo of both kinds of VPS.

use super::*;
use crate::kiwivm::reply::{LiveInfo, Power, ServiceInfo, Transfer};
use serde_json::json;

const GIB: u64 = 1024 * 1024 * 1024;

#[test]
fn service_info_of_a_kvm_machine() {
    let info = recorded(SERVICE_KVM).service_info();
    assert_eq!(info.hostname.as_deref(), Some("test-hostname"));
    assert_eq!(info.plan_disk_bytes, Some(44_023_414_784));
    assert_eq!(info.plan_swap_bytes, Some(0));
    assert_eq!(info.suspended, Some(false));
    assert_eq!(info.ip_addresses, ["192.0.2.1", "2001:db8::1"]);
    assert_eq!(info.ptr["192.0.2.1"].as_deref(), Some("test-hostname"));
    assert_eq!(info.ptr["2001:db8::1"], None);
    assert!(info.null_routes.is_empty());
    assert_eq!(info.iso1, None);
    assert_eq!(info.free_ip_replacement_interval, Some(-100));
    assert!(!info.is_ovz());
}

#[test]
fn service_info_of_2015_leaves_unknown_what_it_does_not_say() {
    let info = recorded(SERVICE_2015).service_info();
    assert_eq!(info.suspended, None);
    assert_eq!(info.plan_max_ipv6s, None);
    assert_eq!(info.transfer().unwrap().multiplier, 1.0);
}

#[test]
fn a_multiplier_multiplies_both_sides() {
    let of = |multiplier: Value| {
        let fields = json!({"data_counter": 100, "plan_monthly_data": "1000", "monthly_data_multiplier": multiplier});
        reply(fields).service_info().transfer().unwrap()
    };
    let third = of(json!("0.33"));
    let expected = Transfer {
        used_bytes: 33,
        quota_bytes: 330,
        multiplier: 0.33,
    };
    assert_eq!(third, expected);
    assert_eq!(of(json!(3)).quota_bytes, 3000);
    for odd in [
        json!(0),
        json!(-2),
        json!(1e9),
        json!("NaN"),
        json!(null),
        json!([]),
    ] {
        let unmultiplied = Transfer {
            used_bytes: 100,
            quota_bytes: 1000,
            multiplier: 1.0,
        };
        assert_eq!(of(odd), unmultiplied);
    }
}

#[test]
fn transfer_is_unknown_unless_both_sides_are_known() {
    for fields in [
        json!({"data_counter": 1}),
        json!({"plan_monthly_data": 1}),
        json!({}),
    ] {
        assert_eq!(reply(fields).service_info().transfer(), None);
    }
    let none = Transfer {
        used_bytes: 5,
        quota_bytes: 0,
        multiplier: 1.0,
    };
    assert_eq!(none.percent(), None);
    assert!(!none.exhausted());
    let full = Transfer {
        used_bytes: 5,
        quota_bytes: 5,
        multiplier: 1.0,
    };
    assert_eq!(full.percent(), Some(100.0));
    assert!(full.exhausted());
}

#[test]
fn a_null_route_says_since_when_and_how_long() {
    let info = recorded(NULL_ROUTES).service_info();
    let route = &info.null_routes["1.2.3.4"];
    assert_eq!(route.since_s, Some(1_556_678_627));
    assert_eq!(route.duration_s, Some(360));
    assert!(route.log.as_deref().unwrap().starts_with("Packet dump"));
}

#[test]
fn live_info_of_a_kvm_machine() {
    let live = recorded(LIVE_KVM).live_info();
    assert_eq!(live.power, Some(Power::Running));
    assert_eq!(live.used_disk_bytes, Some(6_285_897_728));
    assert_eq!(live.disk_quota_bytes, Some(41 * GIB));
    assert_eq!(live.memory_available_bytes, Some(1_864_624 * 1024));
    assert_eq!(live.swap_total_bytes, Some(558_076 * 1024));
    assert_eq!(live.load_average.as_deref(), Some("0.00 0.00 0.00"));
    assert_eq!(
        (live.cpu_throttled, live.disk_throttled),
        (Some(false), Some(false))
    );
    assert_eq!(live.ssh_port, Some(36122));
    assert_eq!(live.veid, Some(999_999));
    assert_eq!(live.service, recorded(SERVICE_KVM).service_info());
}

#[test]
fn live_info_of_an_openvz_container_has_the_same_shape() {
    let live = recorded(LIVE_OVZ).live_info();
    assert_eq!(live.power, Some(Power::Running));
    assert_eq!(live.used_disk_bytes, Some(4_061_836 * 1024));
    assert_eq!(live.disk_quota_bytes, Some(10 * GIB));
    assert_eq!(live.memory_available_bytes, Some((131_072 - 18_534) * 4096));
    assert_eq!(live.swap_total_bytes, Some(16_384 * 4096));
    assert_eq!(live.swap_available_bytes, Some((16_384 - 13_326) * 4096));
    assert_eq!(live.load_average.as_deref(), Some("0.00 0.00 0.00"));
    assert_eq!(live.live_hostname.as_deref(), Some("localhost.localdomain"));
    assert_eq!(
        (live.cpu_throttled, live.disk_throttled),
        (Some(false), None)
    );
    assert!(live.service.is_ovz());
}

#[test]
fn a_container_that_knows_nothing_says_minus() {
    let status = json!({"status": "-", "hostname": "-", "load_average": "-", "physpages": "-", "physpages_l": "9223372036854775807"});
    let quota = json!({"occupied_kb": "-", "softlimit_kb": "-", "hardlimit_kb": "-"});
    let live = reply(json!({"vz_status": status, "vz_quota": quota})).live_info();
    assert_eq!(live, LiveInfo::default());
}

#[test]
fn power_is_understood_in_any_case_and_kept_when_it_is_something_else() {
    for (word, power) in [
        ("Running", Some(Power::Running)),
        ("STOPPED", Some(Power::Stopped)),
        ("Starting", Some(Power::Starting)),
        ("Mounted\u{1b}", Some(Power::Other("mounted".into()))),
        ("", None),
    ] {
        assert_eq!(reply(json!({"ve_status": word})).live_info().power, power);
    }
    assert_eq!(reply(json!({"ve_status": []})).live_info().power, None);
}

#[test]
fn a_throttled_vps_says_1_as_text() {
    let live = reply(json!({"is_cpu_throttled": "1", "is_disk_throttled": 1})).live_info();
    assert_eq!(
        (live.cpu_throttled, live.disk_throttled),
        (Some(true), Some(true))
    );
}

#[test]
fn a_load_that_is_no_load_is_unknown() {
    for load in [
        "",
        "1 2",
        "a b c",
        "<b> 1 2",
        "-1 0 0",
        "NaN 1 1",
        "1e999 0 0",
    ] {
        assert_eq!(
            reply(json!({"load_average": load}))
                .live_info()
                .load_average,
            None
        );
    }
}

#[test]
fn a_private_network_needs_plan_and_location() {
    let has = |plan, location| {
        let service = ServiceInfo {
            plan_private_network_available: plan,
            location_private_network_available: location,
            ..ServiceInfo::default()
        };
        service.has_private_network()
    };
    assert_eq!(has(Some(true), Some(true)), Some(true));
    assert_eq!(has(Some(true), None), Some(true));
    assert_eq!(has(Some(false), Some(true)), Some(false));
    assert_eq!(has(None, Some(false)), Some(false));
    assert_eq!(has(None, None), None);
}
