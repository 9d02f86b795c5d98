//! The real server on a real socket: what malformed, smuggled and slow requests come to, and what
//! changes when the panel speaks TLS itself.

use crate::panel::{ADMIN, PASSWORD, Panel, VIEWER, Wish};
use kiwideck::web::server::{self, Limits, Listener};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Nothing here takes so long; only what never ends does.
const WITHIN: Duration = Duration::from_secs(20);

async fn served(panel: &Panel) -> SocketAddr {
    served_within(Limits::default(), panel).await
}

async fn served_within(limits: Limits, panel: &Panel) -> SocketAddr {
    let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = tcp.local_addr().unwrap();
    let parts = (Listener::plain(tcp), panel.router());
    let serving = server::serve_within(limits, parts, std::future::pending());
    tokio::spawn(serving);
    address
}

/// All that comes back until the server closes; a reset is an end as well.
async fn answer(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // Whoever is turned away early may be so before all is written.
    let _ = stream.write_all(request.as_bytes()).await;
    let mut bytes = Vec::new();
    let ended = tokio::time::timeout(WITHIN, stream.read_to_end(&mut bytes)).await;
    let _ = ended.expect("the connection goes on");
    String::from_utf8_lossy(&bytes).into_owned()
}

fn statuses(answer: &str) -> Vec<&str> {
    let lines = answer.split("HTTP/1.1 ").skip(1);
    lines.map(|line| &line[..3]).collect()
}

const HOST: &str = "Host: 127.0.0.1:8080\r\n";
/// What a smuggler would have answered besides: with 404, like nothing else here.
const HIDDEN: &str = "GET /hidden HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n";
/// Follows on the same connection, and ends it. It is answered with 200, or not at all.
const LAST: &str = "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nConnection: close\r\n\r\n";
/// Who promises more than there is waits no longer than this.
const SHORT: Duration = Duration::from_millis(300);

fn post(headers: &str, body: &str) -> String {
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    format!("POST /sign-in HTTP/1.1\r\n{HOST}{form}{headers}\r\n{body}")
}

/// Requests that two servers might understand in two ways.
fn ambiguous() -> Vec<String> {
    let length = HIDDEN.len();
    let get = |rest: &str| format!("GET /healthz HTTP/1.1\r\n{rest}\r\n");
    let chunks = format!("0\r\n\r\n{HIDDEN}");
    let whole = chunks.len();
    vec![
        // A length, and chunks as well, in both orders.
        post(
            &format!("Content-Length: {whole}\r\nTransfer-Encoding: chunked\r\n"),
            &chunks,
        ),
        post(
            &format!("Transfer-Encoding: chunked\r\nContent-Length: {whole}\r\n"),
            &chunks,
        ),
        post(
            "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
            &chunks,
        ),
        // Two lengths, or one that is none.
        post(
            &format!("Content-Length: 0\r\nContent-Length: {length}\r\n"),
            HIDDEN,
        ),
        post(&format!("Content-Length: 0, {length}\r\n"), HIDDEN),
        post(&format!("Content-Length: +{length}\r\n"), HIDDEN),
        post("Content-Length: -1\r\n", HIDDEN),
        post("Content-Length: 0x10\r\n", HIDDEN),
        post("Content-Length: 99999999999999999999\r\n", HIDDEN),
        // An encoding that is not quite chunked.
        post("Transfer-Encoding: xchunked\r\n", &chunks),
        post("Transfer-Encoding: chunked, identity\r\n", &chunks),
        post("Transfer-Encoding: \x0bchunked\r\n", &chunks),
        post(
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
            &chunks,
        ),
        post("Transfer-Encoding : chunked\r\n", &chunks),
        post("Transfer-Encoding:\r\n chunked\r\n", &chunks),
        // Chunks whose size is none.
        post("Transfer-Encoding: chunked\r\n", &format!("-1\r\n{HIDDEN}")),
        post(
            "Transfer-Encoding: chunked\r\n",
            &format!("fffffffffffffffff\r\n{HIDDEN}"),
        ),
        post(
            "Transfer-Encoding: chunked\r\n",
            &format!("0x1\r\na\r\n0\r\n\r\n{HIDDEN}"),
        ),
        // Lines that are folded, parted or ended in another way.
        get(&format!("{HOST}X-Folded: a\r\n b\r\n")),
        get(&format!("{HOST}X-Spaced : a\r\n")),
        get(&format!(" {HOST}")),
        get(&format!("{HOST}X-Null: a\0b\r\n")),
        get(&format!("{HOST}X-Return: a\rb\r\n")),
        get(&format!("{HOST}No-Colon\r\n")),
        get(&format!("{HOST}: no name\r\n")),
        // A host that is missing, twice there, or another one in the address.
        get(""),
        get(&format!("{HOST}{HOST}")),
        get(&format!("{HOST}Host: evil.example\r\n")),
        format!("GET http://evil.example/healthz HTTP/1.1\r\n{HOST}\r\n"),
        "GET http://127.0.0.1:8080/healthz HTTP/1.1\r\nHost: evil.example\r\n\r\n".to_owned(),
        "GET /healthz HTTP/1.0\r\n\r\n".to_owned(),
        format!("POST /sign-in HTTP/1.0\r\n{HOST}Transfer-Encoding: chunked\r\n\r\n{chunks}"),
        // First lines that are none.
        format!("GET /healthz HTTP/2.0\r\n{HOST}\r\n"),
        format!("GET /healthz HTTP/1.1 \r\n{HOST}\r\n"),
        format!("GET  /healthz HTTP/1.1\r\n{HOST}\r\n"),
        format!("GET /healthz\r\n{HOST}\r\n"),
        format!("GET /health\0z HTTP/1.1\r\n{HOST}\r\n"),
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(),
        // Too much.
        get(&format!("{HOST}X-Long: {}\r\n", "a".repeat(100 * 1024))),
        get(&format!("{HOST}{}", "X-Many: a\r\n".repeat(100))),
        format!("GET /{} HTTP/1.1\r\n{HOST}\r\n", "a".repeat(100 * 1024)),
    ]
}

