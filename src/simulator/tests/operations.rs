//! What the calls do to a machine, at once and as time passes.

use super::{Kiwi, NOW_S};
use crate::clock::Clock;
use crate::simulator::{Machine, Power, Simulator};
use serde_json::{Value, json};

const VEID: u32 = 100_001;
const OTHER: u32 = 100_002;

fn one(machine: Machine) -> Kiwi {
    Kiwi::with([machine])
}

fn code(reply: &Value) -> i64 {
    reply["error"].as_i64().unwrap()
}

#[tokio::test]
async fn power_follows_the_calls() {
    let kiwi = one(Machine::kvm(VEID));
    assert_eq!(code(&kiwi.ask(VEID, "start", &[]).await), 700_003);
    assert_eq!(code(&kiwi.ask(VEID, "restart", &[]).await), 0);
    assert_eq!(kiwi.text(VEID, "stop", &[]).await, r#"{"error":0}"#);
    let live = kiwi.ask(VEID, "getLiveServiceInfo", &[]).await;
    assert_eq!(live["ve_status"], "stopped");
    assert_eq!(live.get("ssh_port"), None);
    assert_eq!(
        code(&kiwi.ask(VEID, "resetRootPassword", &[]).await),
        739_102
    );
    let exec = kiwi
        .ask(VEID, "basicShell/exec", &[("command", "id")])
        .await;
    assert_eq!(
        exec,
        json!({"error": 700_000, "message": "VPS is not running"})
    );
    let started = kiwi.text(VEID, "start", &[]).await;
    assert_eq!(started, r#"{"error":0,"is_mounted":1}"#);
    assert_eq!(code(&kiwi.ask(VEID, "kill", &[]).await), 0);
}

#[tokio::test]
async fn a_reinstallation_locks_advances_and_then_has_happened() {
    let kiwi = one(Machine::kvm(VEID));
    let reply = kiwi
        .ask(VEID, "reinstallOS", &[("os", "debian-13-x86_64")])
        .await;
    assert!(reply["rootPassword"].as_str().unwrap().len() >= 12);
    let mut seen = Vec::new();
    for _ in 0..9 {
        let reply = kiwi.ask(VEID, "getServiceInfo", &[]).await;
        assert_eq!(code(&reply), 788_888);
        assert_eq!(
            reply["additionalErrorInfo"],
            "OS Reinstall: debian-13-x86_64"
        );
        seen.push(
            reply["additionalLockingInfo"]["completed_percent"]
                .as_i64()
                .unwrap(),
        );
        kiwi.clock.turn(10);
    }
    assert!(seen.is_sorted() && seen[0] == 0 && seen[8] > 80, "{seen:?}");
    let reply = kiwi.ask(VEID, "getServiceInfo", &[]).await;
    assert_eq!(reply["os"], "debian-13-x86_64");
}

#[tokio::test]
async fn a_locked_vps_still_tells_its_points_and_some_tell_more() {
    let kiwi = one(Machine::kvm(VEID));
    kiwi.ask(VEID, "snapshot/create", &[]).await;
    assert_eq!(code(&kiwi.ask(VEID, "getRateLimitStatus", &[]).await), 0);
    assert_eq!(code(&kiwi.ask(VEID, "snapshot/list", &[]).await), 788_888);
    kiwi.simulator
        .alter(VEID, |machine| machine.informs_while_locked = true);
    assert_eq!(code(&kiwi.ask(VEID, "getServiceInfo", &[]).await), 0);
    assert_eq!(code(&kiwi.ask(VEID, "stop", &[]).await), 788_888);
}

#[tokio::test]
async fn a_snapshot_is_made_kept_two_may_be_sticky_and_the_rest_are_purged() {
    let kiwi = one(Machine::kvm(VEID)
        .snapshot("a", 1)
        .sticky()
        .snapshot("b", 1)
        .sticky());
    kiwi.ask(VEID, "snapshot/create", &[("description", "c")])
        .await;
    kiwi.clock.turn(40);
    let list = kiwi.ask(VEID, "snapshot/list", &[]).await;
    let made = list["snapshots"][2].clone();
    assert_eq!(
        (&made["description"], &made["sticky"]),
        (&json!("c"), &json!(false))
    );
    assert!(made["size"].is_string() && made["purgesIn"] == 30 * 86_400 - 40);
    let name = made["fileName"].as_str().unwrap();
    let sticky = [("snapshot", name), ("sticky", "1")];
    assert_ne!(
        code(&kiwi.ask(VEID, "snapshot/toggleSticky", &sticky).await),
        0
    );
    kiwi.clock.turn(30 * 86_400);
    let list = kiwi.ask(VEID, "snapshot/list", &[]).await;
    assert_eq!(list["snapshots"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_restored_snapshot_brings_its_files_back() {
    let kiwi = one(Machine::kvm(VEID));
    kiwi.run(VEID, "echo precious > /root/file").await;
    kiwi.ask(VEID, "snapshot/create", &[]).await;
    kiwi.clock.turn(40);
    kiwi.run(VEID, "rm /root/file").await;
    let list = kiwi.ask(VEID, "snapshot/list", &[]).await;
    let name = list["snapshots"][0]["fileName"].as_str().unwrap();
    assert_eq!(
        code(
            &kiwi
                .ask(VEID, "snapshot/restore", &[("snapshot", name)])
                .await
        ),
        0
    );
    kiwi.clock.turn(60);
    assert_eq!(
        kiwi.run(VEID, "cat /root/file").await,
        (0, "precious\n".to_owned())
    );
}

#[tokio::test]
async fn an_export_token_works_once() {
    let kiwi = Kiwi::with([Machine::kvm(VEID).snapshot("a", 1), Machine::kvm(OTHER)]);
    let list = kiwi.ask(VEID, "snapshot/list", &[]).await;
    let name = list["snapshots"][0]["fileName"].as_str().unwrap();
    let reply = kiwi
        .ask(VEID, "snapshot/export", &[("snapshot", name)])
        .await;
    let token = reply["token"].as_str().unwrap();
    let source = [("sourceVeid", "100001"), ("sourceToken", token)];
    assert_eq!(code(&kiwi.ask(OTHER, "snapshot/import", &source).await), 0);
    kiwi.clock.turn(40);
    assert_ne!(code(&kiwi.ask(OTHER, "snapshot/import", &source).await), 0);
    let list = kiwi.ask(OTHER, "snapshot/list", &[]).await;
    assert_eq!(list["snapshots"][0]["description"], "a");
}

#[tokio::test]
async fn a_migration_changes_place_addresses_and_multiplier() {
    let kiwi = one(Machine::kvm(VEID));
    let before = kiwi.simulator.machine(VEID).unwrap().addresses;
    let reply = kiwi
        .ask(VEID, "migrate/start", &[("location", "JPTY_1")])
        .await;
    kiwi.clock.turn(150);
    let info = kiwi.ask(VEID, "getServiceInfo", &[]).await;
    assert_eq!(info["node_location_id"], "JPTY_1");
    assert_eq!(info["monthly_data_multiplier"], 3);
    assert_eq!(info["ip_addresses"], reply["newIps"]);
    assert_ne!(json!(before), info["ip_addresses"]);
}

#[tokio::test]
async fn a_blocked_address_shows_only_when_migrating() {
    let kiwi = one(Machine::kvm(VEID).address_blocked());
    let reply = kiwi
        .ask(VEID, "migrate/start", &[("location", "JPTY_1")])
        .await;
    assert_eq!(code(&reply), 734_152);
}

#[tokio::test]
async fn transfer_grows_runs_out_suspends_and_starts_again() {
    let kiwi = one(Machine::kvm(VEID).transfer_used(0.5));
    let before = kiwi.ask(VEID, "getServiceInfo", &[]).await;
    kiwi.clock.turn(3600);
    let after = kiwi.ask(VEID, "getServiceInfo", &[]).await;
    assert!(after["data_counter"].as_u64() > before["data_counter"].as_u64());
    kiwi.simulator
        .alter(VEID, |machine| *machine = machine.clone().exhausted());
    let info = kiwi.ask(VEID, "getServiceInfo", &[]).await;
    assert_eq!(info["suspended"], true);
    let details = kiwi.ask(VEID, "getSuspensionDetails", &[]).await;
    assert_eq!(details.get("suspensions"), None);
    assert_ne!(code(&kiwi.ask(VEID, "start", &[]).await), 0);
    kiwi.clock.turn(30 * 86_400);
    assert_eq!(
        kiwi.ask(VEID, "getServiceInfo", &[]).await["suspended"],
        false
    );
    assert_eq!(code(&kiwi.ask(VEID, "start", &[]).await), 0);
}

#[tokio::test]
async fn only_a_soft_suspension_can_be_lifted() {
    let kiwi = Kiwi::with([
        Machine::kvm(VEID).suspended(true),
        Machine::kvm(OTHER).suspended(false),
    ]);
    for (veid, lifted) in [(VEID, true), (OTHER, false)] {
        let details = kiwi.ask(veid, "getSuspensionDetails", &[]).await;
        let case = &details["suspensions"][0];
        assert_eq!(case["is_soft"], i64::from(lifted));
        let evidence = case["evidence_record_id"].to_string();
        assert!(details["evidence"][evidence].is_string());
        let record = case["record_id"].to_string();
        let reply = kiwi.ask(veid, "unsuspend", &[("record_id", &record)]).await;
        assert_eq!(code(&reply) == 0, lifted);
        let power = kiwi.simulator.machine(veid).unwrap().power;
        assert_eq!(power == Power::Running, lifted);
    }
}

#[tokio::test]
async fn a_violation_left_alone_suspends_at_its_deadline() {
    let kiwi = one(Machine::kvm(VEID).violating(3600));
    let reply = kiwi.ask(VEID, "getPolicyViolations", &[]).await;
    assert_eq!(reply["policy_violations"][0]["suspend_at"], NOW_S + 3600);
    kiwi.clock.turn(3600);
    let info = kiwi.ask(VEID, "getServiceInfo", &[]).await;
    assert_eq!(
        (&info["suspended"], &info["policy_violation"]),
        (&json!(true), &json!(false))
    );
}

#[tokio::test]
async fn an_image_is_booted_from_after_a_stop_and_a_start() {
    let kiwi = one(Machine::kvm(VEID));
    let iso = "archlinux-2024.01.01-x86_64.iso";
    kiwi.ask(VEID, "iso/mount", &[("iso", iso)]).await;
    kiwi.ask(VEID, "restart", &[]).await;
    assert_eq!(kiwi.ask(VEID, "getServiceInfo", &[]).await["iso1"], "");
    kiwi.ask(VEID, "stop", &[]).await;
    kiwi.ask(VEID, "start", &[]).await;
    assert_eq!(kiwi.ask(VEID, "getServiceInfo", &[]).await["iso1"], iso);
}

#[tokio::test]
async fn ipv6_subnets_come_up_to_the_plan_and_go() {
    let kiwi = one(Machine::kvm(VEID));
    for _ in 0..3 {
        assert_eq!(code(&kiwi.ask(VEID, "ipv6/add", &[]).await), 0);
    }
    assert_ne!(code(&kiwi.ask(VEID, "ipv6/add", &[]).await), 0);
    let subnet = kiwi.simulator.machine(VEID).unwrap().addresses[2].clone();
    assert_eq!(
        code(&kiwi.ask(VEID, "ipv6/delete", &[("ip", &subnet)]).await),
        0
    );
    assert_eq!(kiwi.simulator.machine(VEID).unwrap().addresses.len(), 3);
}

#[tokio::test]
async fn private_addresses_come_and_go() {
    let kiwi = one(Machine::kvm(VEID));
    let free = kiwi.ask(VEID, "privateIp/getAvailableIps", &[]).await;
    let wanted = free["available_ips"][1].as_str().unwrap();
    let reply = kiwi.ask(VEID, "privateIp/assign", &[("ip", wanted)]).await;
    assert_eq!(reply["assigned_ips"], json!([wanted]));
    assert_eq!(code(&kiwi.ask(VEID, "privateIp/assign", &[]).await), 0);
    assert_eq!(
        code(&kiwi.ask(VEID, "privateIp/delete", &[("ip", wanted)]).await),
        0
    );
    let info = kiwi.ask(VEID, "getServiceInfo", &[]).await;
    assert_eq!(info["private_ip_addresses"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn notification_choices_that_change_nothing_update_nothing() {
    let kiwi = one(Machine::kvm(VEID));
    let call = "kiwivm/setNotificationPreferences";
    let json = "json_notification_preferences";
    let text = kiwi
        .text(VEID, call, &[(json, r#"{"misc-newsletter":0}"#)])
        .await;
    assert_eq!(
        text,
        r#"{"error":0,"submitted_email_preferences":{"misc-newsletter":0},"updated_email_preferences":[],"friendly_descriptions":[]}"#
    );
    let reply = kiwi
        .ask(VEID, call, &[(json, r#"{"misc-newsletter":"1","x":1}"#)])
        .await;
    assert_eq!(
        reply["updated_email_preferences"],
        json!({"misc-newsletter": 1})
    );
    let preferences = kiwi
        .ask(VEID, "kiwivm/getNotificationPreferences", &[])
        .await;
    let chosen = &preferences["email_preferences"]["Miscellaneous"]["misc-newsletter"];
    assert_eq!(
        (&chosen["is_enabled"], &chosen["changed_timestamp"]),
        (&json!(1), &json!(NOW_S))
    );
    assert_ne!(code(&kiwi.ask(VEID, call, &[(json, "{")]).await), 0);
}

#[tokio::test]
async fn every_change_is_in_the_audit_log_and_no_read_is() {
    let kiwi = one(Machine::kvm(VEID));
    kiwi.ask(VEID, "getServiceInfo", &[]).await;
    kiwi.ask(VEID, "setHostname", &[("newHostname", "new.example.com")])
        .await;
    let log = kiwi.ask(VEID, "getAuditLog", &[]).await;
    let entry = &log["log_entries"][0];
    assert_eq!(log["log_entries"].as_array().unwrap().len(), 1);
    assert_eq!(entry["requestor_ipv4"], 0xc633_644d_u32);
    assert_eq!(entry["timestamp"], NOW_S);
}

#[tokio::test]
async fn the_keys_of_the_vps_win_over_those_of_the_account() {
    let kiwi = one(Machine::kvm(VEID));
    let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAA me";
    let before = kiwi.ask(VEID, "getSshKeys", &[]).await;
    assert_eq!(before["ssh_keys_preferred"], before["ssh_keys_user"]);
    kiwi.ask(VEID, "updateSshKeys", &[("ssh_keys", key)]).await;
    let after = kiwi.ask(VEID, "getSshKeys", &[]).await;
    assert_eq!(after["ssh_keys_preferred"], key);
    assert_eq!(
        after["shortened_ssh_keys_veid"],
        "ssh-ed25519 AAAAC3NzaC...AAAAAAAA me"
    );
}

#[tokio::test]
async fn the_demo_shows_each_state_and_a_big_fleet_is_the_same_twice() {
    let demo = Simulator::demo(Clock::standing_at(NOW_S));
    assert_eq!(demo.vpses().len(), 17);
    let fleet = || Simulator::with_vpses(Clock::standing_at(NOW_S), 500).vpses();
    let (one, two) = (fleet(), fleet());
    assert_eq!(one.len(), 500);
    assert!(
        one.iter()
            .zip(&two)
            .all(|(a, b)| a.key == b.key && a.hostname == b.hostname)
    );
    assert!(one.iter().all(|vps| vps.key.reveal().len() == 32));
}
