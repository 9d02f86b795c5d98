//! What leaves: the form of the request, where it goes, and what the log says of it.

use super::server::{Conduct, Server, http};
use super::{KEY, ask, client, tell};
use crate::kiwivm::client::{Client, Upstream, UpstreamError};
use crate::kiwivm::error::Fault;
use std::sync::{Arc, Mutex};
use url::Url;

const SUCCESS: &str = r#"{"error":0}"#;

fn client_of(base: &str, proxy: Option<&str>) -> Result<Client, UpstreamError> {
    let mut upstream = Upstream::new(base.parse().unwrap());
    upstream.proxy = proxy.map(|proxy| proxy.parse().unwrap());
    Client::new(upstream)
}

#[tokio::test]
async fn a_call_is_one_urlencoded_post_without_a_query() {
    let server = Server::saying(200, SUCCESS).await;
    let parameters = [("snapshot", "a&b=c \u{4e2d}"), ("sticky", "1")];
    tell(&client(&server), "snapshot/toggleSticky", &parameters)
        .await
        .unwrap();
    let heard = server.heard();
    let [request] = &heard[..] else {
        panic!("{heard:?}")
    };
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let head = head.to_ascii_lowercase();
    assert!(
        head.starts_with("post /v1/snapshot/togglesticky http/1.1\r\n"),
        "{head}"
    );
    assert!(head.contains("\r\ncontent-type: application/x-www-form-urlencoded"));
    assert!(head.contains(concat!(
        "\r\nuser-agent: kiwideck/",
        env!("CARGO_PKG_VERSION")
    )));
    for absent in [
        "referer",
        "accept-encoding",
        "cookie",
        "authorization",
        "private_",
    ] {
        assert!(!head.contains(absent), "{head}");
    }
    let expected = format!("veid=999999&api_key={KEY}&snapshot=a%26b%3Dc+%E4%B8%AD&sticky=1");
    assert_eq!(body, expected);
}

#[tokio::test]
async fn line_breaks_leave_as_lf() {
    let server = Server::saying(200, SUCCESS).await;
    let script = [("command", "a\r\nb\rc\n\r\nd")];
    tell(&client(&server), "basicShell/exec", &script)
        .await
        .unwrap();
    assert!(server.heard()[0].ends_with("&command=a%0Ab%0Ac%0A%0Ad"));
}

#[tokio::test]
async fn t_up_redir_the_other_host_hears_nothing() {
    let other = Server::saying(200, SUCCESS).await;
    for status in [301, 302, 303, 307, 308] {
        let elsewhere = format!(
            "HTTP/1.1 {status} X\r\nLocation: {}\r\nContent-Length: 11\r\n\r\n{SUCCESS}",
            other.base()
        );
        let server = Server::start(Conduct::Say(elsewhere.into_bytes())).await;
        for name in ["getServiceInfo", "restart"] {
            let fault = ask(&client(&server), name).await.unwrap_err();
            assert!(
                matches!(fault, Fault::Nonsense { status: s, .. } if s == status),
                "{fault:?}"
            );
        }
        assert_eq!(server.heard().len(), 2);
    }
    assert_eq!(other.connections(), 0);
}

#[test]
fn t_up_tls_a_key_never_travels_in_the_clear() {
    for base in [
        "http://198.51.100.7/v1",
        "http://api.example.com/v1",
        "ftp://127.0.0.1/",
    ] {
        assert_eq!(
            client_of(base, None).unwrap_err(),
            UpstreamError::NotHttps,
            "{base}"
        );
    }
    for base in [
        "http://127.0.0.1:8/v1",
        "http://[::1]:8/",
        "http://localhost/",
        "https://api.example.com/v1",
    ] {
        client_of(base, None).unwrap();
    }
    let proxy = Some("http://proxy.example.com:3128");
    assert_eq!(
        client_of("http://127.0.0.1/", proxy).unwrap_err(),
        UpstreamError::ProxyInClear
    );
    client_of("https://api.example.com/v1", proxy).unwrap();
}

#[test]
fn an_address_with_more_in_it_is_refused() {
    for base in [
        "https://name@api.example.com/",
        "https://:word@api.example.com/",
        "https://api.example.com/?a=b",
        "https://api.example.com/#a",
    ] {
        assert_eq!(
            client_of(base, None).unwrap_err(),
            UpstreamError::NotPlain,
            "{base}"
        );
    }
}

#[test]
fn time_cannot_be_stretched_or_stopped() {
    for time_scale in [0.0, -1.0, 2.0, f64::NAN, f64::INFINITY] {
        let mut upstream = Upstream::new("https://api.example.com/".parse().unwrap());
        upstream.time_scale = time_scale;
        assert_eq!(Client::new(upstream).unwrap_err(), UpstreamError::TimeScale);
    }
}

#[tokio::test]
async fn a_configured_proxy_is_used_and_its_password_not_shown() {
    let server = Server::saying(200, SUCCESS).await;
    let proxy = Server::saying(200, SUCCESS).await;
    let mut upstream = Upstream::new(server.base());
    let address: Url = format!("http://name:s3cret-word@127.0.0.1:{}", proxy.port)
        .parse()
        .unwrap();
    upstream.proxy = Some(address);
    assert!(!format!("{upstream:?}").contains("s3cret-word"));
    ask(&Client::new(upstream).unwrap(), "getServiceInfo")
        .await
        .unwrap();
    assert_eq!(server.connections(), 0);
    assert!(proxy.heard()[0].starts_with(&format!("POST {}getServiceInfo ", server.base())));
}

#[derive(Clone, Default)]
struct Page(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Page {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn t_secret_leak_the_log_at_its_most_talkative_holds_no_key_and_no_parameter() {
    let page = Page::default();
    let writer = page.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let reply = http(
        200,
        format!(r#"{{"error":0,"password":"R00t-w0rd","echo":"{KEY}"}}"#),
    );
    let server = Server::start(Conduct::Say(reply)).await;
    let command = [("command", "T0p-s3cret")];
    // While there is one subscriber alone, `tracing` has the thread that reaches a line of code first
    // decide for all whether it is logged, and that thread may be another test's, without a log. With
    // a second one it asks them all.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let _guard = tracing::subscriber::set_default(subscriber);
    let reply = tell(&client(&server), "basicShell/exec", &command)
        .await
        .unwrap();
    let log = String::from_utf8(page.0.lock().unwrap().clone()).unwrap();
    assert!(
        log.contains("basicShell/exec") && log.contains("took_ms"),
        "{log}"
    );
    for hidden in [KEY, "T0p-s3cret", "R00t-w0rd"] {
        assert!(!log.contains(hidden), "{log}");
        assert!(!format!("{reply:?}").contains(hidden));
    }
    assert_eq!(reply.fields["echo"], "***");
}
