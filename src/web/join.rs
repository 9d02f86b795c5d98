//! Where a link leads: an invited person chooses a name and a password, somebody else a new password.
//! Opening it uses nothing up. The token is taken out of the address at once, into a cookie.

use super::form::{Faults, Form};
use super::page::Page;
use super::setup::{check_name, check_password, check_taken};
use super::sign_in;
use crate::app::App;
use crate::error::Error;
use crate::i18n::Message;
use crate::model::audit::Event;
use crate::model::link::{self, Chosen, Link};
use crate::model::name::canonical;
use crate::model::person::{self, PersonError, Role};
use crate::secret::Secret;
use crate::throttle::Door;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use cookie::time::Duration;
use cookie::{Cookie, SameSite};

/// The browser keeps the token so long: enough to think of a password.
const COOKIE_HOLDS: Duration = Duration::minutes(30);

#[derive(Template)]
#[template(path = "join/show.html")]
struct Show {
    page: Page,
    link: Link,
    username: String,
    faults: Faults,
}

#[derive(Template)]
#[template(path = "join/closed.html")]
struct Closed {
    page: Page,
    words: Message,
}

/// The address that was sent. Previews of chats open it too.
pub(super) async fn arrive(
    State(app): State<App>,
    Path(token): Path<String>,
    page: Page,
) -> Response {
    let cookie = link_cookie(&app, &page, &token);
    let response = page.visitor.see_other("/join");
    ([(header::SET_COOKIE, cookie)], response).into_response()
}

/// The cookie with the token; what cannot be one, and an empty one, removes it.
fn link_cookie(app: &App, page: &Page, token: &str) -> String {
    let is_token = token.len() == 43
        && token
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    let value = if is_token { token } else { "" };
    let mut cookie = Cookie::build((cookie_name(app), value.to_owned()))
        .path(page.url("/join"))
        .max_age(COOKIE_HOLDS)
        .http_only(true)
        // A link is followed from elsewhere: a strict cookie would not come along.
        .same_site(SameSite::Lax)
        .secure(app.config.is_https())
        .build();
    if !is_token {
        cookie.make_removal();
    }
    cookie.to_string()
}

fn cookie_name(app: &App) -> &'static str {
    match app.config.is_https() {
        true => "__Secure-kiwideck-link",
        false => "kiwideck-link",
    }
}

/// What stands behind the cookie.
enum Found {
    Open(Secret, Link),
    Closed(Response),
}

/// The link of this browser. Who tries one that does not work is held back; one that works cannot be
/// guessed, and is nothing to hold back.
async fn find(app: &App, page: &Page) -> Result<Found, Error> {
    let Some(token) = page.visitor.cookie(cookie_name(app)).map(Secret::new) else {
        return Ok(Found::Closed(closed(page)?));
    };
    if let Some(link) = link::find(&app.db, token.reveal(), app.clock.now_s()).await? {
        return Ok(Found::Open(token, link));
    }
    Ok(Found::Closed(match take_try(app, page) {
        Some(wait_s) => held_back(page, wait_s)?,
        None => closed(page)?,
    }))
}

fn take_try(app: &App, page: &Page) -> Option<i64> {
    let (address, now_s) = (page.visitor.address, app.clock.now_s());
    app.throttle.take_at(Door::Link, address, now_s)
}

/// Wrong, used and ended links answer alike.
fn closed(page: &Page) -> Result<Response, Error> {
    let closed = Closed {
        words: page.say("join-closed-about"),
        page: page.clone(),
    };
    Ok((StatusCode::NOT_FOUND, Page::html(&closed)?).into_response())
}

fn held_back(page: &Page, wait_s: i64) -> Result<Response, Error> {
    let closed = Closed {
        words: page.say("join-wait").with("wait", page.duration(wait_s)),
        page: page.clone(),
    };
    let mut response = (StatusCode::TOO_MANY_REQUESTS, Page::html(&closed)?).into_response();
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from(wait_s));
    Ok(response)
}

