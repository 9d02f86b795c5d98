//! The one way out to KiwiVM. It only ever POSTs, sends nothing twice, follows no redirect, and
//! lets no key or parameter into an error or a log line.

mod cut;
#[cfg(test)]
mod tests;
mod upstream;
mod usage;
mod veil;

pub use cut::CUT;
pub use upstream::{Upstream, UpstreamError};

use super::call::{Call, Class};
use super::calls::SHELL_EXEC;
use super::error::{Fault, Refusal, is_api_error};
use super::printable::printable;
use super::reply::{Reply, UsagePoint};
use crate::secret::Secret;
use reqwest::{Response, StatusCode, header};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, SemaphorePermit};
use veil::Veil;

/// How much of a reply that is no reply is kept.
const BEGINNING_CHARS: usize = 200;

/// Which VPS is asked for, and the key that opens it.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The VPS's number.
    pub veid: String,
    /// Its key: root on the machine.
    pub api_key: Secret,
}

/// Sends calls to one upstream. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Client {
    base: String,
    kept: reqwest::Client,
    fresh: reqwest::Client,
    time_scale: f64,
    /// Two years of use are one reply at a time: each is 30 MB of what the panel's host may transfer.
    usage_room: Arc<Semaphore>,
}

/// What a body must keep to while it comes in.
#[derive(Clone, Copy)]
struct Limits {
    silence: Duration,
    length_bytes: usize,
}

/// What came back, before anyone knows what it is.
struct Answer {
    status: u16,
    text: String,
}

impl Client {
    /// A client of this upstream.
    ///
    /// # Errors
    /// If the upstream's address would put a key at risk, or TLS cannot be set up.
    pub fn new(upstream: Upstream) -> Result<Client, UpstreamError> {
        upstream.check()?;
        Ok(Client {
            base: upstream.base.as_str().trim_end_matches('/').to_owned(),
            kept: upstream.connections(upstream::Reuse::Kept)?,
            fresh: upstream.connections(upstream::Reuse::Never)?,
            time_scale: upstream.time_scale,
            usage_room: Arc::new(Semaphore::new(1)),
        })
    }

    /// Sends this call, once. Line breaks in values become LF.
    ///
    /// # Errors
    /// Whatever else than success came of it. Of basicShell/exec an exit status other than 0 is
    /// success: see [`Reply::error`].
    pub async fn send(
        &self,
        call: &'static Call,
        credentials: &Credentials,
        parameters: &[(&str, Secret)],
    ) -> Result<Reply, Fault> {
        let started = Instant::now();
        let veil = Veil::new(call, credentials, parameters);
        let after = self.time_limit(call);
        let outcome = within(after, self.answer(call, form(credentials, parameters)))
            .await
            .and_then(|answer| understood(call, answer, &veil));
        report(call, credentials, started, outcome.as_ref().err());
        outcome
    }

    /// Sends getRawUsageStats, once, and puts its points into `sink` while they come in: nothing of
    /// the 30 MB is held. Gives the sink back with the rest of the reply. One such call runs at a
    /// time, whoever asks; another waits for it within its own time limit.
    ///
    /// # Errors
    /// As [`Client::send`]; [`Fault::Unreachable`] when all its time went by waiting.
    pub async fn send_for_usage<Sink: Extend<UsagePoint> + Send + 'static>(
        &self,
        raw_usage: &'static Call,
        credentials: &Credentials,
        sink: Sink,
    ) -> Result<(Reply, Sink), Fault> {
        let started = Instant::now();
        let veil = Veil::new(raw_usage, credentials, &[]);
        let after = self.time_limit(raw_usage);
        let _room = self.room_for_usage(after).await?;
        let left = after.saturating_sub(started.elapsed());
        let outcome = within(left, self.usage(raw_usage, form(credentials, &[]), sink))
            .await
            .and_then(|(answer, sink)| Ok((understood(raw_usage, answer, &veil)?, sink)));
        report(raw_usage, credentials, started, outcome.as_ref().err());
        outcome
    }

    async fn room_for_usage(&self, at_most: Duration) -> Result<SemaphorePermit<'_>, Fault> {
        match tokio::time::timeout(at_most, self.usage_room.acquire()).await {
            Ok(Ok(room)) => Ok(room),
            _ => Err(Fault::Unreachable {
                why: "other readings of use were still under way".into(),
            }),
        }
    }

    fn time_limit(&self, call: &Call) -> Duration {
        call.time_limit.mul_f64(self.time_scale)
    }

    async fn answer(&self, call: &Call, form: String) -> Result<Answer, Fault> {
        let response = self.exchange(call, form).await?;
        let status = response.status().as_u16();
        let limits = self.limits(call);
        let (body, is_cut) = body_up_to(response, limits).await?;
        let text = String::from_utf8(body)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        match is_cut {
            false => Ok(Answer { status, text }),
            true => beginning(call, status, &text).ok_or(Fault::TooLong {
                limit_bytes: limits.length_bytes,
            }),
        }
    }

    /// The answer without its points, which are in the sink. A redirect has none.
    async fn usage<Sink: Extend<UsagePoint> + Send + 'static>(
        &self,
        call: &Call,
        form: String,
        sink: Sink,
    ) -> Result<(Answer, Sink), Fault> {
        let response = self.exchange(call, form).await?;
        let status = response.status();
        if status.is_redirection() {
            let (status, text) = (status.as_u16(), String::new());
            return Ok((Answer { status, text }, sink));
        }
        let (text, sink) = usage::read(response, self.limits(call), sink).await?;
        let status = status.as_u16();
        Ok((Answer { status, text }, sink))
    }

    /// The only place that makes an HTTP request.
    async fn exchange(&self, call: &Call, form: String) -> Result<Response, Fault> {
        let request = self
            .connections(call)
            .post(format!("{}/{}", self.base, call.name))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form);
        let response = unless_silent(self.limits(call).silence, request.send()).await?;
        if response.status() == StatusCode::TOO_MANY_REQUESTS {
            return Err(Fault::TooManyRequests);
        }
        Ok(response)
    }

    fn limits(&self, call: &Call) -> Limits {
        Limits {
            silence: call.silence_limit.mul_f64(self.time_scale),
            length_bytes: call.reply_limit_bytes,
        }
    }

    /// A kept connection may die while a request is on its way, and then nobody knows what became
    /// of it. A read can bear that; anything else gets a connection of its own.
    fn connections(&self, call: &Call) -> &reqwest::Client {
        match call.class {
            Class::Read => &self.kept,
            Class::Change | Class::Destroy | Class::Shell => &self.fresh,
        }
    }
}

