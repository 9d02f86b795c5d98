//! A server that hears HTTP requests, writes them down, and answers with raw bytes.

use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

/// What a server does with a request.
#[derive(Clone)]
pub(super) enum Conduct {
    /// Answers and closes.
    Say(Vec<u8>),
    /// Answers and keeps the connection for the next request.
    SayAndKeep(Vec<u8>),
    /// Answers and says no more, but holds the line.
    SayAndHang(Vec<u8>),
    /// Answers the first request of a connection and closes at the second.
    SayOnceThenClose(Vec<u8>),
    /// Answers the first bytes at once, then zeros without end, with this pause between.
    Drip(Vec<u8>, Duration),
    /// Ends the connection with a reset.
    Reset,
    /// Does not even read: resets each connection.
    ResetUnheard,
}

/// A server on loopback; it stops when the test's runtime does.
pub(super) struct Server {
    pub(super) port: u16,
    heard: Arc<Mutex<Vec<String>>>,
    connections: Arc<Mutex<usize>>,
}

impl Server {
    pub(super) async fn start(conduct: Conduct) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Server {
            port: listener.local_addr().unwrap().port(),
            heard: Arc::default(),
            connections: Arc::default(),
        };
        let (heard, connections) = (server.heard.clone(), server.connections.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                *connections.lock().unwrap() += 1;
                tokio::spawn(converse(stream, conduct.clone(), heard.clone()));
            }
        });
        server
    }

    pub(super) async fn saying(status: u16, body: &str) -> Server {
        Server::start(Conduct::Say(http(status, body))).await
    }

    pub(super) fn base(&self) -> Url {
        format!("http://127.0.0.1:{}/v1/", self.port)
            .parse()
            .unwrap()
    }

    /// Every whole request, head and body.
    pub(super) fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }

    pub(super) fn connections(&self) -> usize {
        *self.connections.lock().unwrap()
    }
}

/// A reply as KiwiVM frames it.
pub(super) fn http(status: u16, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let length = body.len();
    let mut reply = format!(
        "HTTP/1.1 {status} X\r\nContent-Type: text/plain;charset=UTF-8\r\nContent-Length: {length}\r\n\r\n"
    )
    .into_bytes();
    reply.extend_from_slice(body);
    reply
}

async fn converse(mut stream: TcpStream, conduct: Conduct, heard: Arc<Mutex<Vec<String>>>) {
    if matches!(conduct, Conduct::ResetUnheard) {
        stream.set_zero_linger().unwrap();
        return;
    }
    let mut requests = 0;
    while let Some(request) = request(&mut stream).await {
        heard.lock().unwrap().push(request);
        requests += 1;
        if !answer(&mut stream, &conduct, requests).await {
            return;
        }
    }
}

/// Answers one request; whether there may be another.
async fn answer(stream: &mut TcpStream, conduct: &Conduct, requests: usize) -> bool {
    match conduct {
        Conduct::Say(bytes) => {
            // Whoever hangs up in the middle is not this server's concern.
            let _ = stream.write_all(bytes).await;
            let _ = stream.shutdown().await;
        }
        Conduct::SayAndKeep(bytes) => return stream.write_all(bytes).await.is_ok(),
        Conduct::SayAndHang(bytes) => {
            let _ = stream.write_all(bytes).await;
            std::future::pending::<()>().await;
        }
        Conduct::SayOnceThenClose(bytes) => {
            return requests == 1 && stream.write_all(bytes).await.is_ok();
        }
        Conduct::Drip(bytes, pause) => drip(stream, bytes, *pause).await,
        Conduct::Reset | Conduct::ResetUnheard => stream.set_zero_linger().unwrap(),
    }
    false
}

async fn drip(stream: &mut TcpStream, beginning: &[u8], pause: Duration) {
    let _ = stream.write_all(beginning).await;
    let drop: &[u8] = match pause.is_zero() {
        true => &[b'0'; 65_536],
        false => b"0",
    };
    while stream.write_all(drop).await.is_ok() {
        tokio::time::sleep(pause).await;
    }
}

/// One whole request, or none when the other side hangs up.
pub(super) async fn request(stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if is_whole(&text) {
            return Some(text);
        }
    }
}

fn is_whole(request: &str) -> bool {
    let Some((head, body)) = request.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head
        .lines()
        .find_map(|line| {
            line.to_ascii_lowercase()
                .strip_prefix("content-length:")
                .map(str::to_owned)
        })
        .map_or(0, |length| length.trim().parse().unwrap());
    body.len() >= length
}
