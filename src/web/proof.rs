//! The fields in which somebody shows who they are: shared by signing in and by proving it again.
//! Whether it is right, `factor::check` says.

use super::form::Form;
use super::page::Page;
use super::sign_in::known_device;
use super::visitor::Visitor;
use crate::app::App;
use crate::error::Error;
use crate::factor::passkeys::Owner;
use crate::factor::{Attempt, Claimant, Methods, Verdict};
use crate::i18n::Message;
use crate::model::person::Person;
use crate::password::LENGTH_MAX_BYTES;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

/// What `components/proof.html` draws.
#[derive(Debug)]
pub(super) struct Proof {
    /// Where the forms go.
    pub(super) action: String,
    /// Where the script gets the question for a passkey.
    pub(super) question: &'static str,
    pub(super) methods: Methods,
    /// Fields that come along unseen.
    pub(super) hidden: Vec<(&'static str, String)>,
    pub(super) fault: Option<Message>,
}

/// What was shown; none when nothing was.
pub(super) fn attempt(form: &Form) -> Option<Attempt> {
    let field = |name| form.find(name).filter(|text| !text.is_empty());
    if let Some(said) = field("passkey") {
        return Some(Attempt::Passkey(said.to_owned()));
    }
    if let Some(code) = field("code") {
        return Some(Attempt::Code(code.to_owned()));
    }
    field("password")
        .filter(|password| password.len() <= LENGTH_MAX_BYTES)
        .map(|_| Attempt::Password(form.secret("password")))
}

/// This person, as the visitor claims to be them.
pub(super) async fn claimant(
    app: &App,
    visitor: &Visitor,
    (person, owner): (&Person, Owner),
) -> Result<Claimant, Error> {
    Ok(Claimant {
        person_id: person.id,
        name: person.name.clone(),
        address: visitor.address,
        device_id: known_device(app, visitor, &person.name).await?,
        request_id: visitor.request_id.clone(),
        owner,
    })
}

/// What to say when it was not right.
pub(super) fn fault(page: &Page, verdict: Verdict) -> Message {
    match verdict {
        Verdict::Wait(wait_s) => page.say("proof-wait").with("wait", page.duration(wait_s)),
        Verdict::Wrong | Verdict::Right(_) => page.say("proof-wrong"),
    }
}

/// The page that says it: 422, or 429 with the time to wait.
pub(super) fn refused(html: Response, verdict: Verdict) -> Response {
    match verdict {
        Verdict::Wait(wait_s) => {
            let wait = [(header::RETRY_AFTER, HeaderValue::from(wait_s))];
            (StatusCode::TOO_MANY_REQUESTS, wait, html).into_response()
        }
        Verdict::Wrong | Verdict::Right(_) => {
            (StatusCode::UNPROCESSABLE_ENTITY, html).into_response()
        }
    }
}

/// A question for the script.
pub(super) fn question(question: &Value) -> Response {
    let kind = HeaderValue::from_static("application/json");
    ([(header::CONTENT_TYPE, kind)], question.to_string()).into_response()
}