#[tokio::test]
async fn t_http_what_can_be_understood_in_two_ways_is_turned_away_and_hides_no_second_request() {
    let panel = Panel::start().await;
    panel.person(VIEWER).await;
    let limits = Limits {
        headers_within: SHORT,
        body_within: SHORT,
        ..Limits::default()
    };
    let address = served_within(limits, &panel).await;
    for request in ambiguous() {
        let answer = answer(address, &format!("{request}{LAST}")).await;
        let short: String = request.chars().take(200).collect();
        let statuses = statuses(&answer);
        let (first, more) = statuses.split_first().unwrap_or((&"none", &[]));
        let is_turned_away = first.starts_with('4') || *first == "none";
        assert!(is_turned_away, "{short:?} got {statuses:?}");
        assert!(matches!(more, [] | ["200"]), "{short:?} got {statuses:?}");
        assert!(!statuses.contains(&"404"), "{short:?} got {statuses:?}");
    }
}

#[tokio::test]
async fn t_http_requests_on_one_connection_are_answered_one_after_the_other() {
    let panel = Panel::start().await;
    panel.person(VIEWER).await;
    let address = served(&panel).await;
    let body = "username=a&password=b";
    let first = post(&format!("Content-Length: {}\r\n", body.len()), body);
    let all = answer(address, &format!("{first}{HIDDEN}{LAST}")).await;
    assert_eq!(statuses(&all), ["422", "404", "200"]);
}

#[tokio::test]
async fn t_http_other_methods_are_answered_with_405_and_the_headers_of_every_page() {
    let panel = Panel::start().await;
    panel.person(VIEWER).await;
    let address = served(&panel).await;
    for line in [
        "TRACE / ",
        "TRACE /sign-in ",
        "TRACK /sign-in ",
        "OPTIONS /sign-in ",
        "OPTIONS * ",
        "CONNECT 127.0.0.1:8080 ",
        "PUT /sign-in ",
        "DELETE /vps/1 ",
        "PROPFIND / ",
        "get /sign-in ",
        "X /nowhere ",
    ] {
        let request =
            format!("{line}HTTP/1.1\r\n{HOST}Cookie: canary=1\r\nContent-Length: 0\r\n\r\n");
        let answer = answer(address, &format!("{request}{LAST}")).await;
        assert_eq!(statuses(&answer), ["405", "200"], "{line}");
        let answer = answer.to_ascii_lowercase();
        assert!(
            answer.contains("content-security-policy: default-src 'none'"),
            "{line}"
        );
        assert!(!answer.contains("canary"), "{line} is echoed");
    }
}

#[tokio::test]
async fn r_slow_a_body_that_trickles_in_is_given_up() {
    let panel = Panel::start().await;
    panel.person(VIEWER).await;
    let limits = Limits {
        body_within: Duration::from_millis(200),
        ..Limits::default()
    };
    let address = served_within(limits, &panel).await;
    let stream = TcpStream::connect(address).await.unwrap();
    let (mut reading, mut writing) = stream.into_split();
    let head = post("Content-Length: 10000\r\n", "");
    writing.write_all(head.as_bytes()).await.unwrap();
    let trickling = tokio::spawn(async move {
        while writing.write_all(b"a").await.is_ok() {
            tokio::time::sleep(limits.body_within / 10).await;
        }
    });
    let mut bytes = Vec::new();
    let ended = tokio::time::timeout(WITHIN, reading.read_to_end(&mut bytes)).await;
    let _ = ended.expect("it goes on");
    assert_eq!(statuses(&String::from_utf8_lossy(&bytes)), ["408"]);
    trickling.await.unwrap();
}

