//! Passkeys: adding one, taking one away, and signing in with one instead of name and password. The
//! questions for the script are the only JSON of the panel; the answers come as ordinary forms.

use super::cookies::{self, Kind};
use super::form::{Faults, Form};
use super::page::Page;
use super::proof;
use super::second_factor::{after_removal, again, require_proof, show_codes};
use super::sign_in::{self, admit_by, local_path};
use crate::actions;
use crate::app::App;
use crate::error::Error;
use crate::factor::passkeys::{self, Entering, Owner, PasskeyError};
use crate::factor::{Means, ProofError, recovery};
use crate::model::audit::{self, Event};
use crate::model::passkey::{self, Made};
use crate::model::person;
use crate::throttle::Door;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

/// The longest name of a passkey, in characters.
const NAME_MAX: usize = 64;

/// What the script asks the browser to make.
pub(super) async fn question(State(app): State<App>, page: Page) -> Result<Response, Error> {
    let session = page.session()?;
    if app.factors.passkeys.is_none() {
        return Err(Error::NoPage);
    }
    let person = (session.person.id, session.person.name.as_str());
    let question = passkeys::ask_to_make(&app, person, Owner::Session(session.id)).await?;
    Ok(proof::question(&question))
}

pub(super) async fn create(
    State(app): State<App>,
    page: Page,
    form: Form,
) -> Result<Response, Error> {
    require_proof(&page)?;
    let name = form.line("name");
    let mut faults = Faults::none();
    if name.is_empty() {
        faults.add("name", page.say("form-missing"));
    } else if name.chars().count() > NAME_MAX {
        faults.add(
            "name",
            page.say("person-name-too-long").with("most", NAME_MAX),
        );
    }
    if faults.any() {
        return again(&app, page, (name, faults)).await;
    }
    let owner = Owner::Session(page.session()?.id);
    match passkeys::made(&app, &owner, form.raw("passkey")) {
        Ok(new) => keep(&app, page, (name, new)).await,
        Err(PasskeyError::Unreadable(error)) => Err(Error::Ours(error.to_string())),
        Err(error) => {
            tracing::debug!(%error, "a new passkey was not accepted");
            faults.add("passkey", page.say("passkey-refused"));
            again(&app, page, (name, faults)).await
        }
    }
}

async fn keep(
    app: &App,
    page: Page,
    (name, new): (String, passkeys::New),
) -> Result<Response, Error> {
    let codes = recovery::new_codes()?;
    let event = Event::new("factor-added").with("kind", "passkey");
    let note = page.note(app, event.with("name", &name));
    let made = Made {
        name,
        credential_id: new.credential_id,
        credential: new.credential,
        code_hashes: recovery::hashes(&codes),
    };
    let are_new = passkey::add(&app.db, page.session()?.person.id, &made, &note).await?;
    match are_new {
        true => show_codes(page, codes),
        false => Ok(page.visitor.see_other("/account/second-factor")),
    }
}

pub(super) async fn remove(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
) -> Result<Response, Error> {
    require_proof(&page)?;
    let person_id = page.session()?.person.id;
    let id: i64 = id.parse().map_err(|_| Error::NoPage)?;
    let own = passkey::all(&app.db, person_id).await?;
    let passkey = own.into_iter().find(|passkey| passkey.id == id);
    let passkey = passkey.ok_or(Error::NoPage)?;
    let event = Event::new("factor-removed").with("kind", "passkey");
    let note = page.note(&app, event.with("name", &passkey.name));
    let done = passkey::remove(&app.db, person_id, id, &note).await;
    after_removal(&app, page, done).await
}

/// What the script asks a stranger's browser for. The question is this browser's alone; one address
/// must not take the room of all others.
pub(super) async fn ask_stranger(State(app): State<App>, page: Page) -> Result<Response, Error> {
    if app.factors.passkeys.is_none() {
        return Err(Error::NoPage);
    }
    if let Some(wait_s) = take_try(&app, &page, Door::Question) {
        let words = page.say("sign-in-wait").with("wait", page.duration(wait_s));
        return Ok(held_back(Html(words.text()).into_response(), wait_s));
    }
    let token = actions::new_id()?;
    let question = passkeys::ask_to_enter(&app, Owner::Browser(token.clone()));
    let mut response = proof::question(&question.map_err(ProofError::from)?);
    cookies::set(&app, &page.visitor, (Kind::Asked, &token), &mut response);
    Ok(response)
}

fn take_try(app: &App, page: &Page, door: Door) -> Option<i64> {
    let (address, now_s) = (page.visitor.address, app.clock.now_s());
    app.throttle.take_at(door, address, now_s)
}

/// 429, and when to come again.
fn held_back(mut response: Response, wait_s: i64) -> Response {
    *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    let wait = HeaderValue::from(wait_s);
    response.headers_mut().insert(header::RETRY_AFTER, wait);
    response
}

/// Signs somebody in by the passkey alone: the browser has asked for a fingerprint or a PIN, so it
/// is two factors in one.
pub(super) async fn enter(
    State(app): State<App>,
    page: Page,
    form: Form,
) -> Result<Response, Error> {
    if app.factors.passkeys.is_none() {
        return Err(Error::NoPage);
    }
    if let Some(wait_s) = take_try(&app, &page, Door::Passkey) {
        let words = page.say("sign-in-wait").with("wait", page.duration(wait_s));
        return Ok(held_back(sign_in::again(&app, page, &form, words)?, wait_s));
    }
    let mut response = match answered(&app, &page, &form).await? {
        Some(response) => response,
        None => {
            let words = page.say("passkey-refused");
            sign_in::again(&app, page.clone(), &form, words)?
        }
    };
    cookies::set(&app, &page.visitor, (Kind::Asked, ""), &mut response);
    Ok(response)
}

/// Lets somebody in whose passkey is right. What was not asked is not written down: strangers would
/// fill a log that nobody may empty.
async fn answered(app: &App, page: &Page, form: &Form) -> Result<Option<Response>, Error> {
    let Some(token) = cookies::read(app, &page.visitor, Kind::Asked) else {
        return Ok(None);
    };
    let event = Event::new("sign-in").with("by", Means::Passkey.word());
    let said = passkeys::entering(app, &Owner::Browser(token), form.raw("passkey")).await?;
    let admitted = match said {
        Entering::Unasked => return Ok(None),
        Entering::Wrong => None,
        Entering::Right(person_id) => admit(app, page, (person_id, form, event.clone())).await?,
    };
    if admitted.is_none() {
        audit::note(&app.db, &page.note(app, event.refused())).await?;
        return Ok(None);
    }
    for door in [Door::Question, Door::Passkey] {
        app.throttle.give_back(door, page.visitor.address);
    }
    Ok(admitted)
}

async fn admit(
    app: &App,
    page: &Page,
    (person_id, form, event): (i64, &Form, Event),
) -> Result<Option<Response>, Error> {
    let person = person::find(&app.db, person_id, app.clock.now_s()).await?;
    let hash = person::password_hash(&app.db, person_id).await?;
    let (Some(person), Some(hash)) = (person, hash) else {
        return Ok(None);
    };
    let target = (&person, hash.as_str(), local_path(form.find("next")));
    admit_by(app, &page.visitor, target, event).await
}
