//! Signing in with name and password, and out. A second factor is `pending`'s.

use super::cookies::{self, Kind};
use super::form::Form;
use super::page::Page;
use super::visitor::Visitor;
use crate::app::App;
use crate::error::Error;
use crate::i18n::Message;
use crate::model::audit::{self, Event, Note};
use crate::model::name::{canonical, tidy};
use crate::model::person::{self, Person};
use crate::model::session::{self, Origin, Proved};
use crate::model::{device, factor, notice, pending};
use crate::password::LENGTH_MAX_BYTES;
use crate::secret::Secret;
use crate::throttle::Guesser;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "sign_in/show.html")]
struct Show {
    page: Page,
    username: String,
    next: String,
    fault: Option<Message>,
    /// Whether a session of theirs has just ended.
    ended: bool,
    /// Whether somebody may sign in with a passkey here.
    by_passkey: bool,
}

/// A longer name is nobody's: it is refused before any work is spent on it.
pub(super) const NAME_MAX_BYTES: usize = 256;

#[derive(Deserialize)]
pub(super) struct Asked {
    next: Option<String>,
    ended: Option<String>,
}

/// Sends a stranger to the sign-in page, and back afterwards. Whoever was signed in until then is told
/// that it ended: one's own sign-out takes the cookie along.
pub(super) fn redirect(visitor: &Visitor, method: &Method) -> Response {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if visitor.had_session {
        query.append_pair("ended", "1");
    }
    if method == Method::GET && !visitor.by_htmx {
        query.append_pair("next", &visitor.path);
    }
    match query.finish() {
        query if query.is_empty() => visitor.leave_for("/sign-in"),
        query => visitor.leave_for(&format!("/sign-in?{query}")),
    }
}

/// A path that knows where to go afterwards.
pub(super) fn with_next(path: &str, next: &str) -> String {
    let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
    format!("{path}?next={next}")
}

pub(super) async fn show(
    State(app): State<App>,
    Query(asked): Query<Asked>,
    page: Page,
) -> Result<Response, Error> {
    if page.person().is_some() {
        return Ok(page.visitor.see_other("/"));
    }
    if person::nobody(&app.db).await? {
        return Ok(page.visitor.see_other("/setup"));
    }
    let show = Show {
        page,
        username: String::new(),
        next: local_path(asked.next.as_deref()).to_owned(),
        fault: None,
        ended: asked.ended.is_some(),
        by_passkey: app.factors.passkeys.is_some(),
    };
    Page::html(&show)
}

pub(super) async fn submit(
    State(app): State<App>,
    page: Page,
    form: Form,
) -> Result<Response, Error> {
    if form.raw("username").len() > NAME_MAX_BYTES || form.raw("password").len() > LENGTH_MAX_BYTES
    {
        let words = page.say("sign-in-refused");
        return again(&app, page, &form, words);
    }
    let name = canonical(form.raw("username"));
    let guesser = Guesser {
        name: &name,
        address: page.visitor.address,
        device_id: known_device(&app, &page.visitor, &name).await?,
    };
    if let Some(wait_s) = app.throttle.take(&guesser, app.clock.now_s()) {
        let words = page.say("sign-in-wait").with("wait", page.duration(wait_s));
        let mut response = again(&app, page, &form, words)?;
        *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(wait_s));
        return Ok(response);
    }
    let known = check(&app, &name, form.secret("password")).await?;
    if let Some((person, password_hash)) = &known.proved {
        app.throttle.right(&guesser);
        let next = local_path(form.find("next"));
        let entered = enter(&app, &page.visitor, (person, password_hash.as_str(), next)).await?;
        if let Some(response) = entered {
            return Ok(response);
        }
    }
    // A name that nobody has may be a password typed into the wrong field: it is not written down.
    let event = match known.name_exists {
        true => Event::new("sign-in").with("name", &name),
        false => Event::new("sign-in"),
    };
    audit::note(&app.db, &page.note(&app, event.refused())).await?;
    let words = page.say("sign-in-refused");
    again(&app, page, &form, words)
}

/// The row of the visitor's browser, if the person of this name has signed in there before.
pub(super) async fn known_device(
    app: &App,
    visitor: &Visitor,
    name: &str,
) -> Result<Option<i64>, Error> {
    match cookies::read(app, visitor, Kind::Device) {
        Some(token) => Ok(device::find(&app.db, name, &token).await?),
        None => Ok(None),
    }
}

/// What the check of a name and a password found.
struct Checked {
    name_exists: bool,
    /// The person, and the hash that the password fits.
    proved: Option<(Person, String)>,
}

/// Checks a name and a password. An unknown and a disabled name cost the same work.
async fn check(app: &App, name: &str, password: Secret) -> Result<Checked, Error> {
    let person = person::find_by_name(&app.db, name, app.clock.now_s()).await?;
    let hash = match &person {
        Some(person) => person::password_hash(&app.db, person.id).await?,
        None => None,
    };
    let fits = app.hasher.check(password, hash.clone()).await?;
    Ok(Checked {
        name_exists: person.is_some(),
        proved: person.zip(hash).filter(|_| fits),
    })
}

