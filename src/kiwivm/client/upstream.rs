//! Where KiwiVM is, and how a connection to it is made: verified TLS with roots of our own, no
//! proxy of the environment, no retry, no redirect.

use reqwest::{Proxy, redirect, retry};
use rustls::RootCertStore;
use rustls::crypto::ring;
use std::sync::Arc;
use std::time::Duration;
use url::{Host, Url};
use webpki_root_certs::TLS_SERVER_ROOT_CERTS;

const CONNECT_LIMIT: Duration = Duration::from_secs(5);
/// A busy machine needs this long even on loopback, however time is scaled.
const CONNECT_LIMIT_SCALED: Duration = Duration::from_millis(250);
/// Short, so that a connection which the other side is about to close is rarely used.
const IDLE_LIMIT: Duration = Duration::from_secs(15);
const IDLE_CONNECTIONS: usize = 8;
const USER_AGENT: &str = concat!("kiwideck/", env!("CARGO_PKG_VERSION"));

/// Where KiwiVM is.
#[derive(Clone)]
pub struct Upstream {
    /// What stands in front of `/<call>`: `https://api.64clouds.com/v1`. Plain http only on loopback.
    pub base: Url,
    /// The proxy to use; those of the environment are not.
    pub proxy: Option<Url>,
    /// One more certificate authority to trust, in DER.
    pub extra_root_der: Option<Vec<u8>>,
    /// What every time limit is multiplied with, above 0 and at most 1, for tests.
    pub time_scale: f64,
}

/// Why there can be no client of such an upstream.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UpstreamError {
    /// A key would travel in the clear.
    #[error("the address of KiwiVM must begin with https:// (http:// only on loopback)")]
    NotHttps,
    /// A name, a password, a query or a fragment in the address.
    #[error("the address of KiwiVM must be a plain one, like https://api.64clouds.com/v1")]
    NotPlain,
    /// A key would travel to the proxy in the clear.
    #[error("an http:// address of KiwiVM cannot be reached through a proxy elsewhere")]
    ProxyInClear,
    /// Not above 0 or more than 1.
    #[error("the time scale must be above 0 and at most 1")]
    TimeScale,
    /// The proxy's address or TLS.
    #[error("the connection to KiwiVM cannot be set up: {0}")]
    Setup(String),
}

/// What happens to a connection after a reply.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reuse {
    /// It waits a while for the next request.
    Kept,
    /// It is closed; so no request ever meets a dead one.
    Never,
}

impl Upstream {
    /// An upstream as it is outside tests, without a proxy.
    #[must_use]
    pub fn new(base: Url) -> Upstream {
        Upstream {
            base,
            proxy: None,
            extra_root_der: None,
            time_scale: 1.0,
        }
    }

    pub(super) fn check(&self) -> Result<(), UpstreamError> {
        if !is_plain(&self.base) {
            return Err(UpstreamError::NotPlain);
        }
        if !(self.time_scale > 0.0 && self.time_scale <= 1.0) {
            return Err(UpstreamError::TimeScale);
        }
        match self.base.scheme() {
            "https" => Ok(()),
            "http" if !is_loopback(&self.base) => Err(UpstreamError::NotHttps),
            "http" if self.proxy.as_ref().is_some_and(|proxy| !is_loopback(proxy)) => {
                Err(UpstreamError::ProxyInClear)
            }
            "http" => Ok(()),
            _ => Err(UpstreamError::NotHttps),
        }
    }

    pub(super) fn connections(&self, reuse: Reuse) -> Result<reqwest::Client, UpstreamError> {
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(self.tls()?)
            .https_only(self.base.scheme() == "https")
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            .no_proxy()
            .user_agent(USER_AGENT)
            .connect_timeout(self.connect_limit())
            .pool_idle_timeout(IDLE_LIMIT)
            .pool_max_idle_per_host(match reuse {
                Reuse::Kept => IDLE_CONNECTIONS,
                Reuse::Never => 0,
            });
        if let Some(proxy) = &self.proxy {
            builder = builder.proxy(Proxy::all(proxy.clone()).map_err(setup)?);
        }
        builder.build().map_err(setup)
    }

    fn connect_limit(&self) -> Duration {
        let scaled = CONNECT_LIMIT.mul_f64(self.time_scale);
        scaled.max(CONNECT_LIMIT_SCALED)
    }

    /// Trusts the compiled-in roots, and so works in an image without any certificates.
    fn tls(&self) -> Result<rustls::ClientConfig, UpstreamError> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(TLS_SERVER_ROOT_CERTS.iter().cloned());
        if let Some(der) = &self.extra_root_der {
            let added = roots.add(der.clone().into());
            added.map_err(|error| UpstreamError::Setup(error.to_string()))?;
        }
        let versions =
            rustls::ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
                .with_safe_default_protocol_versions()
                .map_err(|error| UpstreamError::Setup(error.to_string()))?;
        Ok(versions.with_root_certificates(roots).with_no_client_auth())
    }
}

/// Without the proxy's password.
impl std::fmt::Debug for Upstream {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let proxy = self.proxy.as_ref().and_then(Url::host_str);
        formatter
            .debug_struct("Upstream")
            .field("base", &self.base.as_str())
            .field("proxy", &proxy)
            .field("time_scale", &self.time_scale)
            .finish_non_exhaustive()
    }
}

fn is_plain(base: &Url) -> bool {
    base.has_host()
        && base.username().is_empty()
        && base.password().is_none()
        && base.query().is_none()
        && base.fragment().is_none()
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn setup(error: reqwest::Error) -> UpstreamError {
    UpstreamError::Setup(super::innermost(&error.without_url()))
}
