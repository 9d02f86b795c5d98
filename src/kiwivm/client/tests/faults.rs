//! R-FAULT: every way in which an upstream can fail has its fault, and hears a request
//! at most once.

use super::server::{Conduct, Server, http};
use super::{KEY, ask, call, client, credentials, tell};
use crate::kiwivm::calls::CALLS;
use crate::kiwivm::client::{Client, Upstream};
use crate::kiwivm::error::{Fault, RefusalKind};
use std::time::Duration;

const READ: &str = "getServiceInfo";
const WRITE: &str = "restart";
const SUCCESS: &str = r#"{"error":0}"#;

/// The fault of both a read and a write against this conduct, each heard at most once.
async fn fault_of(conduct: Conduct) -> Fault {
    let server = Server::start(conduct).await;
    let client = client(&server);
    let fault = ask(&client, READ).await.unwrap_err();
    let on_write = ask(&client, WRITE).await.unwrap_err();
    assert_eq!(on_write.message_id(), fault.message_id());
    assert!(server.heard().len() <= 2, "{:?}", server.heard());
    fault
}

async fn fault_of_reply(status: u16, body: impl AsRef<[u8]>) -> Fault {
    fault_of(Conduct::Say(http(status, body))).await
}

fn nonsense(status: u16, beginning: &str) -> Fault {
    Fault::Nonsense {
        status,
        beginning: beginning.to_owned(),
    }
}

#[tokio::test]
async fn r_fault_what_kiwivm_refuses_is_refused() {
    let fault = fault_of_reply(
        200,
        r#"{"error":700005,"message":"Authentication failure"}"#,
    )
    .await;
    let Fault::Refused(refusal) = fault else {
        panic!("{fault:?}")
    };
    assert_eq!(refusal.kind, RefusalKind::Authentication);
    assert_eq!(refusal.message, "Authentication failure");
}

