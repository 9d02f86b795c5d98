//! What a setting's text means, or why it means nothing. No file is read here.

use super::{ConfigError, CopyTo, PublicUrl, fault, is_loopback};
use ipnet::IpNet;
use jiff::tz::TimeZone;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::net::IpAddr;
use url::Url;

pub(super) fn public_url(text: &str) -> Result<PublicUrl, ConfigError> {
    let wrong = |why: &str| fault("PUBLIC_URL", format!("{text:?} {why}"));
    let url = Url::parse(text)
        .map_err(|_| wrong("is not an address such as https://ops.example.com/"))?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(wrong("does not begin with https:// or http:// and a host"));
    }
    if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
        return Err(wrong("has more than a host, a port and a path"));
    }
    let plain_path = |letter: char| letter.is_ascii_alphanumeric() || "/-_.~".contains(letter);
    if !url.path().chars().all(plain_path) || url.path().contains("//") {
        return Err(wrong(
            "has a path with other characters than letters, digits, - _ . ~ and /",
        ));
    }
    let origin = url.origin().ascii_serialization();
    let host = origin
        .split_once("://")
        .map_or("", |(_, host)| host)
        .to_owned();
    Ok(PublicUrl {
        host,
        base: url.path().trim_end_matches('/').to_owned(),
        is_https: url.scheme() == "https",
        origin,
    })
}

pub(super) fn upstream(text: &str) -> Result<Url, ConfigError> {
    let wrong = |why: &str| fault("UPSTREAM", format!("{text:?} {why}"));
    let url = Url::parse(text).map_err(|_| wrong("is not an address"))?;
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        _ => Err(wrong("is neither https nor plain http to loopback")),
    }
}

/// A site of the provider's that links lead to: nothing else than https is linked.
pub(super) fn site(name: &'static str, text: &str) -> Result<String, ConfigError> {
    let wrong = || {
        fault(
            name,
            format!("{text:?} is no address such as https://example.com"),
        )
    };
    let url = Url::parse(text).map_err(|_| wrong())?;
    let is_plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    if url.scheme() != "https" || !is_plain {
        return Err(wrong());
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

pub(super) fn proxy(text: &str) -> Result<Url, ConfigError> {
    // The value may hold a password: it is not repeated.
    let wrong = || {
        fault(
            "UPSTREAM_PROXY",
            "it is not an address such as socks5://127.0.0.1:1080",
        )
    };
    let url = Url::parse(text).map_err(|_| wrong())?;
    match url.scheme() {
        "http" | "https" | "socks5" | "socks5h" if url.host().is_some() => Ok(url),
        _ => Err(wrong()),
    }
}

pub(super) fn certificate(pem: &str) -> Result<Vec<u8>, ConfigError> {
    CertificateDer::from_pem_slice(pem.as_bytes())
        .map(|certificate| certificate.to_vec())
        .map_err(|_| fault("UPSTREAM_CA", "it is not a certificate in PEM"))
}

pub(super) fn networks(text: &str) -> Result<Vec<IpNet>, ConfigError> {
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| {
            let address = part.parse::<IpAddr>().map(IpNet::from);
            part.parse().or(address).map_err(|_| {
                fault(
                    "TRUSTED_PROXIES",
                    format!("{part:?} is neither an address nor a network"),
                )
            })
        })
        .collect()
}

pub(super) fn time_zone(name: &str) -> Result<TimeZone, ConfigError> {
    TimeZone::get(name).map_err(|_| {
        fault(
            "TIME_ZONE",
            format!("{name:?} is not a time zone such as Asia/Shanghai"),
        )
    })
}

pub(super) fn copy_to(text: &str) -> CopyTo {
    match text {
        "stdout" => CopyTo::Stdout,
        file => CopyTo::File(file.into()),
    }
}
