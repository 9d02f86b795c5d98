//! Signing in and out.

use super::form::Form;
use super::guard::cookie_name;
use super::page::{Page, Visitor};
use crate::app::App;
use crate::error::Error;
use crate::i18n::Message;
use crate::model::audit::{self, Event};
use crate::model::name::{canonical, tidy};
use crate::model::person::{self, Person};
use crate::model::session::{self, Origin, Proved};
use crate::password::LENGTH_MAX_BYTES;
use crate::secret::Secret;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cookie::{Cookie, SameSite};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "sign_in/show.html")]
struct Show {
    page: Page,
    username: String,
    next: String,
    fault: Option<Message>,
}

/// A longer name is nobody's: it is refused before any work is spent on it.
pub(super) const NAME_MAX_BYTES: usize = 256;

#[derive(Deserialize)]
pub(super) struct Asked {
    next: Option<String>,
}

/// Sends a stranger to the sign-in page, and back afterwards.
pub(super) fn redirect(visitor: &Visitor, method: &Method) -> Response {
    let target = match method {
        &Method::GET if !visitor.by_htmx => {
            let next: String = form_urlencoded::byte_serialize(visitor.path.as_bytes()).collect();
            format!("/sign-in?next={next}")
        }
        _ => "/sign-in".to_owned(),
    };
    visitor.leave_for(&target)
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
        return again(page, &form, words, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let name = canonical(form.raw("username"));
    let now_s = app.clock.now_s();
    if let Some(wait_s) = app.throttle.take(&name, page.visitor.address, now_s) {
        let words = page.say("sign-in-wait").with("wait", page.duration(wait_s));
        let mut response = again(page, &form, words, StatusCode::TOO_MANY_REQUESTS)?;
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(wait_s));
        return Ok(response);
    }
    let known = check(&app, &name, form.secret("password")).await?;
    if let Some((person, password_hash)) = &known.proved {
        app.throttle.right(&name, page.visitor.address);
        let next = local_path(form.find("next"));
        let admitted = admit(&app, &page.visitor, (person, password_hash.as_str(), next)).await?;
        if let Some(response) = admitted {
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
    again(page, &form, words, StatusCode::UNPROCESSABLE_ENTITY)
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

/// Begins a session: 303 to a path of ours, with the cookie. None when the password was changed or
/// the person disabled while it was being checked.
pub(super) async fn admit(
    app: &App,
    visitor: &Visitor,
    (person, password_hash, path): (&Person, &str, &str),
) -> Result<Option<Response>, Error> {
    let origin = Origin {
        address: visitor.address.to_string(),
        browser: visitor.browser.clone(),
    };
    let mut note = visitor.note(app, Event::new("sign-in"));
    note.who.person_id = Some(person.id);
    note.who.person.clone_from(&person.name);
    let proved = Proved {
        person_id: person.id,
        password_hash,
    };
    let Some(token) = session::begin(&app.db, proved, &origin, &note).await? else {
        return Ok(None);
    };
    if let Some(former) = &visitor.session {
        session::end(&app.db, former.id).await?;
        app.transcripts.forget(former.id);
    }
    let cookie = session_cookie(app, visitor, token.reveal());
    let response = visitor.see_other(path);
    Ok(Some(
        ([(header::SET_COOKIE, cookie)], response).into_response(),
    ))
}

pub(super) async fn sign_out(State(app): State<App>, page: Page) -> Result<Response, Error> {
    let session = page.session()?;
    session::end(&app.db, session.id).await?;
    app.transcripts.forget(session.id);
    audit::note(&app.db, &page.note(&app, Event::new("sign-out"))).await?;
    let cookie = session_cookie(&app, &page.visitor, "");
    let response = page.visitor.see_other("/sign-in");
    Ok(([(header::SET_COOKIE, cookie)], response).into_response())
}

/// The cookie of a session; with no token, the one that removes it.
pub(super) fn session_cookie(app: &App, visitor: &Visitor, token: &str) -> String {
    let mut cookie = Cookie::build((cookie_name(app), token.to_owned()))
        .path(visitor.url("/"))
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(app.config.is_https())
        .build();
    if token.is_empty() {
        cookie.make_removal();
    }
    cookie.to_string()
}

/// The name as it was typed; a very long one does not come back.
pub(super) fn shown_name(form: &Form) -> String {
    match form.raw("username") {
        name if name.len() > NAME_MAX_BYTES => String::new(),
        name => tidy(name),
    }
}

fn again(page: Page, form: &Form, words: Message, status: StatusCode) -> Result<Response, Error> {
    let show = Show {
        username: shown_name(form),
        next: local_path(form.find("next")).to_owned(),
        fault: Some(words),
        page,
    };
    Ok((status, Page::html(&show)?).into_response())
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
