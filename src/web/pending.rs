//! The second step of signing in: the password was right, and the second factor is asked for. Until it
//! is right there is no session.

use super::cookies::{self, Kind};
use super::form::Form;
use super::page::Page;
use super::proof::{self, Proof};
use super::sign_in::{admit_by, local_path};
use super::visitor::Visitor;
use crate::app::App;
use crate::error::Error;
use crate::factor::passkeys::{self, Owner};
use crate::factor::{self, Means, Verdict};
use crate::i18n::Message;
use crate::model::audit::{self, Event};
use crate::model::pending::{self, Pending};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "pending/show.html")]
struct Show {
    page: Page,
    name: String,
    proof: Proof,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    next: Option<String>,
}

pub(super) async fn show(
    State(app): State<App>,
    Query(asked): Query<Asked>,
    page: Page,
) -> Result<Response, Error> {
    let Some(pending) = find(&app, &page.visitor).await? else {
        return Ok(page.visitor.see_other("/sign-in"));
    };
    let next = local_path(asked.next.as_deref()).to_owned();
    Page::html(&view(&app, page, (&pending, next, None)).await?)
}

async fn view(
    app: &App,
    page: Page,
    (pending, next, fault): (&Pending, String, Option<Message>),
) -> Result<Show, Error> {
    let proof = Proof {
        action: "/sign-in/factor".to_owned(),
        question: "/sign-in/factor/question",
        methods: factor::methods(app, pending.person.id).await?,
        hidden: vec![("next", next)],
        fault,
    };
    Ok(Show {
        page,
        name: pending.person.name.clone(),
        proof,
    })
}

pub(super) async fn submit(
    State(app): State<App>,
    page: Page,
    form: Form,
) -> Result<Response, Error> {
    let Some(pending) = find(&app, &page.visitor).await? else {
        return Ok(page.visitor.see_other("/sign-in"));
    };
    let next = local_path(form.find("next")).to_owned();
    let owner = Owner::Pending(pending.id);
    let claimant = proof::claimant(&app, &page.visitor, (&pending.person, owner)).await?;
    let Some(attempt) = proof::attempt(&form) else {
        let words = page.say("form-missing");
        let view = view(&app, page, (&pending, next, Some(words))).await?;
        return Ok(proof::refused(Page::html(&view)?, Verdict::Wrong));
    };
    let by = attempt.word();
    match factor::check(&app, &claimant, attempt).await? {
        Verdict::Right(means) => finish(&app, &page, (&pending, means, &next)).await,
        verdict => {
            if verdict == Verdict::Wrong {
                let event = Event::new("sign-in").with("name", &pending.person.name);
                let event = event.with("by", by).refused();
                audit::note(&app.db, &page.note(&app, event)).await?;
            }
            let words = proof::fault(&page, verdict);
            let view = view(&app, page, (&pending, next, Some(words))).await?;
            Ok(proof::refused(Page::html(&view)?, verdict))
        }
    }
}

/// The half sign-in becomes a session, once.
async fn finish(
    app: &App,
    page: &Page,
    (pending, means, next): (&Pending, Means, &str),
) -> Result<Response, Error> {
    let event = Event::new("sign-in").with("by", means.word());
    let target = (&pending.person, pending.password_hash.as_str(), next);
    let admitted = match pending::end(&app.db, pending.id).await? {
        true => admit_by(app, &page.visitor, target, event).await?,
        false => None,
    };
    let mut response = admitted.unwrap_or_else(|| page.visitor.see_other("/sign-in"));
    cookies::set(app, &page.visitor, (Kind::Pending, ""), &mut response);
    Ok(response)
}

/// What the script asks the browser for.
pub(super) async fn question(State(app): State<App>, page: Page) -> Result<Response, Error> {
    let Some(pending) = find(&app, &page.visitor).await? else {
        return Err(Error::NoPage);
    };
    if !factor::methods(&app, pending.person.id).await?.passkey {
        return Err(Error::NoPage);
    }
    let owner = Owner::Pending(pending.id);
    let question = passkeys::ask_to_prove(&app, pending.person.id, owner).await?;
    Ok(proof::question(&question))
}

/// Back to the name and the password.
pub(super) async fn leave(State(app): State<App>, page: Page) -> Result<Response, Error> {
    if let Some(pending) = find(&app, &page.visitor).await? {
        pending::end(&app.db, pending.id).await?;
    }
    let mut response = page.visitor.see_other("/sign-in");
    cookies::set(&app, &page.visitor, (Kind::Pending, ""), &mut response);
    Ok(response)
}

async fn find(app: &App, visitor: &Visitor) -> Result<Option<Pending>, Error> {
    match cookies::read(app, visitor, Kind::Pending) {
        Some(token) => Ok(pending::find(&app.db, &token, app.clock.now_s()).await?),
        None => Ok(None),
    }
}