/// Lets somebody in who knows the password: at once, or by way of the second factor, if they have
/// one. None when the password was changed or the person disabled while it was being checked.
pub(super) async fn enter(
    app: &App,
    visitor: &Visitor,
    (person, password_hash, next): (&Person, &str, &str),
) -> Result<Option<Response>, Error> {
    if !factor::present(&app.db, person.id).await?.any() {
        return admit(app, visitor, (person, password_hash, next)).await;
    }
    let proved = Proved {
        person_id: person.id,
        password_hash,
    };
    let note = note_of(app, visitor, (person, Event::new("sign-in-half")));
    let token = pending::begin(&app.db, proved, &note).await?;
    let mut response = visitor.see_other(&with_next("/sign-in/factor", next));
    cookies::set(app, visitor, (Kind::Pending, token.reveal()), &mut response);
    Ok(Some(response))
}

/// Begins a session for somebody who has shown all that is asked of them: 303 to a path of ours, with
/// the cookie. None when the password was changed or the person disabled while it was being checked.
pub(super) async fn admit(
    app: &App,
    visitor: &Visitor,
    target: (&Person, &str, &str),
) -> Result<Option<Response>, Error> {
    admit_by(app, visitor, target, Event::new("sign-in")).await
}

/// The same, recorded as this event.
pub(super) async fn admit_by(
    app: &App,
    visitor: &Visitor,
    (person, password_hash, path): (&Person, &str, &str),
    event: Event,
) -> Result<Option<Response>, Error> {
    let origin = Origin {
        address: visitor.address.to_string(),
        browser: visitor.browser.clone(),
    };
    let mut note = note_of(app, visitor, (person, event));
    let proved = Proved {
        person_id: person.id,
        password_hash,
    };
    let Some((id, token)) = session::begin(&app.db, proved, &origin, &note).await? else {
        return Ok(None);
    };
    note.who.session_id = Some(id);
    if let Some(former) = &visitor.session {
        session::end(&app.db, former.id).await?;
        notice::pass_on(&app.db, former.id, id).await?;
        app.transcripts.forget(former.id);
    }
    let mut response = visitor.see_other(path);
    cookies::set(app, visitor, (Kind::Session, token.reveal()), &mut response);
    let known = cookies::read(app, visitor, Kind::Device);
    if let Some(device) = device::meet(&app.db, known.as_deref(), &origin, &note).await? {
        cookies::set(app, visitor, (Kind::Device, device.reveal()), &mut response);
    }
    Ok(Some(response))
}

/// An event that is this person's, whoever the browser was signed in as before.
fn note_of(app: &App, visitor: &Visitor, (person, event): (&Person, Event)) -> Note {
    let mut note = visitor.note(app, event);
    note.who.person_id = Some(person.id);
    note.who.person.clone_from(&person.name);
    note
}

pub(super) async fn sign_out(State(app): State<App>, page: Page) -> Result<Response, Error> {
    let session = page.session()?;
    session::end(&app.db, session.id).await?;
    app.transcripts.forget(session.id);
    audit::note(&app.db, &page.note(&app, Event::new("sign-out"))).await?;
    let mut response = page.visitor.see_other("/sign-in");
    cookies::set(&app, &page.visitor, (Kind::Session, ""), &mut response);
    Ok(response)
}

/// The name as it was typed; a very long one does not come back.
pub(super) fn shown_name(form: &Form) -> String {
    match form.raw("username") {
        name if name.len() > NAME_MAX_BYTES => String::new(),
        name => tidy(name),
    }
}

/// The page with what was wrong: 422.
pub(super) fn again(app: &App, page: Page, form: &Form, words: Message) -> Result<Response, Error> {
    let show = Show {
        username: shown_name(form),
        next: local_path(form.find("next")).to_owned(),
        fault: Some(words),
        ended: false,
        by_passkey: app.factors.passkeys.is_some(),
        page,
    };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Page::html(&show)?).into_response())
}

/// A path of ours to go to afterwards, and nothing else: no host, no scheme, no backslash.
pub(super) fn local_path(next: Option<&str>) -> &str {
    let is_local = |path: &str| {
        path.starts_with('/')
            && !path.starts_with("//")
            && path
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && byte != b'\\')
    };
    next.filter(|path| is_local(path)).unwrap_or("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t_redirect_next_is_a_local_path_or_the_start() {
        for good in ["/", "/vps/7?x=1", "/audit?person=ada"] {
            assert_eq!(local_path(Some(good)), good);
        }
        let bad = [
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "javascript:alert(1)",
            "",
            "vps/7",
            "/\tevil",
            "/a b",
            "/\r\nSet-Cookie: x=1",
        ];
        for bad in bad {
            assert_eq!(local_path(Some(bad)), "/", "{bad:?}");
        }
        assert_eq!(local_path(None), "/");
    }
}
