//! Where the person sits who sent a request. A header is believed only from a proxy that the settings name.

use crate::app::App;
use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use axum::http::{HeaderName, header};
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// By these a proxy passes a client's address on. Only the first is ever believed.
const PASSED_ON: [HeaderName; 4] = [
    FORWARDED_FOR,
    header::FORWARDED,
    HeaderName::from_static("x-real-ip"),
    HeaderName::from_static("cf-connecting-ip"),
];

/// Where the person sits: the peer, or, behind trusted proxies, the right-most hop that is not one
/// of them. A proxy that nobody named is noted, for an admin to see.
pub(super) fn client_address(app: &App, parts: &Parts) -> IpAddr {
    let peer = parts
        .extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip())
        .to_canonical();
    let trusted = &app.config.trusted_proxies;
    let passes_on = PASSED_ON
        .iter()
        .any(|name| parts.headers.contains_key(name));
    if passes_on && !is_among(trusted, peer) {
        app.hops.note(peer, app.clock.now_s());
    }
    let headers = parts.headers.get_all(FORWARDED_FOR).iter();
    let hops: Vec<&[u8]> = headers
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b','))
        .collect();
    right_most_untrusted(peer, &hops, trusted)
}

fn is_among(networks: &[IpNet], address: IpAddr) -> bool {
    networks.iter().any(|network| network.contains(&address))
}

/// Walks the hops from the right. One that is no address ends the walk: whoever wrote what stands
/// left of it is not believed either.
fn right_most_untrusted(peer: IpAddr, hops: &[&[u8]], trusted: &[IpNet]) -> IpAddr {
    let mut address = peer;
    for hop in hops.iter().rev() {
        let hop = std::str::from_utf8(hop)
            .ok()
            .and_then(|hop| hop.trim().parse::<IpAddr>().ok());
        match hop {
            Some(hop) if is_among(trusted, address) => address = hop.to_canonical(),
            _ => break,
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn t_xff_only_the_right_most_untrusted_hop_behind_a_trusted_proxy_counts() {
        let trusted = ["192.0.2.0/24".parse().unwrap()];
        let (proxy, person) = (address("192.0.2.1"), address("203.0.113.9"));
        let from = |peer, header: &str| {
            let hops: Vec<&[u8]> = header.as_bytes().split(|byte| *byte == b',').collect();
            right_most_untrusted(peer, &hops, &trusted)
        };
        assert_eq!(from(person, "198.51.100.1"), person);
        assert_eq!(from(proxy, "198.51.100.1, 203.0.113.9"), person);
        assert_eq!(from(proxy, "203.0.113.9,192.0.2.1"), person);
        assert_eq!(from(proxy, ""), proxy);
        assert_eq!(from(proxy, "198.51.100.1, x, 203.0.113.9"), person);
        assert_eq!(from(proxy, "198.51.100.1, 203.0.113.9, x"), proxy);
        assert_eq!(
            right_most_untrusted(proxy, &[b"\xff\xfe", b" 203.0.113.9"], &trusted),
            person
        );
        assert_eq!(
            right_most_untrusted(person, &[b"198.51.100.1"], &[]),
            person
        );
    }
}
