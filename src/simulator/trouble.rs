//! How our KiwiVM can fail to answer when a test tells it to. It decides nothing about machines.

use super::transport::{CloseNow, text_response};
use axum::body::{Body, Bytes};
use axum::http::{StatusCode, header};
use axum::response::Response;
use futures_util::stream;
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::watch;

/// One way to fail. Unless it is [`Misbehaviour::AfterEffect`], `Truncate`, `Trickle` or `Held`,
/// the call is not executed.
#[derive(Clone, Debug)]
pub enum Misbehaviour {
    /// Never answers.
    Hang,
    /// Closes the connection without a byte. Needs a socket: see [`super::Simulator::listen`].
    Close,
    /// Executes the call, sends the first half of its reply, closes.
    Truncate,
    /// Executes the call, sends its reply byte by byte with this pause before each.
    Trickle(Duration),
    /// A web page with this HTTP status.
    Html(u16),
    /// 200 with no body.
    Empty,
    /// 200 with `null`.
    Null,
    /// This HTTP status with no body.
    Status(u16),
    /// 302 to this address.
    Redirect(String),
    /// 200 with these bytes.
    Body(Vec<u8>),
    /// The beginning of a reply, then this many bytes of one string, then nothing.
    Huge(u64),
    /// 429, as when the points have run out.
    TooMany,
    /// A reply with bytes that are no UTF-8.
    InvalidUtf8,
    /// Lists in lists, 20 000 deep.
    Deep,
    /// Executes the call and answers it as always, but not before the other end is dropped: see
    /// [`super::Simulator::hold`].
    Held(watch::Receiver<()>),
    /// Executes the call, then fails to answer in this way.
    AfterEffect(Box<Misbehaviour>),
}

/// A request waits for its answer until this is dropped.
#[derive(Debug)]
#[must_use = "nothing is held after it is dropped"]
pub struct Hold {
    _held: watch::Sender<()>,
}

impl Hold {
    /// It, and what it makes of a request.
    pub(super) fn new() -> (Hold, Misbehaviour) {
        let (held, end) = watch::channel(());
        (Hold { _held: held }, Misbehaviour::Held(end))
    }
}

impl Misbehaviour {
    /// The same, but the call is executed first.
    #[must_use]
    pub fn after_effect(self) -> Misbehaviour {
        Misbehaviour::AfterEffect(Box::new(self))
    }
}

/// Which requests a misbehaviour is for. From a call's name, or `"*"` for every call; or from a
/// VEID and such a name.
#[derive(Clone, Debug)]
pub struct Target {
    call: Option<String>,
    veid: Option<u32>,
}

impl From<&str> for Target {
    fn from(call: &str) -> Target {
        Target {
            call: (call != "*").then(|| call.to_owned()),
            veid: None,
        }
    }
}

impl From<(u32, &str)> for Target {
    fn from((veid, call): (u32, &str)) -> Target {
        Target {
            veid: Some(veid),
            ..Target::from(call)
        }
    }
}

impl Target {
    fn matches(&self, call: &str, veid: &str) -> bool {
        self.call.as_ref().is_none_or(|wanted| wanted == call)
            && self.veid.is_none_or(|wanted| wanted.to_string() == veid)
    }
}

/// The misbehaviours still to come, oldest first.
#[derive(Debug, Default)]
pub(super) struct Troubles {
    waiting: Vec<(Target, Misbehaviour, usize)>,
}

impl Troubles {
    pub(super) fn add(&mut self, target: Target, misbehaviour: Misbehaviour, times: usize) {
        self.waiting.push((target, misbehaviour, times));
    }

    pub(super) fn clear(&mut self) {
        self.waiting.clear();
    }

    /// The misbehaviour for this request, if one is due; it counts as done.
    pub(super) fn due(&mut self, call: &str, veid: &str) -> Option<Misbehaviour> {
        let matching = |(target, _, _): &(Target, Misbehaviour, usize)| target.matches(call, veid);
        let index = self.waiting.iter().position(matching)?;
        let (_, misbehaviour, times) = &mut self.waiting[index];
        let misbehaviour = misbehaviour.clone();
        *times = times.saturating_sub(1);
        if *times == 0 {
            self.waiting.remove(index);
        }
        Some(misbehaviour)
    }
}

