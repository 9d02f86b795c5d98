//! `kiwideck healthcheck`: asks the running panel on this machine whether it answers, for images
//! that have no shell. One plain request over loopback needs no HTTP library.

use super::CommandError;
use crate::config::Config;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The panel has so long to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

pub(super) async fn run() -> Result<(), CommandError> {
    let config = Config::from_environment()?;
    let address = reachable(config.listen);
    let failed = |why: &str| CommandError::Said(format!("the panel at {address} {why}"));
    let asked = tokio::time::timeout(ANSWER_WITHIN, status_line(&config, address)).await;
    match asked {
        Err(_) => Err(failed("does not answer in time")),
        Ok(Err(error)) => Err(failed(&format!("does not answer: {error}"))),
        Ok(Ok(line)) if line.starts_with("HTTP/1.1 200 ") => Ok(()),
        Ok(Ok(line)) => Err(failed(&format!("answers {line:?}"))),
    }
}

async fn status_line(config: &Config, address: SocketAddr) -> std::io::Result<String> {
    let host = match &config.public_url {
        Some(url) => url.host.clone(),
        None => format!("localhost:{}", address.port()),
    };
    let path = format!("{}/healthz", config.base());
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(4096).read_to_end(&mut answer).await?;
    let answer = String::from_utf8_lossy(&answer);
    Ok(answer.lines().next().unwrap_or_default().to_owned())
}

/// A panel that listens everywhere is reached over loopback.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}
