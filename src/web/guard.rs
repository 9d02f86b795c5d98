//! Around every page: which host, from whose page, who. Nothing here decides what a person may do:
//! that is `model::access`.

use super::error_page;
use super::form::in_time;
use super::page::Visitor;
use super::sign_in;
use crate::app::App;
use crate::config::PublicUrl;
use crate::error::Error;
use crate::model::session::{self, Session};
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use tracing::Instrument;

/// The longest body a request may have.
const BODY_MAX_BYTES: usize = 1024 * 1024;
/// The longest body of a stranger's request.
const STRANGERS_BODY_MAX_BYTES: usize = 16 * 1024;

/// Hosts that mean this machine, on any port: good while no public URL is set.
const LOOPBACK_NAMES: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Where a second factor is added, and all below it.
const ENROLMENT: &str = "/account/second-factor";

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// No script or style but our own files, no frame around us.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Takes the base path off, so that the site map need not know it.
pub(super) async fn below_base(
    State(app): State<App>,
    mut request: Request,
    next: Next,
) -> Response {
    let base = app.config.base();
    let path = request.uri().path();
    if path == base {
        return Redirect::permanent(&format!("{base}/")).into_response();
    }
    match without_base(request.uri(), base) {
        Some(uri) => {
            *request.uri_mut() = uri;
            next.run(request).await
        }
        None => (StatusCode::NOT_FOUND, format!("Kiwideck is at {base}/\n")).into_response(),
    }
}

fn without_base(uri: &Uri, base: &str) -> Option<Uri> {
    let path_and_query = uri.path_and_query()?.as_str();
    let rest = path_and_query.strip_prefix(base)?;
    rest.starts_with('/').then(|| rest.parse().ok())?
}

/// Admits or turns away; draws whatever error comes back; sets the headers of every page.
pub(super) async fn surround(State(app): State<App>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let mut visitor = Visitor::new(&app, &parts, client_address(&app, &parts));
    let span = tracing::info_span!("request", id = %visitor.request_id, method = %parts.method, path = ?parts.uri.path());
    let admitted = admit(&app, (&parts, body), &mut visitor)
        .instrument(span.clone())
        .await;
    let response = match admitted {
        Ok(body) => {
            let mut request = Request::from_parts(parts, body);
            request.extensions_mut().insert(visitor.clone());
            next.run(request).instrument(span.clone()).await
        }
        Err(error) => error_page::response(error),
    };
    let mut response = span.in_scope(|| error_page::draw(&app, &visitor, response));
    set_headers(&app, response.headers_mut());
    response
}

/// For the private part: whoever is not signed in goes to the sign-in page, and comes back after.
/// Whoever must have a second factor and has none gets nowhere but to where one is added.
pub(super) async fn require_session(request: Request, next: Next) -> Response {
    let Some(visitor) = request.extensions().get::<Visitor>() else {
        return error_page::response(Error::Ours("a page outside the guard".into()));
    };
    match &visitor.session {
        Some(session) if session.lacks_factor && !is_open_without_factor(&visitor.path) => {
            sign_in::send_to(visitor, ENROLMENT)
        }
        Some(_) => next.run(request).await,
        None => sign_in::redirect(visitor, request.method()),
    }
}

