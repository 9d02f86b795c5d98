//! Where a person is signed in, and the end of it. Only one's own sessions are here.

use super::form::Form;
use super::page::Page;
use crate::app::App;
use crate::error::Error;
use crate::model::audit::Event;
use crate::model::session::{self, Place};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "sessions/show.html")]
struct Show {
    page: Page,
    places: Vec<Place>,
    /// The session that looks.
    here: i64,
    ended: bool,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    ended: Option<String>,
}

pub(super) async fn show(
    State(app): State<App>,
    Query(asked): Query<Asked>,
    page: Page,
) -> Result<Response, Error> {
    let session = page.session()?;
    let show = Show {
        places: session::places(&app.db, session.person.id).await?,
        here: session.id,
        ended: asked.ended.is_some(),
        page,
    };
    Page::html(&show)
}

/// Ends one session, or all others. Another person's answers like one that is not there.
pub(super) async fn end(State(app): State<App>, page: Page, form: Form) -> Result<Response, Error> {
    if form.ticked("others") {
        end_others(&app, &page).await?;
    } else {
        end_one(&app, &page, form.raw("session")).await?;
    }
    Ok(page.visitor.see_other("/account/sessions?ended=1"))
}

async fn end_one(app: &App, page: &Page, id: &str) -> Result<(), Error> {
    let id = id.parse().map_err(|_| Error::NoPage)?;
    let note = page.note(app, Event::new("session-ended"));
    let person_id = page.session()?.person.id;
    if !session::end_own(&app.db, person_id, id, &note).await? {
        return Err(Error::NoPage);
    }
    app.transcripts.forget(id);
    Ok(())
}

async fn end_others(app: &App, page: &Page) -> Result<(), Error> {
    // Whoever stole this session must not throw its owner out of all the others.
    page.require_proof()?;
    let session = page.session()?;
    let note = page.note(app, Event::new("session-ended").with("which", "others"));
    let others = session::places(&app.db, session.person.id).await?;
    session::end_others(&app.db, session.person.id, session.id, &note).await?;
    for place in others.iter().filter(|place| place.id != session.id) {
        app.transcripts.forget(place.id);
    }
    Ok(())
}
