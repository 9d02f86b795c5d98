//! Whether a request names our host, and comes from one of our own pages.

use crate::app::App;
use crate::config::Config;
use crate::error::Error;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, header};

/// Hosts that mean this machine, on any port: good while no public URL is set.
const LOOPBACK_NAMES: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Turns away who came by a host that is not ours.
pub(super) fn check_host(app: &App, parts: &Parts) -> Result<(), Error> {
    let host = host(parts);
    let ours = match &app.config.public_url {
        Some(url) => host == url.host,
        None => LOOPBACK_NAMES.contains(&without_port(&host)),
    };
    if ours {
        Ok(())
    } else {
        Err(Error::ForeignHost(host))
    }
}

/// The host that a request names. A second Host header, or an address with another host than the
/// header, stays beside the first: together they are nobody's.
pub(in crate::web) fn host(parts: &Parts) -> String {
    let headers = parts.headers.get_all(header::HOST).iter();
    let mut hosts: Vec<String> = headers
        .map(|host| host.to_str().unwrap_or("?").to_ascii_lowercase())
        .collect();
    let authority = parts.uri.authority();
    if let Some(host) = authority.map(|authority| authority.as_str().to_ascii_lowercase())
        && hosts != [host.as_str()]
    {
        hosts.push(host);
    }
    hosts.join(", ")
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// An unsafe request must come from a page of this panel. Browsers say so in `Sec-Fetch-Site` or
/// `Origin`; a program without either may sign in, but brings no cookie.
pub(super) fn check_origin(app: &App, parts: &Parts, has_cookie: bool) -> Result<(), Error> {
    if parts.method.is_safe() {
        return Ok(());
    }
    let headers = &parts.headers;
    let site = text(headers, &FETCH_SITE);
    let origin = text(headers, &header::ORIGIN);
    let site_is_ours = site.is_none_or(|site| matches!(site, "same-origin" | "none"));
    let origin_is_ours =
        origin.is_none_or(|origin| is_our_origin(&app.config, origin, &host(parts)));
    let silent_with_cookie = site.is_none() && origin.is_none() && has_cookie;
    if site_is_ours && origin_is_ours && !silent_with_cookie {
        Ok(())
    } else {
        Err(Error::ForeignOrigin)
    }
}

fn is_our_origin(config: &Config, origin: &str, host: &str) -> bool {
    match &config.public_url {
        Some(url) => origin == url.origin,
        None if config.is_https() => origin == format!("https://{host}"),
        None => origin == format!("http://{host}"),
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).map(|value| value.to_str().unwrap_or("?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_not_part_of_a_loopback_name() {
        assert_eq!(without_port("127.0.0.1:8080"), "127.0.0.1");
        assert_eq!(without_port("[::1]:8080"), "[::1]");
        assert_eq!(without_port("[::1]"), "[::1]");
        assert_eq!(without_port("localhost"), "localhost");
    }
}
