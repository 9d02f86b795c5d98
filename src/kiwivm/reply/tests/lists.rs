//! What the views make of lists and records, and what is hidden in them.

use super::*;
use crate::kiwivm::call::Source;
use crate::kiwivm::reply::{Choice, ServiceInfo, choices};
use serde_json::json;
use std::net::Ipv4Addr;

const SNAPSHOT: &str =
    "snapshot-999999-1757518033-2025-09-10-0123456789abcdef0123456789abcdef01234567.tar.gz";
const TOKEN: &str = "0123456789abcdef0123456789abcdef01234567";

fn label_of(source: Source, reply: &Reply) -> Vec<String> {
    choices(source, reply)
        .into_iter()
        .map(|choice| choice.label)
        .collect()
}

fn description(sent: &str) -> Option<String> {
    let list = json!({"snapshots": [{"fileName": SNAPSHOT, "description": sent}]});
    reply(list).snapshots()[0].description.clone()
}

#[test]
fn snapshots_with_their_links_as_secrets() {
    let list = reply(json!({"error": 0, "snapshots": [{
        "fileName": SNAPSHOT, "os": "debian-12-x86_64", "description": "YmVmb3JlIHVwZ3JhZGU=",
        "size": "1610612736", "md5": "x", "sticky": false, "uncompressed": 3_221_225_472_u64,
        "purgesIn": 2_591_000, "downloadLink": "http://d/1", "downloadLinkSSL": ""
    }, {"os": "without a name"}]}));
    let snapshots = list.snapshots();
    assert_eq!(snapshots.len(), 1);
    let snapshot = &snapshots[0];
    assert_eq!(snapshot.description.as_deref(), Some("before upgrade"));
    assert_eq!(snapshot.size_bytes, Some(1_610_612_736));
    assert_eq!(snapshot.sticky, Some(false));
    assert_eq!(snapshot.made_s, Some(1_757_518_033));
    assert_eq!(snapshot.day(), Some("2025-09-10"));
    assert_eq!(
        snapshot.download_link.as_ref().unwrap().reveal(),
        "http://d/1"
    );
    assert_eq!(snapshot.download_link_ssl, None);
    let labels = label_of(Source::Snapshots, &list);
    assert_eq!(
        labels,
        ["before upgrade · debian-12-x86_64 · 2025-09-10 · 1.5 GiB"]
    );
}

#[test]
fn a_description_is_decoded_only_when_that_makes_a_text() {
    assert_eq!(description("5Y2H57qn5YmN").as_deref(), Some("升级前"));
    for plain in [
        "before upgrade",
        "test",
        "data",
        "AAAA",
        "Zm9v!",
        "2024",
        "升级前",
        "YQ",
    ] {
        assert_eq!(description(plain).as_deref(), Some(plain));
    }
    assert_eq!(description(""), None);
}

#[test]
fn an_odd_file_name_has_no_day() {
    for name in [
        "x",
        "snapshot-1-2-",
        "snapshot-1-2-升级升级升级升级",
        "a-b-c-d-e-f-g-h-i-j-k",
    ] {
        let list = reply(json!({"snapshots": [{"fileName": name}]}));
        assert_eq!(list.snapshots()[0].day(), None);
        assert_eq!(label_of(Source::Snapshots, &list), [name]);
    }
}

#[test]
fn backups_come_as_an_object_as_a_list_or_as_nothing() {
    let fields = json!({"size": "2097152", "os": "debian-12-x86_64", "md5": "x", "timestamp": 1_757_518_033});
    let object = reply(json!({"backups": {TOKEN: fields.clone()}}));
    assert_eq!(object.backups()[0].token.as_deref(), Some(TOKEN));
    let expected = Choice {
        value: TOKEN.into(),
        label: "2025-09-10 · debian-12-x86_64 · 2.0 MiB".into(),
    };
    assert_eq!(choices(Source::Backups, &object), [expected]);
    let list = reply(json!({"backups": [fields]}));
    assert_eq!(
        (list.backups().len(), list.backups()[0].token.clone()),
        (1, None)
    );
    assert!(choices(Source::Backups, &list).is_empty());
    assert!(reply(json!({"backups": []})).backups().is_empty());
}

#[test]
fn locations_offer_every_other_one() {
    let locations = recorded(LOCATIONS);
    assert_eq!(locations.locations().current.as_deref(), Some("USCA_2"));
    let labels = label_of(Source::Locations, &locations);
    assert_eq!(labels.len(), 4);
    assert_eq!(labels[0], "USCA_FMT · US: Fremont, California (IPv4+IPv6)");
    let with_multipliers = reply(
        json!({"locations": ["A"], "descriptions": [], "dataTransferMultipliers": {"A": "0.33"}}),
    );
    assert_eq!(
        label_of(Source::Locations, &with_multipliers),
        ["A · ×0.33"]
    );
}

