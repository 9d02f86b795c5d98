//! Clients that are slow, stuck, many, or speak something else.

use super::*;
use axum::routing::get;
use tokio::io::AsyncReadExt;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

mod tls;

const WITHIN: Duration = Duration::from_secs(5);

/// With room for one, and patience for a moment.
const SHORT: Limits = Limits {
    headers_within: Duration::from_millis(200),
    body_within: Duration::from_millis(200),
    stuck_within: Duration::from_millis(200),
    connections_max: 1,
    stop_within: Duration::from_millis(50),
    renew_every: Duration::from_millis(20),
};

/// A server that ends with its test, or when it is told.
struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

impl Server {
    async fn start(limits: Limits) -> Server {
        Server::with(limits, None).await
    }

    async fn with(limits: Limits, certificate: Option<Arc<Certificate>>) -> Server {
        let long = "x".repeat(32 * 1024 * 1024);
        let router = Router::new()
            .route("/", get(|| async { "here" }))
            .route("/long", get(move || async move { long.clone() }));
        let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = tcp.local_addr().unwrap();
        let listener = Listener { tcp, certificate };
        let (stop, stopped) = oneshot::channel();
        let stopped = async { drop(stopped.await) };
        let serving = tokio::spawn(serve_within(limits, (listener, router), stopped));
        Server {
            address,
            stop,
            serving,
        }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    async fn ask(&self, path: &str) -> TcpStream {
        let mut client = self.connect().await;
        let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        client.write_all(request.as_bytes()).await.unwrap();
        client
    }
}

/// All that comes until the connection ends, which it must. A reset is an end as well.
async fn rest<S: AsyncRead + Unpin>(mut stream: S) -> String {
    let mut bytes = Vec::new();
    let ended = tokio::time::timeout(WITHIN, stream.read_to_end(&mut bytes)).await;
    let _ = ended.expect("the connection goes on");
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test]
async fn r_stop_it_stops_while_every_connection_is_taken() {
    let limits = Limits {
        headers_within: WITHIN,
        ..SHORT
    };
    let server = Server::start(limits).await;
    let mut taken = server.connect().await;
    taken.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
    let mut waiting = server.ask("/").await;
    let mut byte = [0; 1];
    let answer = tokio::time::timeout(Duration::from_millis(100), waiting.read(&mut byte));
    assert!(answer.await.is_err(), "there was room for a second");
    server.stop.send(()).unwrap();
    let ended = tokio::time::timeout(WITHIN, server.serving).await;
    ended.expect("it goes on").unwrap();
}

#[tokio::test]
async fn r_slow_a_client_that_does_not_read_its_response_loses_its_connection() {
    let server = Server::start(SHORT).await;
    let _stuck = server.ask("/long").await;
    let response = rest(server.ask("/").await).await;
    assert!(response.ends_with("here"), "{response}");
}

#[tokio::test]
async fn r_slow_half_a_header_or_none_at_all_loses_its_connection() {
    let server = Server::start(SHORT).await;
    for begun in [
        "",
        "G",
        "GET / HTTP/1.1\r\n",
        "GET / HTTP/1.1\r\nhost: x\r\nx-half",
    ] {
        let mut slow = server.connect().await;
        slow.write_all(begun.as_bytes()).await.unwrap();
        let response = rest(server.ask("/").await).await;
        assert!(response.ends_with("here"), "{begun:?} keeps the room");
        assert!(!rest(slow).await.contains("200 OK"), "{begun:?}");
    }
}

#[tokio::test]
async fn r_slow_a_header_that_grows_byte_by_byte_has_no_longer() {
    let server = Server::start(SHORT).await;
    let mut slow = server.connect().await;
    slow.write_all(b"GET / HTTP/1.1\r\nx-slow: ").await.unwrap();
    let began = tokio::time::Instant::now();
    while slow.write_all(b"x").await.is_ok() {
        assert!(began.elapsed() < WITHIN, "it goes on");
        tokio::time::sleep(SHORT.headers_within / 10).await;
    }
}