pub(super) async fn show(State(app): State<App>, page: Page) -> Result<Response, Error> {
    let (_, link) = match find(&app, &page).await? {
        Found::Open(token, link) => (token, link),
        Found::Closed(response) => return Ok(response),
    };
    let show = Show {
        username: link.name.clone(),
        faults: Faults::none(),
        link,
        page,
    };
    Page::html(&show)
}

pub(super) async fn submit(
    State(app): State<App>,
    page: Page,
    form: Form,
) -> Result<Response, Error> {
    let (token, link) = match find(&app, &page).await? {
        Found::Open(token, link) => (token, link),
        Found::Closed(response) => return Ok(response),
    };
    // A name that is taken counts as a try: a link must not tell who else is here.
    if let Some(wait_s) = take_try(&app, &page) {
        return held_back(&page, wait_s);
    }
    let (mut faults, is_taken) = check(&app, (&page, &form), &link).await?;
    if !is_taken {
        app.throttle.give_back(Door::Link, page.visitor.address);
    }
    if !faults.any() {
        if let Some(response) = enter(&app, (&page, &form), (&token, &link)).await? {
            return Ok(response);
        }
        faults.add("username", page.say("person-name-taken"));
    }
    let show = Show {
        username: name(&link, &form),
        page,
        link,
        faults,
    };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Page::html(&show)?).into_response())
}

/// The invited may choose their name; everybody else keeps theirs.
fn name(link: &Link, form: &Form) -> String {
    match link.is_invitation {
        true => sign_in::shown_name(form),
        false => link.name.clone(),
    }
}

/// What is wrong, and whether the name is another person's.
async fn check(
    app: &App,
    (page, form): (&Page, &Form),
    link: &Link,
) -> Result<(Faults, bool), Error> {
    let mut faults = Faults::none();
    check_password(page, form, &mut faults);
    if !link.is_invitation {
        return Ok((faults, false));
    }
    check_name(page, form, &mut faults);
    // Before any hash is computed for a name that cannot be had.
    let own_id = Some(link.person_id);
    let is_taken = check_taken(app, (page, form), own_id, &mut faults).await?;
    Ok((faults, is_taken))
}

/// Sets the password, uses the link up, and signs in. None when the name was taken meanwhile.
async fn enter(
    app: &App,
    (page, form): (&Page, &Form),
    (token, link): (&Secret, &Link),
) -> Result<Option<Response>, Error> {
    let hash = app.hasher.hash(form.secret("password")).await?;
    let name = name(link, form);
    let chosen = Chosen {
        name: &name,
        password_hash: &hash,
    };
    let mut note = page.note(app, Event::new(what(link)));
    note.who.person_id = Some(link.person_id);
    note.who.person = canonical(&name);
    note.who.session_id = None;
    note.who.device_id = sign_in::known_device(app, &page.visitor, &link.name).await?;
    match link::use_up(&app.db, token.reveal(), chosen, &note).await {
        Ok(true) => {}
        Ok(false) => return closed(page).map(Some),
        Err(PersonError::NameTaken) => return Ok(None),
        Err(error) => return Err(error.into()),
    }
    let person = person::find(&app.db, link.person_id, app.clock.now_s())
        .await?
        .ok_or(Error::NoPerson)?;
    let admitted = sign_in::enter(app, &page.visitor, (&person, &hash, "/")).await?;
    let response = admitted.unwrap_or_else(|| page.visitor.see_other("/sign-in"));
    let used = AppendHeaders([(header::SET_COOKIE, link_cookie(app, page, ""))]);
    Ok(Some((used, response).into_response()))
}

const fn what(link: &Link) -> &'static str {
    match link.is_invitation {
        true => "person-joined",
        false => "password-reset",
    }
}

impl Show {
    fn role(&self) -> Message {
        self.page.say(match self.link.role {
            Role::Admin => "role-admin",
            Role::Member => "role-member",
        })
    }

    /// The panel's address, as people know it.
    fn panel(&self) -> String {
        let home = self.page.visitor.absolute_url("/");
        let home = home.split_once("://").map_or("", |(_, rest)| rest);
        home.trim_end_matches('/').to_owned()
    }
}
