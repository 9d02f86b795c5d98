//! Misbehaviour, as a client on a socket meets it.

use super::Kiwi;
use crate::simulator::{Machine, Misbehaviour};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const VEID: u32 = 100_001;

/// What comes back on a socket, up to its end.
async fn raw(kiwi: &Kiwi, call: &str) -> String {
    let (address, task) = kiwi
        .simulator
        .listen(([127, 0, 0, 1], 0).into())
        .await
        .unwrap();
    let key = kiwi.simulator.vps(VEID).unwrap().key;
    let body = format!("veid={VEID}&api_key={}", key.reveal());
    let request = format!(
        "POST /v1/{call} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut reply = Vec::new();
    // A reset is one of the ends that are looked for.
    let _ = stream.read_to_end(&mut reply).await;
    task.abort();
    String::from_utf8_lossy(&reply).into_owned()
}

#[tokio::test]
async fn closing_sends_nothing_and_executes_nothing_unless_told() {
    let kiwi = Kiwi::with([Machine::kvm(VEID)]);
    kiwi.simulator.misbehave("stop", Misbehaviour::Close);
    assert_eq!(raw(&kiwi, "stop").await, "");
    assert!(kiwi.simulator.machine(VEID).unwrap().is_running());
    kiwi.simulator
        .misbehave("stop", Misbehaviour::Close.after_effect());
    assert_eq!(raw(&kiwi, "stop").await, "");
    assert!(!kiwi.simulator.machine(VEID).unwrap().is_running());
    assert_eq!(kiwi.simulator.heard_count("stop"), 2);
}

#[tokio::test]
async fn a_truncated_reply_has_executed_the_call() {
    let kiwi = Kiwi::with([Machine::kvm(VEID)]);
    kiwi.simulator.misbehave("*", Misbehaviour::Truncate);
    let reply = raw(&kiwi, "stop").await;
    assert!(
        reply.contains(r#"{"err"#) && !reply.contains(r#""error":0}"#),
        "{reply}"
    );
    assert!(!kiwi.simulator.machine(VEID).unwrap().is_running());
}

#[tokio::test]
async fn a_trickling_reply_is_whole_in_the_end() {
    let kiwi = Kiwi::with([Machine::kvm(VEID)]);
    let slow = Misbehaviour::Trickle(Duration::from_millis(1));
    kiwi.simulator.misbehave("restart", slow);
    assert_eq!(kiwi.text(VEID, "restart", &[]).await, r#"{"error":0}"#);
}

#[tokio::test]
async fn a_misbehaviour_is_for_its_vps_and_its_call_and_counts_down() {
    let kiwi = Kiwi::with([Machine::kvm(VEID), Machine::kvm(VEID + 1)]);
    let target = (VEID, "getServiceInfo");
    kiwi.simulator
        .misbehave_times(target, Misbehaviour::Null, 2);
    assert!(
        kiwi.text(VEID + 1, "getServiceInfo", &[])
            .await
            .starts_with('{')
    );
    assert!(
        kiwi.text(VEID, "getAvailableOS", &[])
            .await
            .starts_with('{')
    );
    for expected in ["null", "null", "{"] {
        let text = kiwi.text(VEID, "getServiceInfo", &[]).await;
        assert!(text.starts_with(expected), "{text}");
    }
    kiwi.simulator
        .misbehave_times("*", Misbehaviour::Empty, usize::MAX);
    assert_eq!(kiwi.text(VEID, "stop", &[]).await, "");
    kiwi.simulator.behave();
    assert_eq!(kiwi.text(VEID, "stop", &[]).await, r#"{"error":0}"#);
}

#[tokio::test]
async fn the_other_kinds_of_nonsense_are_what_they_say() {
    let kiwi = Kiwi::with([Machine::kvm(VEID)]);
    let cases: [(Misbehaviour, &str); 7] = [
        (Misbehaviour::Html(503), "503 Service Unavailable"),
        (Misbehaviour::Status(500), "500 Internal Server Error"),
        (
            Misbehaviour::Redirect("http://192.0.2.9/".to_owned()),
            "location: http://192.0.2.9/",
        ),
        (Misbehaviour::TooMany, "429 Too Many Requests"),
        (Misbehaviour::InvalidUtf8, "\u{fffd}"),
        (Misbehaviour::Deep, "[[[[["),
        (Misbehaviour::Body(b"abc".to_vec()), "\r\n\r\nabc"),
    ];
    for (misbehaviour, expected) in cases {
        kiwi.simulator.misbehave("restart", misbehaviour.clone());
        let reply = raw(&kiwi, "restart").await;
        assert!(reply.contains(expected), "{misbehaviour:?}: {reply}");
    }
    kiwi.simulator
        .misbehave("restart", Misbehaviour::Huge(200_000));
    assert!(kiwi.text(VEID, "restart", &[]).await.len() > 200_000);
}

#[tokio::test]
async fn a_hanging_reply_never_comes() {
    let kiwi = Kiwi::with([Machine::kvm(VEID)]);
    kiwi.simulator.misbehave("restart", Misbehaviour::Hang);
    let waited =
        tokio::time::timeout(Duration::from_millis(50), kiwi.text(VEID, "restart", &[])).await;
    assert!(waited.is_err());
    assert_eq!(kiwi.simulator.heard_count("restart"), 1);
}
