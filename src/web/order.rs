//! From a form to an order for KiwiVM, and on to the page that tells what came of it. Every order passes
//! `perform`; nothing here allows or sends.

use super::form::Form;
use super::page::Page;
use super::section::Section;
use crate::actions;
use crate::app::App;
use crate::error::Error;
use crate::kiwivm::call::Call;
use crate::model::audit::Outcome;
use crate::model::vps::Vps;
use crate::perform::{self, Order, PerformError};
use axum::response::Response;
use std::time::Duration;

/// After so long the person is sent to a page that refreshes itself.
pub(super) const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// What this person wants done, under this action id, still without parameters.
pub(super) fn order(
    page: &Page,
    (vps, call): (Vps, &'static Call),
    action: String,
) -> Result<Order, Error> {
    let session = page.session()?;
    Ok(Order {
        action,
        who: page.visitor.who(),
        person: session.person.clone(),
        session_id: session.id,
        is_current: session.is_current(),
        vps,
        call,
        parameters: Vec::new(),
        noted: None,
    })
}

/// The id that the form carries, so that a form sent twice is one action; a new one for programs.
pub(super) fn action_id(form: &Form) -> Result<String, Error> {
    match form.raw("action") {
        id if actions::is_id(id) => Ok(id.to_owned()),
        _ => Ok(actions::new_id()?),
    }
}

/// Performs an order, waits a while for its end, and leads to its page; or, when KiwiVM has taken what
/// was sent from a page of the VPS, back to that.
pub(super) async fn begin(
    app: &App,
    page: &Page,
    order: Order,
    stays: bool,
) -> Result<Response, Error> {
    let id = order.action.clone();
    let back = stays.then_some((order.vps.id, order.call));
    match perform::perform(app, order).await {
        // The same form again: the first sending stands, and its page tells.
        Ok(()) | Err(PerformError::Repeated) => {}
        Err(error) => return Err(error.into()),
    }
    land(app, page, (&id, back)).await
}

/// Waits a while for the end of an action, and leads to its page; or back to the page of the VPS that
/// serves this call, when KiwiVM has taken it and no secret waits.
pub(super) async fn land(
    app: &App,
    page: &Page,
    (id, back): (&str, Option<(i64, &'static Call)>),
) -> Result<Response, Error> {
    let ended = perform::wait_for(app, id, ANSWER_WITHIN).await;
    let is_taken = ended.is_some_and(|ended| ended.outcome == Outcome::Accepted);
    let has_secrets = app.actions.secrets_waiting(id, page.session()?.id) > 0;
    let path = match back {
        Some((vps_id, call)) if is_taken && !has_secrets => {
            format!("/vps/{vps_id}{}?done={id}", Section::serving(call).path())
        }
        _ => format!("/actions/{id}"),
    };
    Ok(page.visitor.see_other(&path))
}
