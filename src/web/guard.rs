//! Around every page: which host, from whose page, who. Nothing here decides what a person may do:
//! that is `model::access`.

use super::error_page;
use super::page::{Page, Visitor};
use super::prove::{self, Proved};
use super::server::Limits;
use super::sign_in;
use crate::app::App;
use crate::config::Config;
use crate::error::Error;
use crate::model::notice::{self, Notice};
use crate::model::session::{self, Moment, Session};
use axum::body::{Body, Bytes};
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
/// By these a proxy passes a client's address on. Only the first is ever believed.
const PASSED_ON: [HeaderName; 4] = [
    FORWARDED_FOR,
    header::FORWARDED,
    HeaderName::from_static("x-real-ip"),
    HeaderName::from_static("cf-connecting-ip"),
];

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

/// The host in it, if any, stays: it has to be ours.
fn without_base(uri: &Uri, base: &str) -> Option<Uri> {
    let mut parts = uri.clone().into_parts();
    let path_and_query = parts.path_and_query?;
    let rest = path_and_query.as_str().strip_prefix(base)?;
    let rest = rest.starts_with('/').then(|| rest.parse().ok())??;
    parts.path_and_query = Some(rest);
    Uri::from_parts(parts).ok()
}

/// Admits or turns away; draws whatever error comes back; sets the headers of every page.
pub(super) async fn surround(State(app): State<App>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let mut visitor = Visitor::new(&app, &parts, client_address(&app, &parts));
    let span = tracing::info_span!("request", id = %visitor.request_id, method = %parts.method, path = ?without_token(parts.uri.path()));
    let answer = async {
        match admit(&app, (&parts, body), &mut visitor).await {
            Ok(body) => answer(&app, &mut visitor, (parts, body), next).await,
            Err(error) => error_page::response(error),
        }
    };
    let response = answer.instrument(span.clone()).await;
    let mut response = span.in_scope(|| error_page::draw(&app, &visitor, response));
    set_headers(&app, response.headers_mut());
    response
}

/// The page's answer. A request that needs a proof of identity is held until there is one; the
/// answer to a proof is that of the request that waited for it.
async fn answer(
    app: &App,
    visitor: &mut Visitor,
    (parts, body): (Parts, Bytes),
    next: Next,
) -> Response {
    let response = run(next.clone(), visitor, (parts.clone(), body.clone())).await;
    if error_page::needs_proof(&response) {
        return prove::ask(app, visitor, (&parts, &body)).unwrap_or_else(error_page::response);
    }
    let mut response = response;
    let Some(proved) = response.extensions_mut().remove::<Proved>() else {
        return response;
    };
    *visitor = visitor.as_proved(proved.session, &proved.held.path);
    let mut response = run(next, visitor, prove::replay(&proved.held)).await;
    response
        .headers_mut()
        .append(header::SET_COOKIE, proved.cookie);
    response
}

async fn run(next: Next, visitor: &Visitor, (parts, body): (Parts, Bytes)) -> Response {
    let mut request = Request::from_parts(parts, Body::from(body));
    request.extensions_mut().insert(visitor.clone());
    next.run(request).await
}

/// For the private part: whoever is not signed in goes to the sign-in page, and comes back after.
/// Whoever must have a second factor and has none gets nowhere but to where one is added.
pub(super) async fn require_session(request: Request, next: Next) -> Response {
    let Some(visitor) = request.extensions().get::<Visitor>() else {
        return error_page::response(Error::Ours("a page outside the guard".into()));
    };
    match &visitor.session {
        Some(session) if session.lacks_factor && !is_open_without_factor(&visitor.path) => {
            visitor.leave_for(ENROLMENT)
        }
        Some(_) => next.run(request).await,
        None => sign_in::redirect(visitor, request.method()),
    }
}

/// For the pages of admins.
pub(super) async fn require_admin(page: Page, request: Request, next: Next) -> Response {
    match page.require_admin() {
        Ok(()) => next.run(request).await,
        Err(error) => error_page::response(error),
    }
}