fn with_tls(more: &[(&'static str, &str)]) -> Wish {
    // They are read where the port is opened, and these tests need no port.
    let files = [
        ("TLS_CERT", "/nowhere/tls.crt"),
        ("TLS_KEY", "/nowhere/tls.key"),
    ];
    let settings = files.iter().chain(more);
    Wish {
        settings: settings
            .map(|(name, value)| (*name, (*value).to_owned()))
            .collect(),
        ..Wish::default()
    }
}

#[tokio::test]
async fn with_tls_the_cookie_is_bound_to_https_and_to_the_host() {
    let panel = Panel::with(with_tls(&[])).await;
    let (_, name) = panel.person(VIEWER).await;
    let fields = [("username", name.as_str()), ("password", PASSWORD)];
    let signed_in = panel
        .stranger()
        .submit("/sign-in", &fields)
        .await
        .expect(303);
    let cookie = signed_in.header("set-cookie").unwrap();
    assert!(
        cookie.starts_with("__Host-kiwideck="),
        "the name is another"
    );
    assert!(cookie.contains("Secure") && cookie.contains("HttpOnly"));
}

#[tokio::test]
async fn t_csrf_with_tls_only_a_page_that_came_over_https_is_the_panels() {
    let panel = Panel::with(with_tls(&[])).await;
    let admin = panel.sign_in(ADMIN).await;
    let theme = [("theme", "dark")];
    for (origin, status) in [
        ("https://127.0.0.1:8080", 303),
        ("http://127.0.0.1:8080", 403),
        ("https://127.0.0.1", 403),
    ] {
        let headers = [("origin", origin)];
        admin
            .submit_with("/theme", &headers, &theme)
            .await
            .expect(status);
    }
}

#[tokio::test]
async fn t_host_with_tls_too_only_the_public_host_is_answered() {
    let panel = Panel::with(with_tls(&[])).await;
    let stranger = panel.stranger();
    for host in ["ops.example.com", "192.0.2.1:8443", "evil.example"] {
        let answer = stranger.at_host(host).open("/setup").await.expect(421);
        answer.must_show("KIWIDECK_PUBLIC_URL");
    }
    let loopback = stranger
        .at_host("localhost:8443")
        .open("/setup")
        .await
        .expect(200);
    // A browser would keep it for localhost, on every port and for a year.
    assert!(loopback.header("strict-transport-security").is_none());
    let public_url = ("PUBLIC_URL", "https://ops.example.com/");
    let panel = Panel::with(with_tls(&[public_url])).await;
    let page = panel.stranger().open("/setup").await.expect(200);
    assert!(page.header("strict-transport-security").is_some());
    panel
        .stranger()
        .at_host("localhost")
        .open("/setup")
        .await
        .expect(421);
}

#[tokio::test]
async fn t_host_an_address_in_the_first_line_has_to_be_ours_below_a_path_as_well() {
    let panel = Panel::with(Wish::at("https://ops.example.com/kiwi/")).await;
    let address = served(&panel).await;
    for (host, status) in [("ops.example.com", "200"), ("evil.example", "421")] {
        let line = format!("GET https://{host}/kiwi/healthz HTTP/1.1");
        let request = format!("{line}\r\nHost: ops.example.com\r\nConnection: close\r\n\r\n");
        let answer = answer(address, &request).await;
        assert_eq!(statuses(&answer), [status], "{host}");
    }
}

#[tokio::test]
async fn r_slow_a_body_that_no_page_reads_ends_with_its_answer() {
    let panel = Panel::start().await;
    let address = served(&panel).await;
    let request = format!("GET /healthz HTTP/1.1\r\n{HOST}Content-Length: 10000\r\n\r\na");
    let answer = answer(address, &request).await;
    assert_eq!(statuses(&answer), ["200"]);
}

#[tokio::test]
async fn t_xff_whoever_passes_addresses_on_unasked_is_noted_and_a_trusted_proxy_is_not() {
    let trusted = Wish {
        settings: vec![("TRUSTED_PROXIES", "127.0.0.1".to_owned())],
        ..Wish::default()
    };
    for name in [
        "x-forwarded-for",
        "forwarded",
        "x-real-ip",
        "cf-connecting-ip",
    ] {
        let headers = [(name, "203.0.113.9")];
        let panel = Panel::start().await;
        let now_s = panel.clock.now_s();
        panel.stranger().open("/healthz").await.expect(200);
        assert_eq!(panel.app.hops.last(now_s), None);
        panel.stranger().submit_with("/theme", &headers, &[]).await;
        let hop = panel.app.hops.last(now_s).expect(name);
        assert_eq!(
            (hop.peer.to_string().as_str(), hop.at_s),
            ("127.0.0.1", now_s)
        );
        let panel = Panel::with(trusted.clone()).await;
        panel.stranger().submit_with("/theme", &headers, &[]).await;
        assert_eq!(panel.app.hops.last(now_s), None);
    }
}
