//! Around every page: which host, from whose page, who. Nothing here decides what a person may do:
//! that is `model::access`.

mod address;
mod origin;

use super::error_page;
use super::page::Page;
use super::prove::{self, Proved};
use super::server::Limits;
use super::sign_in;
use super::visitor::Visitor;
use crate::app::App;
use crate::error::Error;
use crate::model::notice::{self, Notice};
use crate::model::session::{self, Moment, Session};
use address::client_address;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
pub(super) use origin::host;
use origin::{check_host, check_origin};
use tracing::Instrument;

/// The longest body a request may have.
const BODY_MAX_BYTES: usize = 1024 * 1024;
/// The longest body of a stranger's request.
const STRANGERS_BODY_MAX_BYTES: usize = 16 * 1024;

/// Where a second factor is added, and all below it.
const ENROLMENT: &str = "/account/second-factor";

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

/// The path as logs and pages may hold it: the token of a link that lets somebody in is taken off.
pub(super) fn without_token(path: &str) -> &str {
    if path.starts_with("/join/") {
        "/join"
    } else {
        path
    }
}

/// No page has another method. TRACE would show a cookie to whoever asks; CONNECT has no page at all.
fn check_method(parts: &Parts) -> Result<(), Error> {
    match parts.method {
        Method::GET | Method::HEAD | Method::POST => Ok(()),
        _ => Err(Error::BadMethod),
    }
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
}
