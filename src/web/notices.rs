//! What a person is told on the next page: drawn by the layout, put away by the person.

use super::form::Form;
use super::page::Page;
use super::sign_in::local_path;
use super::user_agent;
use crate::app::App;
use crate::error::Error;
use crate::i18n::Message;
use crate::model::notice::{self, Notice};
use axum::extract::State;
use axum::response::Response;
use serde_json::{Map, Value};

/// What a notice may tell, by name.
const DETAILS: [&str; 5] = ["name", "address", "browser", "left", "kind"];

/// The person has read it: it does not come again.
pub(super) async fn read(
    State(app): State<App>,
    page: Page,
    form: Form,
) -> Result<Response, Error> {
    if let Ok(id) = form.raw("notice").parse() {
        notice::forget(&app.db, page.session()?.id, id).await?;
    }
    Ok(page.visitor.see_other(local_path(form.find("next"))))
}

/// The words of a notice, told what it is about.
pub(super) fn words(page: &Page, notice: &Notice) -> Message {
    let details: Map<String, Value> = serde_json::from_str(&notice.details).unwrap_or_default();
    let said = page.say(&format!("notice-{}", notice.what));
    DETAILS.into_iter().fold(said, |said, name| {
        match (name, details.get(name)) {
            ("browser", Some(Value::String(text))) => said.with(name, user_agent::in_short(text)),
            (_, Some(Value::String(text))) => said.with(name, text.as_str()),
            // A number chooses between one and many.
            (_, Some(Value::Number(number))) => {
                said.with(name, number.as_i64().unwrap_or_default())
            }
            _ => said,
        }
    })
}