#[test]
fn a_suspension_comes_with_its_evidence() {
    let details = recorded(SUSPENSIONS);
    let suspensions = details.suspensions();
    assert_eq!(suspensions.suspension_count, Some(2));
    let case = &suspensions.cases[0];
    assert_eq!(case.record_id.as_deref(), Some("11851"));
    assert_eq!(case.soft, Some(true));
    assert_eq!(
        case.evidence.as_deref(),
        Some("Full text of abuse complaint here")
    );
    assert_eq!(
        label_of(Source::Suspensions, &details),
        ["#11851 · copyright · +100"]
    );
}

#[test]
fn a_hard_case_is_no_choice() {
    for hard in [json!(0), json!("0"), json!(false)] {
        let cases = json!([{"record_id": "7", "is_soft": hard}]);
        let details = reply(json!({"suspensions": cases, "policy_violations": cases}));
        assert_eq!(details.suspensions().cases.len(), 1);
        assert!(choices(Source::Suspensions, &details).is_empty());
        assert!(choices(Source::Violations, &details).is_empty());
    }
}

#[test]
fn a_case_without_a_number_stays_a_case_but_is_no_choice() {
    let cases = json!([{"flag": "copyright", "is_soft": 1}]);
    let details = reply(json!({"suspensions": cases, "policy_violations": cases}));
    assert_eq!(details.suspensions().cases[0].record_id, None);
    assert_eq!(details.policy_violations().violations[0].record_id, None);
    assert!(choices(Source::Suspensions, &details).is_empty());
    assert!(choices(Source::Violations, &details).is_empty());
}

#[test]
fn a_violation_says_when_it_becomes_a_suspension() {
    let details = recorded(VIOLATIONS);
    let violation = &details.policy_violations().violations[0];
    assert_eq!(violation.suspend_at_s, Some(1_571_599_418));
    assert_eq!(violation.evidence, None);
    assert_eq!(
        label_of(Source::Violations, &details),
        ["#14 · copyright · +100"]
    );
}

#[test]
fn the_address_in_an_audit_entry_comes_as_a_number() {
    let expected = Some(Ipv4Addr::new(198, 51, 100, 7));
    let of = |sent: Value| {
        reply(json!({"log_entries": [{"requestor_ipv4": sent}]})).audit_entries()[0].requestor
    };
    for sent in [
        json!(3_325_256_711_u32),
        json!("3325256711"),
        json!(-969_710_585),
        json!("198.51.100.7"),
    ] {
        assert_eq!(of(sent), expected);
    }
    for sent in [
        json!(null),
        json!(0),
        json!(""),
        json!("x"),
        json!(1e12),
        json!([]),
    ] {
        assert_eq!(of(sent), None);
    }
}

#[test]
fn ssh_keys_come_line_by_line() {
    let keys = reply(
        json!({"ssh_keys_veid": "ssh-ed25519 A a\r\n\nssh-rsa B b\n", "ssh_keys_user": null}),
    )
    .ssh_keys();
    assert_eq!(keys.of_vps, ["ssh-ed25519 A a", "ssh-rsa B b"]);
    assert!(keys.of_account.is_empty());
}

#[test]
fn notification_preferences_by_category_and_id() {
    let one =
        json!({"friendly_description": "Quota", "is_enabled": "1", "changed_timestamp": null});
    let preferences = reply(
        json!({"notificationEmail": "a@example.com", "email_preferences": {
            "Bandwidth Alerts": {"12": one}, "Miscellaneous": []
        }}),
    )
    .notification_preferences();
    assert_eq!(
        preferences.categories["Bandwidth Alerts"]["12"].enabled,
        Some(true)
    );
    assert!(preferences.categories["Miscellaneous"].is_empty());
}

#[test]
fn points_left_are_known_or_unknown() {
    let status = recorded(RATE_LIMIT).rate_limit_status();
    assert_eq!(status.remaining_points_15min, Some(997));
    assert_eq!(status.remaining_points_24h, Some(19_852));
}

#[test]
fn plain_choices_are_their_own_labels() {
    let os = recorded(AVAILABLE_OS);
    assert_eq!(label_of(Source::Templates, &os).len(), 2);
    let info = recorded(SERVICE_KVM);
    assert_eq!(label_of(Source::Isos, &info).len(), 5);
    assert_eq!(label_of(Source::Addresses, &info).len(), 2);
    assert_eq!(label_of(Source::Ipv6, &info), ["2001:db8::1"]);
    let free = reply(json!({"available_ips": ["10.0.0.5", 7]}));
    assert_eq!(
        label_of(Source::FreePrivateAddresses, &free),
        ["10.0.0.5", "7"]
    );
}

