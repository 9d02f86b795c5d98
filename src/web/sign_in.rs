//! Signing in and out.

use super::form::Form;
use super::guard::cookie_name;
use super::page::{Page, Visitor};
use crate::app::App;
use crate::error::Error;
use crate::i18n::Message;
use crate::model::audit::{self, Event};
use crate::model::name::canonical;
use crate::model::person::{self, Person};
use crate::model::session::{self, Origin};
use crate::password::LENGTH_MAX_BYTES;
use crate::secret::Secret;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
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

#[derive(Deserialize)]
pub(super) struct Asked {
    next: Option<String>,
}

/// Sends a stranger to the sign-in page, and back afterwards. htmx would put the page it is sent to
/// into the table it refreshes: it is told to leave for it.
pub(super) fn redirect(visitor: &Visitor, method: &Method) -> Response {
    let target = match method {
        &Method::GET if !visitor.by_htmx => {
            let next: String = form_urlencoded::byte_serialize(visitor.path.as_bytes()).collect();
            format!("/sign-in?next={next}")
        }
        _ => "/sign-in".to_owned(),
    };
    if visitor.by_htmx {
        let header = HeaderName::from_static("hx-redirect");
        let value =
            HeaderValue::from_str(&visitor.url(&target)).unwrap_or(HeaderValue::from_static("/"));
        return (StatusCode::UNAUTHORIZED, [(header, value)]).into_response();
    }
    visitor.see_other(&target)
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
    match check(&app, &name, form.secret("password")).await? {
        Some(person) => {
            app.throttle.right(&name, page.visitor.address);
            admit(
                &app,
                &page.visitor,
                (&person, local_path(form.find("next"))),
            )
            .await
        }
        None => {
            note(
                &app,
                &page.visitor,
                None,
                Event::new("sign-in").with("name", &name).refused(),
            )
            .await?;
            let words = page.say("sign-in-refused");
            again(page, &form, words, StatusCode::UNPROCESSABLE_ENTITY)
        }
    }
}

/// The person of this name and password. An unknown and a disabled name cost the same work.
async fn check(app: &App, name: &str, password: Secret) -> Result<Option<Person>, Error> {
    let person = person::find_by_name(&app.db, name).await?;
    let hash = match &person {
        Some(person) => person::password_hash(&app.db, person.id).await?,
        None => None,
    };
    if password.reveal().len() > LENGTH_MAX_BYTES {
        return Ok(None);
    }
    let fits = app.hasher.check(password, hash).await?;
    Ok(person.filter(|_| fits))
}

/// Begins a session: 303 to a path of ours, with the cookie.
pub(super) async fn admit(
    app: &App,
    visitor: &Visitor,
    (person, path): (&Person, &str),
) -> Result<Response, Error> {
    if let Some(former) = &visitor.session {
        session::end(&app.db, former.id).await?;
        app.transcripts.forget(former.id);
    }
    let origin = Origin {
        address: visitor.address.to_string(),
        browser: visitor.browser.clone(),
    };
    let token = session::begin(&app.db, person.id, &origin, app.clock.now_s()).await?;
    note(app, visitor, Some(person), Event::new("sign-in")).await?;
    let cookie = session_cookie(app, visitor, token.reveal());
    let response = visitor.see_other(path);
    Ok(([(header::SET_COOKIE, cookie)], response).into_response())
}

pub(super) async fn sign_out(State(app): State<App>, page: Page) -> Result<Response, Error> {
    let session = page.session()?;
    session::end(&app.db, session.id).await?;
    app.transcripts.forget(session.id);
    note(
        &app,
        &page.visitor,
        Some(&session.person),
        Event::new("sign-out"),
    )
    .await?;
    let cookie = session_cookie(&app, &page.visitor, "");
    let response = page.visitor.see_other("/sign-in");
    Ok(([(header::SET_COOKIE, cookie)], response).into_response())
}

/// The cookie of a session; with no token, the one that removes it.
fn session_cookie(app: &App, visitor: &Visitor, token: &str) -> String {
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

async fn note(
    app: &App,
    visitor: &Visitor,
    person: Option<&Person>,
    event: Event,
) -> Result<(), Error> {
    let mut who = visitor.who();
    if let Some(person) = person {
        who.person_id = Some(person.id);
        who.person = person.name.clone();
    }
    Ok(audit::note(&app.db, &who, &event, app.clock.now_ms()).await?)
}

fn again(page: Page, form: &Form, words: Message, status: StatusCode) -> Result<Response, Error> {
    let show = Show {
        username: form.line("username"),
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