/// Fails. `execute` gives the true reply, and is called only where the call is to be executed.
pub(super) async fn misbehave<Executed: Future<Output = Response>>(
    misbehaviour: Misbehaviour,
    execute: Executed,
) -> Response {
    match misbehaviour {
        Misbehaviour::Held(mut end) => {
            // It never changes: this waits for the other end to be dropped.
            let _ = end.changed().await;
            execute.await
        }
        Misbehaviour::AfterEffect(inner) => {
            let reply = execute.await;
            fail(*inner, reply).await
        }
        Misbehaviour::Truncate | Misbehaviour::Trickle(_) => {
            let reply = execute.await;
            fail(misbehaviour, reply).await
        }
        _ => fail(misbehaviour, Response::default()).await,
    }
}

async fn fail(misbehaviour: Misbehaviour, reply: Response) -> Response {
    match misbehaviour {
        Misbehaviour::Hang => std::future::pending().await,
        Misbehaviour::Close => closed(),
        Misbehaviour::Truncate => truncated(whole(reply).await),
        Misbehaviour::Trickle(pause) => trickled(whole(reply).await, pause),
        Misbehaviour::Html(status) => html(status),
        Misbehaviour::Empty => text_response(Body::empty()),
        Misbehaviour::Null => text_response(Body::from("null")),
        Misbehaviour::Status(status) => with_status(Response::default(), status),
        Misbehaviour::Redirect(location) => redirect(&location),
        Misbehaviour::Body(bytes) => text_response(Body::from(bytes)),
        Misbehaviour::Huge(length) => huge(length),
        Misbehaviour::TooMany => super::transport::too_many(),
        Misbehaviour::InvalidUtf8 => {
            text_response(Body::from(&b"{\"error\":0,\"hostname\":\"\xff\xfe\"}"[..]))
        }
        Misbehaviour::Deep => deep(),
        Misbehaviour::AfterEffect(_) | Misbehaviour::Held(_) => closed(),
    }
}

fn closed() -> Response {
    let mut response = Response::default();
    response.extensions_mut().insert(CloseNow);
    response
}

async fn whole(reply: Response) -> Bytes {
    axum::body::to_bytes(reply.into_body(), usize::MAX)
        .await
        .unwrap_or_default()
}

/// Half of the reply, a moment for it to leave, then an error that makes hyper drop the connection.
fn truncated(reply: Bytes) -> Response {
    let parts = stream::unfold(Some(reply), |rest| async move {
        let rest = rest?;
        if rest.is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
            let broken = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
            return Some((Err(broken), None));
        }
        let half = rest.slice(..rest.len() / 2);
        Some((Ok(half), Some(Bytes::new())))
    });
    text_response(Body::from_stream(parts))
}

fn trickled(reply: Bytes, pause: Duration) -> Response {
    let parts = stream::unfold(reply, move |mut rest| async move {
        if rest.is_empty() {
            return None;
        }
        tokio::time::sleep(pause).await;
        let byte = rest.split_to(1);
        Some((Ok::<_, Infallible>(byte), rest))
    });
    text_response(Body::from_stream(parts))
}

fn html(status: u16) -> Response {
    let page = "<html><head><title>Service unavailable</title></head><body><h1>Service unavailable</h1><hr>nginx</body></html>";
    let mut response = Response::new(Body::from(page));
    let kind = header::HeaderValue::from_static("text/html");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    with_status(response, status)
}

fn with_status(mut response: Response, status: u16) -> Response {
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    response
}

fn redirect(location: &str) -> Response {
    let mut response = with_status(Response::default(), 302);
    if let Ok(location) = header::HeaderValue::from_str(location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

fn huge(length: u64) -> Response {
    const CHUNK: &[u8] = &[b'a'; 64 * 1024];
    let start = Bytes::from_static(b"{\"error\":0,\"message\":\"");
    let parts = stream::unfold((Some(start), length), |(start, left)| async move {
        if let Some(start) = start {
            return Some((Ok::<_, Infallible>(start), (None, left)));
        }
        let size = usize::try_from(left).unwrap_or(usize::MAX).min(CHUNK.len());
        let chunk = Bytes::from_static(&CHUNK[..size]);
        (size > 0).then(|| (Ok(chunk), (None, left - size as u64)))
    });
    text_response(Body::from_stream(parts))
}

fn deep() -> Response {
    const DEPTH: usize = 20_000;
    let body = format!(
        "{{\"error\":0,\"data\":{}{}}}",
        "[".repeat(DEPTH),
        "]".repeat(DEPTH)
    );
    text_response(Body::from(body))
}