#[test]
fn secrets_are_starred_at_any_depth_and_nothing_else_is() {
    let list = json!({"error": 0, "snapshots": [
        {"fileName": "a", "downloadLink": "http://d/1", "downloadLinkSSL": null},
        {"fileName": "b", "downloadLink": "", "downloadLinkSSL": {"deep": "x"}}
    ]});
    let secrets = reply(list.clone()).secrets(call("snapshot/list"));
    let paths: Vec<&str> = secrets.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(
        paths,
        ["snapshots[0].downloadLink", "snapshots[1].downloadLinkSSL"]
    );
    assert_eq!(secrets[0].1.reveal(), "http://d/1");
    let expected = json!({"error": 0, "snapshots": [
        {"fileName": "a", "downloadLink": "***", "downloadLinkSSL": null},
        {"fileName": "b", "downloadLink": "", "downloadLinkSSL": "***"}
    ]});
    assert_eq!(reply(list.clone()).starred(call("snapshot/list")), expected);
    assert_eq!(reply(list.clone()).starred(call("start")), list);
}

#[test]
fn t_secret_leak_of_the_keys_that_kiwivm_keeps_only_public_ones_are_left() {
    let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHaSw601QLuAPAILOu5mzYiHEjI06gxucUPArdc/9DHt a";
    let body = "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW";
    let begin = "-----BEGIN OPENSSH PRIVATE KEY-----";
    let list = json!({"error": 0, "ssh_keys_veid": format!("{key}\n{begin}\n{body}\n\nAAAAshort="),
        "ssh_keys_user": [key, body, null, {"deep": begin}], "ssh_keys_preferred": format!("{key} {body}")});
    let starred = json!({"error": 0, "ssh_keys_veid": format!("{key}\n***\n***\n\n***"),
        "ssh_keys_user": [key, "***", null, {"deep": "***"}], "ssh_keys_preferred": "***"});
    assert_eq!(reply(list).starred(call("getSshKeys")), starred);
    // Without a private one everything stays, also what nobody can read.
    let list = json!({"error": 0, "ssh_keys_veid": format!("{key}\nssh-rsa broken\n"),
        "shortened_ssh_keys_veid": "ssh-ed25519 AAAA...9DHt a"});
    assert_eq!(reply(list.clone()).starred(call("getSshKeys")), list);
}

#[test]
fn a_password_that_is_a_number_is_a_secret_too() {
    let sent = reply(json!({"error": 0, "password": 12345}));
    let secrets = sent.secrets(call("resetRootPassword"));
    assert_eq!(
        (secrets[0].0.as_str(), secrets[0].1.reveal()),
        ("password", "12345")
    );
    assert!(!format!("{sent:?}").contains("12345"));
}

#[test]
fn a_reply_keeps_its_order_and_its_error() {
    let text = "\u{feff} {\"z\":1,\"error\":\"0\",\"a\":2}\n";
    let reply = Reply::parse(text).unwrap();
    assert_eq!(reply.fields.keys().collect::<Vec<_>>(), ["z", "error", "a"]);
    assert_eq!(reply.error(), Some(0));
    assert_eq!(Reply::parse("{\"error\":1e400}"), None);
    assert_eq!(ServiceInfo::default(), reply.service_info());
}

#[test]
fn t_ansi_the_label_of_a_choice_is_fit_to_be_shown_and_its_value_is_exact() {
    let hostile = "debian\u{1b}[2J\u{202e}-12";
    let templates = reply(json!({"error": 0, "templates": [hostile]}));
    let choice = &choices(Source::Templates, &templates)[0];
    assert_eq!(choice.value, hostile);
    assert_eq!(choice.label, "debian[2J-12");
    assert_eq!(choice.value_beside_label(), None);
    let snapshots = reply(
        json!({"error": 0, "snapshots": [{"fileName": hostile, "description": "a\u{2067}b\u{7}"}]}),
    );
    let choice = &choices(Source::Snapshots, &snapshots)[0];
    assert_eq!(
        (choice.value.as_str(), choice.label.as_str()),
        (hostile, "ab")
    );
    assert_eq!(choice.value_beside_label().as_deref(), Some("debian[2J-12"));
}

#[test]
fn t_ansi_no_view_holds_a_character_that_steers_or_turns() {
    let hostile = "\u{1b}[31m\u{7}\u{9b}\u{200f}\u{202a}\u{202e}\u{2066}\u{2069}x";
    let info = reply(json!({
        "hostname": hostile, "plan": hostile, "ip_addresses": [hostile], "ptr": {hostile: hostile},
        "ip_nullroutes": {hostile: {"log": format!("one{hostile}\n\ttwo")}},
    }))
    .service_info();
    let log = info.null_routes["[31mx"].log.as_deref();
    assert_eq!(log, Some("one[31mx\n\ttwo"));
    let case = json!({"record_id": 1, "evidence_data": format!("a\r\n{hostile}")});
    let violations = reply(json!({"policy_violations": [case]})).policy_violations();
    assert_eq!(
        violations.violations[0].evidence.as_deref(),
        Some("a\n[31mx")
    );
    assert_eq!(info.hostname.as_deref(), Some("[31mx"));
    assert_eq!(info.ip_addresses, ["[31mx"]);
    assert_eq!(info.ptr["[31mx"].as_deref(), Some("[31mx"));
}