fn is_open_without_factor(path: &str) -> bool {
    let path = path.split('?').next().unwrap_or_default();
    let is_below = |above: &str| {
        let rest = path.strip_prefix(above);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    // Adding one may need a proof of who somebody is.
    path == "/sign-out" || is_below(ENROLMENT) || is_below("/prove")
}

/// Looks at host, origin and session, and gives the body to go on with. What a person sends is read
/// whole before the session is asked for the last time: a body that is held back must not be served
/// after the session was ended.
async fn admit(
    app: &App,
    (parts, body): (&Parts, Body),
    visitor: &mut Visitor,
) -> Result<Body, Error> {
    check_host(app, parts)?;
    let token = visitor.cookie(&cookie_name(app));
    check_origin(app, parts, token.is_some())?;
    visitor.session = find_session(app, parts, token.as_deref()).await?;
    if parts.method.is_safe() {
        return Ok(body);
    }
    let body = whole(body, visitor.session.is_some()).await?;
    visitor.session = find_session(app, parts, token.as_deref()).await?;
    Ok(body)
}

/// A person may send as much as any page takes; a stranger what a sign-in needs.
async fn whole(body: Body, is_signed_in: bool) -> Result<Body, Error> {
    let limit_bytes = if is_signed_in {
        BODY_MAX_BYTES
    } else {
        STRANGERS_BODY_MAX_BYTES
    };
    let bytes = in_time(axum::body::to_bytes(body, limit_bytes)).await?;
    bytes.map(Body::from).map_err(|_| Error::TooLong)
}

async fn find_session(
    app: &App,
    parts: &Parts,
    token: Option<&str>,
) -> Result<Option<Session>, Error> {
    let Some(token) = token else { return Ok(None) };
    let active = !is_by_timer(parts);
    Ok(session::find(&app.db, token, app.clock.now_s(), active).await?)
}

/// A page that refreshes itself is no sign of a person.
fn is_by_timer(parts: &Parts) -> bool {
    let by_htmx = parts.headers.contains_key("hx-request") && parts.method == Method::GET;
    by_htmx
        || parts
            .uri
            .query()
            .is_some_and(|query| query.contains("again="))
}

fn check_host(app: &App, parts: &Parts) -> Result<(), Error> {
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

fn host(parts: &Parts) -> String {
    let header = parts
        .headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    header
        .or_else(|| parts.uri.authority().map(|authority| authority.as_str()))
        .unwrap_or_default()
        .to_ascii_lowercase()
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// An unsafe request must come from a page of this panel. Browsers say so in `Sec-Fetch-Site` or
/// `Origin`; a program without either may sign in, but brings no cookie.
fn check_origin(app: &App, parts: &Parts, has_cookie: bool) -> Result<(), Error> {
    if parts.method.is_safe() {
        return Ok(());
    }
    let headers = &parts.headers;
    let site = text(headers, &FETCH_SITE);
    let origin = text(headers, &header::ORIGIN);
    let site_is_ours = site.is_none_or(|site| matches!(site, "same-origin" | "none"));
    let origin_is_ours = origin
        .is_none_or(|origin| is_our_origin(app.config.public_url.as_ref(), origin, &host(parts)));
    let silent_with_cookie = site.is_none() && origin.is_none() && has_cookie;
    if site_is_ours && origin_is_ours && !silent_with_cookie {
        Ok(())
    } else {
        Err(Error::ForeignOrigin)
    }
}

fn is_our_origin(public_url: Option<&PublicUrl>, origin: &str, host: &str) -> bool {
    match public_url {
        Some(url) => origin == url.origin,
        None => origin == format!("http://{host}"),
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).map(|value| value.to_str().unwrap_or("?"))
}

/// Where the person sits: the peer, or, behind trusted proxies, the right-most hop that is not one
/// of them.
fn client_address(app: &App, parts: &Parts) -> IpAddr {
    let peer = parts
        .extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip());
    let headers = parts.headers.get_all(FORWARDED_FOR).iter();
    let hops: Vec<&[u8]> = headers
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b','))
        .collect();
    right_most_untrusted(peer.to_canonical(), &hops, &app.config.trusted_proxies)
}

/// Walks the hops from the right. One that is no address ends the walk: whoever wrote what stands
/// left of it is not believed either.
fn right_most_untrusted(peer: IpAddr, hops: &[&[u8]], trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(&address));
    let mut address = peer;
    for hop in hops.iter().rev() {
        let hop = std::str::from_utf8(hop)
            .ok()
            .and_then(|hop| hop.trim().parse::<IpAddr>().ok());
        match hop {
            Some(hop) if is_trusted(address) => address = hop.to_canonical(),
            _ => break,
        }
    }
    address
}

/// The cookie's name says how it is bound: to the host, to https, or to nothing on plain loopback.
pub(super) fn cookie_name(app: &App) -> String {
    let prefix = match (app.config.is_https(), app.config.base().is_empty()) {
        (true, true) => "__Host-",
        (true, false) => "__Secure-",
        (false, _) => "",
    };
    format!("{prefix}kiwideck")
}

fn set_headers(app: &App, headers: &mut HeaderMap) {
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    if app.config.is_https() {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
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

    #[test]
    fn the_base_path_comes_off_whole_or_not_at_all() {
        let uri = |text: &str| text.parse::<Uri>().unwrap();
        assert_eq!(
            without_base(&uri("/kiwi/vps/7?x=1"), "/kiwi"),
            Some(uri("/vps/7?x=1"))
        );
        assert_eq!(without_base(&uri("/kiwideck/vps"), "/kiwi"), None);
        assert_eq!(without_base(&uri("/"), "/kiwi"), None);
    }

    #[test]
    fn a_port_is_not_part_of_a_loopback_name() {
        assert_eq!(without_port("127.0.0.1:8080"), "127.0.0.1");
        assert_eq!(without_port("[::1]:8080"), "[::1]");
        assert_eq!(without_port("[::1]"), "[::1]");
        assert_eq!(without_port("localhost"), "localhost");
    }
}
