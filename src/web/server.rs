//! The HTTP server: accepts connections, gives a client ten seconds for its handshake and for its
//! headers, gives up one that does not read its response, and lets what runs finish when the panel
//! stops.

mod tls;

use super::patience::Patient;
use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper::server::conn::http1::Builder;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use std::convert::Infallible;
use std::future::Future;
use std::io::{Error, ErrorKind};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
pub use tls::{Certificate, TlsError};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_rustls::{TlsAcceptor, server::TlsStream};
use tower::ServiceExt;

/// How much of the server's time and room clients get. Tests give them less.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// A client has so long for its headers, and before that so long for a TLS handshake.
    pub headers_within: Duration,
    /// A client has so long for the whole body of a request.
    pub body_within: Duration,
    /// A response of which the client takes nothing for so long is given up.
    pub stuck_within: Duration,
    /// So many connections at a time; more wait. There is no lower limit for one address: behind a
    /// proxy all come from one.
    pub connections_max: usize,
    /// After the sign to stop, open requests have so long.
    pub stop_within: Duration,
    /// How often the files of the certificate are looked at.
    pub renew_every: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            headers_within: Duration::from_secs(10),
            body_within: Duration::from_secs(30),
            stuck_within: Duration::from_secs(15),
            connections_max: 1024,
            stop_within: Duration::from_secs(12),
            renew_every: Duration::from_secs(60),
        }
    }
}

/// The answer to a browser that says `http://` to a port that speaks TLS. To send it on to https
/// would need the address that it typed, which it has not said yet.
const SPEAK_TLS: &[u8] = b"HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain\r\n\
    connection: close\r\n\r\n\
    Kiwideck speaks https here: begin the address with https://\n";

/// Where the panel listens.
#[derive(Debug)]
pub struct Listener {
    /// The port.
    pub tcp: TcpListener,
    /// With it, the panel speaks TLS.
    pub certificate: Option<Arc<Certificate>>,
}

impl Listener {
    /// A port that speaks plain http.
    #[must_use]
    pub fn plain(tcp: TcpListener) -> Listener {
        Listener {
            tcp,
            certificate: None,
        }
    }
}

/// Serves until `stop` is done, then lets open requests finish.
pub async fn serve(listener: Listener, router: Router, stop: impl Future<Output = ()>) {
    serve_within(Limits::default(), (listener, router), stop).await;
}

/// The same within other limits.
pub async fn serve_within(
    limits: Limits,
    (listener, router): (Listener, Router),
    stop: impl Future<Output = ()>,
) {
    let Listener { tcp, certificate } = listener;
    let room = Arc::new(Semaphore::new(limits.connections_max));
    let graceful = GracefulShutdown::new();
    let mut renewing = std::pin::pin!(keep_renewed(certificate.as_ref(), limits));
    let mut stop = std::pin::pin!(stop);
    loop {
        tokio::select! {
            accepted = accept(&tcp, &room) => match accepted {
                Ok(client) => {
                    let acceptor = certificate.as_ref().map(|certificate| certificate.acceptor());
                    let serving = Serving { limits, router: router.clone(), acceptor };
                    tokio::spawn(serving.converse(client, graceful.watcher()));
                }
                // Too many open files, most likely: a moment later there may be room.
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            },
            never = &mut renewing => match never {},
            () = &mut stop => break,
        }
    }
    drop(tcp);
    finish(graceful, limits).await;
}

async fn finish(graceful: GracefulShutdown, limits: Limits) {
    if tokio::time::timeout(limits.stop_within, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("some requests did not finish in time");
    }
}

async fn keep_renewed(certificate: Option<&Arc<Certificate>>, limits: Limits) -> Infallible {
    match certificate {
        Some(certificate) => tls::keep_renewed(certificate, limits.renew_every).await,
        None => std::future::pending().await,
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
    let room = room.map_err(Error::other)?;
    let (stream, peer) = listener.accept().await?;
    Ok(Client { stream, peer, room })
}

/// What one connection is served with.
struct Serving {
    limits: Limits,
    router: Router,
    acceptor: Option<TlsAcceptor>,
}

impl Serving {
    /// From the first byte to the last; then there is room again.
    async fn converse(self, client: Client, watcher: Watcher) {
        let Client { stream, peer, room } = client;
        let ended = match &self.acceptor {
            None => {
                let stream = Patient::new(stream, self.limits.stuck_within);
                self.speak_http(stream, peer, watcher).await
            }
            Some(acceptor) => match self.shake_hands(acceptor, stream).await {
                Ok(stream) => self.speak_http(stream, peer, watcher).await,
                Err(error) => Err(error),
            },
        };
        if let Err(error) = ended {
            tracing::debug!(%error, %peer, "a connection ended early");
        }
        drop(room);
    }

    /// The handshake holds room like any connection, and so it has to end.
    async fn shake_hands(
        &self,
        acceptor: &TlsAcceptor,
        stream: TcpStream,
    ) -> std::io::Result<TlsStream<Patient<TcpStream>>> {
        let handshake = async {
            let stream = without_plain_http(stream).await?;
            // Below TLS: what counts is whether the client takes what is on the wire.
            let stream = Patient::new(stream, self.limits.stuck_within);
            acceptor.accept(stream).await
        };
        tokio::time::timeout(self.limits.headers_within, handshake)
            .await
            .map_err(|_| Error::from(ErrorKind::TimedOut))?
    }

    async fn speak_http<S>(
        &self,
        stream: S,
        peer: SocketAddr,
        watcher: Watcher,
    ) -> std::io::Result<()>
    where
        S: AsyncRead + AsyncWrite + Unpin + 'static,
    {
        let (router, limits) = (self.router.clone(), self.limits);
        let service =
            hyper::service::service_fn(move |mut request: Request<hyper::body::Incoming>| {
                request.extensions_mut().insert(ConnectInfo(peer));
                // The guard reads the body, and keeps this one.
                request.extensions_mut().insert(limits);
                router.clone().oneshot(request)
            });
        let connection = Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.limits.headers_within)
            .max_headers(100)
            // The buffer's size alone lets a header through that came in one piece.
            .max_header_size(64 * 1024)
            .max_buf_size(64 * 1024)
            .serve_connection(TokioIo::new(stream), service);
        watcher.watch(connection).await.map_err(Error::other)
    }
}

/// A handshake begins with the number 22, a method of HTTP with a capital letter.
async fn without_plain_http(mut stream: TcpStream) -> std::io::Result<TcpStream> {
    let mut first = [0];
    stream.peek(&mut first).await?;
    if !first[0].is_ascii_uppercase() {
        return Ok(stream);
    }
    // Closed on bytes that nobody has read, a connection takes its answer along.
    stream.try_read(&mut [0; 16 * 1024])?;
    stream.write_all(SPEAK_TLS).await?;
    stream.shutdown().await?;
    Err(Error::new(ErrorKind::InvalidData, "plain http"))
}

#[cfg(test)]
mod tests;