/// The body of the request.
fn form(credentials: &Credentials, parameters: &[(&str, Secret)]) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("veid", &credentials.veid);
    form.append_pair("api_key", credentials.api_key.reveal());
    for (name, value) in parameters {
        let value = value.reveal().replace("\r\n", "\n").replace('\r', "\n");
        form.append_pair(name, &value);
    }
    form.finish()
}

async fn within<T>(
    after: Duration,
    all: impl Future<Output = Result<T, Fault>>,
) -> Result<T, Fault> {
    match tokio::time::timeout(after, all).await {
        Ok(outcome) => outcome,
        Err(_) => Err(Fault::Silent { after }),
    }
}

async fn unless_silent<T>(
    after: Duration,
    step: impl Future<Output = reqwest::Result<T>>,
) -> Result<T, Fault> {
    match tokio::time::timeout(after, step).await {
        Ok(outcome) => outcome.map_err(fault),
        Err(_) => Err(Fault::Silent { after }),
    }
}

/// Takes the body as it streams in, stops at the limit, and says whether there was more.
async fn body_up_to(mut response: Response, limits: Limits) -> Result<(Vec<u8>, bool), Fault> {
    let mut body = Vec::new();
    while let Some(chunk) = unless_silent(limits.silence, response.chunk()).await? {
        let room_bytes = limits.length_bytes - body.len();
        if chunk.len() > room_bytes {
            body.extend_from_slice(&chunk[..room_bytes]);
            return Ok((body, true));
        }
        body.extend_from_slice(&chunk);
    }
    Ok((body, false))
}

/// What a command wrote is worth reading without its end. The beginning of any other reply is none.
fn beginning(call: &Call, status: u16, text: &str) -> Option<Answer> {
    let text = cut::closed(text);
    let is_reply = call.name == SHELL_EXEC.name && Reply::parse(&text).is_some();
    is_reply.then_some(Answer { status, text })
}

impl Limits {
    fn check(self, length_bytes: usize) -> Result<(), Fault> {
        let limit_bytes = self.length_bytes;
        match length_bytes > limit_bytes {
            true => Err(Fault::TooLong { limit_bytes }),
            false => Ok(()),
        }
    }
}

fn fault(error: reqwest::Error) -> Fault {
    let never_left = error.is_connect() || error.is_builder();
    let why = printable(&innermost(&error.without_url()), BEGINNING_CHARS);
    match never_left {
        true => Fault::Unreachable { why },
        false => Fault::Broken { why },
    }
}

/// The cause at the bottom: the layers above it say only where it happened.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}

/// Makes a reply or a refusal of what came back. A redirect is never the API's word.
fn understood(call: &Call, answer: Answer, veil: &Veil) -> Result<Reply, Fault> {
    let text = veil.over_secrets(answer.text);
    let is_redirect = (300..400).contains(&answer.status);
    let Some(reply) = Reply::parse(&text).filter(|_| !is_redirect) else {
        let beginning = printable(&veil.over_everything(text), BEGINNING_CHARS);
        let status = answer.status;
        return Err(Fault::Nonsense { status, beginning });
    };
    match reply.error() {
        Some(code) if is_refusal(call, code) => {
            let refusal = Refusal::read(code, reply.view());
            Err(Fault::Refused(Box::new(refusal)))
        }
        _ => Ok(reply),
    }
}

fn is_refusal(call: &Call, code: i64) -> bool {
    match call.name == SHELL_EXEC.name {
        true => is_api_error(code),
        false => code != 0,
    }
}

fn report(call: &Call, credentials: &Credentials, started: Instant, fault: Option<&Fault>) {
    tracing::debug!(
        call = call.name,
        veid = credentials.veid,
        took_ms = started.elapsed().as_millis(),
        outcome = fault.map_or("accepted", Fault::message_id),
    );
}