/// For pages whose forms need a fresh proof of who sends them.
pub(super) async fn require_proof(page: Page, request: Request, next: Next) -> Response {
    if request.method().is_safe() {
        return next.run(request).await;
    }
    match page.require_proof() {
        Ok(()) => next.run(request).await,
        Err(error) => error_page::response(error),
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
/// whole before the session is asked for the last time: a body that comes slowly must not be served
/// after the session was ended.
async fn admit(
    app: &App,
    (parts, body): (&Parts, Body),
    visitor: &mut Visitor,
) -> Result<Bytes, Error> {
    check_host(app, parts)?;
    let token = visitor.cookie(&cookie_name(app));
    check_origin(app, parts, token.is_some())?;
    check_method(parts)?;
    visitor.session = find_session(app, parts, token.as_deref()).await?;
    visitor.notices = unread(app, visitor).await?;
    visitor.hop = app.hops.last(app.clock.now_s());
    if parts.method.is_safe() {
        return Ok(Bytes::new());
    }
    let limits: Limits = parts.extensions.get().copied().unwrap_or_default();
    let body = whole(body, limits, visitor.session.is_some()).await?;
    visitor.session = find_session(app, parts, token.as_deref()).await?;
    Ok(body)
}

/// A person may send as much as any page takes; a stranger what a sign-in needs. Whoever sends it too
/// slowly is given up.
async fn whole(body: Body, limits: Limits, is_signed_in: bool) -> Result<Bytes, Error> {
    let limit_bytes = if is_signed_in {
        BODY_MAX_BYTES
    } else {
        STRANGERS_BODY_MAX_BYTES
    };
    let reading = axum::body::to_bytes(body, limit_bytes);
    let bytes = tokio::time::timeout(limits.body_within, reading)
        .await
        .map_err(|_| Error::TooSlow)?;
    bytes.map_err(|_| Error::TooLong)
}

async fn find_session(
    app: &App,
    parts: &Parts,
    token: Option<&str>,
) -> Result<Option<Session>, Error> {
    let Some(token) = token else { return Ok(None) };
    let moment = Moment {
        now_s: app.clock.now_s(),
        active: !is_by_timer(parts),
        limits: app.config.session,
    };
    Ok(session::find(&app.db, token, moment).await?)
}

/// What the person has not read yet, for a whole page of theirs.
async fn unread(app: &App, visitor: &Visitor) -> Result<Vec<Notice>, Error> {
    match &visitor.session {
        Some(session) if session.has_notices && !visitor.by_htmx => {
            Ok(notice::unread(&app.db, session.id).await?)
        }
        _ => Ok(Vec::new()),
    }
}

/// A page that refreshes itself is no sign of a person. A form is, wherever it goes.
fn is_by_timer(parts: &Parts) -> bool {
    let by_htmx = parts.headers.contains_key("hx-request");
    let query = parts.uri.query().unwrap_or_default();
    parts.method == Method::GET && (by_htmx || query.contains("again="))
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

/// The path as logs and pages may hold it: the token of a link that lets somebody in is taken off.
pub(super) fn without_token(path: &str) -> &str {
    if path.starts_with("/join/") {
        "/join"
    } else {
        path
    }
}

/// The host that a request names. A second Host header, or an address with another host than the
/// header, stays beside the first: together they are nobody's.
pub(super) fn host(parts: &Parts) -> String {
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
fn check_origin(app: &App, parts: &Parts, has_cookie: bool) -> Result<(), Error> {
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

/// No page has another method. TRACE would show a cookie to whoever asks; CONNECT has no page at all.
fn check_method(parts: &Parts) -> Result<(), Error> {
    match parts.method {
        Method::GET | Method::HEAD | Method::POST => Ok(()),
        _ => Err(Error::BadMethod),
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).map(|value| value.to_str().unwrap_or("?"))
}

/// Where the person sits: the peer, or, behind trusted proxies, the right-most hop that is not one
/// of them. A proxy that nobody named is noted, for an admin to see.
fn client_address(app: &App, parts: &Parts) -> IpAddr {
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
    // Not while only loopback names are ours: browsers remember it for `localhost` on every port, and
    // whatever else is developed there would be out of reach.
    if app
        .config
        .public_url
        .as_ref()
        .is_some_and(|url| url.is_https)
    {
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
        assert_eq!(
            without_base(&uri("http://evil.example/kiwi/"), "/kiwi"),
            Some(uri("http://evil.example/"))
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
