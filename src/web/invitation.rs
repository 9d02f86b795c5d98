//! The link that lets somebody in, shown to the admin who made it, once.

use super::page::Page;
use crate::app::App;
use crate::error::Error;
use crate::model::link::HOLDS_S;
use crate::model::person::Person;
use crate::model::roster;
use crate::secret::Secret;
use askama::Template;
use axum::response::Response;

#[derive(Template)]
#[template(path = "invitation/show.html")]
struct Show {
    page: Page,
    person: Person,
    link: String,
    ends_at: i64,
}

/// The page after a link was made. It answers the form itself: the token is kept nowhere in between.
pub(super) async fn show(
    app: &App,
    page: Page,
    person_id: i64,
    token: &Secret,
) -> Result<Response, Error> {
    let now_s = app.clock.now_s();
    let listed = roster::find(&app.db, person_id, now_s).await?;
    let person = listed.ok_or(Error::NoPerson)?.person;
    let path = format!("/join/{}", token.reveal());
    let show = Show {
        link: page.visitor.absolute_url(&path),
        ends_at: now_s + HOLDS_S,
        person,
        page,
    };
    Page::html(&show)
}
