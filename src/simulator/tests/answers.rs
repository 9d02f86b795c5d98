//! Every call of the table, on both hypervisors; and what is checked before any of them.

use super::{Kiwi, NOW_S, post};
use crate::kiwivm::call::Kind;
use crate::kiwivm::calls::CALLS;
use crate::simulator::{Machine, Simulator};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use serde_json::json;

const KVM: u32 = 100_001;
const OVZ: u32 = 100_002;

fn pair() -> Kiwi {
    let rich = |machine: Machine| machine.ipv6_subnets(1).violating(86_400).snapshot("one", 3);
    Kiwi::with([rich(Machine::kvm(KVM)), rich(Machine::ovz(OVZ))])
}

/// A value that this parameter of this call takes, on a machine of [`pair`].
fn good(simulator: &Simulator, veid: u32, (call, parameter): (&str, &str)) -> String {
    let machine = simulator.machine(veid).unwrap();
    let value = match (call, parameter) {
        ("ipv6/delete", _) => &machine.addresses[1],
        ("privateIp/delete", _) => "10.8.1.2",
        ("privateIp/assign", _) => "10.8.1.3",
        (_, "os") => "debian-13-x86_64",
        (_, "iso") => "archlinux-2024.01.01-x86_64.iso",
        (_, "location") => "JPTY_1",
        (_, "ip" | "externalServerIP") => &machine.addresses[0],
        (_, "snapshot") => return machine.snapshots[0].file_name(veid),
        (_, "backupToken") => &machine.backups[0].token,
        (_, "currentDir" | "newDir") => "/root",
        (_, "sticky") => "1",
        (_, "externalServerSSHport") => "22",
        (_, "json_notification_preferences") => r#"{"misc-newsletter":1}"#,
        (_, "record_id") => return machine.violations[0].record_id.to_string(),
        _ => "true",
    };
    value.to_owned()
}

/// Brings a machine into the state in which the call can succeed.
fn prepare(kiwi: &Kiwi, veid: u32, call: &str) -> Vec<(&'static str, String)> {
    let mut more = Vec::new();
    kiwi.simulator.alter(veid, |machine| match call {
        "start" => *machine = machine.clone().stopped(),
        "unsuspend" => {
            *machine = machine.clone().suspended(true);
            more.push(("record_id", machine.suspensions[0].record_id.to_string()));
        }
        "privateIp/delete" => machine.private_addresses.push("10.8.1.2".to_owned()),
        _ => {}
    });
    more
}

async fn import_parameters(kiwi: &Kiwi, from: u32) -> Vec<(&'static str, String)> {
    let name = good(&kiwi.simulator, from, ("", "snapshot"));
    let reply = kiwi
        .ask(from, "snapshot/export", &[("snapshot", &name)])
        .await;
    let token = reply["token"].as_str().unwrap().to_owned();
    vec![("sourceVeid", from.to_string()), ("sourceToken", token)]
}

async fn answer_with_good_parameters(veid: u32, call: &'static crate::kiwivm::call::Call) -> i64 {
    let kiwi = pair();
    let mut parameters: Vec<(&str, String)> = Vec::new();
    for parameter in call.parameters {
        let value = good(&kiwi.simulator, veid, (call.name, parameter.name));
        parameters.push((parameter.name, value));
    }
    if call.name == "snapshot/import" {
        parameters = import_parameters(&kiwi, KVM + OVZ - veid).await;
    }
    parameters.extend(prepare(&kiwi, veid, call.name));
    let parameters: Vec<_> = parameters.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let reply = kiwi.ask(veid, call.name, &parameters).await;
    reply["error"].as_i64().unwrap()
}

#[tokio::test]
async fn every_call_is_answered_on_both_hypervisors() {
    let kvm_only = ["iso/mount", "iso/unmount"];
    for call in CALLS {
        let kvm = answer_with_good_parameters(KVM, call).await;
        let ovz = answer_with_good_parameters(OVZ, call).await;
        let expected_kvm = call.name == "cloneFromExternalServer";
        let expected_ovz = kvm_only.contains(&call.name) || call.name.starts_with("privateIp/");
        assert_eq!(kvm != 0, expected_kvm, "{} on KVM: {kvm}", call.name);
        assert_eq!(ovz != 0, expected_ovz, "{} on OVZ: {ovz}", call.name);
    }
}

#[tokio::test]
async fn a_call_without_a_parameter_it_needs_is_refused() {
    for call in CALLS
        .iter()
        .filter(|call| call.parameters.iter().any(|p| p.required))
    {
        let kiwi = pair();
        let first = call.parameters.iter().find(|p| p.required).unwrap().name;
        let reply = kiwi
            .ask(KVM, call.name, &[("fileName", "x"), ("recordId", "1")])
            .await;
        let expected = json!({"error": 700_001, "message": format!("{first} is missing")});
        assert_eq!(reply, expected, "{}", call.name);
    }
}