#[tokio::test]
async fn r_fault_a_refusal_counts_whatever_the_http_status_is() {
    for status in [400, 403, 404, 500, 503] {
        let fault = fault_of_reply(status, r#"{"error":"788888","message":"locked"}"#).await;
        assert_eq!(fault.code(), Some(788_888), "{status}");
    }
}

#[tokio::test]
async fn r_fault_http_429_is_not_executed() {
    for body in ["", "<html>slow down</html>", SUCCESS] {
        assert_eq!(fault_of_reply(429, body).await, Fault::TooManyRequests);
    }
}

#[tokio::test]
async fn r_fault_what_is_not_the_apis_json_is_nonsense() {
    assert_eq!(fault_of_reply(200, "").await, nonsense(200, ""));
    assert_eq!(fault_of_reply(200, "null").await, nonsense(200, "null"));
    assert_eq!(fault_of_reply(200, "[]").await, nonsense(200, "[]"));
    assert_eq!(fault_of_reply(200, "{}").await, nonsense(200, "{}"));
    assert_eq!(
        fault_of_reply(502, "<h1>Bad\x1b[1m\ngateway</h1>").await,
        nonsense(502, "<h1>Bad[1m gateway</h1>")
    );
    for error in ["null", "true", "[]", "{}", "\"\"", "\"no\"", "1e300"] {
        let body = format!(r#"{{"error":{error}}}"#);
        assert_eq!(fault_of_reply(200, &body).await, nonsense(200, &body));
    }
}

#[tokio::test]
async fn r_fault_json_cut_short_is_nonsense() {
    let body = r#"{"error":0,"hostname":"x"#;
    assert_eq!(fault_of_reply(200, body).await, nonsense(200, body));
}

#[tokio::test]
async fn r_fault_json_nested_too_deep_is_nonsense() {
    let depth = 100_000;
    let body = format!(
        r#"{{"error":0,"a":{}{}}}"#,
        "[".repeat(depth),
        "]".repeat(depth)
    );
    let fault = fault_of_reply(200, &body).await;
    let Fault::Nonsense { beginning, .. } = fault else {
        panic!("{fault:?}")
    };
    assert_eq!(beginning.chars().count(), 200);
}

#[tokio::test]
async fn r_fault_a_gzip_bomb_is_not_unpacked() {
    let mut bomb = b"\x1f\x8b\x08\x00".to_vec();
    bomb.resize(10_000, 0x42);
    let mut reply =
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 10000\r\n\r\n".to_vec();
    reply.extend(bomb);
    let fault = fault_of(Conduct::Say(reply)).await;
    assert!(
        matches!(fault, Fault::Nonsense { status: 200, .. }),
        "{fault:?}"
    );
}

#[tokio::test]
async fn r_fault_a_body_that_ends_early_is_broken() {
    let mut reply = http(200, SUCCESS);
    reply.truncate(reply.len() - 3);
    let fault = fault_of(Conduct::Say(reply)).await;
    assert!(matches!(fault, Fault::Broken { .. }), "{fault:?}");
}

#[tokio::test]
async fn r_fault_a_connection_that_ends_without_a_reply_is_broken() {
    let truncated_head = b"HTTP/1.1 200 OK\r\nContent-".to_vec();
    let no_http = b"SSH-2.0-OpenSSH_9.2\r\n".to_vec();
    for conduct in [
        Conduct::Reset,
        Conduct::Say(Vec::new()),
        Conduct::Say(truncated_head),
        Conduct::Say(no_http),
    ] {
        let fault = fault_of(conduct).await;
        assert!(matches!(fault, Fault::Broken { .. }), "{fault:?}");
    }
}

#[tokio::test]
async fn r_fault_a_reset_before_anything_was_heard_is_no_success() {
    let fault = fault_of(Conduct::ResetUnheard).await;
    assert!(
        matches!(fault, Fault::Broken { .. } | Fault::Unreachable { .. }),
        "{fault:?}"
    );
}

#[tokio::test]
async fn r_fault_a_port_without_a_server_is_unreachable() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let client = Client::new(Upstream::new(base.parse().unwrap())).unwrap();
    for name in [READ, WRITE] {
        let fault = ask(&client, name).await.unwrap_err();
        let Fault::Unreachable { why } = &fault else {
            panic!("{fault:?}")
        };
        assert!(why.starts_with("Connection refused"), "{why}");
        assert!(!fault.outcome_unknown());
    }
}

#[tokio::test]
async fn r_fault_silence_before_or_within_the_reply_is_silent() {
    let head_only = b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"err".to_vec();
    for beginning in [Vec::new(), head_only] {
        let fault = fault_of(Conduct::SayAndHang(beginning)).await;
        assert!(matches!(fault, Fault::Silent { .. }), "{fault:?}");
        assert!(fault.outcome_unknown());
    }
}

#[tokio::test]
async fn r_fault_one_byte_a_second_does_not_outlast_the_time_limit() {
    let head = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n".to_vec();
    let fault = fault_of(Conduct::Drip(head, Duration::from_millis(20))).await;
    let after = Duration::from_millis(400);
    assert_eq!(fault, Fault::Silent { after });
}

#[tokio::test]
async fn r_fault_a_reply_over_the_limit_is_too_long_whether_it_says_so_or_not() {
    let limit_bytes = call(READ).reply_limit_bytes;
    let announced = b"HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n".to_vec();
    let endless = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".to_vec();
    for head in [announced, endless] {
        let server = Server::start(Conduct::Drip(head, Duration::ZERO)).await;
        // Unscaled: four MiB may take a busy machine a while.
        let client = Client::new(Upstream::new(server.base())).unwrap();
        let fault = ask(&client, READ).await.unwrap_err();
        assert_eq!(fault, Fault::TooLong { limit_bytes });
        assert_eq!(server.heard().len(), 1);
    }
}

#[tokio::test]
async fn r_fault_every_call_meets_every_broken_reply_without_a_panic() {
    let bodies: [&[u8]; 8] = [
        b"",
        b"null",
        b"<html>",
        b"{\"error\":",
        b"\xff\xfe\x00",
        b"{\"error\":[]}",
        b"[[[[",
        b"\"error\"",
    ];
    for body in bodies {
        let server = Server::start(Conduct::Say(http(200, body))).await;
        let client = client(&server);
        for call in CALLS {
            let fault = client.send(call, &credentials(), &[]).await.unwrap_err();
            assert!(
                matches!(fault, Fault::Nonsense { .. }),
                "{}: {fault:?}",
                call.name
            );
        }
        assert_eq!(server.heard().len(), CALLS.len());
    }
}

#[tokio::test]
async fn r_fault_a_reply_is_taken_with_a_byte_order_mark_white_space_and_invalid_utf_8() {
    let body = b"\xef\xbb\xbf\r\n {\"error\":\"0\",\"message\":\"a\xffb\"}\n\n";
    let server = Server::start(Conduct::Say(http(200, body))).await;
    let reply = ask(&client(&server), READ).await.unwrap();
    assert_eq!(reply.message().as_deref(), Some("a\u{fffd}b"));
}

#[tokio::test]
async fn an_exit_status_is_no_refusal_but_an_api_error_is() {
    for status in [0, 1, 127, 255, -1, 300, 699_999] {
        let server = Server::saying(200, &format!(r#"{{"error":{status},"message":"out"}}"#)).await;
        let reply = ask(&client(&server), "basicShell/exec").await.unwrap();
        assert_eq!(reply.error(), Some(status));
    }
    let server = Server::saying(200, r#"{"error":700000,"message":"not running"}"#).await;
    let fault = ask(&client(&server), "basicShell/exec").await.unwrap_err();
    assert_eq!(fault.code(), Some(700_000));
    let server = Server::saying(200, r#"{"error":1,"message":"no such directory"}"#).await;
    let fault = ask(&client(&server), "basicShell/cd").await.unwrap_err();
    assert_eq!(fault.code(), Some(1));
}

#[tokio::test]
async fn no_fault_repeats_the_key_or_a_parameter() {
    let echo = format!("<p>{KEY} rm%20-rf &quot;T0p-s3cret&quot; T0p-s3cret rm -rf</p>");
    for body in [
        echo.clone(),
        format!(r#"{{"error":1,"message":"{KEY} T0p-s3cret"}}"#),
    ] {
        let server = Server::saying(200, &body).await;
        let parameters = [
            ("externalServerRootPassword", "T0p-s3cret"),
            ("externalServerIP", "rm -rf"),
        ];
        let told = tell(&client(&server), "cloneFromExternalServer", &parameters).await;
        let fault = told.unwrap_err();
        let shown = format!("{fault:?} {}", serde_json::to_string(&fault).unwrap());
        assert!(shown.contains("***"), "{shown}");
        for hidden in [KEY, "T0p-s3cret", "rm -rf"] {
            assert!(!shown.contains(hidden), "{shown}");
        }
    }
}

#[tokio::test]
async fn usage_is_sent_for_like_any_other_call() {
    let raw_usage = call("getRawUsageStats");
    let body = r#"{"data":[{"timestamp":300}],"error":0}"#;
    let server = Server::saying(200, body).await;
    let usage = client(&server)
        .send_for_usage(raw_usage, &credentials(), Vec::new())
        .await;
    assert_eq!(usage.unwrap().1[0].timestamp_s, 300);
    let server = Server::saying(200, r#"{"error":788888,"data":[]}"#).await;
    let usage = client(&server)
        .send_for_usage(raw_usage, &credentials(), Vec::new())
        .await;
    assert_eq!(usage.unwrap_err().message_id(), "refusal-locked");
}

#[tokio::test]
async fn one_reply_of_two_years_is_taken_at_a_time_whoever_asks() {
    let beginning = b"HTTP/1.1 200 X\r\nContent-Length: 1000000\r\n\r\n{".to_vec();
    let server = Server::start(Conduct::Drip(beginning, Duration::from_millis(20))).await;
    let client = client(&server);
    let asking = client.clone();
    let first = tokio::spawn(async move {
        let raw_usage = call("getRawUsageStats");
        asking
            .send_for_usage(raw_usage, &credentials(), Vec::new())
            .await
    });
    while server.heard().is_empty() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(client.usage_room.available_permits(), 0);
    let pair = credentials();
    let second = client.send_for_usage(call("getRawUsageStats"), &pair, Vec::new());
    let waited = tokio::time::timeout(Duration::from_millis(100), second).await;
    assert!(waited.is_err() && server.heard().len() == 1);
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    assert_eq!(client.usage_room.available_permits(), 1);
}

#[tokio::test]
async fn who_waits_in_vain_for_another_reading_of_use_sends_nothing() {
    let server = Server::saying(200, SUCCESS).await;
    let mut upstream = Upstream::new(server.base());
    upstream.time_scale = 0.0002;
    let client = Client::new(upstream).unwrap();
    let _room = client.usage_room.acquire().await.unwrap();
    let outcome = client
        .send_for_usage(call("getRawUsageStats"), &credentials(), Vec::new())
        .await;
    let fault = outcome.unwrap_err();
    assert!(matches!(fault, Fault::Unreachable { .. }), "{fault:?}");
    assert_eq!(server.connections(), 0);
}
