//! What a half-typed line may go on with, for the Tab key. It asks the VPS for names, and runs nothing of
//! what was typed.

use super::super::form::Form;
use super::super::head::Head;
use super::super::order::order;
use super::super::page::Page;
use super::{json, open, send};
use crate::actions;
use crate::app::App;
use crate::error::Error;
use crate::kiwivm::calls::SHELL_EXEC;
use crate::perform::{self, Order};
use crate::secret::Secret;
use crate::shell::Wanted;
use axum::extract::{Path, State};
use axum::response::Response;
use std::time::Duration;

/// Whoever presses Tab waits no longer.
const WITHIN: Duration = Duration::from_secs(8);

pub(in crate::web) async fn submit(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
    form: Form,
) -> Result<Response, Error> {
    let head = open(&app, &page, &id).await?;
    let transcript = app.transcripts.find(page.session()?.id, head.vps.id);
    let directory = send::directory(&form, &transcript)?;
    let wanted = Wanted::read(form.raw("line"));
    let listed = wanted.and_then(|wanted| wanted.listing(&directory).map(|text| (wanted, text)));
    let Some((wanted, text)) = listed else {
        return Ok(json(&serde_json::json!({ "typed": "", "words": [] })));
    };
    let names = names(&app, &page, &head, (&directory, &wanted, text)).await?;
    let words = wanted.words(&names);
    Ok(json(
        &serde_json::json!({ "typed": wanted.typed, "words": words }),
    ))
}

async fn names(
    app: &App,
    page: &Page,
    head: &Head,
    (directory, wanted, text): (&str, &Wanted, String),
) -> Result<String, Error> {
    let key = (page.session()?.id, head.vps.id, text.clone());
    let kind = (wanted.is_command, app.clock.now_s());
    if let Some(names) = app.completions.find(&key, kind) {
        return Ok(names);
    }
    let order = asking(page, head, (directory, wanted, text))?;
    let action = order.action.clone();
    perform::perform(app, order).await?;
    let ended = perform::wait_for(app, &action, WITHIN).await;
    let reply = ended.as_ref().and_then(|ended| ended.reply.as_ref());
    let Some(reply) = reply.filter(|reply| reply["error"].as_i64() == Some(0)) else {
        return Ok(String::new());
    };
    let names = reply["message"].as_str().unwrap_or_default().to_owned();
    app.completions.keep(key, names.clone(), app.clock.now_s());
    Ok(names)
}

fn asking(
    page: &Page,
    head: &Head,
    (directory, wanted, text): (&str, &Wanted, String),
) -> Result<Order, Error> {
    let order = order(page, (head.vps.clone(), SHELL_EXEC), actions::new_id()?)?;
    Ok(Order {
        parameters: vec![("command", Secret::new(text))],
        noted: Some(send::noted([
            ("directory", directory),
            ("completes", wanted.typed.as_str()),
        ])),
        ..order
    })
}