#[tokio::test]
async fn an_empty_text_is_as_good_as_missing_but_an_empty_list_of_keys_clears_it() {
    let kiwi = pair();
    for call in CALLS {
        for parameter in call
            .parameters
            .iter()
            .filter(|p| p.required && matches!(p.kind, Kind::Text | Kind::Hostname))
        {
            let all: Vec<_> = call
                .parameters
                .iter()
                .map(|p| (p.name, if p.name == parameter.name { "" } else { "x" }))
                .collect();
            let reply = kiwi.ask(KVM, call.name, &all).await;
            assert_eq!(reply["error"], 700_001, "{} {}", call.name, parameter.name);
        }
    }
    let reply = kiwi.ask(KVM, "updateSshKeys", &[("ssh_keys", "")]).await;
    assert_eq!(reply, json!({"error": 0}));
}

#[tokio::test]
async fn a_wrong_key_and_a_wrong_veid_look_the_same() {
    let kiwi = pair();
    let expected = r#"{"error":700005,"message":"Authentication failure"}"#;
    let key = kiwi.simulator.vps(KVM).unwrap().key;
    let bodies = [
        String::new(),
        format!("veid={KVM}"),
        format!("veid={KVM}&api_key=private_TESTwrongwrongwrongwro"),
        format!("veid=999999&api_key={}", key.reveal()),
        format!("veid=&api_key={}", key.reveal()),
        format!("veid={OVZ}&api_key={}", key.reveal()),
    ];
    for body in bodies {
        let (status, kind, text) = kiwi.send(post("getServiceInfo", body)).await;
        assert_eq!((status, text.as_str()), (StatusCode::OK, expected));
        assert_eq!(kind, "text/plain;charset=UTF-8");
    }
}

#[tokio::test]
async fn get_urlencoded_and_multipart_are_understood_but_json_is_not() {
    let kiwi = pair();
    let key = kiwi.simulator.vps(KVM).unwrap().key;
    let pairs = format!("veid={KVM}&api_key={}&command=echo+a%26b", key.reveal());
    let expected = r#"{"error":0,"message":"a&b\n"}"#.to_owned();
    let quoted = pairs.replace("a%26b", "%27a%26b%27");
    let get = Request::get(format!("/v1/basicShell/exec?{quoted}"));
    let got = kiwi.send(get.body(Body::empty()).unwrap()).await.2;
    assert_eq!(got, expected);
    assert_eq!(kiwi.send(post("basicShell/exec", quoted)).await.2, expected);
    assert_eq!(kiwi.send(multipart(key.reveal())).await.2, expected);
    let json = Request::post("/v1/basicShell/exec")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(format!("{{\"veid\":{KVM}}}")))
        .unwrap();
    assert!(kiwi.send(json).await.2.contains("700005"));
    let put = Request::builder().method(Method::PUT).uri("/v1/start");
    let (status, ..) = kiwi.send(put.body(Body::empty()).unwrap()).await;
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
}

fn multipart(key: &str) -> Request<Body> {
    let veid = KVM.to_string();
    let fields = [
        ("veid", veid.as_str()),
        ("api_key", key),
        ("command", "echo 'a&b'"),
    ];
    let mut body = String::new();
    for (name, value) in fields {
        body += &format!(
            "--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        );
    }
    body += "--edge--\r\n";
    Request::post("/v1/basicShell/exec")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge")
        .body(Body::from(body))
        .unwrap()
}

#[tokio::test]
async fn points_run_out_for_one_vps_and_not_for_another() {
    let kiwi = Kiwi::with([Machine::kvm(KVM).points_left(2), Machine::kvm(OVZ)]);
    let reply = kiwi.ask(KVM, "getRateLimitStatus", &[]).await;
    assert_eq!(
        reply,
        json!({"error": 0, "remaining_points_15min": 1, "remaining_points_24h": 19_001})
    );
    kiwi.ask(KVM, "getServiceInfo", &[]).await;
    let refused = kiwi.text(KVM, "getServiceInfo", &[]).await;
    assert!(refused.starts_with("<html>"), "{refused}");
    kiwi.ask(OVZ, "getServiceInfo", &[]).await;
    kiwi.clock.turn(15 * 60);
    kiwi.ask(KVM, "getServiceInfo", &[]).await;
}

#[tokio::test]
async fn an_unknown_call_is_refused_and_what_was_heard_holds_no_key() {
    let kiwi = pair();
    let reply = kiwi.ask(KVM, "snapshot/wish", &[("a", "b")]).await;
    assert_ne!(reply["error"], 0);
    let heard = kiwi.simulator.heard();
    assert_eq!(heard.len(), 1);
    assert_eq!(
        (heard[0].call.as_str(), heard[0].at_s),
        ("snapshot/wish", NOW_S)
    );
    assert_eq!(heard[0].parameters, [("a".to_owned(), "b".to_owned())]);
    assert_eq!(kiwi.simulator.heard_count("snapshot/wish"), 1);
    kiwi.simulator.forget_heard();
    assert!(kiwi.simulator.heard().is_empty());
}
