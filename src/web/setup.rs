//! The first start: whoever has the one-time code from the log makes the first admin. Once there is
//! a person, the page is gone.

use super::form::{Faults, Form};
use super::page::Page;
use super::sign_in;
use crate::app::App;
use crate::error::Error;
use crate::model::audit::Event;
use crate::model::name::{are_alike, canonical, mixes_scripts};
use crate::model::person::{self, PersonError};
use crate::model::roster;
use crate::password::{LENGTH_MAX_BYTES, LENGTH_MIN};
use crate::throttle::Door;
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

#[derive(Template)]
#[template(path = "setup/show.html")]
struct Show {
    page: Page,
    username: String,
    faults: Faults,
}

pub(super) async fn show(State(app): State<App>, page: Page) -> Result<Response, Error> {
    if !person::nobody(&app.db).await? {
        return Err(Error::NoPage);
    }
    let show = Show {
        page,
        username: String::new(),
        faults: Faults::none(),
    };
    Page::html(&show)
}

pub(super) async fn submit(
    State(app): State<App>,
    page: Page,
    form: Form,
) -> Result<Response, Error> {
    if !person::nobody(&app.db).await? {
        return Err(Error::NoPage);
    }
    let now_s = app.clock.now_s();
    let address = page.visitor.address;
    if let Some(wait_s) = app.throttle.take_at(Door::SetUp, address, now_s) {
        let mut faults = Faults::none();
        faults.add(
            "code",
            page.say("sign-in-wait").with("wait", page.duration(wait_s)),
        );
        let mut response = again(page, &form, faults, StatusCode::TOO_MANY_REQUESTS)?;
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(wait_s));
        return Ok(response);
    }
    let faults = check(&app, &page, &form);
    if faults.any() {
        return again(page, &form, faults, StatusCode::UNPROCESSABLE_ENTITY);
    }
    app.throttle.give_back(Door::SetUp, address);
    make_first_admin(&app, &page, &form).await
}

async fn make_first_admin(app: &App, page: &Page, form: &Form) -> Result<Response, Error> {
    let hash = app.hasher.hash(form.secret("password")).await?;
    let mut note = page.note(app, Event::new("setup"));
    note.who.person = canonical(form.raw("username"));
    let added = person::add_first(&app.db, form.raw("username"), &hash, &note).await;
    let id = match added {
        Err(PersonError::NameTaken) => return Err(Error::NoPage),
        other => other?,
    };
    let person = person::find(&app.db, id, app.clock.now_s())
        .await?
        .ok_or(Error::NoPerson)?;
    let admitted = sign_in::admit(app, &page.visitor, (&person, &hash, "/vps/new")).await?;
    Ok(admitted.unwrap_or_else(|| page.visitor.see_other("/sign-in")))
}

fn check(app: &App, page: &Page, form: &Form) -> Faults {
    let mut faults = Faults::none();
    if !app.setup_code.fits(form.raw("code")) {
        faults.add("code", page.say("setup-code-wrong"));
    }
    check_name(page, form, &mut faults);
    check_password(page, form, &mut faults);
    faults
}

/// The longest name, in characters.
const NAME_MAX: usize = 64;

/// Checks `username`.
pub(super) fn check_name(page: &Page, form: &Form, faults: &mut Faults) {
    if form.raw("username").len() > sign_in::NAME_MAX_BYTES {
        faults.add(
            "username",
            page.say("person-name-too-long").with("most", NAME_MAX),
        );
        return;
    }
    let name = canonical(form.raw("username"));
    if name.is_empty() {
        faults.add("username", page.say("form-missing"));
    } else if name.starts_with('(') {
        faults.add("username", page.say("person-name-brackets"));
    } else if name.chars().count() > NAME_MAX {
        faults.add(
            "username",
            page.say("person-name-too-long").with("most", NAME_MAX),
        );
    } else if mixes_scripts(&name) {
        faults.add("username", page.say("person-name-mixed"));
    }
}

/// Checks that `username` is nobody else's, and looks like nobody else's. Says whether it is so.
pub(super) async fn check_taken(
    app: &App,
    (page, form): (&Page, &Form),
    own_id: Option<i64>,
    faults: &mut Faults,
) -> Result<bool, Error> {
    let name = canonical(form.raw("username"));
    let people = roster::names(&app.db).await?;
    let mut others = people.iter().filter(|(id, _)| Some(*id) != own_id);
    let Some((_, other)) = others.find(|(_, other)| are_alike(other, &name)) else {
        return Ok(false);
    };
    let words = match *other == name {
        true => "person-name-taken",
        false => "person-name-alike",
    };
    faults.add("username", page.say(words));
    Ok(true)
}

/// Checks `password` and `repeated`.
pub(super) fn check_password(page: &Page, form: &Form, faults: &mut Faults) {
    let password = form.raw("password");
    if password.chars().count() < LENGTH_MIN || password.len() > LENGTH_MAX_BYTES {
        faults.add(
            "password",
            page.say("password-length").with("least", LENGTH_MIN),
        );
    } else if password != form.raw("repeated") {
        faults.add("repeated", page.say("password-differs"));
    }
}

fn again(page: Page, form: &Form, faults: Faults, status: StatusCode) -> Result<Response, Error> {
    let show = Show {
        username: sign_in::shown_name(form),
        faults,
        page,
    };
    Ok((status, Page::html(&show)?).into_response())
}
