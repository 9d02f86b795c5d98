//! A person's second factor: what there is of it, the recovery codes, and for admins its reset. Apps
//! and passkeys have files of their own.

use super::form::Faults;
use super::grants::saved;
use super::page::Page;
use super::proof;
use crate::app::App;
use crate::error::Error;
use crate::factor::passkeys::{self, Owner};
use crate::factor::{self, recovery};
use crate::model::audit::Event;
use crate::model::factor::{FactorError, Present, present};
use crate::model::passkey::Passkey;
use crate::model::{self, passkey, person, setting};
use crate::secret::Secret;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

#[derive(Template)]
#[template(path = "second_factor/show.html")]
struct Show {
    page: Page,
    present: Present,
    passkeys: Vec<Passkey>,
    /// Whether the panel's address allows passkeys.
    by_passkey: bool,
    /// Whether everybody must have a second factor.
    required: bool,
    name: String,
    faults: Faults,
}

#[derive(Template)]
#[template(path = "second_factor/codes.html")]
struct Codes {
    page: Page,
    codes: Vec<Secret>,
    /// Others were there before.
    are_renewed: bool,
}

pub(super) async fn show(State(app): State<App>, page: Page) -> Result<Response, Error> {
    again(&app, page, (String::new(), Faults::none())).await
}

/// The page, with what was wrong and the passkey's name as it was typed.
pub(super) async fn again(
    app: &App,
    page: Page,
    (name, faults): (String, Faults),
) -> Result<Response, Error> {
    let person_id = page.session()?.person.id;
    let status = match faults.any() {
        true => StatusCode::UNPROCESSABLE_ENTITY,
        false => StatusCode::OK,
    };
    let show = Show {
        present: present(&app.db, person_id).await?,
        passkeys: passkey::all(&app.db, person_id).await?,
        by_passkey: app.factors.passkeys.is_some(),
        required: setting::factor_required(&app.db).await?,
        name,
        faults,
        page,
    };
    Ok((status, Page::html(&show)?).into_response())
}

/// New recovery codes in the place of all others, shown this once.
pub(super) async fn renew_codes(State(app): State<App>, page: Page) -> Result<Response, Error> {
    require_proof(&page)?;
    let person_id = page.session()?.person.id;
    if !present(&app.db, person_id).await?.any() {
        return Ok(page.visitor.see_other("/account/second-factor"));
    }
    let codes = recovery::new_codes()?;
    let note = page.note(&app, Event::new("recovery-codes-made"));
    model::recovery::renew(&app.db, person_id, &recovery::hashes(&codes), &note).await?;
    Page::html(&Codes {
        page,
        codes,
        are_renewed: true,
    })
}

/// The first codes, once: the page is the answer to a form and is kept nowhere.
pub(super) fn show_codes(page: Page, codes: Vec<Secret>) -> Result<Response, Error> {
    Page::html(&Codes {
        page,
        codes,
        are_renewed: false,
    })
}

impl Codes {
    /// All codes, a line each.
    fn text(&self) -> String {
        let codes: Vec<&str> = self.codes.iter().map(Secret::reveal).collect();
        codes.join("\n")
    }

    /// The same as a file, without a script.
    fn file(&self) -> String {
        format!("data:text/plain,{}", self.text().replace('\n', "%0A"))
    }
}

/// What the script asks the browser for, when somebody who is signed in proves it again.
pub(super) async fn question(State(app): State<App>, page: Page) -> Result<Response, Error> {
    let session = page.session()?;
    if !factor::methods(&app, session.person.id).await?.passkey {
        return Err(Error::NoPage);
    }
    let owner = Owner::Session(session.id);
    let question = passkeys::ask_to_prove(&app, session.person.id, owner).await?;
    Ok(proof::question(&question))
}

/// After a factor was taken away: the page, or why it must stay.
pub(super) async fn after_removal(
    app: &App,
    page: Page,
    done: Result<(), FactorError>,
) -> Result<Response, Error> {
    match done {
        Ok(()) | Err(FactorError::Missing) => Ok(page.visitor.see_other("/account/second-factor")),
        Err(FactorError::Last) => {
            let mut faults = Faults::none();
            faults.add("last", page.say("factor-last"));
            again(app, page, (String::new(), faults)).await
        }
        Err(FactorError::Sql(error)) => Err(error.into()),
    }
}

/// What opens the panel is changed only by somebody who has just proved who they are.
pub(super) fn require_proof(page: &Page) -> Result<(), Error> {
    match page.session()?.is_proved(page.now_s()) {
        true => Ok(()),
        false => Err(Error::NeedsProof),
    }
}

/// For admins: takes everything that a person has beside the password, who lost it.
pub(super) async fn reset(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
) -> Result<Response, Error> {
    page.require_admin()?;
    require_proof(&page)?;
    let id = id.parse().map_err(|_| Error::NoPerson)?;
    let found = person::find(&app.db, id, app.clock.now_s()).await?;
    let person = found.ok_or(Error::NoPerson)?;
    let event = Event::new("factor-reset").with("name", &person.name);
    model::factor::reset(&app.db, person.id, &page.note(&app, event)).await?;
    Ok(page.visitor.see_other(&saved(&format!("/people/{id}"))))
}
