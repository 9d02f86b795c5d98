//! `kiwideck healthcheck`: asks the running panel on this machine whether it answers, for images
//! that have no shell.

use super::CommandError;
use crate::config::Config;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

pub(super) async fn run() -> Result<(), CommandError> {
    let config = Config::from_environment()?;
    let address = reachable(config.listen);
    let host = match &config.public_url {
        Some(url) => url.host.clone(),
        None => format!("localhost:{}", address.port()),
    };
    let url = format!("http://{address}{}/healthz", config.base());
    let failed = |why: String| CommandError::Said(format!("{url} does not answer: {why}"));
    let client = reqwest::Client::builder()
        .no_proxy()
        .timeout(Duration::from_secs(5))
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(|error| failed(error.to_string()))?;
    let response = client
        .get(&url)
        .header("host", host)
        .send()
        .await
        .map_err(|error| failed(error.to_string()))?;
    match response.status() {
        status if status.is_success() => Ok(()),
        status => Err(failed(status.to_string())),
    }
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
