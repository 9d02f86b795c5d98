//! The HTTP server: accepts connections, gives a client ten seconds for its headers, gives up one
//! that does not read its response, and lets what runs finish when the panel stops.

use super::patience::Patient;
use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper::server::conn::http1::Builder;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::ServiceExt;

/// How much of the server's time and room clients get.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// A client has so long for its headers.
    headers_within: Duration,
    /// A response of which the client takes nothing for so long is given up.
    stuck_within: Duration,
    /// So many connections at a time; more wait. There is no lower limit for one address: behind a
    /// proxy all come from one.
    connections_max: usize,
    /// After the sign to stop, open requests have so long.
    stop_within: Duration,
}

const LIMITS: Limits = Limits {
    headers_within: Duration::from_secs(10),
    stuck_within: Duration::from_secs(15),
    connections_max: 1024,
    stop_within: Duration::from_secs(12),
};

/// Serves until `stop` is done, then lets open requests finish.
pub async fn serve(listener: TcpListener, router: Router, stop: impl Future<Output = ()>) {
    serve_within(LIMITS, (listener, router), stop).await;
}

async fn serve_within(
    limits: Limits,
    (listener, router): (TcpListener, Router),
    stop: impl Future<Output = ()>,
) {
    let room = Arc::new(Semaphore::new(limits.connections_max));
    let graceful = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        tokio::select! {
            accepted = accept(&listener, &room) => match accepted {
                Ok(client) => begin(&graceful, router.clone(), limits, client),
                // Too many open files, most likely: a moment later there may be room.
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            },
            () = &mut stop => break,
        }
    }
    drop(listener);
    if tokio::time::timeout(limits.stop_within, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("some requests did not finish in time");
    }
}

/// A connection, with the room it takes.
struct Client {
    stream: TcpStream,
    peer: SocketAddr,
    room: OwnedSemaphorePermit,
}

/// The next connection, as soon as there is room for it.
async fn accept(listener: &TcpListener, room: &Arc<Semaphore>) -> std::io::Result<Client> {
    let room = room.clone().acquire_owned().await;
    let room = room.map_err(std::io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    Ok(Client { stream, peer, room })
}

fn begin(graceful: &GracefulShutdown, router: Router, limits: Limits, client: Client) {
    let Client { stream, peer, room } = client;
    let service = hyper::service::service_fn(move |mut request: Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().oneshot(request)
    });
    let stream = TokioIo::new(Patient::new(stream, limits.stuck_within));
    let connection = Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.headers_within)
        .max_headers(100)
        .max_buf_size(64 * 1024)
        .serve_connection(stream, service);
    let connection = graceful.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, %peer, "a connection ended early");
        }
        drop(room);
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::sync::oneshot;
    use tokio::task::JoinHandle;

    const WITHIN: Duration = Duration::from_secs(5);

    /// A server with room for this many, its address, what stops it, and its end.
    async fn server(connections_max: usize) -> (SocketAddr, oneshot::Sender<()>, JoinHandle<()>) {
        let long = "x".repeat(32 * 1024 * 1024);
        let router = Router::new()
            .route("/", get(|| async { "here" }))
            .route("/long", get(move || async move { long.clone() }));
        let limits = Limits {
            stuck_within: Duration::from_millis(200),
            connections_max,
            stop_within: Duration::from_millis(50),
            ..LIMITS
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let stopped = async { drop(stopped.await) };
        let serving = tokio::spawn(serve_within(limits, (listener, router), stopped));
        (address, stop, serving)
    }

    async fn ask(address: SocketAddr, path: &str) -> TcpStream {
        let mut client = TcpStream::connect(address).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        client.write_all(request.as_bytes()).await.unwrap();
        client
    }

    #[tokio::test]
    async fn r_stop_it_stops_while_every_connection_is_taken() {
        let (address, stop, serving) = server(1).await;
        let mut taken = TcpStream::connect(address).await.unwrap();
        taken.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
        let mut waiting = ask(address, "/").await;
        let mut byte = [0; 1];
        let answer = tokio::time::timeout(Duration::from_millis(100), waiting.read(&mut byte));
        assert!(answer.await.is_err(), "there was room for a second");
        stop.send(()).unwrap();
        let ended = tokio::time::timeout(WITHIN, serving).await;
        ended.expect("it goes on").unwrap();
    }

    #[tokio::test]
    async fn r_slow_a_client_that_does_not_read_its_response_loses_its_connection() {
        let (address, _stop, _serving) = server(1).await;
        let _stuck = ask(address, "/long").await;
        let mut next = ask(address, "/").await;
        let mut response = String::new();
        let answer = tokio::time::timeout(WITHIN, next.read_to_string(&mut response)).await;
        answer.expect("no room was made").unwrap();
        assert!(response.ends_with("here"), "{response}");
    }
}
